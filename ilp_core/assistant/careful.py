"""Careful: what no rule names and yet reads like danger, a call for care, or what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.assistant.intents import Candidate
from ilp_core.assistant.sayings import Likeness
from ilp_core.domain.questions import REFUSALS, Intent, Question

_CAREFUL: Final = frozenset({"emergency", "welfare", "refuse"})
#: The share of the words and the points from which likeness alone decides, and the fewest words that say enough
#: [this project's choice, by trial on messages that were kept apart].
_SURE_SHARE: Final = 0.8
_SURE_POINTS: Final = 2.6
_LEAST_WORDS: Final = 4
_LEAST_WORDS_OF_DANGER: Final = 3
#: From this share on what may not be stored is no tip, though "tip:" stands in front.
_PLAIN_SHARE: Final = 0.97
_TOLD: Final[frozenset[Intent]] = frozenset({"tip", "tip_amend", "concern"})


def by_likeness(text: str, likeness: Mapping[str, Likeness], best: Candidate | None) -> Question | None:
    """The question that a message reads like, where it is one of danger, of care or refused; None where it is none.

    Its words must be those of such sayings and of hardly any other, and speak louder than ``best``, whatever else was
    understood.
    """
    labels = [label for label in likeness if _intent(label) in _CAREFUL]
    if not labels:
        return None
    label = max(labels, key=lambda each: likeness[each].points)
    least = _LEAST_WORDS_OF_DANGER if label == "emergency" else _LEAST_WORDS
    together = sum(likeness[other].share for other in labels if _intent(other) == _intent(label))
    points = likeness[label].points
    if together < _SURE_SHARE or points < _SURE_POINTS or len(text.split()) < least:
        return None
    told = best is not None and best.intent in _TOLD and together >= _PLAIN_SHARE
    if best is not None and points <= best.score and not told:
        return None
    reason = next((each for each in REFUSALS if label == f"refuse:{each}"), None)
    if reason is not None:
        return Question("refuse", refusal=reason)
    return Question("emergency" if label == "emergency" else "welfare")


def _intent(label: str) -> str:
    return label.partition(":")[0]
