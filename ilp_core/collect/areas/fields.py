"""Which field of a file of areas holds the code: the one that was named, or the one that looks like it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from ilp_core.collect.areas.files import Features, listed, printable
from ilp_core.domain.errors import CallError
from ilp_core.domain.places import area_key
from ilp_core.words import areas as words

#: A field looks like a code where nearly all its values differ, the better if none is longer than this; nearly, as an
#: area in several parts has several features. [This project's choice; of Chicago's districts 92 % differ.]
_DIFFERENT: Final = 0.9
_LONGEST: Final = 12
#: From this share on of values that are codes of areas the desk has, a field is the code. [This project's choice.]
_KNOWN: Final = 0.5

#: Words in the names of fields that hold codes, and of those that a map program numbers or measures by itself.
_CODE_WORDS: Final = re.compile(r"code|num|beat|dist|prec|sector|ward|zone|lsoa|cd$|no$|_id$", re.IGNORECASE)
_OWN_WORDS: Final = re.compile(
    r"^(objectid.*|.*_?fid|gid|id|ogc_id|cartodb_id|_.*)$|shape|area$|area_\d|perim|leng|(created|updated)",
    re.IGNORECASE,
)

#: How many sample values of a field a sentence shows.
_SAMPLES: Final = 3


def field_named(features: Features, wanted: str, file: str) -> str:
    """The file's own spelling of a field. Raises CallError, listing the fields, where there is no such field."""
    for name in features.fields:
        if name.casefold() == wanted.strip().casefold():
            return name
    fields = listed(features.fields)
    raise CallError(words.NO_FIELD.format(file=file, field=printable(wanted), fields=fields))


def which_code(features: Features, known: Collection[str], file: str) -> CallError:
    """The question which field holds the code: the fields with samples, and the one that looks like it.

    ``known`` are the codes of areas of the kind that the desk has already.
    """
    shown = []
    for name in features.fields:
        samples = list(dict.fromkeys(value for value in _values(features, name) if value))[:_SAMPLES]
        shown.append(words.FIELD.format(field=printable(name), samples=listed(samples, longest=_LONGEST)))
    # Each part is short already.
    sentence = words.WHICH_CODE.format(file=file, fields=listed(shown, longest=200))
    likely = likely_code(features, known)
    return CallError(sentence + (words.LIKELY_CODE.format(field=printable(likely)) if likely else ""))


def likely_code(features: Features, known: Collection[str]) -> str | None:
    """The field that looks like the code of an area; None where none does."""
    keys = {area_key(code) for code in known}
    ranked: list[tuple[tuple[float, bool, bool, float], str]] = []
    for name in features.fields:
        values = [value for value in _values(features, name) if value]
        different = set(values)
        if not values:
            continue
        matched = len({value for value in different if area_key(value) in keys}) / len(different)
        unique = len(different) / len(features.properties)
        if matched < _KNOWN:
            matched = 0.0
        if matched or (unique >= _DIFFERENT and not _OWN_WORDS.search(name)):
            short = max(map(len, different)) <= _LONGEST
            ranked.append(((matched, short, bool(_CODE_WORDS.search(name)), unique), name))
    # Of equal ones the first in the file, which max gives.
    return max(ranked, key=lambda each: each[0])[1] if ranked else None


def text(value: object) -> str:
    """A property as text; a whole number that was written as a fraction loses it. Half a sign is no text."""
    if not isinstance(value, (str, int, float)) or value != value:
        return ""
    written = str(value).strip()
    return "" if any("\ud800" <= sign <= "\udfff" for sign in written) else written.removesuffix(".0")


def _values(features: Features, name: str) -> list[str]:
    return [text(each.get(name)) for each in features.properties]
