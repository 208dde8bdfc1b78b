"""200 officers ask for a minute, over a million invented incidents: ``python -m benchmarks.load`` (``make load``).

Twice: 50 questions a second with the pace raised to 100 messages a second, and 25 a second at the pace of service
with the sandbox's flood control on. The bot, the sandbox and the officers are three processes on this machine. Told
are the times from send to reply, how long the slowest chat waited, the bot's peak memory, and how often Telegram
would have said 429. One question in fifty asks for a map, whose picture takes longest: the others must not wait.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd

from bot.sandbox.__main__ import FIRST_ACCOUNT
from bot.sandbox.nouns import SANDBOX_TOKEN
from ilp_core.collect.load import load_incidents
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.storage.engine import open_store
from ilp_core.storage.revision import upgrade
from ilp_core.words.en import desk

OFFICERS = 200
SECONDS = 60
ZONE = "Atlantic/South_Georgia"
BEATS = [f"{district:02d}{beat:02d}" for district in range(1, 9) for beat in range(1, 6)]
QUESTIONS = (
    "whats hot",
    "whats hot tonight",
    "burglaries last 28 days",
    "robberies last 7 days",
    "whats hot nights",
    "hot spots last 14 days by count",
    "why",
    "more",
)
SEED = 7


@dataclass(frozen=True)
class Scenario:
    """Questions a second, messages a second that may go out, and whether the sandbox refuses floods."""

    name: str
    per_second: float
    pace: float
    flood_control: bool


SCENARIOS = (
    Scenario("50/s, pace 100/s", 50, 100, flood_control=False),
    Scenario("25/s, pace 30/s", 25, 30, flood_control=True),
)


def invented(rows: int, now: datetime) -> pd.DataFrame:
    """Invented incidents of three years up to ``now`` in the desk's own layout, in clusters as crime has them."""
    rng = np.random.default_rng(SEED)
    beat = rng.integers(0, len(BEATS), rows)
    centres = rng.uniform((38.40, -47.10), (38.60, -46.90), (len(BEATS), 2))
    corner = rng.zipf(1.6, rows) % 60
    spread = rng.normal(0, 0.0004, (rows, 2))
    where = centres[beat] + np.column_stack((np.cos(corner), np.sin(corner))) * 0.002 * (corner % 9)[:, None] + spread
    ago = rng.uniform(0, 3 * 365 * 86_400, rows)
    times = pd.Timestamp(now.replace(tzinfo=None)) - pd.to_timedelta(ago, unit="s")
    stamps = pd.Series(times.strftime("%Y-%m-%dT%H:%M:%S"))
    code = rng.choice(["120", "220", "240", "13A", "13B", "23C", "290", "90J"], rows)
    return pd.DataFrame(
        {
            "id": [f"L{number:07d}" for number in range(rows)],
            "occurred_from": stamps,
            "code": code,
            "block": [f"{(number % 40):03d}XX INVENTED ST" for number in range(rows)],
            "beat": np.array(BEATS)[beat],
            "district": np.array([f"{name[:2]:0>3}" for name in BEATS])[beat],
            "lat": where[:, 0].round(6),
            "lon": where[:, 1].round(6),
            "domestic": "false",
            "officer_initiated": "false",
        }
    )


async def prepare(folder: Path, rows: int) -> None:
    """A database in ``folder`` with the incidents and an enrolled officer for every chat."""
    address, now = f"sqlite:///{folder / 'load.db'}", datetime.now(tz=UTC)
    await asyncio.to_thread(upgrade, address)
    store = open_store(address)
    await load_presets(store)
    file = folder / "invented.csv"
    invented(rows, now - timedelta(hours=2)).to_csv(file, index=False)
    await load_incidents(
        store, file, format="beatdesk", zone=ZONE, by="load", now=now, progress=lambda _done, _all: None
    )
    async with store.write() as uow:
        for number in range(OFFICERS):
            badge = str(5000 + number)
            await uow.officers.add(Officer(badge, "officer", AreaRef("beat", BEATS[number % len(BEATS)])), now)
            await uow.chats.enrol(FIRST_ACCOUNT + number, badge, now)
            await uow.chats.accept_banner(FIRST_ACCOUNT + number, desk.BANNER_VERSION, now)
    await store.close()
    file.unlink()


@contextlib.asynccontextmanager
async def process(*command: str, settings: dict[str, str] | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program of ours that runs meanwhile."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, *command, env={**os.environ, **(settings or {})}, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        await started.wait()


async def run(scenario: Scenario, address: str, seconds: int) -> dict[str, Any]:
    """One minute of one scenario."""
    flags = [] if scenario.flood_control else ["--no-flood"]
    async with process("-m", "bot.sandbox", "--personas", str(OFFICERS), *flags) as sandbox:
        root = await first_line(sandbox)
        settings = {
            "BEATDESK_DATABASE_URL": address,
            "BEATDESK_TELEGRAM_TOKEN": SANDBOX_TOKEN,
            "BEATDESK_TELEGRAM_API": root,
            "BEATDESK_LISTEN": "127.0.0.1:0",
            "BEATDESK_MESSAGES_PER_SECOND": str(scenario.pace),
            "BEATDESK_LOG_LEVEL": "WARNING",
        }
        async with (
            httpx.AsyncClient(base_url=root, timeout=30) as http,
            process("-c", "from bot.cli import main; main()", "run", settings=settings) as bot,
        ):
            await first_line(bot)
            sent = await ask(http, scenario, seconds)
            rows = await replies(http, sum(map(len, sent.values())))
            return report(scenario, sent, rows, peak_mib(bot.pid))


async def first_line(started: asyncio.subprocess.Process) -> str:
    """What a program says first: it is ready then."""
    assert started.stdout is not None
    return (await started.stdout.readline()).decode().strip()


async def ask(http: httpx.AsyncClient, scenario: Scenario, seconds: int) -> dict[int, list[tuple[float, str]]]:
    """Officers ask at a steady rate, whether or not they were answered; when each asked what."""
    rng, sent, waiting = random.Random(SEED), defaultdict(list), set()  # noqa: S311 - repeatable, not secret
    began = time.monotonic()
    for number in range(int(scenario.per_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / scenario.per_second - time.monotonic()))
        chat = FIRST_ACCOUNT + number % OFFICERS
        text = "map" if number % 50 == 49 else rng.choice(QUESTIONS)
        sent[chat].append((time.time(), text))
        task = asyncio.create_task(http.post("/sandbox/say", json={"persona": chat, "text": text}))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    await asyncio.gather(*waiting)
    return sent


async def replies(http: httpx.AsyncClient, wanted: int) -> list[dict[str, Any]]:
    """Every reply, once all have come or nothing comes any more."""
    deadline = time.monotonic() + 60
    rows: list[dict[str, Any]] = []
    while len(rows) < wanted and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        rows = (await http.get("/sandbox/ledger")).json()["rows"]
    return rows


def report(
    scenario: Scenario, sent: dict[int, list[tuple[float, str]]], rows: list[dict[str, Any]], memory: float
) -> dict[str, Any]:
    """Times from send to reply: a chat's n-th reply answers its n-th question."""
    arrived: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        arrived[row["chat"]].append(row["at"])
    words, maps = [], []
    for chat, asked in sent.items():
        for (at, text), reply in zip(asked, arrived[chat], strict=False):
            (maps if text == "map" else words).append((reply - at) * 1000)
    took = np.array(words + maps)
    p50, p95, p99 = np.percentile(took, (50, 95, 99))
    return {
        "scenario": scenario.name,
        "asked": sum(map(len, sent.values())),
        "answered": len(rows),
        "p50_ms": round(p50),
        "p95_ms": round(p95),
        "p99_ms": round(p99),
        "slowest_ms": round(took.max()),
        "words_p95_ms": round(float(np.percentile(words, 95))),
        "maps_p95_ms": round(float(np.percentile(maps, 95))),
        "peak_mib": round(memory),
    }


def peak_mib(pid: int) -> float:
    """The most memory that the process has had, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def measure(rows: int, seconds: int, only: int | None) -> None:
    """Both scenarios over the same database."""
    with tempfile.TemporaryDirectory(prefix="beatdesk-load-") as folder:
        await prepare(Path(folder), rows)
        for number, scenario in enumerate(SCENARIOS):
            if only in (None, number):
                # Each minute starts from the same database: another sandbox's update numbers would seem known.
                copy = Path(folder) / f"run-{number}.db"
                shutil.copyfile(Path(folder) / "load.db", copy)
                found = await run(scenario, f"sqlite:///{copy}", seconds)
                print("  ".join(f"{name}={value}" for name, value in found.items()), flush=True)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--only", type=int, choices=range(len(SCENARIOS)))
    wish = parser.parse_args()
    asyncio.run(measure(wish.rows, wish.seconds, wish.only))


if __name__ == "__main__":
    main()
