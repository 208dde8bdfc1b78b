"""Which intent: every candidate with its score, from the phrase table and from what else stands in the message.

A candidate's score is the weight of its strongest phrase, a little for every further one, and what the spans add.
All of it is kept, so that ``beatdesk ask --explain`` shows why a message was read as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ilp_core.assistant.phrases import Hit
from ilp_core.assistant.place_names import PlaceFound
from ilp_core.assistant.references import References
from ilp_core.assistant.sayings import Likeness
from ilp_core.assistant.tip_cues import tip_score
from ilp_core.assistant.when import Reading
from ilp_core.assistant.where import Whereabouts
from ilp_core.domain.questions import INTENTS, Intent, Weighting

#: Below this nothing is understood [this project's choice].
LEAST_SCORE: Final = 2.4
#: Each further phrase of the same intent, three at most.
_FURTHER: Final = 0.35
_MOST_FURTHER: Final = 3
#: Of two equal phrases the longer one knows more: per sign.
_PER_SIGN: Final = 0.03
_MOST_SIGNS: Final = 18
#: What begins a message says more of it than what stands in the middle.
_IN_FRONT: Final = 0.4
#: What a word with a colon in front decides: "tip: …", "add: …".
_LABEL: Final = 4.0
_LABELLED: Final[frozenset[Intent]] = frozenset({"tip", "tip_amend", "concern", "disagree"})


@dataclass(frozen=True, slots=True)
class Found:
    """What the readers found in one message."""

    text: str
    references: References = field(default_factory=References)
    when: Reading = field(default_factory=Reading)
    where: Whereabouts = field(default_factory=Whereabouts)
    place: PlaceFound = field(default_factory=PlaceFound)
    offences: tuple[str, ...] | None = None
    weighting: Weighting | None = None
    left: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    direction: bool = False

    @property
    def past(self) -> bool:
        """True where the words limit the past: a window, hours or weekdays."""
        when = self.when
        return when.evidence is not None or (when.hours is not None and when.advice is None) or bool(when.weekdays)

    @property
    def located(self) -> bool:
        """True where a place was named, one or several."""
        return self.place.entry is not None or self.place.clarify is not None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent that a message may have, how strongly, and what speaks for it."""

    intent: Intent
    score: float
    because: tuple[str, ...]
    phrased: float = 0.0
    """The weight of its strongest phrase; 0 where only spans speak for it."""


def candidates(
    found: Found, hits: Sequence[Hit], likeness: Mapping[str, Likeness] = MappingProxyType({})
) -> list[Candidate]:
    """Every intent that anything speaks for, the strongest first."""
    scores: defaultdict[Intent, float] = defaultdict(float)
    because: defaultdict[Intent, list[str]] = defaultdict(list)
    phrased: dict[Intent, float] = {}
    for intent, own in _by_intent(hits).items():
        strongest = max(own, key=lambda hit: (_weight(hit), hit.end - hit.start))
        further = min(_MOST_FURTHER, len(_apart(own)) - 1)
        phrased[intent] = strongest.phrase.weight
        scores[intent] = (
            _weight(strongest) + _FURTHER * further + _PER_SIGN * min(_MOST_SIGNS, strongest.end - strongest.start)
        )
        because[intent] += [f"“{found.text[hit.start : hit.end]}” {hit.phrase.weight:g}" for hit in own]
        if intent in _LABELLED and any(hit.start == 0 and ":" in found.text[hit.start : hit.end + 1] for hit in own):
            scores[intent] += _LABEL
            because[intent].append(f"label {_LABEL:g}")
    for intent, points, why in _spoken_for(found, hits):
        scores[intent] += points
        because[intent].append(f"{why} {points:+g}")
    for intent in INTENTS:
        like = likeness.get(intent)
        if like is None:
            continue
        scores[intent] += like.points
        because[intent].append(
            f"said like “{like.nearest}” {like.points:+g}" if like.nearest else f"words {like.points:+g}"
        )
    ranked = [
        Candidate(intent, round(score, 2), tuple(because[intent]), phrased.get(intent, 0.0))
        for intent, score in scores.items()
    ]
    return sorted(ranked, key=lambda each: (-each.score, each.intent))


def _weight(hit: Hit) -> float:
    return hit.phrase.weight + _IN_FRONT * hit.phrase.text.startswith("^")


def _by_intent(hits: Sequence[Hit]) -> dict[Intent, list[Hit]]:
    found: dict[Intent, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.phrase.intent, []).append(hit)
    return found


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """Hits that do not lie within another one."""
    longest_first = sorted(hits, key=lambda hit: hit.start - hit.end)
    apart: list[Hit] = []
    for hit in longest_first:
        if not any(other.start <= hit.start and hit.end <= other.end for other in apart):
            apart.append(hit)
    return apart


#: A phrase of this weight leaves no doubt.
_SURE: Final = 4.0
_ANYTHING: Final = ("anything", "anythin", "any", "algo", "nething", "something")


def _spoken_for(found: Found, hits: Sequence[Hit]) -> list[tuple[Intent, float, str]]:
    """What the spans add: an intent, points, and why."""
    said: list[tuple[Intent, float, str]] = []
    hot = any(hit.phrase.intent == "hotspots" for hit in hits)
    surely_hot = any(hit.phrase.intent == "hotspots" and hit.phrase.weight >= _SURE for hit in hits)
    asks_any = found.text.startswith(_ANYTHING)
    if found.when.compare:
        said.append(("trend", 3.5, "compares"))
    if found.offences and found.past and not hot:
        said.append(("trend", 3.2, "an offence and a past window"))
    elif found.offences and not found.located and asks_any:
        said.append(("priorities", 4.2, "anything on an offence"))
    elif found.offences and not found.located:
        said.append(("hotspots", 2.8, "an offence"))
    elif found.past and found.where.area and not found.located:
        said.append(("trend", 2.5, "an area and a past window"))
    elif (found.where.area or found.when.advice) and not found.located:
        said.append(("hotspots", 2.4, "an area or a coming shift"))
    elif found.past and not found.located:
        said.append(("trend", 2.4, "a past window"))
    if found.weighting and not found.when.compare:
        said.append(("hotspots", 3.0, "a ranking"))
    if found.where.near_me:
        said.append(("hotspots", 2.8, "near me"))
    if found.located and surely_hot:
        said.append(("hotspots", 4.0, "hot, and a place"))
    if found.located:
        said.append(("place", 2.8 if not found.offences else 2.6, "a place"))
    if not found.located and not found.place.unknown and any(hit.phrase.intent == "place" for hit in hits):
        said.append(("place", -1.5, "no place named"))
        if found.where.area or found.where.near_me:
            said.append(("hotspots", 1.6, "an area, no place"))
    if found.references.item is not None:
        said.append(("why", 2.5, "an item of a list"))
    points, kinds = tip_score(found.text)
    if kinds and points:
        said.append(("tip", points, f"tells of {', '.join(kinds)}"))
    return said
