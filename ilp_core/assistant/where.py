"""Where: areas by their code, and "near me". An unknown code is asked back, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ilp_core.assistant.normalise import cut, find_phrase
from ilp_core.domain.places import Area, AreaKind, AreaRef, area_key, spoken_number
from ilp_core.domain.questions import Clarify
from ilp_core.words.en.vocabulary import AREAS, NEAR_ME

_CODED: Final = re.compile(
    rf"(?<!\w)(?P<kind>{'|'.join(sorted(AREAS, key=len, reverse=True))})\s*#?\s*(?P<code>\d{{1,5}}[a-z]?)(?!\w)"
)
#: A bare number of four signs with a leading zero is a beat's code and nothing else ("burgs in 0835").
_BARE: Final = re.compile(r"(?<![\w:-])0\d{3}(?![\w:-])")


@dataclass(frozen=True, slots=True)
class Atlas:
    """The areas the desk knows, by kind and by the form in which spellings are equal."""

    areas: Mapping[AreaKind, Mapping[str, AreaRef]] = field(default_factory=dict)
    outlines: Mapping[AreaRef, Area] = field(default_factory=dict)

    def find(self, kind: AreaKind, code: str) -> AreaRef | None:
        """The canonical area of that code, or None."""
        return self.areas.get(kind, {}).get(area_key(code))

    def like(self, kind: AreaKind, code: str) -> list[str]:
        """Up to three codes that look most like ``code``, the likest first."""
        known = {key: ref.code for key, ref in self.areas.get(kind, {}).items()}
        nearest = process.extract(
            area_key(code), list(known), scorer=OSA.normalized_similarity, limit=3, score_cutoff=0.5
        )
        return list(dict.fromkeys(known[key] for key, _, _ in nearest))

    def canonical(self, area: AreaRef) -> AreaRef:
        """``area`` in the spelling that records use, where they know it."""
        return self.find(area.kind, area.code) or area


def make_atlas(recorded: Mapping[AreaKind, Iterable[str]], areas: Iterable[Area]) -> Atlas:
    """The spelling in incident records stands above the spelling of a boundary file."""
    known: dict[AreaKind, dict[str, AreaRef]] = {}
    outlines: dict[AreaRef, Area] = {}
    for kind, codes in recorded.items():
        known.setdefault(kind, {}).update((area_key(code), AreaRef(kind, code)) for code in codes if code)
    for area in areas:
        ref = known.setdefault(area.ref.kind, {}).setdefault(area_key(area.ref.code), area.ref)
        outlines[ref] = Area(ref, area.name, area.outline)
    return Atlas({kind: {**_by_number(codes.values()), **codes} for kind, codes in known.items()}, outlines)


def _by_number(areas: Iterable[AreaRef]) -> dict[str, AreaRef]:
    """Areas whose code is a word and a number by the number alone, where no two have the same."""
    found: dict[str, list[AreaRef]] = {}
    for area in areas:
        number = spoken_number(area.code)
        if number:
            found.setdefault(area_key(number), []).append(area)
    return {number: same[0] for number, same in found.items() if len(same) == 1}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the place words said."""

    area: AreaRef | None = None
    near_me: bool = False
    clarify: Clarify | None = None


def read_where(text: str, atlas: Atlas) -> tuple[Whereabouts, str]:
    """Read the area words of a normalised message; returns them and the words left over."""
    coded = _CODED.search(text)
    if coded:
        kind: AreaKind = "beat" if AREAS[coded["kind"]] == "beat" else "district"
        return _resolved(kind, coded["code"], atlas), cut(text, coded)
    bare = _BARE.search(text)
    if bare and atlas.find("beat", bare[0]):
        return _resolved("beat", bare[0], atlas), cut(text, bare)
    for phrase in NEAR_ME:
        match = find_phrase(phrase, text)
        if match:
            return Whereabouts(near_me=True), cut(text, match)
    return Whereabouts(), text


def _resolved(kind: AreaKind, code: str, atlas: Atlas) -> Whereabouts:
    area = atlas.find(kind, code)
    if area:
        return Whereabouts(area=area)
    options = tuple(f"{kind} {known}" for known in atlas.like(kind, code))
    return Whereabouts(area=AreaRef(kind, code), clarify=Clarify("area", options))
