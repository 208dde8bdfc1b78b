"""Where, in places: crossings, blocks, addresses, premises and landmarks, found among a message's words.

Only stretches that look like a place are looked up: words the city's own names hold, words after "at" or "near", a
number before a street, two streets side by side. What fits several places well is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ilp_core.assistant.lexicon import Lexicon
from ilp_core.assistant.spans import TAKEN, Span
from ilp_core.collect.places.names import Match, PlaceNames
from ilp_core.domain.gazetteer import Entry
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Clarify
from ilp_core.words.en import places as spelling

_TOKEN: Final = re.compile(rf"[^\s{TAKEN}]+|{TAKEN}+")
_ORDINAL: Final = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
_NUMBER: Final = re.compile(r"\d{1,5}x{0,2}")
_JOIN: Final = frozenset({"&", "and", "@", "/", "x", "+", "y"})
_TYPES: Final = frozenset(
    word for short, others in spelling.STREET_TYPES.items() for word in (short, *others.split()) if len(word) > 1
)
_POINTS: Final = frozenset(word for short, others in spelling.COMPASS.items() for word in (short, *others.split()))
#: "No" and "so" are compass points on street signs only.
_COMPASS: Final = _POINTS - {"no", "so"}
_BLOCK: Final = spelling.BLOCK_WORDS | {"hundred", "hundreds"}
#: After one of these a place is named.
_PREP: Final = frozenset({
    "at", "on", "near", "nr", "by", "around", "outside", "off", "along", "behind", "opposite", "of", "inside", "from",
    "towards", "toward", "past", "the", "onto", "over", "round", "down", "up", "between", "btwn", "to", "xst",
    "corner", "en", "cerca", "por", "n/o", "s/o", "e/o", "w/o", "just",
})  # fmt: skip

#: How well a stretch must fit: one with two streets or a block, one after a preposition, one that merely stands
#: there, and an everyday word after a preposition [this project's choice; scores of the gazetteer, 60 to 100].
_FITS: Final = {"pair": 74.0, "block": 74.0, "led": 80.0, "bare": 90.0, "weak": 95.0}
#: Matches this near to the best one, farther from it than this, are as good: the caller chooses.
_AS_GOOD: Final = 1.0
_APART_DEGREES: Final = 0.005
_MOST_OPTIONS: Final = 4
_MOST_LOOKED_UP: Final = 5
#: The least that a place reaches, in metres: a corner and its four sides.
LEAST_REACH_M: Final = 150


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that look like a place. ``shape`` says why: a pair of streets, a block, after a preposition, or bare."""

    start: int
    end: int
    text: str
    shape: str


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place that words name, or what to choose among; ``unknown`` are words after "at" that no place has."""

    entry: Entry | None = None
    clarify: Clarify | None = None
    unknown: str | None = None
    score: float = 0.0

    @property
    def place(self) -> Place | None:
        """The place as it goes into a question."""
        if self.entry is None:
            return None
        entry = self.entry
        # A block as records spell it, so that it is found in any other list of theirs.
        label = entry.key.partition("#")[0].strip() if entry.kind == "block" else entry.label
        street = entry.key if entry.kind == "street" else ""
        return Place(label, entry.lat, entry.lon, max(entry.radius_m, LEAST_REACH_M), street)

    @property
    def area(self) -> AreaRef | None:
        """The area, where the name is that of one."""
        if self.entry is None or self.entry.kind != "area":
            return None
        kind, _, code = self.entry.key.partition(":")
        return AreaRef(kind, code)  # type: ignore[arg-type]  # keys of areas hold the kind


def read_place(
    text: str, names: PlaceNames | None, lexicon: Lexicon, near: AreaRef | None
) -> tuple[PlaceFound, tuple[Span, ...]]:
    """The place that a normalised, masked message names, and where it stands; nothing where it names none."""
    if names is None:
        return PlaceFound(), ()
    unknown: Stretch | None = None
    for stretch in stretches(text, names, lexicon)[:_MOST_LOOKED_UP]:
        matches = names.find(stretch.text, near, _MOST_OPTIONS + 4)
        if stretch.shape == "weak":
            matches = [match for match in matches if _is_in(match.entry, near) or match.entry.kind == "landmark"]
        best = matches[0] if matches else None
        if best and best.score >= _FITS[stretch.shape] and _right_kind(stretch, best):
            span = Span("place", stretch.start, stretch.end, stretch.text, best.entry.label, best.score / 100)
            return _chosen(matches, near), (span,)
        if stretch.shape == "pair" and (streets := _two_streets(stretch.text, names, near)):
            span = Span("place", stretch.start, stretch.end, stretch.text, " / ".join(streets), 0.5)
            return PlaceFound(clarify=Clarify("place", streets)), (span,)
        if unknown is None and stretch.shape not in ("bare", "weak"):
            unknown = stretch
    if unknown:
        span = Span("place", unknown.start, unknown.end, unknown.text, "?", 0.0)
        return PlaceFound(unknown=unknown.text), (span,)
    return PlaceFound(), ()


def _two_streets(pair: str, names: PlaceNames, near: AreaRef | None) -> tuple[str, ...]:
    """The two streets of a corner that is not on file, where both are streets: to choose from; else nothing."""
    sides = re.split(r"\s(?:&|and|n|@|/|x|\+|y)\s", pair, maxsplit=1)
    best = [next(iter(names.find(side, near, 1)), None) for side in sides]
    streets = [
        match.entry.label for match in best if match and match.score >= _FITS["led"] and match.entry.kind == "street"
    ]
    # Of a corner whose one street is unknown the other is offered, and not taken.
    return tuple(dict.fromkeys(streets))


def _right_kind(stretch: Stretch, best: Match) -> bool:
    return best.entry.kind == "crossing" or stretch.shape != "pair" or best.entry.kind in ("premise", "landmark")


def _chosen(matches: Sequence[Match], near: AreaRef | None) -> PlaceFound:
    best = matches[0]
    if best.entry.kind == "area" or _is_in(best.entry, near):
        return PlaceFound(best.entry, score=best.score)
    as_good = [
        match
        for match in matches[1:]
        if best.score - match.score <= _AS_GOOD and match.entry.kind == best.entry.kind and _apart(match, best)
    ]
    if not as_good:
        return PlaceFound(best.entry, score=best.score)
    options = tuple(dict.fromkeys(option(match.entry) for match in (best, *as_good)))[:_MOST_OPTIONS]
    if len(options) < 2:
        return PlaceFound(best.entry, score=best.score)
    return PlaceFound(clarify=Clarify("place", options), score=best.score)


def option(entry: Entry) -> str:
    """How a place is offered: its label, and the area that tells it from others of its name."""
    where = f"beat {entry.beat}" if entry.beat else f"district {entry.district}" if entry.district else ""
    return f"{entry.label}, {where}" if where else entry.label


def _apart(one: Match, other: Match) -> bool:
    lat = abs(one.entry.lat - other.entry.lat)
    return max(lat, abs(one.entry.lon - other.entry.lon)) > _APART_DEGREES


def _is_in(entry: Entry, near: AreaRef | None) -> bool:
    return near is not None and (
        str(near) in entry.areas
        or (near.kind == "beat" and entry.beat == near.code)
        or (near.kind == "district" and entry.district == near.code)
    )


#: What each word of a message may be of a place, as one letter.
#: N number, C compass point, O ordinal, K a name in the city's places, k one that is an everyday word too, U an
#: unknown word, T street type, B block, J a word that joins two streets, P a word before a place, X read already,
#: - any other.
_SIDE: Final = "C?(?:[OK][OKk]{0,2}|kT|Ck)T?C?"
_SHAPES: Final = (
    ("block", re.compile("NB+P?C?[OKkU][OKk]{0,2}T?|NC[OKkU][OKk]{0,2}T?|N[OK][OKk]{0,2}T?|NkT")),
    ("pair", re.compile(f"(?:{_SIDE}|k|U)J(?:{_SIDE}|k|U)")),
    ("pair", re.compile(f"{_SIDE}P{{1,3}}C?{_SIDE}")),
    ("pair", re.compile(f"(?<=P)[kU]P{{1,2}}{_SIDE}")),
    ("pair", re.compile("(?<=P)[OK]C?[OK]")),
    ("led", re.compile(f"(?<=P)(?:{_SIDE}|U[UKk]{{0,2}}T?|kT|[-k]U)")),
    ("bare", re.compile(_SIDE)),
    # Everyday words together may be a landmark: union hall.
    ("weak", re.compile("(?<=P)k{2,3}(?!U)")),
    ("weak", re.compile("(?<=P)k(?!U)")),
)


#: What lies within a stretch of these shapes is tried by itself too.
_UNSURE: Final = ("pair", "weak")


def stretches(text: str, names: PlaceNames, lexicon: Lexicon) -> list[Stretch]:
    """The stretches of a masked message that look like a place, the surest first; none lies within another."""
    tokens = list(_tokens(text, names))
    letters = _letters([token for token, _, _ in tokens], names, lexicon)
    found: list[Stretch] = []
    for shape, pattern in _SHAPES:
        for match in pattern.finditer(letters):
            start, end = tokens[match.start()][1], tokens[match.end() - 1][2]
            inside = any(other.start <= start and end <= other.end for other in found if other.shape not in _UNSURE)
            if match.end() > match.start() and not inside:
                found.append(Stretch(start, end, _plain(text[start:end], match[0], shape), shape))
    return found


def _tokens(text: str, names: PlaceNames) -> Iterator[tuple[str, int, int]]:
    """The words of a text and where they stand; two streets that a stroke joins are three: 79th/western."""
    for match in _TOKEN.finditer(text):
        word, start = match[0], match.start()
        left, stroke, right = word.partition("/")
        if left and right and all(_ORDINAL.fullmatch(side) or names.knows(side) for side in (left, right)):
            middle = start + len(left)
            yield from ((left, start, middle), (stroke, middle, middle + 1), (right, middle + 1, match.end()))
        else:
            yield word, start, match.end()


def _plain(words: str, letters: str, shape: str) -> str:
    """What is looked up: of two streets that stand beside each other, with what joins them put between."""
    if shape != "pair" or "J" in letters:
        return words
    parts = words.split()
    if "P" not in letters:
        return f"{parts[0]} & {' '.join(parts[1:])}"
    first, last = letters.index("P"), letters.rindex("P")
    return f"{' '.join(parts[:first])} & {' '.join(parts[last + 1 :])}"


def _letters(words: Sequence[str], names: PlaceNames, lexicon: Lexicon) -> str:
    letters = ""
    for at, word in enumerate(words):
        before = letters[-1:]
        after = words[at + 1] if at + 1 < len(words) else ""
        letters += _letter(word, before, after, names, lexicon)
    return letters


def _letter(word: str, before: str, after: str, names: PlaceNames, lexicon: Lexicon) -> str:
    if word.startswith(TAKEN):
        return "X"
    if _ORDINAL.fullmatch(word):
        return "O"
    if _NUMBER.fullmatch(word):
        return "N"
    if word in _BLOCK:
        return "B"
    if word == "n":
        # North after a number or a preposition, and where no street stands before; else it joins two streets.
        return "C" if before in ("N", "B", "P", "-", "X", "") and after else "J"
    if word in _COMPASS:
        # North Avenue is a street: after a number or a compass point, and beside another street.
        named = len(word) > 2 and (
            before in ("N", "C", "J", "P") or after in _TYPES or after in _JOIN or after == "n"
        )
        return "k" if named and names.knows(word) else "C"
    if after in _TYPES and word in lexicon.everyday and word not in _PREP and names.knows(word):
        return "k"
    if word in _JOIN:
        return "J"
    if word in _PREP or (word in ("la", "el", "de", "del") and before == "P"):
        return "P"
    if word in _TYPES and before in ("K", "O", "k", "U"):
        return "T"
    everyday = word in lexicon.everyday
    if any(sign.isdigit() for sign in word) or len(word) < 3 or word in lexicon.filler:
        return "-"
    if names.knows(word):
        return "k" if everyday else "K"
    return "-" if everyday else "U"
