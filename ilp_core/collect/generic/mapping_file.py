"""The mapping file: a confirmed mapping as TOML that an analyst can read, edit, and give again with ``--map``."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn, cast, get_args

from ilp_core.collect.generic.column_map import ColumnMap, Dates, columns_of
from ilp_core.collect.generic.mapped_layout import layout_of
from ilp_core.collect.generic.shown import shown
from ilp_core.collect.generic.systems import is_projected
from ilp_core.collect.generic.traits import Numbers
from ilp_core.collect.generic.understood import FIELDS, Proposal, Truths
from ilp_core.collect.projection import WGS84
from ilp_core.collect.times import check_zone
from ilp_core.domain.errors import CallError
from ilp_core.words import mapping as words

__all__ = ["ColumnMap", "columns_of", "draft_of", "layout_of", "map_of", "read_map", "read_map_text", "write_map"]

_FLAGS: Final = ("domestic", "officer_initiated")
_KEYS: Final = (
    "source", "zone", "crs", "dates", "years_until", "month_only", "numbers", "offences", "same_offence", "keyless",
    "columns", *_FLAGS,
)  # fmt: skip
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
#: No mapping is larger; a file that is, is something else [this project's choice].
_LARGEST: Final = 1_000_000
_LONGEST_SAMPLE: Final = 40
#: The centuries of which two digits can be the end.
_YEARS: Final = range(1950, 2201)


def map_of(proposal: Proposal, source: str) -> ColumnMap:
    """The mapping that a proposal comes to. Raises CallError where a column is missing for when or what, or where a
    question about dates or coordinates is open."""
    if proposal.missing:
        missing = " ".join(words.MISSING[name] for name in proposal.missing)
        raise CallError(words.UNMAPPABLE.format(missing=missing))
    for question in proposal.questions:
        if question.slot in ("dates", "crs"):
            options = " / ".join(question.options)
            how = words.SAID_BY[question.slot] if question.options else ""
            raise CallError(" ".join(words.STILL_OPEN.format(text=question.text, options=options, how=how).split()))
    return _as_it_stands(proposal, source)


def draft_of(proposal: Proposal, source: str) -> str:
    """The mapping file of a proposal as far as it goes, for an analyst to complete: comments say what is missing and
    what is still asked."""
    lines = [words.MAP_MISSING[name] for name in proposal.missing]
    for question in proposal.questions:
        lines += [words.QUESTION.format(text=question.text)]
        lines += [
            words.OPTION.format(n=value, option=option)
            for value, option in zip(question.values, question.options, strict=True)
        ]
        lines += [words.MAP_OPEN[question.slot]] if question.slot in words.MAP_OPEN else []
    return "".join(f"# {shown(line)}\n" for line in lines) + write_map(_as_it_stands(proposal, source))


def _as_it_stands(proposal: Proposal, source: str) -> ColumnMap:
    is_open = any(question.slot == "dates" for question in proposal.questions)
    dates: Dates | None = proposal.dates.epoch or (None if is_open else proposal.dates.order)
    return ColumnMap(
        source=source,
        columns={name: match.columns for name, match in proposal.fields.items()},
        dates=dates,
        years_until=proposal.dates.pivot if proposal.two_digit_years else None,
        month_only=proposal.month_only,
        zone=proposal.zone,
        crs=proposal.crs,
        numbers=proposal.numbers,
        truths=dict(proposal.truths),
        keyless="id" not in proposal.fields,
        samples={name: match.samples for name, match in proposal.fields.items()},
    )


def write_map(mapping: ColumnMap) -> str:
    """The mapping as TOML text, with sample values as comments."""
    lines = [f"# {line}" for line in words.MAP_HEAD.splitlines()]
    lines += [f"source = {_quoted(mapping.source)}"]
    lines += [f"zone = {_quoted(mapping.zone)}"] if mapping.zone else []
    lines += [f"crs = {mapping.crs}"] if mapping.crs else []
    lines += [f'dates = "{mapping.dates}"'] if mapping.dates is not None else []
    lines += [f"years_until = {mapping.years_until}"] if mapping.years_until is not None else []
    lines += ["month_only = true"] if mapping.month_only else []
    lines += [f'numbers = "{mapping.numbers}"'] if mapping.numbers != "plain" else []
    lines += [f"offences = {_quoted(mapping.offences)}"] if mapping.offences else []
    lines += [f"same_offence = {_quoted(mapping.same_offence)}"] if mapping.same_offence else []
    lines += ["keyless = true"] if mapping.keyless else []
    lines += ["", "[columns]"]
    for name, columns in mapping.columns.items():
        value = _quoted(columns[0]) if len(columns) == 1 else _listed(columns)
        samples = ", ".join(shown(sample)[:_LONGEST_SAMPLE] for sample in mapping.samples.get(name, ()))
        lines.append(f"{name} = {value}" + (f"  # {samples}" if samples else ""))
    for name, truths in mapping.truths.items():
        lines += ["", f"[{name}]", f"true = {_listed(truths.true)}", f"false = {_listed(truths.false)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, but for the one control sign that JSON leaves bare, and for halves of signs."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"


def read_map(path: Path) -> ColumnMap:
    """The mapping in a file. Raises CallError naming the line or key that is wrong and what to write."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise CallError(words.NO_MAP_FILE.format(file=path)) from None
    except OSError:
        raise CallError(words.MAP_UNREADABLE.format(file=path)) from None
    if len(content) > _LARGEST:
        raise CallError(words.MAP_TOO_LARGE.format(file=path.name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CallError(words.MAP_UNREADABLE.format(file=path.name)) from None
    return read_map_text(text, path.name)


def read_map_text(text: str, file: str) -> ColumnMap:
    """The mapping in a text; ``file`` names it in errors, which are as of ``read_map``."""
    try:
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = place[1] if place else str(text.count("\n") + 1)
        what = re.sub(r" \(at .*\)$", "", str(error)) if place else "this is not TOML"
        raise CallError(words.BAD_TOML.format(file=file, line=line, what=what)) from None
    return _Reader(text, file, given).mapping()


class _Reader:
    """Checks what a mapping file says, key by key."""

    def __init__(self, text: str, file: str, given: Mapping[str, Any]) -> None:
        self._lines = text.splitlines()
        self._file = file
        self._given = given

    def mapping(self) -> ColumnMap:
        self._only(self._given, _KEYS)
        source = self._text("source", "source")
        if not _SOURCE.fullmatch(source):
            self._bad("source", source, "source") if source else self._needs("source", "source")
        columns, same = self._columns(), self._text("same_offence", "text")
        if "occurred_from" not in columns:
            self._needs("occurred_from", "occurred_from")
        if not same and not {"code", "description"} & set(columns):
            self._needs("code", "offence")
        if ("lat" in columns) != ("lon" in columns) or {"lat", "point"} <= set(columns):
            self._needs("lon" if "lat" in columns else "lat", "position")
        return ColumnMap(
            source=source,
            columns=columns,
            dates=cast(Dates, self._choice("dates", get_args(Dates))) if "dates" in self._given else None,
            years_until=self._years(),
            month_only=self._flag("month_only"),
            zone=self._zone(),
            crs=self._crs(),
            numbers=cast(Numbers, self._choice("numbers", get_args(Numbers))),
            offences=self._text("offences", "text"),
            same_offence=same,
            truths={name: self._truths(name) for name in _FLAGS if name in self._given},
            keyless=self._flag("keyless"),
        )

    def _columns(self) -> dict[str, tuple[str, ...]]:
        table = self._given.get("columns")
        if not isinstance(table, dict):
            self._needs("columns", "columns")
        self._only(table, FIELDS)
        found = {}
        for name, value in table.items():
            several = value if isinstance(value, list) else [value]
            if not several or not all(isinstance(column, str) and column.strip() for column in several):
                self._bad(name, value, "column")
            found[name] = tuple(several)
        return found

    def _text(self, key: str, should: str) -> str:
        value = self._given.get(key, "")
        if not isinstance(value, str):
            self._bad(key, value, should)
        return str(value).strip()

    def _choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self._given.get(key, choices[0])
        if value not in choices:
            self._bad(key, value, key)
        return str(value)

    def _flag(self, key: str) -> bool:
        value = self._given.get(key, False)
        if not isinstance(value, bool):
            self._bad(key, value, "flag")
        return bool(value)

    def _years(self) -> int | None:
        value = self._given.get("years_until")
        if value is not None and (type(value) is not int or value not in _YEARS):
            self._bad("years_until", value, "years_until")
        return value

    def _zone(self) -> str | None:
        zone = self._text("zone", "zone")
        try:
            return check_zone(zone) if zone else None
        except CallError:
            self._bad("zone", zone, "zone")

    def _crs(self) -> int | None:
        value = self._given.get("crs")
        if value is None or value == WGS84:
            return None
        if type(value) is int and is_projected(value):
            return value
        return self._bad("crs", value, "crs")

    def _truths(self, name: str) -> Truths:
        table = self._given[name]
        if not isinstance(table, dict):
            self._bad(name, table, "words")
        self._only(table, ("true", "false"))
        yes, no = table.get("true", []), table.get("false", [])
        for value in (yes, no):
            if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
                self._bad(name, value, "words")
        return Truths(tuple(yes), tuple(no))

    def _only(self, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                raise CallError(words.BAD_KEY.format(file=self._file, key=shown(key)[:60], keys=", ".join(keys)))

    def _line(self, key: str) -> int:
        pattern = re.compile(rf"\s*(?:\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=]")
        return next((number for number, line in enumerate(self._lines, start=1) if pattern.match(line)), 1)

    def _bad(self, key: str, value: object, should: str) -> NoReturn:
        said = shown(value if isinstance(value, str) else repr(value))[:60]
        raise CallError(
            words.BAD_VALUE.format(
                file=self._file,
                line=self._line(key),
                key=key,
                value=said,
                should=words.SHOULD[should].format(key=key),
            )
        )

    def _needs(self, key: str, should: str) -> NoReturn:
        raise CallError(words.NEEDS.format(file=self._file, key=key, should=words.SHOULD[should].format(key=key)))
