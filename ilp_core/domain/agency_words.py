"""Words of the agency's own: a row that it adds to the desk's vocabulary, and whether that row means anything.

docs/words.md tells what each kind is for. The desk's own words stand in tables that come with the program.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal, get_args

from ilp_core.domain.offences import FAMILIES, OFFENCES
from ilp_core.domain.places import AREA_KINDS
from ilp_core.domain.questions import INTENTS, Intent

Preset = Literal["us", "uk"]
PRESETS: Final[tuple[Preset, ...]] = get_args(Preset)
#: Words that mean nothing but what their kind says.
SmallKind = Literal[
    "filler", "keep", "opener", "near_me", "own_area", "own_district", "force", "by_count", "by_harm", "direction",
]  # fmt: skip
SMALL_KINDS: Final[tuple[SmallKind, ...]] = get_args(SmallKind)
OwnKind = Literal["offence", "area", "phrase", "shift", SmallKind]
OWN_KINDS: Final[tuple[OwnKind, ...]] = get_args(OwnKind)

#: What an agency's phrase cannot point to: safety and refusals have rules of their own, which no table overrules.
_CLOSED: Final[frozenset[Intent]] = frozenset({"emergency", "welfare", "refuse", "unknown"})
OPEN_INTENTS: Final[tuple[Intent, ...]] = tuple(intent for intent in INTENTS if intent not in _CLOSED)
#: No name of an offence has more words.
MOST_WORDS: Final = 5
_QUOTES: Final = re.compile("['’‘]")
_WORDS: Final = re.compile(r"[\w&:/#-]+(?: [\w&:/#-]+)*")
#: The slots of a phrase: words parted by bars, with a question mark where they may be missing, or a gap.
_SLOT: Final = r"(?:\.\.|[\w&:/#-]+(?:\|[\w&:/#-]+)*\??)"
_PHRASE: Final = re.compile(rf"\^?{_SLOT}(?: {_SLOT})*\$?")


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A row that an agency added: of which kind, the words as typed, what they mean, and in which language.

    ``meaning`` is offence slugs or a family, a kind of area, an intent or a shift's name, and empty for small words.
    """

    kind: OwnKind
    phrase: str
    meaning: str = ""
    language: str = "en"


def as_typed(text: str) -> str:
    """Words in the form in which messages are read: lower case, plain, without apostrophes, single blanks."""
    return " ".join(_QUOTES.sub("", unicodedata.normalize("NFKC", text).casefold()).split())


def phrase_fits(kind: OwnKind, phrase: str) -> bool:
    """True where ``phrase``, as typed, can stand in a message; for the kind ``phrase`` where it has a slot that must.

    One sign alone would be found in every other message, so only small words may be one.
    """
    if kind != "phrase":
        long_enough = len(phrase) >= 2 or kind in SMALL_KINDS
        return bool(_WORDS.fullmatch(phrase)) and long_enough and len(phrase.split()) <= MOST_WORDS
    slots = phrase.removeprefix("^").removesuffix("$").split()
    firm = [slot for slot in slots if slot != ".." and not slot.endswith("?")]
    return bool(_PHRASE.fullmatch(phrase)) and any(
        all(len(word) >= 2 for word in slot.split("|")) and re.search(r"[^\W\d_]", slot) for slot in firm
    )


def meaning_fits(kind: OwnKind, meaning: str) -> bool:
    """True where ``meaning`` names what there is; which shifts there are only the agency knows."""
    if kind == "offence":
        return meaning.removeprefix("@") in FAMILIES if meaning.startswith("@") else _are_slugs(meaning)
    if kind == "area":
        return meaning in AREA_KINDS
    if kind == "phrase":
        return meaning in OPEN_INTENTS
    return bool(meaning) if kind == "shift" else not meaning


def _are_slugs(meaning: str) -> bool:
    return bool(meaning) and set(meaning.split()) <= set(OFFENCES)
