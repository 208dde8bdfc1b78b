"""How one source lays out its table: which of its columns holds what, and what its publisher does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from ilp_core.collect.coded import Coded
from ilp_core.domain.columns import RecordKind
from ilp_core.domain.errors import CallError

#: Reads texts as moments: seconds (of the local clock, or of UTC where the second answer is true; NO_TIME where not
#: understood), and how exactly each is known (``times.MINUTE``, ``times.DAY`` or ``times.MONTH``).
DateParser = Callable[[Sequence[str]], tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.int8]]]

#: Field name to its column: a batch once the source's own column names are gone.
Fields = dict[str, Coded]

#: The order of day and month in a date whose year does not come first. ISO dates are read in any order.
DateOrder = Literal["month_first", "day_first"]

#: With this share of the columns that a layout must have, and with at least so many of its columns in all, a file is
#: taken for a damaged one of that layout [this project's choice: date, latitude and longitude prove nothing].
_NEAR: Final = 0.8
_PROOF: Final = 8


def _as_they_are(fields: Fields) -> Fields:
    return fields


def _nothing_odd(_fields: Fields) -> Mapping[str, int]:
    return {}


@dataclass(frozen=True, slots=True)
class Layout:
    """One source's layout.

    ``columns`` maps fields to the source's column names, which match without case, spaces and underscores being
    one. The fields are those of the desk's own layout (``own.py``): id, stamp, occurred_from, occurred_to, reported,
    code, description, premise, block, beat, district, neighbourhood, force, lat, lon, domestic, officer_initiated;
    for calls and stops also their kind's own (``EXTRA_VOCABULARIES``). Other names are helpers that ``prepare``
    must take out again: it gets all fields of a batch and returns them as the desk wants them, for example a time
    joined from two columns, or a code where the source has none. A field in ``optional`` may lack its column.
    The helper ``case`` is the number that rows of one incident share: ``warts.Warts`` counts its repeats and takes it
    out before ``prepare``. ``marks`` says of columns that are never read whether they must be there (True) or must
    not (False) for a table to be recognised. ``odd`` counts in a batch, before ``prepare``, what the report tells of
    its rows: a few words to a number of rows.

    ``source`` names whose records these are: layouts of one source share keys and the offence map. ``family`` is the
    name that ``--format`` takes. ``zone`` is the zone of times without an offset. ``order`` reads dates such as
    03/04/2016; ``dates`` replaces the desk's own reading of dates where a source writes them in another way.
    ``month_only`` says that dates name a month and nothing finer. ``crs`` is the EPSG code of lat and
    lon where these are metres or feet north and east. ``clean`` gives a field's canonical spelling, text by text.
    ``null_points`` are the (lat, lon) that stand for "unknown". Rows whose id is blank, and all rows of a layout
    without an id, are a multiset per publication period: a month where ``monthly``, else the file's span of dates;
    ``group`` is the field that names whose publication a row belongs to. ``cannot_answer`` and ``notes`` are
    sentences for the report.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    source: str = ""
    family: str = ""
    kind: RecordKind = "incident"
    zone: str | None = None
    order: DateOrder = "month_first"
    dates: DateParser | None = None
    month_only: bool = False
    monthly: bool = False
    group: str | None = None
    crs: int | None = None
    optional: frozenset[str] = frozenset()
    marks: Mapping[str, bool] = field(default_factory=dict)
    prepare: Callable[[Fields], Fields] = _as_they_are
    odd: Callable[[Fields], Mapping[str, int]] = _nothing_odd
    clean: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    null_points: tuple[tuple[float, float], ...] = ()
    cannot_answer: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def whose(self) -> str:
        """The source whose records these are."""
        return self.source or self.name

    @property
    def format(self) -> str:
        """The name that ``--format`` takes for this layout and its kin."""
        return self.family or self.name

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

    def unmarked(self, header: Sequence[str]) -> list[str]:
        """The marks that must be there and are not."""
        there = {plain(name) for name in header}
        return [name for name, wanted in self.marks.items() if wanted and plain(name) not in there]

    def foreign(self, header: Sequence[str]) -> bool:
        """Whether a column is there that no table of this layout has."""
        there = {plain(name) for name in header}
        return any(plain(name) in there for name, wanted in self.marks.items() if not wanted)

    def fits(self, header: Sequence[str]) -> bool:
        """Whether ``header`` is that of a table of this layout."""
        return not (self.missing(header) or self.unmarked(header) or self.foreign(header))


def plain(name: str) -> str:
    """The form in which two spellings of one column name are equal: ``Case Number`` and ``case_number``."""
    return "_".join(name.casefold().replace("_", " ").split())


def choose(layouts: Sequence[Layout], header: Sequence[str], file: str, wanted: str) -> Layout | None:
    """The layout of a file with ``header``: the one called ``wanted``, or with ``auto`` the one that fits.

    None where none fits or comes near: the file needs a mapping. Raises CallError, naming the missing columns,
    where the named layout or the nearest one lacks some.
    """
    if wanted != "auto":
        kin = [layout for layout in layouts if wanted.casefold() in (layout.name, layout.format)]
        if not kin:
            names = ", ".join(dict.fromkeys(layout.format for layout in layouts))
            raise CallError(f"There is no format {wanted}. The formats are: auto, generic, {names}.")
        fitting = [layout for layout in kin if not layout.missing(header)]
        if not fitting:
            raise _incomplete(max(kin, key=lambda layout: _likeness(layout, header)), header, file)
        return max(fitting, key=lambda layout: len(layout.find(header)))
    fitting = [layout for layout in layouts if layout.fits(header)]
    if fitting:
        return max(fitting, key=lambda layout: len(layout.find(header)))
    near = [layout for layout in layouts if _is_near(layout, header) and not layout.foreign(header)]
    if near:
        raise _incomplete(max(near, key=lambda layout: _likeness(layout, header)), header, file)
    return None


def _likeness(layout: Layout, header: Sequence[str]) -> float:
    """The share of the columns that must be there, marks included, that are there."""
    needed = len(layout.missing(())) + len(layout.unmarked(()))
    return 1 - (len(layout.missing(header)) + len(layout.unmarked(header))) / needed


def _is_near(layout: Layout, header: Sequence[str]) -> bool:
    return _likeness(layout, header) >= _NEAR and len(layout.find(header)) >= _PROOF


def _incomplete(layout: Layout, header: Sequence[str], file: str) -> CallError:
    near = _is_near(layout, header)
    missing = [*layout.missing(header), *(layout.unmarked(header) if near else ())]
    word = "column" if len(missing) == 1 else "columns"
    quoted = ", ".join(f"'{name}'" for name in missing)
    like = "looks like" if near else "was read as"
    return CallError(f"{file} {like} {layout.title} but has no {word} {quoted}. Export it again with all columns.")
