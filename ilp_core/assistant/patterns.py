"""Patterns: what is open in an area now, of clusters, possible series and rises, one of each first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from ilp_core.analyse.hotspots import parent_of
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.analyse.open_patterns import (
    OpenPatterns,
    figures_of,
    open_patterns,
    search_later,
    series_if_ready,
    series_of,
)
from ilp_core.analyse.patterns.emerging import Emerging
from ilp_core.analyse.patterns.series import PossibleSeries, SeriesFinding
from ilp_core.assistant.hotspots import Ground, scope_of
from ilp_core.assistant.trend import limits_of
from ilp_core.assistant.when import Clock
from ilp_core.domain.questions import Question

OpenPattern = MicroTime | PossibleSeries | Emerging


@dataclass(frozen=True, slots=True)
class Patterns:
    """A question and what is open where it asks, in the order of the list."""

    question: Question
    found: OpenPatterns
    district: str | None

    @property
    def figures(self) -> dict[str, Any]:
        """Every number behind the answer, for its receipt."""
        return figures_of(self.found)

    @property
    def listed(self) -> tuple[OpenPattern, ...]:
        """All patterns, the surest of each kind before the second of any."""
        kinds = (self.found.micro, self.found.series or (), self.found.emerging)
        return tuple(each for row in zip_longest(*kinds) for each in row if each is not None)


def look(question: Question, ground: Ground, clock: Clock, *, wait: bool = False) -> Patterns:
    """What is open in the question's scope. Where the search for series is not done it is begun, or, with ``wait``,
    waited for."""
    city, at = ground.city, clock.at.timestamp()
    district = _district(question, ground)
    searched = None
    if district is not None:
        searched = series_of(city, district, at) if wait else series_if_ready(city, district, at)
        if searched is None:
            search_later(city, district, at)
    return _found(question, ground, clock, district, searched)


def once_more(question: Question, ground: Ground, clock: Clock, figures: Mapping[str, Any]) -> Patterns:
    """The same again: with the series where they were told then, however long that takes."""
    district = _district(question, ground)
    told = figures.get("series") is not None
    searched = series_of(ground.city, district, clock.at.timestamp()) if told and district is not None else None
    return _found(question, ground, clock, district, searched)


def _found(
    question: Question, ground: Ground, clock: Clock, district: str | None, searched: SeriesFinding | None
) -> Patterns:
    scope = scope_of(question, ground, question.area)
    found = open_patterns(ground.city, scope, district, limits_of(question), clock.at.timestamp(), searched)
    return Patterns(question, found, district)


def _district(question: Question, ground: Ground) -> str | None:
    """The district that the question's area is or lies in."""
    area = question.area
    if area is None:
        return None
    if area.kind == "district":
        return area.code
    return parent_of(ground.city, area.code) if area.kind == "beat" else None
