"""Los Angeles: "Crime Data from 2020 to Present" (data set 2nrs-mtv8) and the years before, of the LAPD.

Facts of the source (the data set's column descriptions and the shared data notes): the clock of ``DATE OCC`` and
``Date Rptd`` is always midnight and, after a spreadsheet, written in two ways in one column; the hour is in
``TIME OCC``, four digits that lose their zeros; ``LOCATION`` is padded; 0, 0 is "no point". Traits of victims are in
the file and are never read (G02).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import day, digits, moment, rows_where, squeezed


def _prepared(fields: Fields) -> Fields:
    fields["id"] = fields["id"].map(lambda text: digits(text, 9))
    fields["occurred_from"] = joined(fields["occurred_from"], fields.pop("time"), join=moment)
    fields["reported"] = fields["reported"].map(day)
    return fields


def _odd(fields: Fields) -> Mapping[str, int]:
    """Rows whose date is of the column's rarer shape, and rows whose time of day lost its zeros."""
    dates = fields["occurred_from"]
    twelve = rows_where(dates, lambda text: text.strip()[-2:].upper() in {"AM", "PM"})
    shapes = Counter({"12-hour": twelve, "24-hour": len(dates) - twelve})
    return {
        **({"rows with dates in a second shape": min(shapes.values())} if min(shapes.values()) else {}),
        "rows whose time of day lost leading zeros": rows_where(
            fields["time"], lambda text: 0 < len(text.strip().removesuffix(".0")) < 4
        ),
    }


LAPD: Final = Layout(
    name="lapd",
    title="the LAPD's crime data",
    zone="America/Los_Angeles",
    columns={
        "id": "DR_NO",
        "reported": "Date Rptd",
        "occurred_from": "DATE OCC",
        "time": "TIME OCC",
        "district": "AREA",
        "beat": "Rpt Dist No",
        "code": "Crm Cd",
        "description": "Crm Cd Desc",
        "premise": "Premis Desc",
        "block": "LOCATION",
        "lat": "LAT",
        "lon": "LON",
    },
    prepare=_prepared,
    odd=_odd,
    clean={
        "district": lambda text: digits(text, 2),
        "beat": lambda text: digits(text, 4),
        "code": lambda text: digits(text, 3),
        "block": squeezed,
    },
    notes=("The report has a day and no hour: it counts as known at the end of that day.",),
)
