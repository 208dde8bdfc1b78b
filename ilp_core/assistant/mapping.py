"""The map of a list: the stored outlines, the streets that records name, and numbered places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ilp_core.assistant import phrasing
from ilp_core.assistant.hotspots import Hotspots
from ilp_core.assistant.spots import Spot
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import Atlas
from ilp_core.domain.answers import MapArea, MapMark, MapStreet, MapView
from ilp_core.domain.blocks import parse_block, street_label
from ilp_core.domain.places import AreaRef, Point
from ilp_core.domain.questions import Question
from ilp_core.words import answers

#: Two blocks of one street are drawn as one line where their hundreds are this near.
LINKED_HUNDREDS: Final = 300


def draw(
    found: Hotspots,
    shown: Iterable[tuple[int, Spot]],
    blocks: Mapping[str, tuple[float, float]],
    locate: Callable[[float, float], Point],
    atlas: Atlas,
    clock: Clock,
    code: str,
    source: str,
) -> MapView:
    """What to draw for the places of a list, and the same in words."""
    marks = tuple(MapMark(number, spot.place) for number, spot in shown)
    area = found.wider_area or found.question.area
    when = phrasing.span(found.question.advice, clock.zone, clock.at) if found.question.advice else ""
    return draw_marks(marks, found.question, area, when, blocks, locate, atlas, clock, code, source)


def draw_marks(
    marks: tuple[MapMark, ...],
    question: Question,
    area: AreaRef | None,
    when: str,
    blocks: Mapping[str, tuple[float, float]],
    locate: Callable[[float, float], Point],
    atlas: Atlas,
    clock: Clock,
    code: str,
    source: str,
) -> MapView:
    """What to draw for numbered places of any answer, and the same in words."""
    named = area is None and question.place is not None
    where = phrasing.place_name(question.place) if named and question.place else phrasing.area_name(area)
    places = ", ".join(answers.MAP_PLACE.format(number=mark.number, label=mark.place.label) for mark in marks)
    evidence = question.evidence
    assert evidence is not None
    return MapView(
        title=answers.MAP_TITLE.format(where=where[:1].upper() + where[1:], when=when),
        source=answers.MAP_SOURCE.format(
            source=source or answers.MAP_SOURCE_OWN,
            when=phrasing.day_clock(evidence.end, clock.zone, clock.at),
            code=code,
        ),
        marks=marks,
        areas=_outlines(area, atlas),
        streets=tuple(_streets(blocks, locate)),
        text=answers.MAP_TEXT.format(where=where, places=places),
    )


def _outlines(area: AreaRef | None, atlas: Atlas) -> tuple[MapArea, ...]:
    stored = atlas.outlines.get(area) if area else None
    if stored is None or stored.outline is None:
        return ()
    return (MapArea(stored.ref.code, stored.outline),)


def _streets(
    blocks: Mapping[str, tuple[float, float]], locate: Callable[[float, float], Point]
) -> Iterable[MapStreet]:
    """Streets as the lines through the middles of their blocks, in order of house numbers."""
    along: dict[str, list[tuple[int, float, float]]] = {}
    for text, (x, y) in blocks.items():
        block = parse_block(text)
        if block:
            along.setdefault(block.street, []).append((block.number, x, y))
    for street, points in sorted(along.items()):
        line: list[tuple[int, float, float]] = []
        for point in sorted(points):
            if line and point[0] - line[-1][0] > LINKED_HUNDREDS:
                yield from _line(street, line, locate)
                line = []
            line.append(point)
        yield from _line(street, line, locate)


def _line(
    street: str, points: list[tuple[int, float, float]], locate: Callable[[float, float], Point]
) -> Iterable[MapStreet]:
    if len(points) >= 2:
        yield MapStreet(street_label(street), tuple(locate(x, y) for _, x, y in points))
