"""Fuzzy look-up of places: "5th & main", "1200 blk elm", "the shell on 3rd", "bt 7", "south end" to entries.

Names are taken apart once; a look-up compares the few words asked with the distinct words of all names and then with
the entries that hold them, never with every entry. The same question on the same entries has the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ilp_core.collect.places.cores import Core, Cores
from ilp_core.collect.places.own_area import OwnArea
from ilp_core.collect.places.readings import Reading, as_street, readings
from ilp_core.collect.places.words import Name, named, words
from ilp_core.domain.gazetteer import Entry, EntryKind
from ilp_core.domain.places import AreaRef, area_key
from ilp_core.words.en import places

#: Matches below this are none [this project's choice].
LEAST_SCORE: Final = 60.0
#: What differs costs, in points of 100: a compass point or a type that is not asked and is there hardly anything, one
#: that is asked and is not there a little, another one much [this project's choice].
_OTHER_COMPASS: Final = 22.0
_OTHER_TYPE: Final = 12.0
_ABSENT_COMPASS: Final = 4.0
_ABSENT_TYPE: Final = 3.0
_UNASKED: Final = 0.5
#: A brand says which kind of premises, not which one; a whole street is not the block that was asked for.
_BRAND: Final = 15.0
_STREET_FOR_BLOCK: Final = 15.0
#: A code without its kind may be anything.
_BARE_CODE: Final = 10.0
#: The caller's own area comes first among matches that are this near to each other.
_OWN: Final = 3.0
#: Candidates followed up for each name asked.
_CANDIDATES: Final = 12
#: A landmark stands on a street with a block nearer than its own reach and this, in degrees of latitude (150 m).
_BESIDE: Final = 0.00135
#: Of equals, what an officer more likely means comes first.
_ORDER: Final[dict[EntryKind, int]] = {
    "landmark": 0, "area": 1, "crossing": 2, "street": 3, "block": 4, "premise": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and how well it fits what was asked, 60 to 100."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class _Held:
    """An entry's place in the list, and one of its names: compass and type of each street it is known by."""

    at: int
    left: Name
    right: Name | None = None


class PlaceNames:
    """The names of all entries, ready for look-up; ``find`` may be called from one thread at a time."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Take the names apart: half a second for 60,000 entries."""
        self._entries = tuple(entries)
        self._cores = Cores()
        self._kinds = Cores()
        self._names: defaultdict[int, list[_Held]] = defaultdict(list)
        self._blocks: defaultdict[tuple[int, int], list[_Held]] = defaultdict(list)
        self._on_street: defaultdict[int, list[int]] = defaultdict(list)
        self._pairs: defaultdict[tuple[int, int], list[_Held]] = defaultdict(list)
        self._premises: defaultdict[int, list[int]] = defaultdict(list)
        self._premises_on: defaultdict[tuple[int, int], list[_Held]] = defaultdict(list)
        self._codes: defaultdict[str, list[int]] = defaultdict(list)
        self._areas: dict[tuple[str, str], int] = {}
        self._taken: dict[str, tuple[int, Name] | None] = {}
        for at, entry in enumerate(self._entries):
            self._take(at, entry)
        self._cores.ready()
        self._kinds.ready()

    def find(self, text: str, near: AreaRef | None = None, limit: int = 5) -> list[Match]:
        """The entries that ``text`` names, best first, at most ``limit``; of equals those in ``near`` first."""
        scores: dict[int, float] = {}
        found: dict[Core, list[tuple[int, float]]] = {}
        for reading in readings(text):
            for at, score in self._read(reading, found):
                if score >= LEAST_SCORE and score > scores.get(at, 0.0):
                    scores[at] = score
        own = self._own(near)
        ranked = sorted(scores, key=lambda at: self._rank(at, scores[at], own))
        return [Match(self._entries[at], round(scores[at], 1)) for at in ranked[:limit]]

    def knows(self, word: str) -> bool:
        """True where a street, a landmark or an area holds ``word``, as it is or in another spelling."""
        spelled = words(word)
        return bool(spelled) and all(self._cores.holds(each) for each in spelled)

    # Taking apart

    def _take(self, at: int, entry: Entry) -> None:
        if entry.kind == "block":
            number, _, street = entry.label.partition(" blk ")
            side = self._side(street)
            if side and number.isdigit():
                self._blocks[side[0], int(number)].append(_Held(at, side[1]))
                self._on_street[side[0]].append(at)
        elif entry.kind == "crossing":
            for label in (entry.label, *entry.aliases):
                self._take_pair(at, label)
        elif entry.kind == "premise":
            self._take_premise(at, entry)
        else:
            for name in (entry.label, *entry.aliases):
                side = self._side(name)
                if side:
                    self._names[side[0]].append(_Held(at, side[1]))
            if entry.kind == "area":
                kind, _, code = entry.key.partition(":")
                self._areas[kind, area_key(code)] = at
                self._codes[area_key(code)].append(at)

    def _take_pair(self, at: int, label: str) -> None:
        left, _, right = label.partition(" & ")
        one, other = self._side(left), self._side(right)
        if one and other:
            self._pairs[one[0], other[0]].append(_Held(at, one[1], other[1]))
            self._pairs[other[0], one[0]].append(_Held(at, other[1], one[1]))

    def _take_premise(self, at: int, entry: Entry) -> None:
        kind, _, block = entry.label.partition(", ")
        core = _premise_core(words(kind))
        if not core:
            return
        number = self._kinds.add(core)
        self._premises[number].append(at)
        side = self._side(block.partition(" blk ")[2]) if block else None
        if side:
            self._premises_on[number, side[0]].append(_Held(at, side[1]))

    def _side(self, text: str) -> tuple[int, Name] | None:
        """A name's core by number, and the name; each text is taken apart once."""
        if text not in self._taken:
            name = named(words(text))
            self._taken[text] = (self._cores.add(name.core), name) if name else None
        return self._taken[text]

    # Looking up

    def _read(self, reading: Reading, found: dict[Core, list[tuple[int, float]]]) -> Iterator[tuple[int, float]]:
        """What one reading finds: places in the list of entries and scores."""
        if reading.kind == "code":
            yield from self._by_code(*reading.left)
            return
        if reading.kind == "pair":
            yield from self._crossing(reading, found)
            yield from self._premise_on(reading, found)
            return
        if reading.kind == "block":
            yield from self._block(reading, found)
            return
        yield from self._by_name(reading.left, found)
        for kind, fit, cost in self._kinds_of(reading.left):
            yield from ((at, 100 * fit - cost) for at in self._premises[kind])

    def _cores_of(
        self, spelled: Sequence[str], found: dict[Core, list[tuple[int, float]]]
    ) -> tuple[Name, list[tuple[int, float]]] | None:
        name = named(as_street(spelled))
        if name is None:
            return None
        if name.core not in found:
            found[name.core] = self._cores.find(name.core, _CANDIDATES)
        return name, found[name.core]

    def _by_name(
        self, spelled: Sequence[str], found: dict[Core, list[tuple[int, float]]]
    ) -> Iterator[tuple[int, float]]:
        side = self._cores_of(spelled, found)
        if side:
            for core, fit in side[1]:
                yield from ((held.at, 100 * fit - _differs(side[0], held.left)) for held in self._names.get(core, ()))

    def _block(self, reading: Reading, found: dict[Core, list[tuple[int, float]]]) -> Iterator[tuple[int, float]]:
        side = self._cores_of(reading.left, found)
        if not side:
            return
        for core, fit in side[1]:
            for held in self._blocks.get((core, reading.number), ()):
                yield held.at, 100 * fit - _differs(side[0], held.left) - reading.cost
            for held in self._names.get(core, ()):
                if self._entries[held.at].kind == "street":
                    cost = _differs(side[0], held.left) + reading.cost + _STREET_FOR_BLOCK
                    yield held.at, 100 * fit - cost

    def _crossing(self, reading: Reading, found: dict[Core, list[tuple[int, float]]]) -> Iterator[tuple[int, float]]:
        left, right = self._cores_of(reading.left, found), self._cores_of(reading.right, found)
        if not left or not right:
            return
        for one, fit in left[1]:
            for other, fits in right[1]:
                for held in self._pairs.get((one, other), ()):
                    if held.right is not None:
                        cost = _differs(left[0], held.left) + _differs(right[0], held.right)
                        # The worse of the two counts most: one street that fits well is no crossing.
                        yield held.at, 25 * (fit + fits) + 50 * min(fit, fits) - cost - reading.cost

    def _premise_on(
        self, reading: Reading, found: dict[Core, list[tuple[int, float]]]
    ) -> Iterator[tuple[int, float]]:
        """The shell on 3rd: premises of a kind on a street, and landmarks beside it."""
        right = self._cores_of(reading.right, found)
        if not right:
            return
        for kind, fit, cost in self._kinds_of(reading.left):
            for street, fits in right[1]:
                for held in self._premises_on.get((kind, street), ()):
                    yield held.at, 50 * (fit + fits) - cost - _differs(right[0], held.left) - reading.cost
        left = self._cores_of(reading.left, found)
        for core, fit in left[1] if left else ():
            for held in self._names.get(core, ()):
                if self._entries[held.at].kind == "landmark":
                    beside = max((fits for street, fits in right[1] if self._beside(held.at, street)), default=0.0)
                    yield held.at, 50 * (fit + beside) - reading.cost if beside else 0.0

    def _kinds_of(self, spelled: Sequence[str]) -> Iterator[tuple[int, float, float]]:
        """The kinds of premises that words may mean: number, fit and cost."""
        core = _premise_core(spelled)
        if not core:
            return
        for cost, table in ((0.0, None), (1.0, places.PREMISE_WORDS), (_BRAND, places.BRANDS)):
            wanted = core if table is None else _premise_core(table.get(" ".join(core), "").split())
            if wanted:
                yield from ((kind, fit, cost) for kind, fit in self._kinds.find(wanted, _CANDIDATES))

    def _beside(self, at: int, street: int) -> bool:
        """True where a landmark stands beside a block of the street."""
        place = self._entries[at]
        reach = _BESIDE + place.radius_m / 111_000
        for block in self._on_street.get(street, ()):
            entry = self._entries[block]
            if abs(entry.lat - place.lat) <= reach and abs(entry.lon - place.lon) <= 1.5 * reach:
                return True
        return False

    def _by_code(self, kind: str, code: str) -> Iterator[tuple[int, float]]:
        if kind:
            at = self._areas.get((kind, area_key(code)))
            if at is not None:
                yield at, 100.0
            return
        for at in self._codes.get(area_key(code), ()):
            exact = self._entries[at].key.partition(":")[2] == code
            yield at, 100.0 - _BARE_CODE * (1 if exact else 2)

    # Order

    def _rank(self, at: int, score: float, own: OwnArea) -> tuple[float, bool, int, int, int, str, str]:
        entry, inside = self._entries[at], own.holds(at)
        best = -(round(score, 1) + _OWN * inside)
        return (best, not inside, _ORDER[entry.kind], own.away(at), -entry.count, entry.label, entry.key)

    def _own(self, near: AreaRef | None) -> OwnArea:
        middle = None if near is None else self._areas.get((near.kind, area_key(near.code)))
        return OwnArea(self._entries, near, None if middle is None else self._entries[middle])


def _premise_core(spelled: Iterable[str]) -> Core:
    return tuple(word for word in spelled if word not in ("&", "@", "/", "+", "the", "a", "or", "of"))


def _differs(asked: Name, held: Name) -> float:
    """What compass point and type take off the score."""
    cost = 0.0
    if asked.compass != held.compass:
        cost += _OTHER_COMPASS if asked.compass and held.compass else _ABSENT_COMPASS if asked.compass else _UNASKED
    if asked.type != held.type:
        cost += _OTHER_TYPE if asked.type and held.type else _ABSENT_TYPE if asked.type else _UNASKED
    return cost
