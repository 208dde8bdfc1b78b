"""Reading: every reader in turn, each in what those before it left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ilp_core.assistant.intents import Found
from ilp_core.assistant.lexicon import Lexicon, SmallKind
from ilp_core.assistant.place_names import read_place
from ilp_core.assistant.references import read_references
from ilp_core.assistant.spans import Span, masked, words_left
from ilp_core.assistant.what import read_offences
from ilp_core.assistant.when import Clock, read_when
from ilp_core.assistant.where import Atlas, read_nth, read_where
from ilp_core.domain.officers import Officer
from ilp_core.domain.questions import Weighting

#: A number before a compass point or a block's word belongs to a street.
_ADDRESS: Final = re.compile(
    r"(?<![\w:])\d{2,5}x{0,2}(?=\s+(?:blk|block|blks|hundred|(?:[nsew]|north|south|east|west|no|so)\s+[a-z0-9]*[a-z]))"
)
_BEAT_CODE: Final = re.compile(
    r"(?<!at )(?<!after )(?<!before )(?<!since )(?<!btwn )(?<!between )(?<!around )(?<!from )(?<!to )(?<!til )"
    r"(?<!till )(?<!until )(?<!approx )(?<!by )(?<!about )(?<!and )(?<! n )"
    r"(?<![\w:-])0\d{3}(?![\w:-]|\s?(?:hrs|hours|h)\b)"
)


def read_all(
    text: str, caller: Officer, clock: Clock, atlas: Atlas, words: Lexicon
) -> tuple[Found, tuple[Span, ...]]:
    """What every reader finds in ``text``, each in what those before it left, and all spans in their order."""
    references, taken = read_references(text)
    spans = list(taken)
    if references.receipt:
        return Found(text, references), taken
    where, taken = read_nth(masked(text, spans), atlas)
    spans += taken
    # 600 n clark is no time, whatever stands before it, and a beat's code only after a word for times.
    numbered = [Span("place", each.start(), each.end(), each[0], "") for each in _ADDRESS.finditer(text)]
    codes = [
        Span("area", each.start(), each.end(), each[0], "")
        for each in _BEAT_CODE.finditer(text)
        if atlas.find("beat", each[0])
    ]
    when, taken = read_when(masked(text, [*spans, *numbered, *codes]), clock, words.times)
    spans += taken
    weighting, taken = _weighting(masked(text, spans), words)
    spans += taken
    if where.area is None:
        where, taken = read_where(masked(text, spans), atlas, words, caller)
        spans += taken
    offences, taken = read_offences(masked(text, spans), words.offences)
    spans += taken
    place, taken = read_place(masked(text, spans), atlas.names, words, where.area or caller.area)
    spans += taken
    unread = masked(text, spans)
    # "By count" says how a list is ranked; it asks for no count.
    hits = words.phrases.find(without_ranking(text, spans))
    covered = [Span("phrase", hit.start, hit.end, text[hit.start : hit.end], hit.phrase.intent) for hit in hits]
    left = tuple(word for word in words_left(masked(text, [*spans, *covered])) if word not in words.filler)
    spans += covered
    numbers = tuple(re.findall(r"(?<![\w:])\d{3,8}(?![\w:])", unread))
    found = Found(
        text,
        references,
        when,
        where,
        place,
        offences,
        weighting,
        left,
        numbers,
        _says(words.small["direction"], text),
    )
    return found, tuple(sorted(spans, key=lambda span: (span.start, span.end)))


def without_ranking(text: str, spans: Sequence[Span]) -> str:
    """A text as phrases are looked for in it: words that say how a list is ranked ask for nothing by themselves."""
    return masked(text, [span for span in spans if span.kind == "weighting"])


def _says(phrases: tuple[str, ...], text: str) -> bool:
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


def _weighting(text: str, words: Lexicon) -> tuple[Weighting | None, tuple[Span, ...]]:
    tables: tuple[tuple[SmallKind, Weighting], ...] = (("by_count", "count"), ("by_harm", "harm"))
    for kind, weighting in tables:
        for phrase in words.small[kind]:
            at = f" {text} ".find(f" {phrase} ")
            if at >= 0:
                return weighting, (Span("weighting", at, at + len(phrase), phrase, weighting),)
    return None, ()
