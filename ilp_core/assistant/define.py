"""Define: what a word, a grade or a code means, with its source. What means several things is asked back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz, process

from ilp_core.assistant import phrasing
from ilp_core.assistant.messages import Reply
from ilp_core.domain.answers import Answer, Button
from ilp_core.domain.questions import Clarify, Question
from ilp_core.domain.ten_codes import TenCode
from ilp_core.words import definitions as words

#: A term is offered instead of an unknown one from this likeness on, in per cent [this project's choice].
_ALIKE: Final = 70
_MOST_OFFERED: Final = 3
_TEN_CODE: Final = re.compile(r"(?:10|ten)[\s-]?(?P<number>\d{1,3}[a-z]?)")
_GRADE: Final = re.compile(r"(?P<source>[1-3])\s?(?P<information>[a-e])\s?(?P<handling>[pc])?")
_PAIR: Final = re.compile(r"(?P<letter>[a-fsx])\s?(?P<digit>[1-6])")
_NAMED: Final = re.compile(r"(?P<scheme>admiralty|action code|5x5x5|europol)\s+(?P<pair>[a-fsx]\s?[1-6])")
_FRAME: Final = re.compile(
    r"^(?:what\s+(?:does|is)|whats|define|meaning of)\s+(?:an?\s+|the\s+)?|\s+mean(?:s|ing)?\??$|\?$"
)
_SAY: Final = "v1:say:"
#: The longest data of a button, in bytes (Bot API).
_BUTTON_BYTES: Final = 64


def define(question: Question, ten_codes: Mapping[str, str]) -> Reply:
    """The answer to ``question.ref``; ``ten_codes`` are the agency's own, such as ``10-33``."""
    term = " ".join(_FRAME.sub("", (question.ref or "").casefold().strip()).split())
    if not term:
        return Reply(question, Answer(paragraphs=(words.WHICH,)))
    found = _known(term) or _ten_code(term, ten_codes) or _named(term) or _nibrs(term) or _grade(term)
    if found is not None:
        return Reply(question, found)
    pair = _PAIR.fullmatch(term)
    schemes = _schemes(pair["letter"], pair["digit"]) if pair else []
    if pair and len(schemes) == 1:
        return Reply(question, _of_scheme(schemes[0], pair["letter"], pair["digit"]))
    if pair and schemes:
        return _ask_back(question, f"{pair['letter']}{pair['digit']}".upper(), schemes)
    return Reply(question, _unknown(term))


def meanings(codes: Iterable[TenCode]) -> dict[str, str]:
    """What each ten-code means; one that nobody confirmed says so, since agencies differ (G36)."""
    return {
        code.code: code.meaning if code.confirmed else words.TEN_CODE_UNCONFIRMED.format(meaning=code.meaning)
        for code in codes
    }


def _known(term: str) -> Answer | None:
    key = words.ALIASES.get(term, term)
    if key not in words.TERMS:
        return None
    meaning, source = words.TERMS[key]
    title = key.upper() if key in words.CAPITALS else key[:1].upper() + key[1:]
    return _answer(title, meaning, source)


def _answer(title: str, meaning: str, source: str) -> Answer:
    return Answer(headline=title, paragraphs=(meaning,), notes=(words.SOURCE.format(source=source),))


def _ten_code(term: str, ten_codes: Mapping[str, str]) -> Answer | None:
    match = _TEN_CODE.fullmatch(term)
    if match is None:
        return None
    code = f"10-{match['number']}"
    known = {_key(each): meaning for each, meaning in ten_codes.items()}
    if _key(code) not in known:
        # Digits alone may be a code of another table.
        if term.isdigit():
            return None
        return Answer(paragraphs=(words.TEN_CODE_UNKNOWN.format(code=code),))
    text = words.TEN_CODE.format(code=code, meaning=known[_key(code)].rstrip("."))
    return Answer(paragraphs=(text,), notes=(words.SOURCE.format(source=words.TEN_CODE_SOURCE),))


def _key(code: str) -> str:
    return re.sub(r"[\s-]", "", code.casefold())


def _nibrs(term: str) -> Answer | None:
    code = term.removeprefix("nibrs").strip()
    if code not in words.NIBRS:
        return None
    text = words.NIBRS_CODE.format(code=code.upper(), meaning=words.NIBRS[code])
    return Answer(paragraphs=(text,), notes=(words.SOURCE.format(source=words.TERMS["nibrs"][1]),))


def _grade(term: str) -> Answer | None:
    """A grade of the 3x5x2 scheme, with or without its handling code: ``3 E``, ``1BP``."""
    match = _GRADE.fullmatch(term.strip("[]"))
    if match is None:
        return None
    parts = [words.SOURCES_3[match["source"]], words.INFORMATION_5[match["information"]]]
    if match["handling"]:
        parts.append(words.HANDLING_2[match["handling"]])
    grade = "".join(part for part in match.groups() if part).upper()
    text = words.GRADE.format(grade=grade, parts="; ".join(parts))
    return Answer(paragraphs=(text,), notes=(words.SOURCE.format(source=words.GRADE_SOURCE),))


def _named(term: str) -> Answer | None:
    """A grade whose scheme was said: ``admiralty b2``."""
    match = _NAMED.fullmatch(term)
    if match is None:
        return None
    letter, digit = match["pair"][0], match["pair"][-1]
    return _of_scheme(match["scheme"], letter, digit) if match["scheme"] in _schemes(letter, digit) else None


def _schemes(letter: str, digit: str) -> list[str]:
    """The schemes in which a letter and a digit are a grade."""
    known = {
        "admiralty": letter in words.ADMIRALTY_SOURCE and digit in words.ADMIRALTY_INFORMATION,
        "action code": letter + digit in words.CONDITIONS,
        "5x5x5": letter in words.SOURCE_5 and digit in words.INFORMATION_555,
        "europol": letter in words.SOURCE_4 and digit in words.INFORMATION_4,
    }
    return [scheme for scheme in words.SCHEMES if known[scheme]]


def _of_scheme(scheme: str, letter: str, digit: str) -> Answer:
    sentence, source = words.SCHEMES[scheme]
    tables = {
        "admiralty": (words.ADMIRALTY_SOURCE, words.ADMIRALTY_INFORMATION),
        "5x5x5": (words.SOURCE_5, words.INFORMATION_555),
        "europol": (words.SOURCE_4, words.INFORMATION_4),
    }
    sources, informations = tables.get(scheme, ({}, {}))
    text = sentence.format(
        grade=f"{letter}{digit}".upper(),
        source=sources.get(letter, ""),
        information=informations.get(digit, ""),
        condition=words.CONDITIONS.get(letter + digit, ""),
    )
    return Answer(paragraphs=(text,), notes=(words.SOURCE.format(source=source),))


def _ask_back(question: Question, grade: str, schemes: list[str]) -> Reply:
    """Several schemes know the grade: the officer says which, nothing is guessed (G33)."""
    options = tuple(f"{scheme} {grade}" for scheme in schemes)
    buttons = tuple(_button(f"{option[:1].upper()}{option[1:]}", option.casefold()) for option in options)
    text = words.AMBIGUOUS.format(grade=grade, schemes=", ".join(schemes))
    asked = replace(question, clarify=Clarify("ref", options))
    return Reply(asked, Answer(paragraphs=(text,), buttons=buttons))


def _unknown(term: str) -> Answer:
    shown = phrasing.quoted((term,))
    known = [*words.TERMS, *words.ALIASES]
    alike = process.extract(term, known, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2 * _MOST_OFFERED)
    near = list(dict.fromkeys(words.ALIASES.get(each, each) for each, _, _ in alike))[:_MOST_OFFERED]
    if not near:
        return Answer(paragraphs=(words.UNKNOWN.format(term=shown),))
    text = words.UNKNOWN_NEAR.format(term=shown, near=", ".join(near))
    return Answer(paragraphs=(text,), buttons=tuple(_button(each, each) for each in near))


def _button(label: str, term: str) -> Button:
    data = f"{_SAY}{words.ASK_TERM.format(term=term)}"
    assert len(data.encode()) <= _BUTTON_BYTES
    return Button(label, data)
