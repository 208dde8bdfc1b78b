"""Proposals for offence codes that the map does not know: the known description that is most alike.

A proposal never changes a count: until an analyst accepts it, such rows count as other and rank no place. Words are
brought to one spelling, their order is free, and the likeness is the mean of two ratios of rapidfuzz: of all words,
and of the words in common; the first alone misses what is told at greater length, the second alone takes "possession
of burglary tools" for a burglary. ``python -m benchmarks.offence_match`` holds out the descriptions of one source,
proposes from the others and prints, over 1,524 descriptions of seven sources:

    threshold   right slug of the proposed   right slug of all   would rank and must not
    70          85.5 %                       64.0 %              3.8 %
    75          87.7 %                       56.0 %              3.1 %
    80          89.7 %                       47.3 %              3.0 %
    85          92.5 %                       37.5 %              2.3 %
    90          94.8 %                       29.8 %              2.3 %

From 80 on nine of ten are right and half of all codes get a proposal, so that reading the list is less work than
finding each code by hand; below, one in eight misleads. At 90, which is what ``beatdesk offences accept`` takes when
it is not told which, one in nineteen is still wrong: read the list first. Most of the last column is violence of New
York, which ranks elsewhere because elsewhere the domestic part is known; the frame leaves it out all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ilp_core.domain.offences import Initiation, OffenceRule

#: The least likeness of a proposal, 0 to 100; the table above says why.
LEAST: Final = 80.0
#: Codes looked at in one call: a file may name any number, a person reads a list [this project's choice].
MOST_CODES: Final = 1_000
#: Longer descriptions are cut: nothing after that many signs tells the kind of offence [this project's choice].
_LONGEST: Final = 200
_STRETCH: Final = 200

#: One spelling for what record systems write in many: the word, then its other spellings.
_SPELLINGS: Final = """
VEHICLE VEH VEHS MV AUTO AUTOS AUTOMOBILE AUTOMOBILES CAR CARS VEHICLES VEHICULAR TRUCK MOTORCYCLE
BURGLARY BURG BURGL BURGLARIES BURGLARS BREAKING
AGGRAVATED AGG AGGR AGGRAV
ATTEMPT ATT ATMPT ATTEMPTED ATTMPT ATTEMPTS
ASSAULT ASLT ASSLT ASSAULTS ASSLTS BATTERY BATT
POSSESSION POSS POS POSSESS POSSESSES POSSESSING
RESIDENCE RESD RES RESID RESIDENTIAL DWELLING RESN HOME HABITATION
COMMERCIAL COMM BUSINESS BUS COML
THEFT LARC LARCENY STOLEN STEALING THEFTS LARCENIES STEAL
PETTY PETIT
DAMAGE DAMG VANDALISM VAND MISCHIEF DEST DESTRUCTION DAMAGING
ROBBERY ROB ROBB ROBBERIES
DOMESTIC DV DOM
OFFICER PO OFCR OFF POLICEMAN
CRIMINAL CRIM CRIMNL
PROPERTY PROP
MARIJUANA CANNABIS MARIHUANA
BICYCLE BIKE BIKES BICYCLES
SHOPLIFTING SHOPLIFT SHOPL RETAIL
CONTROLLED CONTR CONT CNTRL
SUBSTANCE SUBS SUBST
DRUGS DRUG NARCOTICS NARCOTIC NARC
HARASSMENT HARAS HARASS HARASSING HARASSED
THREAT THREATS THREATENING
FORGERY FORG FORGED
MURDER HOMICIDE MURDERS HOMICIDES
WEAPON WEAPONS WPN WPNS
TRESPASS TRESPASSING TRESP
INTOXICATED INTOX DRUNK DRUNKENNESS
DISORDERLY DISORD DISTURBING DISTURBANCE
PARTS PART ACCESSORIES ACCES ACC
LICENSE LIC LICENCE
PERSON PERS
BUILDING BLDG BLDGS
FIREARM GUN HANDGUN FIREARMS GUNS SHOTS SHOOTING
"""
_SPELLING: Final = {other: line.split()[0] for line in _SPELLINGS.strip().splitlines() for other in line.split()[1:]}
#: Signs and pairs of words that mean one word; "from" is kept, because theft from a vehicle is not theft of one.
_PHRASES: Final = (
    (re.compile(r"\(CODE [^)]*\)"), " "),
    (re.compile(r"\bB ?& ?E\b|\bBREAKING (?:&|AND) ENTERING\b"), " BURGLARY "),
    (re.compile(r"\bMOTOR VEHICLES?\b|\bM[./ ]?V\b"), " VEHICLE "),
    (re.compile(r"\bSHOP[- ]LIFT(?:ING)?\b"), " SHOPLIFTING "),
    (re.compile(r"\bW/"), " WITH "),
)
#: Words that tell nothing of the kind of offence.
_EMPTY: Final = frozenset({
    "A", "AN", "AND", "AT", "BY", "CODE", "ETC", "EXCEPT", "FOR", "GENERAL", "IN", "INC", "INCL", "INCLUDES",
    "INCLUDING", "KIND", "NOT", "OF", "OFFENCE", "OFFENCES", "OFFENSE", "OFFENSES", "ON", "ONLY", "OR", "OTHER",
    "RELATED", "SAID", "THE", "TO", "UNCL", "UNCLASSIFIE", "UNCLASSIFIED", "W", "WITH",
})  # fmt: skip
#: Whoever is alike to such a description ranks no place, whatever the known one does (guard-rails G46 and G05).
_NEVER_RANKS: Final = frozenset({
    "CHILD", "CHILDREN", "COHABITANT", "COHABITEE", "COURT", "DATING", "DOMESTIC", "FAMILY", "INTIMATE", "JUVENILE",
    "OFFICER", "PHONE", "POLICE", "RAPE", "SEX", "SEXUAL", "SHOPLIFTING", "SPOUSE", "STALKING", "TELEPHONE", "WIFE",
})  # fmt: skip

#: The numbers of the Uniform Crime Reports as agencies write them, and the NIBRS code that means the same [K].
_UCR: Final = {
    "01A": "09A", "01B": "09B", "02": "11A", "03": "120", "04": "13A", "04A": "13A", "04B": "13A", "05": "220",
    "06": "23H", "07": "240", "08": "13B", "08A": "13B", "08B": "13B", "09": "200", "10": "250", "11": "26A",
    "12": "270", "13": "280", "14": "290", "15": "520", "16": "40A", "17": "11D", "18": "35A", "19": "39A",
    "20": "90F", "21": "90D", "22": "90G", "23": "90E", "24": "90C", "25": "90B", "26": "90Z", "28": "90B",
    "29": "90I",
}  # fmt: skip
_NIBRS_SOURCE: Final = "beatdesk"
#: Sources of calls, which hardly ever rank: a record of a crime does not take its meaning from a call.
_CALLS: Final = frozenset({"seattle"})
#: What the label of a code says whose own description nobody published: there is nothing to be alike to.
_GUESSED: Final = "is published)"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a code probably means: the meaning of the rule ``like`` (its source, code and label).

    ``score`` is the likeness of the two descriptions, 0 to 100; 100 too where the code itself is one of NIBRS or of
    the Uniform Crime Reports.
    """

    slug: str
    harm_days: float | None
    initiation: Initiation
    rankable: bool
    like: str
    score: float


def propose(unknown: Mapping[str, str], rules: Sequence[OffenceRule], least: float = LEAST) -> dict[str, Proposal]:
    """A proposal for each code of ``unknown`` (code to the source's own description, which may be blank) for which
    ``rules``, of whatever source, hold one that is alike enough.

    Only the first thousand codes are looked at. Of known descriptions that are equally alike the closest by the
    letter is taken, and of such one that ranks no place.
    """
    codes = list(unknown)[:MOST_CODES]
    found = _by_code({code: unknown[code] for code in codes}, rules)
    words = {code: plain_words(unknown[code] or code) for code in codes if code not in found}
    found |= _by_words({code: text for code, text in words.items() if text}, unknown, rules, least)
    return {code: found[code] for code in codes if code in found}


def plain_words(text: str) -> str:
    """A description as its telling words, each once, in one spelling and in order of the alphabet."""
    text = text[:_LONGEST].upper()
    for pattern, meaning in _PHRASES:
        text = pattern.sub(meaning, text)
    spelled = (_SPELLING.get(word, word) for word in re.findall(r"[^\W\d_]{2,}", text))
    return " ".join(sorted({word for word in spelled if word not in _EMPTY}))


def _by_code(unknown: Mapping[str, str], rules: Iterable[OffenceRule]) -> dict[str, Proposal]:
    """Codes that are NIBRS or UCR codes. One of digits alone may as well be a number of the agency's own: it counts
    only where all the codes are such codes and at least one has the letter that an agency's own would not have."""
    nibrs = {rule.code: rule for rule in rules if rule.source == _NIBRS_SOURCE}
    known = {**{code: nibrs[same] for code, same in _UCR.items() if same in nibrs}, **nibrs}
    spelled = {code: known[code.strip().upper()] for code in unknown if code.strip().upper() in known}
    lettered = {code for code in spelled if not code.strip().isdigit()}
    certain = spelled if lettered and len(spelled) == len(unknown) else lettered
    return {code: _proposal(spelled[code], 100.0, "") for code in spelled if code in certain}


def _by_words(
    unknown: Mapping[str, str], said: Mapping[str, str], rules: Sequence[OffenceRule], least: float
) -> dict[str, Proposal]:
    if not unknown:
        return {}
    from rapidfuzz import fuzz, process

    texts, meant = _known(tuple(rules))
    if not texts:
        return {}
    found = {}
    codes = list(unknown)
    for start in range(0, len(codes), _STRETCH):
        part = codes[start : start + _STRETCH]
        asked = [unknown[code] for code in part]
        likeness = process.cdist(asked, texts, scorer=fuzz.token_sort_ratio)
        likeness += process.cdist(asked, texts, scorer=fuzz.token_set_ratio)
        for code, row in zip(part, likeness, strict=True):
            score = float(row.max()) / 2
            if score >= least:
                equals = [meant[place] for place in (row == row.max()).nonzero()[0].tolist()]
                found[code] = _proposal(_closest(said[code] or code, equals), score, unknown[code])
    return found


def _closest(said: str, equals: Sequence[OffenceRule]) -> OffenceRule:
    """Of rules whose telling words are equally alike, the one closest by the letter; of such, one without a rank."""
    from rapidfuzz import fuzz

    text = said[:_LONGEST].casefold()
    return max(equals, key=lambda rule: (fuzz.ratio(text, rule.label.casefold()), not rule.rankable))


@lru_cache(maxsize=2)
def _known(rules: tuple[OffenceRule, ...]) -> tuple[list[str], list[OffenceRule]]:
    """The descriptions to compare with, and whose they are."""
    usable = [rule for rule in rules if rule.source not in _CALLS and _GUESSED not in rule.label]
    texts = [plain_words(rule.label) for rule in usable]
    pairs = [(text, rule) for text, rule in zip(texts, usable, strict=True) if text]
    return [text for text, _ in pairs], [rule for _, rule in pairs]


def _proposal(rule: OffenceRule, score: float, words: str) -> Proposal:
    ranks = rule.rankable and not _NEVER_RANKS & set(words.split())
    like = f"{rule.source} {rule.code}: {rule.label}"
    return Proposal(rule.slug, rule.harm_days, rule.initiation, ranks, like, round(score, 1))
