"""Why: a receipt is replayed on the data version it was made from, and must give the same numbers."""

from __future__ import annotations

from datetime import UTC, datetime

from ilp_core.analyse.chronic import HotPlace
from ilp_core.analyse.hotspots import HotspotFinding
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.assistant import phrasing
from ilp_core.assistant.hotspots import Hotspots, age_of
from ilp_core.assistant.spots import Spot, metres, why_now
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer
from ilp_core.domain.questions import Question
from ilp_core.words import answers, names, novelty

#: Below this many incidents a reply says that they are few (guard-rail G32: no percentages below ten).
THIN: int = 10


def explain_list(found: Hotspots, clock: Clock, code: str, same: bool) -> Answer:
    """How a list was made: rows, exclusions, weights, data age, and whether it recomputes."""
    finding = found.wider or found.own
    where = phrasing.area_name(found.wider_area) if found.wider_area else phrasing.where(found.question)
    ranked = answers.WHY_HARM if found.question.weighting == "harm" else answers.WHY_COUNT
    return Answer(
        headline=answers.WHY_TITLE.format(code=code, where=where),
        paragraphs=(
            _same(same),
            answers.WHY_ROWS.format(rows=finding.rows, evidence=finding.evidence),
            f"{phrasing.left_out(finding.excluded, whole=True)}{_inferred(finding)}",
            f"{ranked} {answers.WHY_SHRUNK}",
            *_thin(finding.evidence),
        ),
        notes=(_asked_for(found, clock),),
        receipt=code,
    )


def explain_item(found: Hotspots, clock: Clock, code: str, same: bool, number: int) -> Answer:
    """Why one place is on the list: its counts, kinds, dates and doubts."""
    if not 1 <= number <= len(found.spots):
        return Answer(headline=answers.WHY_NO_ITEM.format(n=len(found.spots)), receipt=code)
    spot = found.spots[number - 1]
    detail = (
        _micro(spot.finding, clock) if isinstance(spot.finding, MicroTime) else _chronic(spot.finding, found.question)
    )
    return Answer(
        headline=answers.WHY_ITEM_TITLE.format(label=spot.label),
        paragraphs=(
            *_placed(found, number, clock),
            *detail,
            *_doubt(spot, found.wider or found.own),
            *_thin(spot.count),
            _same(same),
        ),
        notes=(_asked_for(found, clock), answers.RECEIPT.format(code=code)),
        receipt=code,
    )


def _placed(found: Hotspots, number: int, clock: Clock) -> tuple[str, ...]:
    """Why it stands where it does, where that hangs on what the officer had been told."""
    spot = found.spots[number - 1]
    if spot.news is None:
        return ()
    lines = [why_now(spot, found.question, clock.zone)]
    if spot.rank != number:
        lines.append(novelty.PLACED.format(rank=spot.rank, n=len(found.spots), number=number))
    return (" ".join(lines),)


def _micro(spot: MicroTime, clock: Clock) -> tuple[str, ...]:
    first, last = (
        phrasing.day(datetime.fromtimestamp(moment, UTC), clock.zone, clock.at) for moment in (spot.first, spot.last)
    )
    return (
        answers.WHY_MICRO.format(
            counted=names.counted(spot.offence, spot.count),
            radius=metres(spot.radius),
            usual=phrasing.usual(spot.usual),
        ),
        answers.WHY_MICRO_CHANCE.format(first=first, last=last),
    )


def _chronic(place: HotPlace, question: Question) -> tuple[str, ...]:
    kinds = ", ".join(names.counted(slug, n) for slug, n in place.offences.items())
    lines = [f"{kinds}."]
    if place.before is not None and not question.named_window:
        lines.append(answers.YEAR_COUNT.format(count=place.count, before=place.before))
    if question.weighting == "harm":
        lines.append(answers.WHY_HARM)
        if place.heaviest_share > 0.5:
            percent = round(place.heaviest_share * 100)
            share = answers.WHY_SHARE.format(percent=percent) if place.count >= THIN else answers.WHY_SHARE_ONE
            lines.append(share)
    lines.append(answers.WHY_SHRUNK)
    return tuple(lines)


def _doubt(spot: Spot, finding: HotspotFinding) -> tuple[str, ...]:
    return (answers.WHY_DOUBT,) if finding.doubtful.intersection(spot.finding.rows.tolist()) else ()


def _thin(count: int) -> tuple[str, ...]:
    return (answers.WHY_THIN.format(n=count),) if count < THIN else ()


def _same(same: bool) -> str:
    return answers.WHY_SAME if same else answers.WHY_DIFFERENT


def _inferred(finding: HotspotFinding) -> str:
    return f" {answers.INFERRED}" if finding.inferred else ""


def _asked_for(found: Hotspots, clock: Clock) -> str:
    moment = phrasing.day_clock(clock.at, clock.zone, clock.at)
    return answers.WHY_VERSION.format(at=moment, age=age_of(found.own, clock))
