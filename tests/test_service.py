"""``beatdesk run`` as a process: webhooks, a stop under load, a second replica, outages, and words without trace."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from benchmarks.chaos.report import judge
from benchmarks.chaos.run import Plan, code_of, doubts, prepare
from bot import lanes as lanes_room
from bot.sandbox.__main__ import FIRST_ACCOUNT
from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox
from handlers.drafts import WAITS
from ilp_core.storage.engine import Store, open_store
from ilp_core.words.en import desk
from tests.demo_town import Town, ask, running_town
from tests.post_office import eventually
from tests.postgres import running_postgres
from tests.support import require

CHATS = 10


@asynccontextmanager
async def beatdesk(settings: dict[str, str], log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """``beatdesk run`` once it is up; it is stopped politely."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("BEATDESK_")}
    with open(log, "wb") as errors:  # noqa: ASYNC230 - a file that is opened once
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", "from bot.cli import main; main()", "run"),
            env={**outer, **{f"BEATDESK_{name}": value for name, value in settings.items()}},
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode()
    assert "beatdesk runs" in first, first
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    accounts = range(FIRST_ACCOUNT, FIRST_ACCOUNT + CHATS)
    people = [Persona(account, "Account", "") for account in accounts]
    started = Sandbox(people, flood_control=False, acquainted=accounts)
    await started.start()
    yield started
    await started.stop()


async def settings_for(database: str, sandbox: Sandbox, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "TELEGRAM_TOKEN": SANDBOX_TOKEN,
        "TELEGRAM_API": sandbox.root,
        "LISTEN": "127.0.0.1:0",
        "MESSAGES_PER_SECOND": "200",
        **more,
    }


def say(sandbox: Sandbox, numbers: range) -> None:
    for number in numbers:
        sandbox.world.say(FIRST_ACCOUNT + number % CHATS, f"why {code_of(number)}")


async def all_answered(sandbox: Sandbox, numbers: range) -> bool:
    return {code_of(number) for number in numbers} <= {word for text in _texts(sandbox) for word in text.split()}


def _texts(sandbox: Sandbox) -> list[str]:
    return [str(row["text"]).replace(".", " ") for row in sandbox.faults.ledger]


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_stop_under_load_ends_in_time_and_the_next_start_answers_the_rest(
    sqlite_database: str, sandbox: Sandbox, tmp_path: Path, way: str
) -> None:
    await prepare(Plan(sqlite_database, chats=CHATS))
    settings = await settings_for(sqlite_database, sandbox)
    if way == "webhook":
        port = _free_port()
        settings |= {
            "LISTEN": f"127.0.0.1:{port}",
            "WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "WEBHOOK_SECRET": "secret-of-a-test",
        }
    async with beatdesk(settings, tmp_path / "first.log") as process:
        say(sandbox, range(60))
        await asyncio.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    store = open_store(sqlite_database)
    async with store.read() as uow:
        counts = await uow.outbox.counts()
    await store.close()
    # Nothing is left half done: no message whose fate is unknown.
    assert counts.get("sending", 0) == counts["maybe"] == 0
    async with beatdesk(settings, tmp_path / "second.log"):
        await eventually(all_answered, sandbox, range(60))
    reached = _texts(sandbox)
    assert len(reached) == 60
    assert "set aside" not in (tmp_path / "first.log").read_text() + (tmp_path / "second.log").read_text()


async def test_two_replicas_roll_over_without_a_gap(postgres_database: str, sandbox: Sandbox, tmp_path: Path) -> None:
    await prepare(Plan(postgres_database, chats=CHATS))
    settings = await settings_for(postgres_database, sandbox)
    async with beatdesk(settings, tmp_path / "one.log") as one:
        say(sandbox, range(20))
        async with beatdesk(settings, tmp_path / "two.log"):
            one.send_signal(signal.SIGTERM)
            say(sandbox, range(20, 40))
            assert await one.wait() == 0
            say(sandbox, range(40, 60))
            await eventually(all_answered, sandbox, range(60))
    assert len(_texts(sandbox)) == 60


async def test_a_database_that_is_down_for_half_a_minute_loses_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """PostgreSQL dies under two replicas at work, is away for 30 s while officers go on asking, and comes back."""
    require("postgres")
    port = _free_port()
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with running_postgres() as server:
        await prepare(Plan(server.address, chats=CHATS))
        settings = await settings_for(server.address, sandbox)
        watched = settings | {"LISTEN": f"127.0.0.1:{port}"}
        async with (
            beatdesk(watched, logs[0]),
            beatdesk(settings, logs[1]),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
        ):
            say(sandbox, range(30))
            await asyncio.sleep(0.3)
            await asyncio.to_thread(server.stop, signal.SIGQUIT)
            say(sandbox, range(30, 50))
            await asyncio.sleep(30)
            ready = await http.get("/ready")
            assert (ready.status_code, ready.json()["checks"]) == (503, {"store": False})
            assert (await http.get("/health")).status_code == 200
            assert not await all_answered(sandbox, range(50))
            say(sandbox, range(50, 60))
            await asyncio.to_thread(server.start)
            await eventually(all_answered, sandbox, range(60))
            assert (await http.get("/ready")).json()["checks"]["store"]
            for log in logs:
                await eventually(_says, log, "the store answers again after")
        asked = {
            FIRST_ACCOUNT + chat: [code_of(number) for number in range(chat, 60, CHATS)] for chat in range(CHATS)
        }
        report = judge(asked, sandbox.faults.ledger, maybe=await doubts(server.address), kills=0, seconds=0)
    assert report.good, report
    for log in logs:
        assert await _says(log, "the store does not answer; what officers send waits")
        assert not await _says(log, "set aside")


async def _says(log: Path, words: str) -> bool:
    return words in await asyncio.to_thread(log.read_text)


async def test_health_readiness_and_counts_are_served(sqlite_database: str, sandbox: Sandbox, tmp_path: Path) -> None:
    await prepare(Plan(sqlite_database, chats=CHATS))
    port = _free_port()
    settings = await settings_for(sqlite_database, sandbox, LISTEN=f"127.0.0.1:{port}", LOG_FORMAT="json")
    async with beatdesk(settings, tmp_path / "log"), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        say(sandbox, range(3))
        await eventually(all_answered, sandbox, range(3))
        assert (await http.get("/health")).status_code == 200
        ready = await http.get("/ready")
        # There is no data in this database, and it says so.
        assert (ready.status_code, ready.json()["checks"]) == (503, {"store": True, "data": False})

        async def counted() -> bool:
            return 'beatdesk_messages_sent_total{kind="reply"} 3.0' in (await http.get("/metrics")).text

        await eventually(counted)


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# Inside one process: outages, clocks, late answers, half-written things


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as running:
        yield running


async def test_a_full_disk_loses_nothing_and_mends_itself(town: Town) -> None:
    """SQLite may not grow by a page: the same error as a full disk. Later there is room again."""
    phone = await town.officer()
    await town.quiet()
    await _fill(town.store)
    # What is half full in the file takes a few more rows: so there are many questions.
    for number in range(60):
        await phone.say(f"why {code_of(number)}")
    await asyncio.sleep(2.0)
    assert not await all_answered(town.sandbox, range(60))
    await _make_room(town.store)
    await eventually(all_answered, town.sandbox, range(60))
    await town.quiet()
    log = town.log.getvalue()
    assert "OperationalError" in log
    assert "why" not in log
    told = [message.text for message in await phone.messages() if message.from_bot and "receipt" in message.text]
    assert [code for number in range(60) for text in told if (code := code_of(number)) in text] == [
        code_of(number) for number in range(60)
    ]
    assert len(told) == 60


async def _fill(store: Store) -> None:
    """Let the database file grow no further, and use up what is free in it."""

    async def do(statement: str, *values: int) -> bool:
        try:
            async with store.connection(store._writer) as connection:
                await connection.exec_driver_sql(statement, values)
        except OperationalError:
            return False
        return True

    await do("CREATE TABLE filler (junk BLOB)")
    await do("PRAGMA max_page_count = 1")
    for size in (1_000_000, 100_000, 10_000, 3_000, 300, 1):
        while await do("INSERT INTO filler VALUES (zeroblob(?))", size):
            pass


async def _make_room(store: Store) -> None:
    """There is room again."""
    async with store.connection(store._writer) as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


async def test_a_database_that_is_locked_for_long_loses_nothing(town: Town) -> None:
    """Another program holds the write lock: every write of ours fails when its patience ends, and is tried again."""
    phone = await town.officer()
    await town.quiet()
    async with town.store.connection(town.store._writer) as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout = 100")
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        with closing(sqlite3.connect(town.database, isolation_level=None, timeout=10)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()
            connection.execute("ROLLBACK")

    holding = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.sleep(0.3)
    await phone.say("whats hot tonight")
    await asyncio.sleep(2)
    release.set()
    await holding
    assert (await phone.next_message(timeout=20)).text.startswith("Hot: beat 0103")
    await town.quiet()
    assert len([m for m in await phone.messages() if m.from_bot and m.text.startswith("Hot")]) == 1


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
async def test_a_clock_that_jumps_an_hour_is_noticed_and_loses_nothing(town: Town, jump: timedelta) -> None:
    phone = await town.officer()
    town.store._clock = lambda: datetime.now(tz=UTC) + jump
    await town.service.pulse.beat()
    assert "the clock was set by" in town.log.getvalue()
    await phone.say("whats hot tonight")
    reply = await phone.next_message(timeout=20)
    # By the clock that was set forward the question is an hour old: it is offered again, not dropped.
    wanted = "Hot: beat 0103" if jump < timedelta() else desk.ASKED_TOO_LATE_BUTTON.split("{", 1)[0]
    assert reply.text.startswith(wanted), reply.text
    town.store._clock = None
    await town.service.pulse.beat()


async def test_a_question_half_an_hour_old_is_offered_again_and_the_button_asks_it(town: Town) -> None:
    """Guard-rail G50: Telegram kept it while the desk was down."""
    phone = await town.officer()
    late = datetime.now(tz=UTC) + timedelta(minutes=31)
    town.clock.now, before = late, town.clock.now
    await phone.say("whats hot beat 0101")
    reply = await phone.next_message()
    assert reply.text.startswith(desk.ASKED_TOO_LATE_BUTTON.split("{", 1)[0])
    assert reply.buttons == (desk.ASK_NOW,)
    town.clock.now = before
    await phone.press(desk.ASK_NOW)
    assert (await phone.next_message()).text.startswith("Hot: beat 0101")


async def test_a_half_written_thing_survives_and_ends_with_a_sentence(town: Town) -> None:
    supervisor = await town.officer("2001", "supervisor", "district:001")
    assert (await ask(supervisor, "/invite")).text == desk.INVITE_HOW
    # A question meanwhile is answered as ever; officers are never trapped.
    assert (await ask(supervisor, "whats hot")).text.startswith("Hot")
    await town.invited("4472")
    assert (await ask(supervisor, "4472")).text.startswith("Invitation for badge 4472")
    assert not (await ask(supervisor, "4472")).text.startswith("Invitation")

    assert (await ask(supervisor, "/invite")).text == desk.INVITE_HOW
    assert (await ask(supervisor, "cancel")).text == desk.CANCELLED

    assert (await ask(supervisor, "/invite")).text == desk.INVITE_HOW
    await town.quiet()
    town.store._clock = lambda: datetime.now(tz=UTC) + WAITS["invite"]
    chores = town.service.chores
    await chores.take()
    assert await chores.drop_drafts() == 1
    assert await chores.drop_drafts() == 0
    town.service.courier.wake()
    assert (await supervisor.next_message()).text == desk.DRAFT_EXPIRED["invite"]
    town.store._clock = None


async def test_an_officer_who_blocks_the_bot_is_written_to_no_more(town: Town) -> None:
    phone = await town.officer()
    body = {
        "chat": {"id": phone.user_id, "type": "private"},
        "from": {"id": phone.user_id, "is_bot": False, "first_name": "Account"},
        "date": 1_800_000_000,
        "old_chat_member": {"status": "member", "user": {"id": 1, "is_bot": True, "first_name": "beatdesk"}},
        "new_chat_member": {
            "status": "kicked",
            "until_date": 0,
            "user": {"id": 1, "is_bot": True, "first_name": "beatdesk"},
        },
    }
    await town.service.intake.take([_update(9_000_001, my_chat_member=body)])
    await town.quiet()
    async with town.store.read() as uow:
        assert [chat.badge for chat in await uow.chats.blocked()] == ["4471"]
    back = {**body, "old_chat_member": body["new_chat_member"], "new_chat_member": body["old_chat_member"]}
    await town.service.intake.take([_update(9_000_002, my_chat_member=back)])
    await town.quiet()
    async with town.store.read() as uow:
        assert await uow.chats.blocked() == []
    assert [row[3] for row in await town.audit() if row[1] == "delivery"] == ["blocked", "open"]


def _update(number: int, **content: Any) -> bytes:
    import json

    return json.dumps({"update_id": number, **content}).encode()


async def test_planted_words_leave_no_trace(town: Town) -> None:
    """Guard-rail G51: not in the database, its log, the key ring, the program's log, or the counts."""
    phone = await town.officer()
    await ask(phone, "is zelmstone on elm hot")
    whole: Callable[..., Any] = town.desk.answer

    async def fails(message: Any, **_: Any) -> Any:
        raise ValueError(message.text)

    town.desk.answer = fails  # type: ignore[method-assign]
    assert (await ask(phone, "zelmstone again")).text.startswith("That did not work")
    town.desk.answer = whole  # type: ignore[method-assign]
    await town.quiet()
    page, _ = town.service.metrics.page()
    for place in (town.bytes_on_disk(), town.log.getvalue().encode(), page):
        assert b"zelmstone" not in place.lower()
    async with town.store.read() as uow:
        [aside] = await uow.inbox.dead()
    assert not aside.erased
    name = lanes_room.key_name(town.service.intake.bot, aside.update_id)
    assert await town.store.keys.get([name])
    town.store._clock = lambda: datetime.now(tz=UTC) + timedelta(hours=24)
    await town.service.chores.erase()
    town.store._clock = None
    assert not await town.store.keys.get([name])
