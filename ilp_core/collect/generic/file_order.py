"""Day first or month first for a whole file: one order for all its columns of dates, and why, or a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ilp_core.collect.generic.date_order import OrderVerdict, date_order
from ilp_core.collect.generic.profile import Distinct
from ilp_core.collect.generic.understood import Question
from ilp_core.collect.layout import DateOrder
from ilp_core.words import mapping as words


@dataclass(frozen=True, slots=True)
class FileOrder:
    """The order of a file's dates. None where no date depends on it, and where only a person can say: then there is a
    ``question``. ``notes`` say why it is known."""

    order: DateOrder | None = None
    notes: tuple[str, ...] = ()
    question: Question | None = None


def file_order(
    columns: Mapping[str, Distinct], used: Sequence[str], others: Sequence[str], *, today: date
) -> FileOrder:
    """The order of the columns ``used``; where these do not tell, that of the first of the ``others``, which hold
    dates too, that does."""

    def verdict(name: str) -> OrderVerdict:
        return date_order(columns[name].words, columns[name].counts, today=today)

    verdicts = [verdict(name) for name in used]
    known = [one for one in verdicts if one.order is not None]
    unsure = [one for one in verdicts if one.order is None and one.state != "needless"]
    if len({one.order for one in known}) > 1:
        counts = sum(one.day_first for one in known), sum(one.month_first for one in known)
        return FileOrder(question=_both(*counts))
    open_ = next(iter(unsure), None)
    if open_ is not None and open_.state == "contradictory":
        return FileOrder(question=_both(open_.day_first, open_.month_first))
    if known:
        # The verdict with the strongest evidence: a number above 12 before all else.
        best = min(known, key=lambda one: one.evidence != "values")
        return FileOrder(best.order, (_note(best),))
    if open_ is None:
        return FileOrder()
    for name in others:
        other = verdict(name)
        if other.order is not None and other.evidence == "values":
            return FileOrder(other.order, (words.ORDER["other"].format(order=_in_words(other.order), column=name),))
    return FileOrder(question=_either(open_))


def _either(verdict: OrderVerdict) -> Question:
    assert verdict.readings is not None
    options = tuple(
        words.ASK_ORDER_OPTION.format(date=day, order=order)
        for day, order in zip(verdict.readings, (words.DAY_FIRST, words.MONTH_FIRST), strict=True)
    )
    return _question(words.ASK_ORDER.format(sample=verdict.sample), options)


def _both(day_first: int, month_first: int) -> Question:
    text = words.ASK_ORDER_BOTH.format(day_first=day_first, month_first=month_first)
    return _question(text, (words.DAY_FIRST, words.MONTH_FIRST))


def _question(text: str, options: tuple[str, ...]) -> Question:
    return Question("dates", text, options, ("day_first", "month_first"))


def _in_words(order: DateOrder) -> str:
    return words.DAY_FIRST if order == "day_first" else words.MONTH_FIRST


def _note(verdict: OrderVerdict) -> str:
    assert verdict.order is not None
    counts = {"n": verdict.month_first, "other": verdict.day_first}
    if verdict.order == "day_first":
        counts = {"n": verdict.day_first, "other": verdict.month_first}
    kind = "slips" if verdict.state == "contradictory" else verdict.evidence
    return words.ORDER[kind].format(order=_in_words(verdict.order), **counts)
