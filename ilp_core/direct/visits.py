"""The visit a place calls for: what to do there, by the offence that makes it hot."""

from __future__ import annotations

from collections.abc import Mapping

from ilp_core.words import answers


def visit_for(offences: Mapping[str, int]) -> str:
    """What to do at a place, by the most frequent of its ``offences`` (slug to count).

    Length and rhythm are the same everywhere (Koper 1995: 10 to 15 minutes, at random; doctrine 3.6), so they
    are said once per answer and not here.
    """
    if not offences:
        return answers.ACTION_OTHER
    largest = min(offences, key=lambda slug: (-offences[slug], slug))
    return answers.ACTIONS.get(largest, answers.ACTION_OTHER)
