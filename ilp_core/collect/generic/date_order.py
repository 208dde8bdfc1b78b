"""Day first or month first: decided once from all values of a column, never row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from ilp_core.collect.dates import DateStyle, parse_dates, slashed
from ilp_core.collect.layout import DateOrder
from ilp_core.domain.columns import NO_TIME

#: Up to this share of the values that tell, the other order's are taken for slips and named [this project's choice].
_SLIPS: Final = 0.01
#: A reading whose days follow one another this closely is a file of days; one this thin is not. At least so many
#: different days must tell [this project's choice].
_DENSE: Final = 0.8
_THIN: Final = 0.3
_DAYS_THAT_TELL: Final = 5
#: From this share of rows in the future on, a reading is impossible [this project's choice].
_FUTURE: Final = 0.01
_DAY: Final = 86_400

#: ``needless``: no value depends on the order. ``settled``: it is known. ``contradictory``: values of both orders
#: stand in the column. ``ambiguous``: every value can be read both ways, and nothing tells.
OrderState = Literal["needless", "settled", "contradictory", "ambiguous"]
#: What settled it: a number above 12, dates in the future, days that follow one another, or nothing.
Evidence = Literal["", "values", "future", "sequence"]


@dataclass(frozen=True, slots=True)
class OrderVerdict:
    """The order of a column and what speaks for it.

    ``day_first`` and ``month_first`` count the rows that can only be read so, ``unsure`` those that can be read both
    ways; ``sample`` is one of the latter, and ``readings`` its date as day first and as month first. ``order`` is
    None where it is not known; a contradictory column has one only where the other order's rows are slips.
    """

    state: OrderState
    order: DateOrder | None = None
    evidence: Evidence = ""
    day_first: int = 0
    month_first: int = 0
    unsure: int = 0
    sample: str = ""
    readings: tuple[date, date] | None = None


def date_order(words: Sequence[str], counts: npt.NDArray[np.int64], *, today: date) -> OrderVerdict:
    """The order of day and month in a column of distinct texts and their counts. The order of rows plays no part."""
    places, first, second, _ = slashed(words, today.year)
    if not len(places):
        return OrderVerdict("needless")
    rows = counts[places]
    days = int(rows[(first > 12) & (second <= 12)].sum())
    months = int(rows[(second > 12) & (first <= 12)].sum())
    open_ = (first <= 12) & (second <= 12) & (first != second)
    unsure = int(rows[open_].sum())
    if days and months:
        slips = min(days, months) <= _SLIPS * (days + months)
        order: DateOrder | None = None if not slips else "day_first" if days > months else "month_first"
        return OrderVerdict("contradictory", order, "values", days, months, unsure)
    if days or months:
        return OrderVerdict("settled", "day_first" if days else "month_first", "values", days, months, unsure)
    if not unsure:
        return OrderVerdict("needless")
    told = [words[place] for place in places[open_].tolist()]
    return _weighed(told, rows[open_], unsure, today)


def _weighed(words: list[str], rows: npt.NDArray[np.int64], unsure: int, today: date) -> OrderVerdict:
    """The verdict on texts that can all be read both ways."""
    readings = [parse_dates(words, DateStyle(order, pivot=today.year))[0] for order in ("day_first", "month_first")]
    last = (today + timedelta(days=1) - date(1970, 1, 1)).days * _DAY + _DAY
    future = [float(rows[times > last].sum()) / unsure for times in readings]
    order: DateOrder
    if min(future) == 0 and max(future) >= _FUTURE:
        order = "day_first" if future[0] == 0 else "month_first"
        return OrderVerdict("settled", order, "future", unsure=unsure)
    (many_d, dense_d), (many_m, dense_m) = (_density(times) for times in readings)
    if max(dense_d, dense_m) >= _DENSE and min(dense_d, dense_m) <= _THIN and max(many_d, many_m) >= _DAYS_THAT_TELL:
        order = "day_first" if dense_d > dense_m else "month_first"
        return OrderVerdict("settled", order, "sequence", unsure=unsure)
    # The commonest value, and of equally common ones the first in the alphabet.
    at = min(range(len(words)), key=lambda place: (-int(rows[place]), words[place]))
    both = tuple(date(1970, 1, 1) + timedelta(seconds=int(times[at])) for times in readings)
    assert len(both) == 2
    return OrderVerdict("ambiguous", None, "", unsure=unsure, sample=words[at], readings=both)


def _density(times: npt.NDArray[np.int64]) -> tuple[int, float]:
    """How many different days there are, and which share of the days from the first to the last."""
    days = np.unique(times[times != NO_TIME] // _DAY)
    return (len(days), len(days) / int(days[-1] - days[0] + 1)) if len(days) else (0, 0.0)
