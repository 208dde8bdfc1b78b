"""Random and hostile messages: each is understood as something, and nothing in a reply is unescaped or too long."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from handlers.outgoing import Outgoing, outgoing
from ilp_core.assistant import replies
from ilp_core.assistant.asking_back import MOST_BYTES
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.remembered import from_state, to_state
from ilp_core.assistant.understand import LONGEST_READ, Context, Understood, understand
from ilp_core.collect.places.names import PlaceNames
from ilp_core.domain.answers import Answer
from ilp_core.domain.questions import INTENTS
from ilp_core.present.contract import as_json
from ilp_core.present.page import MESSAGE_LIMIT
from ilp_core.storage import Store
from tests.hostile import ATTACKS, LONGEST, messages
from tests.made_up_streets import gazetteer, grid
from tests.small_city import AT
from tests.test_assistant_understand import ATLAS, CLOCK, OFFICER
from tests.test_desk import desk_over

CHUNKS = 20
EACH = 1_000
#: Of so many messages one is answered in full, from data.
ANSWERED = 250
FIRST_SCREEN = 600

WITH_STREETS = replace(ATLAS, names=PlaceNames(gazetteer(grid())))


class _Tags(HTMLParser):
    """The tags of a message, which must be bold and italic alone, closed in order, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i")
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def check(message: Outgoing) -> None:
    """What must hold of every message that goes out."""
    tags = _Tags()
    tags.feed(message.html)
    tags.close()
    assert tags.open == []
    assert tags.text.split() == message.text.split()
    assert 1 <= len(message.text.encode("utf-16-le")) // 2 <= MESSAGE_LIMIT
    assert not [sign for sign in message.text if sign != "\n" and not sign.isprintable()]
    for keys in getattr(message.markup, "inline_keyboard", ()):
        for key in keys:
            assert 1 <= len(key.callback_data.encode()) <= MOST_BYTES
            assert len(key.text) >= 1


def told(understood: Understood) -> Answer:
    """A reply without data, and what it says of words that it did not use."""
    reply = Reply(understood.question, replies.say(understood.question))
    return replies.naming_unread(reply, understood.unread).answer


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_any_message_is_understood_as_something_and_told_safely(chunk: int) -> None:
    context = Context()
    for text in messages(chunk, EACH):
        understood = understand(text, OFFICER, CLOCK, WITH_STREETS, context)
        question = understood.question
        assert question.intent in INTENTS
        assert not (question.evidence and question.evidence.end > AT)
        assert len(understood.trace.text) <= LONGEST
        answer = told(understood)
        check(outgoing(answer))
        json.dumps(as_json(Reply(question, answer)), ensure_ascii=False).encode()
        # Half of the messages meet an open list, a tip that was just sent and a question that waits.
        context = Context(question, "ABC234", 3, "tip", question if question.clarify else None)
        assert from_state(to_state(context)).question is not None
        if len(text) % 2:
            context = Context()


async def test_answers_from_data_to_hostile_messages_are_safe_and_fit_the_first_screen(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    asked = [f"whats hot {attack}" for attack in ATTACKS] + [f"{attack} robberies last week" for attack in ATTACKS]
    listed = 0
    for text in (*asked, *messages(CHUNKS, ANSWERED)):
        reply = await desk.answer(Message("4471", AT, "chat", text, session="chat:1"), context=Context())
        check(outgoing(reply.answer))
        assert len(reply.answer.text) <= FIRST_SCREEN or reply.answer.receipt is None, text
        json.dumps(as_json(reply), ensure_ascii=False).encode()
        listed += bool(reply.answer.receipt)
    assert listed > len(ATTACKS)


@pytest.mark.parametrize(
    "text", ["ﷺ" * LONGEST, "a " * 10_000, "𝔸" * LONGEST, "x" * 100_000, " " * 5_000 + "whats hot"]
)
def test_nothing_is_read_beyond_a_messages_limit(text: str) -> None:
    understood = understand(text, OFFICER, CLOCK, WITH_STREETS, Context())
    assert understood.question.intent == "unknown"
    assert len(understood.trace.text) <= LONGEST_READ


def test_danger_at_the_end_of_a_long_message_is_seen() -> None:
    text = "the caller keeps talking about his fence " * 90 + "shots fired need backup now"
    assert 3_600 < len(text) < LONGEST
    assert understand(text, OFFICER, CLOCK, WITH_STREETS, Context()).question.intent == "emergency"


def test_what_is_told_at_length_is_a_tip_still() -> None:
    text = (
        "tip: white van no plates outside the store on 3rd and elm. " + "he said it was the same one as before " * 60
    )
    understood = understand(text, OFFICER, CLOCK, WITH_STREETS, Context())
    assert understood.question.intent == "tip"
    assert understood.question.place.label == "W 3rd St & S Elm Ave"
