"""beatdesk config: an agency's own tables as files that a spreadsheet or an editor opens, out and in again."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.commands.console import note, print_json, ready_store, run
from bot.commands.imports import readable
from bot.settings import Settings
from ilp_core.domain.agency_words import OwnWord
from ilp_core.domain.errors import CallError
from ilp_core.domain.offences import OffenceRule
from ilp_core.domain.shifts import Shift
from ilp_core.domain.ten_codes import TenCode
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import tables as words

app = typer.Typer(help="The agency's own tables: export, import; its preset.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help=".json for all tables, .csv for one.")]
Table = Annotated[str | None, typer.Option(help="offences, shifts, ten_codes or words.")]

TABLES: Final = ("offences", "shifts", "ten_codes", "words")
#: A table of a city has some thousand rows; a larger file is something else [this project's choice].
_MOST_MB: Final = 20
#: How many of the changed rows an audit row names, and how much of each; it takes no text over 120 signs.
_MOST_NAMED: Final = 100
_LONGEST_KEY: Final = 100


@app.command("export")
def export_tables(file: File, table: Table = None) -> None:
    """Write the agency's tables into a file, replacing one that is there."""
    run(lambda settings: _export(settings, file, table))


async def _export(settings: Settings, file: Path, table: str | None) -> None:
    from ilp_core.assistant.ten_codes import preset_codes
    from ilp_core.collect.tables import offences as offence_table
    from ilp_core.collect.tables import shifts as shift_table
    from ilp_core.collect.tables import ten_codes as code_table
    from ilp_core.collect.tables import words as word_table

    wanted = (_known(table),) if table else TABLES
    ending = _ending(file)
    if ending == ".csv" and table is None:
        raise CallError(words.WHICH_TABLE.format(tables=_either(TABLES)))
    async with ready_store(settings) as store, store.read() as uow:
        rules, shifts, codes = await uow.offences.all(), await uow.shifts.all(), await uow.ten_codes.all()
        own = await uow.vocabulary.all()
    if codes is None:
        codes = preset_codes(settings.preset)
    if ending == ".json":
        rows: dict[str, list[dict[str, str]]] = {
            "offences": [offence_table.cells(rule) for rule in rules],
            "shifts": [shift_table.cells(each) for each in shifts],
            "ten_codes": [code_table.cells(code) for code in codes],
            "words": [word_table.cells(each) for each in own],
        }
        text = json.dumps({name: rows[name] for name in wanted}, ensure_ascii=False, indent=1) + "\n"
    else:
        # The mark at the front is how spreadsheets know UTF-8.
        written = {
            "offences": lambda: offence_table.write_offences(rules),
            "shifts": lambda: shift_table.write_shifts(shifts),
            "ten_codes": lambda: code_table.write_ten_codes(codes),
            "words": lambda: word_table.write_words(own),
        }
        text = "\ufeff" + written[wanted[0]]()
    write_whole(file, text)
    counts = {"offences": len(rules), "shifts": len(shifts), "ten_codes": len(codes), "words": len(own)}
    told = ", ".join(words.EXPORTED_TABLE.format(count=f"{counts[name]:,}", table=name) for name in wanted)
    typer.echo(words.EXPORTED.format(file=file.name, tables=told))


@dataclass(slots=True)
class _Change:
    """What one table's import comes to."""

    added: int = 0
    changed: int = 0
    same: int = 0
    keys: list[str] = field(default_factory=list)

    def count(self, key: str, old: object, new: object) -> bool:
        """Note a row; True where it is to be written."""
        if old == new:
            self.same += 1
            return False
        self.added += old is None
        self.changed += old is not None
        self.keys.append(key[:_LONGEST_KEY])
        return True

    def counts(self) -> dict[str, int]:
        """The counts as the report and the audit name them."""
        return {"added": self.added, "changed": self.changed, "same": self.same}


@app.command("import")
def import_tables(
    file: File,
    table: Table = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Take tables from a file: all of it, or nothing where a row is wrong."""
    run(lambda settings: _import(settings, file, table, as_json))


async def _import(settings: Settings, file: Path, table: str | None, as_json: bool) -> None:
    from ilp_core.collect.tables.text import told

    readable(file)
    if table:
        _known(table)
    ending = _ending(file)
    text = _read(file)
    async with ready_store(settings) as store, store.write() as uow:
        units = [each.name for each in await uow.units.all()]
        names = await shift_names(uow)
        tables, problems = (
            _from_json(text, file, table, units, names)
            if ending == ".json"
            else _from_csv(text, file, table, units, names)
        )
        if problems:
            raise CallError(words.PROBLEMS.format(file=file.name, problems="\n".join(told(problems))))
        done: dict[str, _Change] = {}
        if "offences" in tables:
            done["offences"] = await _keep_offences(uow, tables["offences"])
        if "shifts" in tables:
            done["shifts"] = await _keep_shifts(uow, tables["shifts"])
        if "ten_codes" in tables:
            done["ten_codes"] = await _keep_ten_codes(uow, tables["ten_codes"], settings)
        if "words" in tables:
            done["words"] = await _keep_words(uow, tables["words"])
        for name, change in done.items():
            named = change.keys[:_MOST_NAMED]
            await note(uow, "config", name, "imported", file=file.name[:100], **change.counts(), rows=named)
    if as_json:
        print_json({"file": file.name, "tables": {name: change.counts() for name, change in done.items()}})
        return
    for name, change in done.items():
        typer.echo(words.IMPORTED.format(table=name, **change.counts()))


async def _keep_offences(uow: UnitOfWork, rules: list[OffenceRule]) -> _Change:
    old = {(rule.source, rule.code): rule for rule in await uow.offences.all()}
    change = _Change()
    new = [
        rule for rule in rules if change.count(f"{rule.source} {rule.code}", old.get((rule.source, rule.code)), rule)
    ]
    if new:
        await uow.offences.save_many(new)
    return change


async def _keep_shifts(uow: UnitOfWork, shifts: list[tuple[str | None, Shift]]) -> _Change:
    old = {(unit, shift.name): shift for unit, shift in await uow.shifts.all()}
    change = _Change()
    for unit, shift in shifts:
        if change.count(f"{unit or ''} {shift.name}".strip(), old.get((unit, shift.name)), shift):
            await uow.shifts.set(unit, shift)
    return change


async def _keep_ten_codes(uow: UnitOfWork, codes: list[TenCode], settings: Settings) -> _Change:
    """The file's codes join or replace those in force: confirming one code must not lose the others."""
    from ilp_core.assistant.ten_codes import preset_codes

    own = await uow.ten_codes.all()
    old = {code.code: code for code in (preset_codes(settings.preset) if own is None else own)}
    change = _Change()
    new = {code.code: code for code in codes if change.count(code.code, old.get(code.code), code)}
    if new:
        await uow.ten_codes.replace(list((old | new).values()))
    return change


async def _keep_words(uow: UnitOfWork, own: list[OwnWord]) -> _Change:
    old = {(word.kind, word.phrase): word for word in await uow.vocabulary.all()}
    change = _Change()
    new = [
        word for word in own if change.count(f"{word.kind} {word.phrase}", old.get((word.kind, word.phrase)), word)
    ]
    if new:
        await uow.vocabulary.save_many(new)
    return change


async def shift_names(uow: UnitOfWork) -> set[str]:
    """The names of the agency's shifts and of its units' own, which words may name."""
    return {shift.name for shift in await uow.shifts.for_unit(None)} | {
        shift.name for _, shift in await uow.shifts.all()
    }


def _from_csv(
    text: str, file: Path, table: str | None, units: list[str], names: Collection[str]
) -> tuple[dict[str, list[Any]], list[str]]:
    from ilp_core.collect.tables import offences as offence_table
    from ilp_core.collect.tables import shifts as shift_table
    from ilp_core.collect.tables import ten_codes as code_table
    from ilp_core.collect.tables import words as word_table

    if table is None:
        head = text.removeprefix("\ufeff").partition("\n")[0].casefold()
        marks = {"slug": "offences", "hours": "shifts", "emergency": "ten_codes", "phrase": "words"}
        table = next((name for mark, name in marks.items() if mark in head), None)
    if table is None:
        raise CallError(words.WHICH_COLUMNS.format(file=file.name, tables=_either(TABLES)))
    if table == "offences":
        rules, problems = offence_table.read_offences(text)
        return {table: rules}, problems
    if table == "ten_codes":
        codes, problems = code_table.read_ten_codes(text)
        return {table: codes}, problems
    if table == "words":
        own, problems = word_table.read_words(text, names)
        return {table: own}, problems
    shifts, problems = shift_table.read_shifts(text, units)
    return {table: shifts}, problems


def _from_json(
    text: str, file: Path, table: str | None, units: list[str], names: Collection[str]
) -> tuple[dict[str, list[Any]], list[str]]:
    from ilp_core.collect.tables import offences as offence_table
    from ilp_core.collect.tables import shifts as shift_table
    from ilp_core.collect.tables import ten_codes as code_table
    from ilp_core.collect.tables import words as word_table
    from ilp_core.collect.tables.text import rows_of

    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise CallError(words.NOT_JSON.format(file=file.name))
    tables: dict[str, list[Any]] = {}
    problems: list[str] = []
    # Words come last, because they may name shifts of the same file.
    for name, entries in sorted(data.items(), key=lambda item: item[0] == "words"):
        if table is not None and name != table:
            continue
        columns = {
            "offences": offence_table.COLUMNS,
            "shifts": shift_table.COLUMNS,
            "ten_codes": code_table.COLUMNS,
            "words": word_table.COLUMNS,
        }[_known(name)]
        rows, faults = rows_of(name, entries, columns)
        if not faults and name == "offences":
            tables[name], faults = offence_table.offences_of(rows)
        elif not faults and name == "ten_codes":
            tables[name], faults = code_table.ten_codes_of(rows)
        elif not faults and name == "words":
            tables[name], faults = word_table.words_of(
                rows, {*names, *(each.name for _, each in tables.get("shifts", ()))}
            )
        elif not faults:
            tables[name], faults = shift_table.shifts_of(rows, units)
        problems += faults
    return tables, problems


def _known(table: str) -> str:
    """The table's name. Raises CallError for an unknown one."""
    if table not in TABLES:
        raise CallError(words.NO_TABLE.format(table=table[:40], tables=", ".join(TABLES)))
    return table


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _ending(file: Path) -> str:
    ending = file.suffix.casefold()
    if ending not in (".json", ".csv"):
        raise CallError(words.BAD_ENDING.format(file=file.name))
    return ending


def _read(file: Path) -> str:
    """The file's text: UTF-8, marked UTF-16, or else what Western spreadsheets write."""
    try:
        if file.stat().st_size > _MOST_MB * 1_000_000:
            raise CallError(words.TOO_LARGE.format(file=file.name, most=_MOST_MB))
        content = file.read_bytes()
    except OSError as error:
        raise CallError(words.NOT_READ.format(file=file.name, why=error.strerror or "it is no file")) from None
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def write_whole(file: Path, text: str) -> None:
    """Write the file whole: whoever reads it meanwhile sees the old one."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        os.replace(part, file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CallError(words.NOT_WRITTEN.format(file=file.name, why=error.strerror or "it is no file")) from None
