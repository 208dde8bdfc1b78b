"""What a column's name says: how well it fits each field's names in seven languages, and whether it is a person's."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.generic.person_words import about_person

#: Names are compared up to this many signs; longer ones say no more [this project's choice].
_LONGEST: Final = 60
#: A name less like than this says nothing, 0-100 [this project's choice].
LIKE: Final = 72.0
#: A field's first names are its usual ones: each further one counts this much less, down to the limit
#: [this project's choice].
_PER_RANK: Final = 0.5
_MOST_RANK: Final = 10.0
#: A name that holds a field's whole name among other words fits from this on [this project's choice].
_HELD: Final = 55.0
_LAST: Final = 5.0
#: The pieces of a long header are compared in slices of this many columns, so that memory stays level.
_SLICE: Final = 500

LEFT_OUT: Final = "left_out"
OTHER: Final = "other"

#: How exports shorten words, and the spellings that are one.
_WORDS: Final[dict[str, str]] = {
    "addr": "address", "arr": "arrest", "boro": "borough", "cat": "category", "cd": "code", "cmplnt": "complaint",
    "coord": "coordinate", "coords": "coordinates", "crm": "crime", "desc": "description", "descr": "description",
    "descript": "description", "dist": "district", "dow": "day of week", "dt": "date", "dte": "date", "fr": "from",
    "hadevelopt": "housing development", "ho": "home office", "hood": "neighbourhood", "incidnt": "incident",
    "inc": "incident", "juris": "jurisdiction", "loc": "location", "mocodes": "mo codes", "nbhd": "neighbourhood",
    "neighborhood": "neighbourhood", "neighborhoods": "neighbourhood", "neighbourhoods": "neighbourhood",
    "nm": "name", "no": "number", "nr": "number", "num": "number", "nbr": "number", "occ": "occurred",
    "occur": "occurred", "occured": "occurred", "off": "offence", "offense": "offence", "offenses": "offence",
    "offences": "offence", "ofns": "offence", "pct": "precinct", "pd": "police", "prem": "premise",
    "premis": "premise", "premises": "premise", "rep": "report", "rpt": "report", "rptd": "reported",
    "susp": "suspect", "tm": "time", "typ": "type", "vic": "victim", "vict": "victim", "wpn": "weapon",
    "yr": "year", "license": "licence", "lic": "licence", "veh": "vehicle", "orig": "original",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameScores:
    """How well every column's name fits every field: ``of(column, field)`` is 0-100, 0 where it says nothing."""

    columns: dict[str, int]
    fields: dict[str, int]
    scores: npt.NDArray[np.float32]
    persons: frozenset[str]

    def of(self, column: str, field: str) -> float:
        """How well ``column`` fits ``field``."""
        return float(self.scores[self.columns[column], self.fields[field]])

    def best(self, column: str) -> float:
        """How well ``column`` fits the field it fits best."""
        return float(self.scores[self.columns[column]].max())


def simple(name: str) -> str:
    """A column's name as plain words: ``CMPLNT_FR_DT`` and ``ComplaintFromDate`` become ``complaint from date``."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name[: 2 * _LONGEST])
    # The sign for degrees often stands for the raised o of "number".
    text = unicodedata.normalize("NFKD", text.casefold().replace("n°", "no "))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    words = re.sub(r"[\W_]+", " ", text).split()
    return " ".join(_WORDS.get(word, word) for word in words)[:_LONGEST]


def without_time(name: str) -> str:
    """What is left of a name without the words for dates and times: what a date and its clock time share."""
    said = {
        "date",
        "time",
        "datetime",
        "day",
        "hour",
        "fecha",
        "hora",
        "heure",
        "datum",
        "zeit",
        "uhrzeit",
        "data",
        "ora",
    }
    return " ".join(word for word in simple(name).split() if word not in said)


def score_names(columns: Sequence[str]) -> NameScores:
    """Compare every column's name with every name of every field."""
    from rapidfuzz import fuzz
    from rapidfuzz.process import cdist

    table = _field_names()
    fields = {field: place for place, field in enumerate(dict.fromkeys(field for field, _, _ in table))}
    names = [name for _, name, _ in table]
    penalty = np.array([rank for _, _, rank in table], dtype=np.float32)
    places = np.array([fields[field] for field, _, _ in table])
    plain = [simple(column) for column in columns]
    scores = np.zeros((len(columns), len(fields)), dtype=np.float32)
    for start in range(0, len(columns), _SLICE):
        part = plain[start : start + _SLICE]
        like = cdist(part, names, scorer=fuzz.ratio, score_cutoff=LIKE, dtype=np.float32)
        sorted_like = cdist(part, names, scorer=fuzz.token_sort_ratio, score_cutoff=LIKE, dtype=np.float32)
        like = np.maximum(like, sorted_like - 1)
        like = np.where(like >= LIKE, like - penalty, 0)
        for field in range(len(fields)):
            scores[start : start + _SLICE, field] = like[:, places == field].max(axis=1)
    for row, name in enumerate(plain):
        for part_of, score in _held(name).items():
            scores[row, fields[part_of]] = max(scores[row, fields[part_of]], score)
    persons = frozenset(column for column, name in zip(columns, plain, strict=True) if about_person(name))
    return NameScores({column: row for row, column in enumerate(columns)}, fields, scores, persons)


def _held(name: str) -> dict[str, float]:
    """Field to how well its name fits as a part of ``name``: "blurred longitude" holds "longitude"."""
    words = name.split()
    found: dict[str, float] = {}
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            for field, penalty in _by_name().get(" ".join(words[start:end]), ()):
                if field in (LEFT_OUT, OTHER):
                    continue
                # The more of the name it is, the better; a name's last words say what it is.
                share = (end - start) / len(words)
                score = _HELD + (100 - _HELD) * share + (_LAST if end == len(words) else 0) - penalty
                found[field] = max(found.get(field, 0), min(score, 100 - penalty))
    return {field: score for field, score in found.items() if score >= LIKE}


def field_names() -> tuple[tuple[str, str], ...]:
    """Every known name of every field, as plain words: field, name."""
    return tuple((field, name) for field, name, _ in _field_names())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[tuple[str, float], ...]]:
    """The fields that have a name, by that name."""
    found: dict[str, tuple[tuple[str, float], ...]] = {}
    for field, name, penalty in _field_names():
        found[name] = (*found.get(name, ()), (field, penalty))
    return found


@lru_cache(maxsize=1)
def _field_names() -> tuple[tuple[str, str, float], ...]:
    """Every known name: its field, its plain words, and what its place among the field's names takes away."""
    text = resources.files("ilp_core.collect").joinpath("presets/field_names.csv").read_text(encoding="utf-8")
    ranks: dict[tuple[str, str], int] = {}
    found = []
    for row in csv.DictReader(text.splitlines()):
        rank = ranks[row["field"], row["language"]] = ranks.get((row["field"], row["language"]), -1) + 1
        penalty = 0.0 if row["field"] in (LEFT_OUT, OTHER) else min(_MOST_RANK, rank * _PER_RANK)
        found.append((row["field"], simple(row["name"]), penalty))
    return tuple(found)
