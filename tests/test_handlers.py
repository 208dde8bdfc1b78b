"""The way in and the way out, piece by piece: courier, lanes, failures and logs, with fakes for Telegram."""

from __future__ import annotations

import asyncio
import io
import logging
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from telegram import Bot, CallbackQuery, Chat, InlineKeyboardMarkup, ReplyKeyboardMarkup, Update, User
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.courier import Courier
from bot.lanes import WIDTH, Lanes
from bot.logs import set_up
from bot.sandbox.server import SANDBOX_TOKEN
from handlers.buttons import press
from handlers.dependencies import Context, Dependencies, hand_over
from handlers.failure import fail
from handlers.outgoing import Outgoing, outgoing, plain
from ilp_core.assistant.desk import Desk
from ilp_core.domain.answers import Answer, AnswerItem, Button
from ilp_core.storage.engine import Store
from ilp_core.words.en import desk

CHAT = 701
MESSAGE = Outgoing("<b>Hot: beat 0103</b>", "Hot: beat 0103")


@pytest.fixture(autouse=True)
def _waits_as_time_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram's waiting times as the library's next version gives them; today's warns at every use."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


class FakeBot:
    """A bot that notes what it sends and first fails as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.sent: list[dict[str, Any]] = []
        self.too_old: Exception | None = None

    async def send_message(self, chat_id: int, text: str, **options: Any) -> None:
        self._take({"chat_id": chat_id, "words": text, **options})

    async def send_photo(self, chat_id: int, photo: bytes, *, caption: str, **options: Any) -> None:
        self._take({"chat_id": chat_id, "words": caption, "photo": photo, **options})

    async def answer_callback_query(self, *_: Any, **__: Any) -> None:
        if self.too_old:
            raise self.too_old

    def _take(self, wish: dict[str, Any]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(wish)


def courier(bot: FakeBot) -> Courier:
    return Courier(cast(Bot, bot))


async def test_words_go_out_as_html() -> None:
    bot = FakeBot()
    await courier(bot).send(CHAT, MESSAGE)
    assert bot.sent == [{"chat_id": CHAT, "words": MESSAGE.html, "parse_mode": ParseMode.HTML, "reply_markup": None}]


@pytest.mark.parametrize("picture", [None, b"a picture"])
async def test_rejected_html_goes_out_as_plain_words(picture: bytes | None) -> None:
    bot = FakeBot(BadRequest("Can't parse entities: unsupported start tag at byte offset 3"))
    await courier(bot).send(CHAT, Outgoing("<blink>Hot</blink>", "Hot", picture=picture))
    assert [(sent["words"], sent["parse_mode"], sent.get("photo")) for sent in bot.sent] == [("Hot", None, picture)]


async def test_another_refusal_is_not_retried_as_plain_words() -> None:
    bot = FakeBot(BadRequest("chat not found"))
    with pytest.raises(BadRequest, match="chat not found"):
        await courier(bot).send(CHAT, MESSAGE)
    assert bot.sent == []


async def test_the_courier_waits_once_where_telegram_asks_for_patience() -> None:
    bot = FakeBot(RetryAfter(timedelta(milliseconds=50)))
    loop = asyncio.get_running_loop()
    started = loop.time()
    await courier(bot).send(CHAT, MESSAGE)
    assert loop.time() - started >= 0.05
    assert [sent["words"] for sent in bot.sent] == [MESSAGE.html]

    impatient = FakeBot(RetryAfter(timedelta()), RetryAfter(timedelta()))
    with pytest.raises(RetryAfter):
        await courier(impatient).send(CHAT, MESSAGE)


@pytest.mark.parametrize("waits", [0, 1])
async def test_a_chat_that_is_blocked_is_logged(waits: int, caplog: pytest.LogCaptureFixture) -> None:
    before = [RetryAfter(timedelta())] * waits
    bot = FakeBot(*before, Forbidden("Forbidden: bot was blocked by the user"))
    await courier(bot).send(CHAT, MESSAGE)
    assert bot.sent == []
    assert f"chat {CHAT} cannot be written to" in caplog.text


async def test_a_chat_keeps_its_order() -> None:
    lanes, done = Lanes(), list[int]()

    async def handle(number: int) -> None:
        # The earlier an update, the longer it takes: without a lane the later ones would overtake it.
        await asyncio.sleep(0.01 * (4 - number))
        done.append(number)

    await asyncio.gather(*(lanes.process_update(from_chat(1), handle(number)) for number in range(4)))
    assert done == [0, 1, 2, 3]


async def test_chats_run_side_by_side() -> None:
    lanes, everybody_is_here = Lanes(), asyncio.Barrier(WIDTH)

    async def handle() -> None:
        # Passed only when as many chats are being answered at the same time.
        await everybody_is_here.wait()

    chats = (lanes.process_update(from_chat(number), handle()) for number in range(1, WIDTH + 1))
    await asyncio.wait_for(asyncio.gather(*chats), timeout=5)


async def test_a_chat_with_many_waiting_updates_holds_up_no_other() -> None:
    lanes, slow, done = Lanes(), asyncio.Event(), list[str]()

    async def handle(name: str) -> None:
        if name == "slow":
            await slow.wait()
        done.append(name)

    waiting = [asyncio.ensure_future(lanes.process_update(from_chat(1), handle("slow"))) for _ in range(WIDTH + 1)]
    await asyncio.sleep(0)
    other = asyncio.ensure_future(lanes.process_update(from_chat(2), handle("other")))
    await asyncio.wait({other}, timeout=0.5)
    before = done[:]
    slow.set()
    await asyncio.gather(*waiting, other)
    assert before == ["other"]


async def test_a_failed_update_does_not_block_its_lane() -> None:
    lanes, done = Lanes(), list[str]()

    async def handle(fails: bool) -> None:
        if fails:
            raise NetworkError("away")
        done.append("answered")

    outcomes = await asyncio.gather(
        *(lanes.process_update(from_chat(1), handle(fails)) for fails in (True, False)), return_exceptions=True
    )
    assert isinstance(outcomes[0], NetworkError)
    assert done == ["answered"]


def from_chat(chat_id: int, text: str = "whats hot") -> Update:
    """A text message in a private chat."""
    chat, user = Chat(chat_id, Chat.PRIVATE), User(chat_id, "Account", is_bot=False)
    message = TelegramMessage(1, datetime(2026, 3, 6, tzinfo=UTC), chat, from_user=user, text=text)
    return Update(1, message=message)


class FakeContext:
    """What a handler sees of the application when something failed."""

    def __init__(self, bot: FakeBot, error: Exception) -> None:
        self.error = error
        self.bot_data: dict[Any, Any] = {}
        # Neither desk nor store is there any more: a failure must be told without them.
        gone: Any = None
        now = datetime(2026, 3, 6, tzinfo=UTC)
        hand_over(self.bot_data, Dependencies(cast(Desk, gone), cast(Store, gone), courier(bot), lambda: now))


async def test_a_failure_is_told_with_a_reference_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    bot, error = FakeBot(), ValueError("index 7 is out of bounds")
    await _fail(from_chat(CHAT, "whats hot near zelmstone"), FakeContext(bot, error))
    [sent] = bot.sent
    reference = re.fullmatch(desk.FAILED.format(reference="([0-9A-F]{6})"), sent["words"])
    assert reference, sent["words"]
    assert f"failure {reference[1]}" in caplog.text
    assert "index 7 is out of bounds" in caplog.text
    assert "zelmstone" not in caplog.text


async def test_a_failure_that_cannot_be_told_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bot = FakeBot(NetworkError("httpx.ConnectError"))
    await _fail(from_chat(CHAT), FakeContext(bot, ValueError("first")))
    assert "could not be told" in caplog.text
    await _fail(None, FakeContext(bot, ValueError("outside any update")))
    assert bot.sent == []
    assert "outside any update" in caplog.text


async def _fail(update: Update | None, context: FakeContext) -> None:
    """Run the error handler, which ends the update whatever other handlers would still do."""
    from telegram.ext import ApplicationHandlerStop

    try:
        await fail(update, cast(Context, context))
    except ApplicationHandlerStop:
        return


async def test_a_button_pressed_long_before_the_bot_was_up_is_still_answered() -> None:
    """Telegram takes no answer to an old press any more, which is no reason to lose the press itself."""
    bot = FakeBot()
    bot.too_old = BadRequest("Query is too old and response timeout expired or query id is invalid")
    update = from_chat(CHAT)
    assert update.message
    query = CallbackQuery("1", cast(User, update.effective_user), "1", message=update.message, data="garbage")
    query.set_bot(cast(Bot, bot))
    await press(Update(2, callback_query=query), cast(Context, FakeContext(bot, ValueError())))
    assert [sent["words"] for sent in bot.sent] == [desk.STALE_BUTTON]


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
