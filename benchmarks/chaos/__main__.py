"""The chaos runs by hand: ``make chaos``. Each line is one run; the peer's must show losses, ours must not."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.chaos.run import Plan, carry_out
from tests.postgres import running_postgres


@contextmanager
def a_database(kind: str) -> Iterator[str]:
    """The address of an empty database of that kind."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="beatdesk-chaos-") as folder:
            yield f"sqlite:///{Path(folder) / 'chaos.db'}"
        return
    with running_postgres() as server:
        asyncio.run(_make(server.address))
        yield make_url(server.address).set(database="chaos").render_as_string(hide_password=False)


async def _make(server: str) -> None:
    url = make_url(server).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("CREATE DATABASE chaos"))
    await engine.dispose()


def main() -> None:
    """Run what was asked for; exit with 1 where a run of ours is not good, or the peer's lost nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--messages", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["plain", "sqlite", "postgresql"])
    wish = parser.parse_args()
    bad = False
    for name, kind, replicas in (("plain", "sqlite", 1), ("sqlite", "sqlite", 1), ("postgresql", "postgresql", 3)):
        if wish.only and wish.only != name:
            continue
        with a_database(kind) as database:
            plan = Plan(database, replicas, wish.kills, wish.messages, seed=wish.seed, plain=name == "plain")
            report = asyncio.run(carry_out(plan))
        print(f"{name:<11} replicas={replicas} {report}", flush=True)
        bad |= report.lost == 0 if name == "plain" else not report.good
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
