"""The courier: what goes out, in which order, how often it is tried, and what a failure means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot import courier as couriers
from bot.pace import Pace
from handlers.outgoing import Outgoing
from ilp_core.domain.post import Kind, Parcel
from ilp_core.storage.engine import Store
from ilp_core.storage.post_tables import outbox
from ilp_core.words.en import desk
from tests.post_office import FakeBot, Office, enrolled, eventually, open_office, utc_now

CHAT = 701


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries are counted in milliseconds here."""
    monkeypatch.setattr(couriers, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(couriers, "_SWEEP_S", 0.05)


@pytest.fixture
async def office(sqlite_store: Store) -> AsyncIterator[Office]:
    async with open_office(sqlite_store, FakeBot()) as opened:
        yield opened


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    """A failure as the bot raises it, with what the HTTP library said."""
    error.__cause__ = cause
    return error


UNSENT = [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")]
UNKNOWN = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("cut"),
    httpx.RemoteProtocolError("cut"),
]


async def test_words_go_out_as_html_and_are_dropped(store: Store) -> None:
    async with open_office(store, FakeBot()) as office:
        await office.file(CHAT, "", message=Outgoing("<b>Hot</b>", "Hot"))
        await office.until(sent=1)
        assert office.bot.sent == [
            {"chat_id": CHAT, "words": "<b>Hot</b>", "parse_mode": ParseMode.HTML, "reply_markup": None}
        ]
        async with store.read() as uow:
            assert await uow.outbox.keys_in_use() == frozenset()


@pytest.mark.parametrize("picture", [None, b"a picture"])
async def test_rejected_html_goes_out_as_the_unescaped_words(office: Office, picture: bytes | None) -> None:
    office.bot.failures = [BadRequest("Can't parse entities: unsupported start tag at byte offset 3")]
    await office.file(CHAT, "", message=Outgoing("<blink>a &lt; b</blink>", "a < b", picture=picture))
    await office.until(sent=1)
    assert [(sent["words"], sent["parse_mode"], sent.get("photo")) for sent in office.bot.sent] == [
        ("a < b", None, picture)
    ]


async def test_another_refusal_ends_the_message_and_is_reported(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.bot.failures = [BadRequest("Wrong type of the web page content")]
    await office.file(CHAT, "zelmstone")
    await office.file(CHAT, "second")
    await office.until(sent=1, dead=1)
    assert office.bot.words == ["second"]
    assert "refused for good" in caplog.text
    assert "zelmstone" not in caplog.text


async def test_a_chat_told_to_wait_holds_up_no_other(office: Office) -> None:
    office.bot.by_chat[CHAT] = [RetryAfter(timedelta(seconds=1))]
    await office.file(CHAT, "first")
    await office.file(CHAT, "second")
    await office.file(702, "other")
    await office.until(sent=3)
    assert office.bot.words == ["other", "first", "second"]


async def test_two_chats_told_to_wait_make_all_wait(office: Office) -> None:
    for chat_id in (CHAT, 702):
        office.bot.by_chat[chat_id] = [RetryAfter(timedelta(seconds=1))]
        await office.file(chat_id, f"to {chat_id}")

    async def refused() -> bool:
        return office.bot.tried == 2 and office.courier.idle

    await eventually(refused)
    await office.file(703, "bystander")
    await asyncio.sleep(0.2)
    assert office.bot.words == []
    await office.until(sent=3)
    assert office.bot.tried == 5


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), "blocked"),
        (Forbidden("Forbidden: user is deactivated"), "blocked"),
        (BadRequest("Chat not found"), "gone"),
    ],
)
async def test_a_blocked_chat_is_marked_and_what_waits_for_it_ends(
    office: Office, error: Exception, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    await enrolled(office.store, CHAT)
    office.bot.by_chat[CHAT] = [error]
    office.bot.hold = asyncio.Event()
    for number in range(3):
        await office.file(CHAT, f"number {number}")
    office.bot.hold.set()
    await office.until(dead=3)
    async with office.store.read() as uow:
        assert [(chat.badge, chat.blocked) for chat in await uow.chats.blocked()] == [("4471", True)]
        audit = await uow.audit.rows(after=0, limit=10)
    assert [(row.action, row.object, row.outcome) for row in audit] == [("delivery", "4471", why)]
    assert "badge 4471 cannot be written to" in caplog.text


@pytest.mark.parametrize("cause", UNSENT)
async def test_what_was_surely_not_sent_is_sent_again_whatever_it_is(office: Office, cause: Exception) -> None:
    office.bot.failures = [caused(TimedOut(), cause), caused(NetworkError("away"), cause)]
    await office.file(CHAT, "a digest", kind="digest")
    await office.until(sent=1)
    assert office.bot.words == ["a digest"]


@pytest.mark.parametrize("cause", UNKNOWN)
@pytest.mark.parametrize("kind", ["reply", "alert", "receipt", "notice", "digest"])
async def test_what_may_have_been_sent_follows_the_policy_of_its_kind(
    office: Office, cause: Exception, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    office.bot.failures = [caused(TimedOut(), cause)]
    await office.file(CHAT, "words", kind=kind)
    if kind == "digest":
        await office.until(held=1)
        assert office.bot.words == []
        assert "may or may not have arrived" in caplog.text
    else:
        await office.until(sent=1, maybe=1)
        assert office.bot.words == ["words"]


async def test_an_answer_of_a_broken_gateway_tells_nothing(office: Office) -> None:
    office.bot.failures = [NetworkError("Bad Gateway (502)")]
    await office.file(CHAT, "words")
    await office.until(sent=1, maybe=1)


async def test_doubt_has_an_end(office: Office) -> None:
    office.bot.failures = [caused(TimedOut(), httpx.ReadTimeout("slow")) for _ in range(20)]
    await office.file(CHAT, "words")
    await office.until(held=1, maybe=couriers.MOST_MAYBE - 1)
    assert office.bot.tried == couriers.MOST_MAYBE


async def test_an_unknown_token_loses_nothing(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.bot.failures = [InvalidToken("Unauthorized")]
    await office.file(CHAT, "words")
    await office.until(sent=1)
    assert "nothing can be sent (InvalidToken)" in caplog.text


async def test_a_group_that_became_a_supergroup_is_followed(office: Office) -> None:
    office.bot.by_chat[-5] = [ChatMigrated(-100_5)]
    await office.file(-5, "first")
    await office.file(-5, "second")
    await office.until(sent=2)
    assert [(sent["chat_id"], sent["words"]) for sent in office.bot.sent] == [(-100_5, "first"), (-100_5, "second")]


async def test_a_chat_keeps_its_order_through_failures(office: Office) -> None:
    office.bot.by_chat[CHAT] = [
        caused(NetworkError("away"), httpx.ConnectError("refused")),
        RetryAfter(timedelta(milliseconds=30)),
        caused(TimedOut(), httpx.ReadTimeout("slow")),
    ]
    for number in range(6):
        await office.file(CHAT, str(number))
    await office.until(sent=6, maybe=1)
    assert office.bot.words == list("012345")


@pytest.mark.parametrize("kind", ["reply", "digest"])
async def test_what_a_dead_sender_had_in_hand_may_have_been_sent(store: Store, kind: Kind) -> None:
    """The sender died after it claimed the message; its lease is made to end now."""
    async with open_office(store, FakeBot(), holder="dead") as former:
        former.bot.hold = asyncio.Event()
        await former.file(CHAT, "words", kind=kind)
        await former.until(sending=1)
        for task in former.courier._under_way.values():
            task.cancel()
        former.courier._stopping = True
        former.courier.store = Unreachable()  # type: ignore[assignment]
    async with store.write() as uow:
        now = await uow.now()
        assert await uow.outbox.lapsed("other", now + timedelta(seconds=1), couriers.LEASE) == []
    async with open_office(store, FakeBot(), holder="heir") as heir:
        await asyncio.sleep(0.2)
        assert await heir.states() == {"sending": 1}
        await end_leases(store)
        if kind == "digest":
            await heir.until(held=1)
            assert heir.bot.words == []
        else:
            await heir.until(sent=1, maybe=1)
            assert heir.bot.words == ["words"]


class Unreachable:
    """A store that went away with its process."""

    def write(self) -> Unreachable:
        raise OSError("gone")

    read = write


async def end_leases(store: Store) -> None:
    """Let the time pass that the leases last."""
    async with store.write() as uow:
        await uow.outbox._connection.execute(update(outbox).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC)))


async def test_late_answers_say_when_they_were_asked_for_and_very_late_ones_are_offered_again(office: Office) -> None:
    """Guard-rail G50."""
    now = utc_now()
    for minutes in (4, 6, 31):
        await office.file(CHAT, "Hot: <b>", asked_at=now - timedelta(minutes=minutes), again="v1:say:whats hot")
    await office.until(sent=3)
    prompt, late, offered = office.bot.sent
    assert prompt["words"] == "Hot: <b>"
    assert late["words"].startswith(desk.ASKED_AT.split("{", 1)[0])
    assert late["words"].endswith("\nHot: <b>")
    assert "Hot" not in offered["words"]
    assert [[key.callback_data for key in row] for row in offered["reply_markup"].inline_keyboard] == [
        ["v1:say:whats hot"]
    ]


async def test_a_late_answer_says_so_in_its_officers_language(office: Office) -> None:
    now = utc_now()
    await enrolled(office.store, CHAT)
    async with office.store.write() as uow:
        await uow.officers.speak("4471", "es")
    for minutes in (6, 31):
        await office.file(CHAT, "Hot: <b>", asked_at=now - timedelta(minutes=minutes), again="v1:say:whats hot")
    await office.until(sent=2)
    late, offered = office.bot.sent
    assert late["words"].startswith("Usted preguntó a las ")
    assert offered["words"].endswith("¿Aún lo necesita?")
    assert offered["reply_markup"].inline_keyboard[0][0].text == "Preguntar ahora"


async def test_a_message_past_its_time_is_not_sent(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    await office.file(CHAT, "too late", lasts=timedelta(seconds=-1))
    await office.file(CHAT, "in time")
    await office.until(expired=1, sent=1)
    assert office.bot.words == ["in time"]
    assert "expired before they could be sent" in caplog.text


async def test_words_whose_key_is_gone_are_not_sent(office: Office) -> None:
    office.bot.failures = [caused(NetworkError("away"), httpx.ConnectError("refused"))]
    key, _ = await office.envelopes.seal(b"")
    office.envelopes.forget(key)
    await office.store.keys.destroy([key])
    async with office.store.write() as uow:
        now = await uow.now()
        await uow.outbox.add(Parcel(CHAT, "reply", "x", key, b"sealed", now, now + timedelta(hours=1)), now)
    office.courier.wake()
    await office.until(dead=1)
    assert office.bot.sent == []


async def test_the_overall_pace_holds(sqlite_store: Store) -> None:
    seconds = [100.0]
    pace = Pace(3, lambda: seconds[0])
    async with open_office(sqlite_store, FakeBot(), pace=pace) as office:
        for chat_id in range(701, 711):
            await office.file(chat_id, "words")
        for sent in (3, 6, 9):
            await office.until(sent=sent, pending=10 - sent)
            await asyncio.sleep(0.05)
            assert len(office.bot.sent) == sent
            seconds[0] += 1.01
        await office.until(sent=10)


async def test_a_stop_lets_what_is_under_way_arrive(sqlite_store: Store) -> None:
    async with open_office(sqlite_store, FakeBot()) as office:
        office.bot.hold = asyncio.Event()
        await office.file(CHAT, "under way")
        await office.until(sending=1)
        stopping = asyncio.create_task(office.courier.stop(5))
        await asyncio.sleep(0.05)
        await office.file(702, "waits")
        office.bot.hold.set()
        await stopping
        await office.until(sent=1, pending=1)
    assert office.bot.words == ["under way"]


async def test_while_the_store_is_away_messages_wait(office: Office) -> None:
    """A full database: whatever was sent meanwhile is marked as sent once there is room."""
    office.bot.hold = asyncio.Event()
    await office.file(CHAT, "first")
    await office.until(sending=1)
    whole = office.courier.store
    office.courier.store = Unreachable()  # type: ignore[assignment]
    office.bot.hold.set()
    await asyncio.sleep(0.2)
    office.courier.store = whole
    await office.until(sent=1)
    assert office.bot.words == ["first"]
