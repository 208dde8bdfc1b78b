"""One chaos run: a sandbox, replicas of the bot that are killed again and again, officers who ask, and faults."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from benchmarks.chaos.child import POINTS
from benchmarks.chaos.report import Report, judge
from bot.sandbox.__main__ import FIRST_ACCOUNT
from bot.sandbox.nouns import SANDBOX_TOKEN
from ilp_core.domain.officers import Officer
from ilp_core.domain.receipts import ALPHABET, CODE_LENGTH
from ilp_core.storage.engine import open_store
from ilp_core.storage.revision import upgrade
from ilp_core.words.en import desk

#: How long the run waits for the rest once nobody asks and nothing fails any more, in seconds.
DRAIN_S = 120.0


@dataclass
class Plan:
    """What to do. ``plain`` runs the peer in the desk's place; ``webhook`` brings updates instead of polling."""

    database: str
    replicas: int = 1
    kills: int = 12
    messages: int = 400
    per_second: float = 40.0
    chats: int = 50
    seed: int = 1
    plain: bool = False
    faults: bool = True
    grace_s: float = 1.5


@dataclass
class Replica:
    """One process that is started again whenever it dies."""

    settings: dict[str, str]
    plain: bool
    points: Any
    rng: random.Random
    process: asyncio.subprocess.Process | None = None
    deaths: int = 0

    async def start(self) -> None:
        """Start the process, with a point to die at while there are any left."""
        point = None if self.plain else next(self.points, None)
        command = ["-m", "benchmarks.chaos.plain"] if self.plain else ["-m", "benchmarks.chaos.child"]
        if point is not None:
            command += [point, str(self.rng.randint(3, 25))]
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            env={**os.environ, **self.settings},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=None if os.environ.get("CHAOS_LOG") else asyncio.subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)


@dataclass
class Run:
    """The run in hand."""

    plan: Plan
    root: str
    rng: random.Random
    http: httpx.AsyncClient
    asked: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    replicas: list[Replica] = field(default_factory=list)
    asking: bool = True
    over: bool = False

    @property
    def deaths(self) -> int:
        """How often a process died, at its point or by a kill."""
        return sum(replica.deaths for replica in self.replicas)

    async def ask(self) -> None:
        """Officers ask, each in turn about another code, at a steady rate."""
        began = time.monotonic()
        for number in range(self.plan.messages):
            await asyncio.sleep(max(0.0, began + number / self.plan.per_second - time.monotonic()))
            chat, code = FIRST_ACCOUNT + number % self.plan.chats, code_of(number)
            self.asked[chat].append(code)
            wish = {"persona": chat, "text": f"why {code}"}
            (await self.http.post("/sandbox/say", json=wish)).raise_for_status()
        self.asking = False

    async def watch(self, replica: Replica) -> None:
        """Start it again whenever it dies."""
        while True:
            assert replica.process is not None
            await replica.process.wait()
            if self.over:
                return
            replica.deaths += 1
            await replica.start()

    async def kill(self) -> None:
        """Kill one or another at random moments, until there were enough deaths; those at named points count too."""
        while self.deaths < self.plan.kills:
            await asyncio.sleep(self.rng.uniform(self.plan.grace_s, self.plan.grace_s * 2))
            if self.deaths < self.plan.kills:
                self.rng.choice(self.replicas).kill()

    async def fail(self) -> None:
        """Storms of 429, lost answers and cut connections, while officers ask."""
        while self.asking:
            for fault in (
                {"kind": "lost", "method": "sendMessage", "share": 0.05, "seed": self.plan.seed},
                {"kind": "cut", "method": "sendMessage", "share": 0.03},
                {"kind": "lost", "method": "getUpdates", "share": 0.1},
            ):
                await self.http.post("/sandbox/faults", json=fault)
            await asyncio.sleep(2)
            await self.http.post("/sandbox/faults", json={"kind": "429", "method": "sendMessage", "share": 0.5})
            await asyncio.sleep(1)
            await self.http.delete("/sandbox/faults")

    async def ledger(self) -> list[dict[str, Any]]:
        """Everything that reached a chat."""
        answer = await self.http.get("/sandbox/ledger")
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows

    async def drain(self) -> None:
        """Wait until everything is answered, or nothing has come for a long while."""
        deadline = time.monotonic() + (10 if self.plan.plain else DRAIN_S)
        while time.monotonic() < deadline:
            missing = judge(self.asked, await self.ledger(), maybe=0, kills=0, seconds=0).lost
            if missing == 0:
                return
            await asyncio.sleep(0.5)


def code_of(number: int) -> str:
    """A code that looks like a receipt's: the answer names it, so that each answer is known for its question."""
    signs = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(reversed(signs))


async def carry_out(plan: Plan) -> Report:
    """The whole run."""
    began, rng = time.monotonic(), random.Random(plan.seed)  # noqa: S311 - repeatable, not secret
    if not plan.plain:
        await prepare(plan)
    async with sandbox(plan.chats) as root, httpx.AsyncClient(base_url=root, timeout=30) as http:
        run = Run(plan, root, rng, http)
        points = iter([] if plan.plain else rng.sample(POINTS * 3, k=min(plan.kills, len(POINTS) * 3)))
        points = itertools.islice(points, plan.kills * 2 // 3)
        settings = {
            "BEATDESK_DATABASE_URL": plan.database,
            "BEATDESK_TELEGRAM_TOKEN": SANDBOX_TOKEN,
            "BEATDESK_TELEGRAM_API": root,
            "BEATDESK_LISTEN": "127.0.0.1:0",
            "BEATDESK_MESSAGES_PER_SECOND": "200",
            "BEATDESK_LOG_LEVEL": "ERROR",
        }
        run.replicas = [Replica(settings, plan.plain, points, rng) for _ in range(plan.replicas)]
        for replica in run.replicas:
            await replica.start()
        watching = [asyncio.create_task(run.watch(replica)) for replica in run.replicas]
        works = [run.ask(), run.kill()] + ([run.fail()] if plan.faults else [])
        await asyncio.gather(*works)
        await http.delete("/sandbox/faults")
        await run.drain()
        run.over = True
        for replica in run.replicas:
            assert replica.process is not None
            with contextlib.suppress(ProcessLookupError):
                replica.process.terminate()
        await asyncio.gather(*watching)
        maybe = 0 if plan.plain else await doubts(plan.database)
        return judge(run.asked, await run.ledger(), maybe=maybe, kills=run.deaths, seconds=time.monotonic() - began)


async def prepare(plan: Plan) -> None:
    """A migrated database with one enrolled officer for every chat."""
    await asyncio.to_thread(upgrade, plan.database)
    store, now = open_store(plan.database), datetime.now(tz=UTC)
    async with store.write() as uow:
        for number in range(plan.chats):
            badge, chat = str(5000 + number), FIRST_ACCOUNT + number
            await uow.officers.add(Officer(badge, "officer"), now)
            await uow.chats.enrol(chat, badge, now)
            await uow.chats.accept_banner(chat, desk.BANNER_VERSION, now)
    await store.close()


async def doubts(database: str) -> int:
    """Tries of which the courier does not know whether they arrived."""
    store = open_store(database)
    async with store.read() as uow:
        counts = await uow.outbox.counts()
    await store.close()
    return counts["maybe"]


@contextlib.asynccontextmanager
async def sandbox(personas: int) -> AsyncIterator[str]:
    """A sandbox in a process of its own; yields its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--personas", str(personas), "--no-flood", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()
