"""Disagreements and nominated spots in words: who answers by when, when a spot is scored, what each is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from ilp_core.assistant import phrasing
from ilp_core.assistant.local_figures import place_name, where_of
from ilp_core.assistant.when import Clock
from ilp_core.domain.local_knowledge import Disagreement, Nomination
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import parse_area
from ilp_core.domain.questions import Question
from ilp_core.words import local_knowledge, names


def noted_line(record: Disagreement, standing: bool, owner: str, clock: Clock) -> str:
    """What is said of a record: that it is noted, or stood already, and who answers by when."""
    overdue = record.overdue(clock.at)
    words = local_knowledge.NOTED
    if standing:
        words = local_knowledge.NOTED_OVERDUE if overdue else local_knowledge.NOTED_BEFORE
    return words.format(ref=record.ref, owner=owner, day=phrasing.day(record.due, clock.zone, clock.at))


def spot_line(spot: Nomination, standing: bool, zone: tzinfo, now: datetime) -> str:
    """What is said of a nominated spot."""
    what = ", ".join(names.offence(slug, 2) for slug in (spot.offences or ())[:3]) or local_knowledge.SPOT_ANY
    if spot.hours and not spot.hours.all_day:
        what = local_knowledge.SPOT_HOURS.format(what=what, hours=phrasing.hours(spot.hours))
    words = local_knowledge.SPOT_BEFORE if standing else local_knowledge.SPOT_KEPT
    day = phrasing.day(spot.until, zone, now)
    return words.format(ref=spot.ref, place=place_name(spot.place), what=what, day=day)


def owner_words(owner: str, officers: Sequence[Officer]) -> str:
    """Who answers, as an officer reads it: the role, the area and the badge, never a name."""
    named = next((each for each in officers if each.badge == owner), None)
    if named is None:
        return local_knowledge.OWNER_ROLES.get(owner, local_knowledge.OWNER_BADGE.format(badge=owner))
    if named.role == "supervisor" and named.area is None:
        return local_knowledge.OWNER_BADGE.format(badge=owner)
    words = local_knowledge.OWNERS.get(named.role, local_knowledge.OWNER_BADGE)
    return words.format(badge=owner, area=phrasing.area_name(named.area))


def subject_of(kept: Disagreement) -> str:
    """The name of the place or area that a kept disagreement is about, with a capital."""
    return where_of(Question("disagree", place=kept.place, area=kept.area))


def team_of(team: str) -> str:
    """A team as it is read: ``district 008``."""
    if not team:
        return local_knowledge.SCORE_AGENCY
    return phrasing.area_name(parse_area(team))
