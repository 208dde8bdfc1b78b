"""How one source lays out its table: which of its columns holds what, and what its publisher does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ilp_core.domain.errors import CallError

#: Field name to one text per row: a batch once the source's own column names are gone.
Fields = dict[str, list[str]]

#: From this share of a layout's columns on, a file is taken for a damaged one of that layout.
_NEAR: Final = 0.6


def _as_they_are(fields: Fields) -> Fields:
    return fields


@dataclass(frozen=True, slots=True)
class Layout:
    """One source's layout.

    ``columns`` maps the desk's fields (id, stamp, occurred_from, occurred_to, reported, code, description,
    premise, block, beat, district, lat, lon, domestic, officer_initiated) to the source's column names, which
    match without case, spaces and underscores being one. A field in ``optional`` may lack its column.
    ``prepare`` joins columns that hold one field between them. ``clean`` gives a field's canonical spelling.
    ``null_points`` are the (lat, lon) that stand for "unknown". ``cannot_answer`` are sentences for the report.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    zone: str | None = None
    optional: frozenset[str] = frozenset()
    prepare: Callable[[Fields], Fields] = _as_they_are
    clean: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    null_points: tuple[tuple[float, float], ...] = ()
    cannot_answer: tuple[str, ...] = ()

    def find(self, header: Sequence[str]) -> dict[str, str]:
        """Field to the header's own spelling of its column, for the columns that are there."""
        spelled: dict[str, str] = {}
        for name in header:
            spelled.setdefault(plain(name), name)
        return {part: spelled[plain(name)] for part, name in self.columns.items() if plain(name) in spelled}

    def missing(self, header: Sequence[str]) -> list[str]:
        """The columns that must be there and are not."""
        found = self.find(header)
        return [name for part, name in self.columns.items() if part not in found and part not in self.optional]


def plain(name: str) -> str:
    """The form in which two spellings of one column name are equal: ``Case Number`` and ``case_number``."""
    return "_".join(name.casefold().replace("_", " ").split())


def choose(layouts: Sequence[Layout], header: Sequence[str], file: str, wanted: str) -> Layout:
    """The layout of a file with ``header``: the one called ``wanted``, or with ``auto`` the one that fits.

    Raises CallError where none fits, naming the missing columns of the nearest.
    """
    names = ", ".join(layout.name for layout in layouts)
    if wanted != "auto":
        named = next((layout for layout in layouts if layout.name == wanted.casefold()), None)
        if named is None:
            raise CallError(f"There is no format {wanted}. The formats are: auto, {names}.")
        if named.missing(header):
            raise _incomplete(named, header, file)
        return named
    fitting = [layout for layout in layouts if not layout.missing(header)]
    if fitting:
        return max(fitting, key=lambda layout: len(layout.find(header)))
    nearest = max(layouts, key=lambda layout: _likeness(layout, header))
    if _likeness(nearest, header) >= _NEAR:
        raise _incomplete(nearest, header, file)
    raise CallError(
        f"The columns of {file} fit no format the desk knows ({names}). "
        "Check that it is the right file, and that its first line holds the column names."
    )


def _likeness(layout: Layout, header: Sequence[str]) -> float:
    return len(layout.find(header)) / len(layout.columns)


def _incomplete(layout: Layout, header: Sequence[str], file: str) -> CallError:
    missing = layout.missing(header)
    word = "column" if len(missing) == 1 else "columns"
    quoted = ", ".join(f"'{name}'" for name in missing)
    like = "looks like" if _likeness(layout, header) >= _NEAR else "was read as"
    return CallError(f"{file} {like} {layout.title} but has no {word} {quoted}. Export it again with all columns.")
