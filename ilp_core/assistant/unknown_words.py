"""Unknown words: what officers keep typing that no table knows, without keeping what anybody typed.

Of a message that asks something, words that could be slang are kept as keyed marks: the word's own, and one of word
and officer together, so that neither can be read, nor one officer's words be told to belong together. The key stands
in the key ring, outside the database (guard-rail G51). Only the word itself is written out, and only once several
officers have used it. What may tell of people is left out whole: tips, concerns, disagreement, notes, refusals, calls
for help.
"""

from __future__ import annotations

import hmac
import logging
from collections import Counter
from datetime import timedelta
from typing import Final

from ilp_core.assistant.lexicon import Lexicon
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.rules import ordinary_words
from ilp_core.assistant.spans import Span, masked, words_left
from ilp_core.assistant.understand import Trace
from ilp_core.collect.places.names import PlaceNames
from ilp_core.domain.questions import Intent, Question
from ilp_core.storage.engine import is_outage
from ilp_core.storage.keys import KeyRing
from ilp_core.storage.unknown_words import Use
from ilp_core.storage.uow import UnitOfWork

_log = logging.getLogger(__name__)

#: The name of the key under which marks are made.
KEY: Final = "unknown-words"
#: Uses are kept so long.
KEPT: Final = timedelta(days=90)
#: Intents of messages that ask or order something; all others may tell of people, in words of their own.
_NOTED: Final[frozenset[Intent]] = frozenset({
    "hotspots", "why", "priorities", "patterns", "trend", "place", "tried", "briefing", "tasks", "community",
    "evaluate", "what_if", "define", "train", "checkin", "checkout", "skip", "ack", "assign", "schedule", "more",
    "map", "help", "unknown",
})  # fmt: skip
#: A question is short; more words tell a story [this project's choice].
_MOST_WORDS: Final = 12
_LETTERS: Final = range(3, 21)
_MARK_BYTES: Final = 16


def unknown_words(question: Question, trace: Trace, words: Lexicon, names: PlaceNames | None) -> tuple[str, ...]:
    """The words of a message that could be slang; none of a message that may tell of people."""
    if question.intent not in _NOTED or trace.rule is not None or len(trace.text.split()) > _MOST_WORDS:
        return ()
    left = words_left(masked(trace.text, (span for span in trace.spans if _is_read(span))))
    return tuple(word for word in left if could_be_slang(word, words, names))


def _is_read(span: Span) -> bool:
    """False for a phrase, which may span words that it does not name, and for a place that only officers call so."""
    return span.kind != "phrase" and not (span.kind == "place" and span.value == "?")


def could_be_slang(word: str, words: Lexicon, names: PlaceNames | None) -> bool:
    """True for a word of letters that is in no table, in no place's name and no everyday word."""
    if not word.isalpha() or len(word) not in _LETTERS:
        return False
    if (
        word in words.everyday
        or word in words.filler
        or word in ordinary_words()
        or words.times.word(word) is not None
    ):
        return False
    return names is None or not names.knows(word)


async def note_unknown(uow: UnitOfWork, keys: KeyRing, message: Message, reply: Reply) -> None:
    """Keep the unknown words of an answered message as marks, in the transaction of its answer.

    Those of a past moment are not kept, nor any where the key ring cannot be reached: the answer is worth more.
    """
    if not reply.unknown or message.past or reply.at is None:
        return
    try:
        secret = (await keys.get([KEY])).get(KEY) or (await keys.make([KEY]))[KEY]
    except Exception as error:
        if not is_outage(error):
            raise
        _log.warning("the key ring cannot be reached: unknown words are not counted")
        return
    day = reply.at.date()
    times = Counter(reply.unknown)
    await uow.unknown_words.note({word: use_of(secret, message.badge, word, times[word]) for word in times}, day)
    await uow.unknown_words.forget(day - KEPT)


def use_of(secret: bytes, badge: str, word: str, times: int = 1) -> Use:
    """The marks of one officer's use of a word."""
    return Use(_mark(secret, "word", word), _mark(secret, "officer", word, badge), times)


def _mark(secret: bytes, *parts: str) -> bytes:
    return hmac.digest(secret, "\0".join(parts).encode(), "sha256")[:_MARK_BYTES]
