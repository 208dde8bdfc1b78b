"""A confirmed mapping: which columns of a source's files hold which fields, how dates and numbers are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ilp_core.collect.dates import DateStyle
from ilp_core.collect.generic.traits import Numbers
from ilp_core.collect.generic.understood import Truths

#: How dates are written where the year does not stand first, or that they are plain counts since 1970 UTC.
Dates = Literal["month_first", "day_first", "seconds", "milliseconds"]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How the files of one source are read.

    ``columns`` names per field one column, or several that are joined with a blank; ``point`` is one column with
    latitude and longitude. ``dates`` is None where nobody said: then each file's own columns must tell.
    ``years_until`` is the latest year that two digits can mean. ``offences`` names the source
    whose offence codes these are; empty means the source's own. ``same_offence`` is the offence of every row where no
    column says it. ``truths`` are the words of yes and no per flag. ``keyless`` says that no column is a record's
    key. ``samples`` are values for the comments of the written file.
    """

    source: str
    columns: Mapping[str, tuple[str, ...]]
    dates: Dates | None = None
    years_until: int | None = None
    month_only: bool = False
    zone: str | None = None
    crs: int | None = None
    numbers: Numbers = "plain"
    offences: str = ""
    same_offence: str = ""
    truths: Mapping[str, Truths] = field(default_factory=dict)
    keyless: bool = False
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @property
    def style(self) -> DateStyle:
        """How dates are read."""
        order: Literal["month_first", "day_first"] = "day_first" if self.dates == "day_first" else "month_first"
        epoch: Literal["", "seconds", "milliseconds"] = ""
        if self.dates in ("seconds", "milliseconds"):
            epoch = "seconds" if self.dates == "seconds" else "milliseconds"
        style = DateStyle(order, epoch)
        return style if self.years_until is None else DateStyle(order, epoch, self.years_until)


def columns_of(mapping: ColumnMap) -> dict[str, str]:
    """Field to its column, or its columns joined by a plus, for a report."""
    return {name: " + ".join(columns) for name, columns in mapping.columns.items()}
