"""Import of the Chicago file beside pandas' own way into a database: ``python -m benchmarks.import_chicago``.

Each way runs in a process of its own, on this machine, one after the other, into an SQLite file in a temporary
folder. Ours checks every row, keeps versions, builds columns and reports; pandas writes what it reads.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

CHICAGO = Path(__file__).resolve().parents[2] / "shared/data/chicago_crimes_2014-2016.parquet"


def ours(file: Path, database: Path) -> int:
    """Rows loaded by the desk's own import."""
    from ilp_core.collect.load import load_incidents
    from ilp_core.storage import open_store, upgrade

    url = f"sqlite:///{database}"
    upgrade(url)

    async def run() -> int:
        store = open_store(url)
        report = await load_incidents(
            store, file, by="benchmark", now=datetime.now(UTC), progress=lambda _done, _all: None
        )
        await store.close()
        return report.loaded

    return asyncio.run(run())


def pandas(file: Path, database: Path) -> int:
    """Rows written by ``read_parquet`` and ``to_sql``."""
    import pandas as pd

    frame = pd.read_parquet(file)
    # The bare driver is pandas' faster way: through SQLAlchemy it needs almost twice the time.
    connection = sqlite3.connect(database)
    frame.to_sql("incident", connection, index=False)
    connection.commit()
    connection.close()
    return len(frame)


def _measured(
    way: Callable[[Path, Path], int], file: Path, results: multiprocessing.SimpleQueue[tuple[int, float, float]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        rows = way(file, Path(folder) / "benchmark.db")
        spent = time.perf_counter() - begun
    # Linux counts the peak in kibibytes.
    results.put((rows, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2))


def measure(way: Callable[[Path, Path], int], file: Path) -> tuple[int, float, float]:
    """Rows, seconds and peak memory in GiB of ``way`` in a fresh process."""
    spawn = multiprocessing.get_context("spawn")
    results = spawn.SimpleQueue()
    process = spawn.Process(target=_measured, args=(way, file, results))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{way.__name__} failed")
    rows, spent, peak = results.get()
    return rows, spent, peak


def main() -> None:
    """Run both and print the figures."""
    if not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    figures = {}
    for way in (pandas, ours):
        rows, spent, peak = measure(way, CHICAGO)
        figures[way.__name__] = spent
        print(f"{way.__name__:>6}: {rows:,} rows in {spent:.1f} s, peak memory {peak:.2f} GiB")
    print(f" ratio: {figures['ours'] / figures['pandas']:.2f} times the time of pandas")


if __name__ == "__main__":
    main()
