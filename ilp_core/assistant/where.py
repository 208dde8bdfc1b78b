"""Where, in areas: by kind and code, the caller's own, all of the force. An unknown code is asked back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ilp_core.assistant.lexicon import Lexicon, SmallKind
from ilp_core.assistant.spans import TAKEN, Span
from ilp_core.collect.places.names import PlaceNames
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import Area, AreaKind, AreaRef, area_key, spoken_number
from ilp_core.domain.questions import Clarify

_CODE: Final = r"[a-z]{0,2}\d{1,5}[a-z]{0,2}\d{0,3}"
#: 8th district, 3rd pct.
_NTH: Final = r"\d{1,3}(?:st|nd|rd|th)"
#: A bare code of four signs with a leading zero is a beat's and nothing else ("burgs in 0835").
_BARE: Final = re.compile(
    rf"(?<![\w:/#-])(?:(?P<lead>in|for|about|abt|bout|over|en)\s+(?:the\s+)?)?"
    rf"(?:(?P<short>[bd])?(?P<code>{_CODE})|(?P<nth>{_NTH}))(?![\w:/-])"
)
_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
}  # fmt: skip
FORCE: Final = AreaRef("force", "all")


def _no_parent(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Atlas:
    """The areas the desk knows, by kind and by the form in which spellings are equal, and the names of places.

    ``parent_of`` gives the district of a beat; ``names`` the gazetteer, None where there is none yet.
    """

    areas: Mapping[AreaKind, Mapping[str, AreaRef]] = field(default_factory=dict)
    outlines: Mapping[AreaRef, Area] = field(default_factory=dict)
    parent_of: Callable[[str], str | None] = _no_parent
    names: PlaceNames | None = None

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

    def district_of(self, area: AreaRef | None) -> AreaRef | None:
        """The district that holds a beat; any other area as it is."""
        if area is None or area.kind != "beat":
            return area
        code = self.parent_of(area.code)
        return self.canonical(AreaRef("district", code)) if code else area


def make_atlas(
    recorded: Mapping[AreaKind, Iterable[str]],
    areas: Iterable[Area],
    parent_of: Callable[[str], str | None] = _no_parent,
    names: PlaceNames | None = None,
) -> Atlas:
    """The spelling in incident records stands above the spelling of a boundary file."""
    known: dict[AreaKind, dict[str, AreaRef]] = {}
    outlines: dict[AreaRef, Area] = {}
    for kind, codes in recorded.items():
        known.setdefault(kind, {}).update((area_key(code), AreaRef(kind, code)) for code in codes if code)
    for area in areas:
        ref = known.setdefault(area.ref.kind, {}).setdefault(area_key(area.ref.code), area.ref)
        outlines[ref] = Area(ref, area.name, area.outline)
    by_kind = {kind: {**_by_number(codes.values()), **codes} for kind, codes in known.items()}
    return Atlas(by_kind, outlines, lru_cache(maxsize=4_096)(parent_of), names)


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
    """What the area words said."""

    area: AreaRef | None = None
    near_me: bool = False
    clarify: Clarify | None = None


def read_where(
    text: str, atlas: Atlas, lexicon: Lexicon, caller: Officer | None = None
) -> tuple[Whereabouts, tuple[Span, ...]]:
    """Read the area words of a normalised, masked message; returns them and where they stand."""
    for read in (_coded, _small, _bare):
        found = read(text, atlas, lexicon, caller)
        if found:
            return found
    return Whereabouts(), ()


_Found = tuple[Whereabouts, tuple[Span, ...]] | None


@lru_cache(maxsize=16)
def _coded_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    kinds = "|".join(re.escape(word) for word in sorted(words, key=lambda word: -len(word)))
    number = "|".join(_NUMBERS)
    return re.compile(
        rf"(?<![\w&/])(?:(?:the\s+)?(?P<nth>{_NTH})\s+(?P<kind_after>{kinds})"
        rf"|(?P<kind>{kinds})s?\s*[#:]?\s*(?:no\s+|number\s+)?(?P<code>{_CODE}|(?:{number})))(?![\w&/-]|:\d)"
    )


def _coded(text: str, atlas: Atlas, lexicon: Lexicon, _: Officer | None) -> _Found:
    matches = list(_coded_pattern(tuple(lexicon.areas)).finditer(text))
    # "hot zone 4 house breaks beat 0811": of several codes the first that is one.
    match = next((each for each in matches if _known(each, atlas, lexicon)), matches[0] if matches else None)
    if not match:
        return None
    kind = lexicon.areas[match["kind"] or match["kind_after"]]
    said = match["code"] or match["nth"][:-2]
    code = str(_NUMBERS.get(said, said))
    # Where the city has no areas of the kind that the word stands for, its nearest kind is meant.
    kinds: tuple[AreaKind, ...] = (kind, *(other for other in _INSTEAD[kind] if not atlas.areas.get(kind)))
    area = next((found for each in kinds if (found := atlas.find(each, code))), None)
    if area:
        return Whereabouts(area=area), (Span("area", match.start(), match.end(), match[0], str(area)),)
    named = next((each for each in kinds if atlas.areas.get(each)), kind)
    options = tuple(f"{named} {known}" for known in atlas.like(named, code))
    unknown = Whereabouts(area=AreaRef(kind, code), clarify=Clarify("area", options))
    return unknown, (Span("area", match.start(), match.end(), match[0], f"{kind}:{code}?"),)


def _known(match: re.Match[str], atlas: Atlas, lexicon: Lexicon) -> bool:
    kind = lexicon.areas[match["kind"] or match["kind_after"]]
    said = match["code"] or match["nth"][:-2]
    found = atlas.find(kind, str(_NUMBERS.get(said, said)))
    return found is not None and (len(found.code) == len(said) or kind != "beat")


_INSTEAD: Final[Mapping[AreaKind, tuple[AreaKind, ...]]] = {
    "beat": ("neighbourhood", "district"),
    "district": ("beat", "neighbourhood"),
    "neighbourhood": ("beat", "district"),
    "force": (),
}


def _small(text: str, atlas: Atlas, lexicon: Lexicon, caller: Officer | None) -> _Found:
    own = atlas.canonical(caller.area) if caller and caller.area else None
    meant: tuple[tuple[SmallKind, Whereabouts | None], ...] = (
        ("near_me", Whereabouts(near_me=True)),
        ("force", Whereabouts(area=FORCE)),
        ("own_district", Whereabouts(area=atlas.district_of(own)) if own else None),
        ("own_area", Whereabouts(area=own) if own else None),
    )
    for kind, found in meant:
        for phrase in lexicon.small[kind]:
            at = _place_of(phrase, text)
            if at is not None and found is not None:
                value = "near me" if found.near_me else str(found.area)
                return found, (Span("area", at, at + len(phrase), phrase, value),)
    return None


def _place_of(phrase: str, text: str) -> int | None:
    """Where ``phrase`` stands as whole words, or None."""
    at = text.find(phrase)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(phrase) : at + len(phrase) + 1]
        if before in ("", " ", TAKEN) and after in ("", " ", TAKEN):
            return at
        at = text.find(phrase, at + 1)
    return None


def _bare(text: str, atlas: Atlas, _: Lexicon, __: Officer | None) -> _Found:
    for match in _BARE.finditer(text):
        area = _area_of(match, atlas)
        if area:
            start = match.start("code") if match["code"] else match.start("nth")
            start -= len(match["short"] or "")
            return Whereabouts(area=area), (Span("area", start, match.end(), text[start : match.end()], str(area)),)
        code = match["code"]
        for kind in _KINDS:
            if code and not code.isdigit() and _shape(code) in _shapes(tuple(atlas.areas.get(kind, ()))):
                options = tuple(f"{kind} {known}" for known in atlas.like(kind, code))
                unknown = Whereabouts(area=AreaRef(kind, code.upper()), clarify=Clarify("area", options))
                return unknown, (Span("area", match.start("code"), match.end(), code, f"{kind}:{code}?"),)
    return None


_IN_THE: Final = re.compile(rf"(?<!\w)(?:in|en)\s+the\s+(?P<nth>{_NTH})(?!\w|\s+of)")


def read_nth(text: str, atlas: Atlas) -> tuple[Whereabouts, tuple[Span, ...]]:
    """``in the 11th``: a district, and no day of the month; read before times are."""
    match = _IN_THE.search(text)
    area = atlas.find("district", match["nth"][:-2]) if match else None
    if not match or not area:
        return Whereabouts(), ()
    return Whereabouts(area=area), (Span("area", match.start("nth"), match.end("nth"), match["nth"], str(area)),)


def _shape(code: str) -> str:
    """What a code looks like: its letters as a, its digits as 9."""
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "9", code.casefold()))


@lru_cache(maxsize=64)
def _shapes(codes: tuple[str, ...]) -> frozenset[str]:
    """How the codes of a kind look that hold letters and digits."""
    return frozenset(_shape(code) for code in codes if not code.isdigit() and not code.isalpha() and len(code) >= 4)


_KINDS: Final[tuple[AreaKind, ...]] = ("beat", "neighbourhood", "district")


def _area_of(match: re.Match[str], atlas: Atlas) -> AreaRef | None:
    """The area that a code without its kind stands for: a beat's whole code, a district's number after "in"."""
    if match["nth"]:
        return atlas.find("district", match["nth"][:-2]) if match["lead"] else None
    code = match["code"]
    if match["short"]:
        return atlas.find("beat" if match["short"] == "b" else "district", code) if code.isdigit() else None
    for kind in _KINDS:
        area = atlas.find(kind, code)
        # A number that only looks like a code of another length is none.
        if area and len(area.code) == len(code) and (len(code) >= 3 or match["lead"]):
            sure = not code.isdigit() or code.startswith("0") or len(code) == 4 or match["lead"]
            if sure:
                return area
    return atlas.find("district", code) if match["lead"] and code.isdigit() else None
