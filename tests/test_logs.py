"""Logs: no token, no secret, no words, whatever fails and however talkative the program is."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import UTC, datetime

import pytest
from telegram import Chat, Update, User
from telegram import Message as TelegramMessage
from telegram.error import NetworkError

from bot.logs import redact, set_up
from bot.sandbox.server import SANDBOX_TOKEN

CHAT = 701


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the running program at its most talkative, apart from the one that pytest keeps."""
    written, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    with redirect_stderr(written):
        set_up("DEBUG")
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def test_no_token_reaches_the_log(log: io.StringIO) -> None:
    address = f"http://127.0.0.1:9120/bot{SANDBOX_TOKEN}/getUpdates"
    logging.getLogger("bot").warning("asking %s", address)
    logging.getLogger("httpx").info("HTTP Request: POST %s", address)
    try:
        raise NetworkError(f"cannot reach {address}")
    except NetworkError:
        logging.getLogger("bot").exception("no answer")
    assert "asking http://127.0.0.1:9120/bot<token>/getUpdates" in log.getvalue()
    assert "cannot reach" in log.getvalue()
    assert SANDBOX_TOKEN not in log.getvalue()
    assert "HTTP Request" not in log.getvalue()


async def test_no_words_and_no_position_reach_the_most_talkative_log(log: io.StringIO) -> None:
    """Guard-rails G16 and G51 hold at every log level: the library logs whole updates when it debugs."""
    logging.getLogger("bot").debug("the desk debugs too")
    logging.getLogger("telegram.ext.Application").debug("Processing update %s", from_chat(CHAT, "near zelmstone"))
    assert "the desk debugs too" in log.getvalue()
    assert "zelmstone" not in log.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_an_exception_quotes_is_left_out(log: io.StringIO, form: str) -> None:
    """Guard-rail G51: the kinds and places of an exception and its causes are logged, never their words."""
    with redirect_stderr(log):
        set_up("DEBUG", form)
    try:
        try:
            {}["near zelmstone"]
        except KeyError as error:
            raise ValueError("cannot read near zelmstone") from error
    except ValueError:
        logging.getLogger("bot").exception("update 7 failed")
    written = log.getvalue()
    assert "zelmstone" not in written
    assert "KeyError" in written
    assert "ValueError" in written
    assert "test_what_an_exception_quotes_is_left_out" in written
    if form == "json":
        line = json.loads(written.splitlines()[-1])
        assert line["message"] == "update 7 failed"
        assert line["level"] == "ERROR"
        assert [each["kind"] for each in line["exceptions"]] == ["KeyError", "ValueError"]
        assert datetime.fromisoformat(line["time"]).tzinfo is not None


def test_a_secret_that_is_named_reaches_no_line(log: io.StringIO) -> None:
    redact("hook-secret-of-a-test")
    logging.getLogger("bot").warning("given: hook-secret-of-a-test")
    assert "given: <secret>" in log.getvalue()


def from_chat(chat_id: int, text: str = "whats hot") -> Update:
    """A text message in a private chat."""
    chat, user = Chat(chat_id, Chat.PRIVATE), User(chat_id, "Account", is_bot=False)
    message = TelegramMessage(1, datetime(2026, 3, 6, tzinfo=UTC), chat, from_user=user, text=text)
    return Update(1, message=message)
