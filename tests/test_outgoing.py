"""Answers as outgoing messages: HTML and plain words, buttons, limits; and how they are written down to wait."""

from __future__ import annotations

import pytest
from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.parcels import Contents, pack, unpack
from handlers.outgoing import Outgoing, outgoing, plain
from ilp_core.domain.answers import Answer, AnswerItem, Button
from ilp_core.words.en import desk


def test_html_and_plain_words_say_the_same() -> None:
    answer = Answer(
        headline="Hot: <beat> 0103 & more",
        items=(AnswerItem(1, "1200 blk <b>Elm</b> St", ("7 in 14 days < 8",)),),
        buttons=tuple(Button(f"Why {number}", f"v1:why:GK5VKK:{number}") for number in range(1, 5)),
    )
    made = outgoing(answer)
    assert made.text == "Hot: <beat> 0103 & more\n1. 1200 blk <b>Elm</b> St\n7 in 14 days < 8"
    assert "&lt;b&gt;Elm&lt;/b&gt;" in made.html
    assert isinstance(made.markup, InlineKeyboardMarkup)
    assert [len(row) for row in made.markup.inline_keyboard] == [4]
    asking = outgoing(Answer(paragraphs=("Where are you?",), asks_location=True)).markup
    assert isinstance(asking, ReplyKeyboardMarkup)
    assert asking.keyboard[0][0].request_location


def test_an_answer_over_the_limit_is_an_error_of_ours() -> None:
    assert plain("a" * 4096).text == "a" * 4096
    with pytest.raises(ValueError, match="4097"):
        plain("a" * 4097)
    with pytest.raises(ValueError, match="2049"):
        plain("🚓" * 2049)  # Telegram counts UTF-16 units


@pytest.mark.parametrize(
    "message",
    [
        Outgoing("<b>Hot</b>", "Hot"),
        Outgoing("x", "x", picture=b"\x00\xff" * 300),
        Outgoing("half a pair \ud83d stays", "half a pair \ud83d stays"),
        plain("Which?", Button("Map", "v1:map:GK5VKK")),
        outgoing(Answer(paragraphs=("Where are you?",), asks_location=True)),
    ],
)
def test_a_message_that_waits_is_the_message_that_was_filed(message: Outgoing) -> None:
    assert unpack(pack(Contents(message, "v1:say:whats hot"))) == Contents(message, "v1:say:whats hot")


def test_a_parcel_that_was_cut_off_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        unpack(pack(Contents(plain(desk.HELP)))[:20])
