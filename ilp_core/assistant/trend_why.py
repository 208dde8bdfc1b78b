"""Why a count is what it is, and the same as data for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ilp_core.analyse.tally import Versus
from ilp_core.analyse.tally_blocks import Listed
from ilp_core.assistant import phrasing
from ilp_core.assistant.hotspots import Ground, age_words
from ilp_core.assistant.trend import Trend
from ilp_core.assistant.trend_words import (
    busiest_words,
    caveats,
    days_before,
    incomplete_words,
    where_words,
    window_line,
)
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer
from ilp_core.domain.places import Place
from ilp_core.words import answers, trends

#: How far round a block's middle its mark reaches, in metres.
BLOCK_M: Final = 100


# The signature is that of every room, so that whoever asks why need not know which room answers (ARG001).
def explain(found: Trend, clock: Clock, code: str, same: bool, item: int | None = None) -> Answer:  # noqa: ARG001
    """How a count was made, and whether it recomputes; every item of it is made alike."""
    own, question = found.own, found.question
    lines = [
        answers.WHY_SAME if same else answers.WHY_DIFFERENT,
        trends.WHY_COUNTED.format(considered=own.considered, count=own.count),
        phrasing.left_out(own.excluded, whole=True, fine=question.area is None),
    ]
    if own.versus is not None and found.earlier is not None:
        lines += [
            trends.WHY_RATIO,
            *([trends.WHY_KINDS] if len(own.kinds) > 1 else []),
            trends.WHY_BEFORE.format(**days_before(found, clock)),
        ]
    if own.usual is not None:
        lines.append(trends.WHY_USUAL.format(n=own.usual.windows, mean=phrasing.usual(own.usual.mean)))
    if own.could:
        lines.append(trends.WHY_OVERLAP)
    lines += [busiest_words(own), *caveats(found), incomplete_words(found.incomplete)]
    assert own.newest is not None
    moment = phrasing.day_clock(clock.at, clock.zone, clock.at)
    return Answer(
        headline=answers.WHY_TITLE.format(code=code, where=where_words(question.area, question.place)),
        window=window_line(question, clock),
        paragraphs=tuple(line for line in lines if line),
        notes=(answers.WHY_VERSION.format(at=moment, age=age_words(own.newest, clock)),),
        receipt=code,
    )


def marks(found: Trend, ground: Ground) -> list[Place | None]:
    """Where each item of the list is; offences are nowhere."""
    return [place_of(block, ground) for block in found.blocks] if found.by_block else []


def items_data(found: Trend, ground: Ground) -> tuple[Mapping[str, Any], ...]:
    """The list as data: blocks or offences, with every number that the words are made from."""
    if found.by_block:
        return tuple(
            {
                "item": number,
                "kind": "block",
                "place": place_data(block.label, place_of(block, ground)),
                "count": block.count,
                "could_be": block.could,
                "offences": dict(block.kinds),
                "last": datetime.fromtimestamp(block.start, UTC).isoformat(),
            }
            for number, block in enumerate(found.blocks, start=1)
        )
    return tuple(
        {"item": number, "kind": "offence", "offence": kind.slug, "count": kind.count} | versus_data(kind.versus)
        for number, kind in enumerate(found.own.kinds, start=1)
    )


def versus_data(versus: Versus | None) -> dict[str, Any]:
    """A comparison as data; an interval without an upper end has None there."""
    if versus is None:
        return {"before": None, "ratio_low": None, "ratio_high": None, "p": None, "clear": None}
    high = None if versus.high == float("inf") else versus.high
    return {
        "before": versus.before, "ratio_low": versus.low, "ratio_high": high, "p": versus.p, "clear": versus.clear
    }  # fmt: skip


def place_of(block: Listed, ground: Ground) -> Place | None:
    """A block as a place; None where none of its records has a position."""
    if block.x != block.x:
        return None
    point = ground.locate(block.x, block.y)
    return Place(block.label, round(point.lat, 5), round(point.lon, 5), BLOCK_M)


def place_data(label: str, place: Place | None) -> dict[str, Any]:
    """A place as data, the position None where it is not known."""
    if place is None:
        return {"label": label, "lat": None, "lon": None, "radius_m": None}
    return {"label": label, "lat": place.lat, "lon": place.lon, "radius_m": place.radius_m}
