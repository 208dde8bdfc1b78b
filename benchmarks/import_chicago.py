"""Import of the Chicago file beside pandas' own way into a database: ``python -m benchmarks.import_chicago``.

Each way runs in a process of its own, on this machine, one after the other, into an SQLite file in a temporary
folder. Ours checks every row, keeps versions, builds columns, the gazetteer and the report; pandas writes the same
columns as it reads them. The same file is loaded a second time, and a fresh process maps the frame from storage.
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
Way = Callable[[Path, Path], tuple[int, float]]


def ours(file: Path, database: Path) -> tuple[int, float]:
    """Rows loaded by the desk's own import, and the seconds it took on a migrated database."""
    from ilp_core.collect.load import Options, load_files
    from ilp_core.collect.offences.presets import load_presets
    from ilp_core.storage import open_store, upgrade

    url = f"sqlite:///{database}"
    fresh = not database.exists()
    upgrade(url)

    async def run() -> tuple[int, float]:
        store = open_store(url)
        if fresh:
            await load_presets(store)
        begun = time.perf_counter()
        (report,) = await load_files(
            store, file, Options(), by="benchmark", now=datetime.now(UTC), progress=lambda _done, _all: None
        )
        spent = time.perf_counter() - begun
        await store.close()
        return report.loaded + report.known, spent

    return asyncio.run(run())


def pandas(file: Path, database: Path) -> tuple[int, float]:
    """Rows written by ``read_parquet`` and ``to_sql`` of the columns that our import reads, and the seconds."""
    import pandas as pd

    from ilp_core.collect.sources.chicago import CHICAGO as LAYOUT

    begun = time.perf_counter()
    frame = pd.read_parquet(file, columns=list(LAYOUT.columns.values()))
    # The bare driver is pandas' faster way: through SQLAlchemy it needs almost twice the time.
    connection = sqlite3.connect(database)
    frame.to_sql("incident", connection, index=False)
    connection.commit()
    connection.close()
    return len(frame), time.perf_counter() - begun


def mapped(_file: Path, database: Path) -> tuple[int, float]:
    """Rows of the incident frame that a fresh process maps from storage, and the seconds from opening the store."""
    from ilp_core.analyse.frame_build import build_frame
    from ilp_core.storage import open_store

    async def run() -> tuple[int, float]:
        begun = time.perf_counter()
        store = open_store(f"sqlite:///{database}")
        async with store.read() as uow:
            blocks, rules = await uow.columns.blocks(await uow.loads.latest()), await uow.offences.all()
        frame = build_frame(blocks, rules)
        spent = time.perf_counter() - begun
        await store.close()
        return len(frame), spent

    return asyncio.run(run())


def _measured(
    way: Way, file: Path, database: Path, results: multiprocessing.SimpleQueue[tuple[int, float, float]]
) -> None:
    rows, spent = way(file, database)
    # Linux counts the peak in kibibytes.
    results.put((rows, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2))


def measure(way: Way, file: Path, database: Path) -> tuple[int, float, float]:
    """Rows, seconds and peak memory in GiB of ``way`` in a fresh process."""
    spawn = multiprocessing.get_context("spawn")
    results = spawn.SimpleQueue()
    process = spawn.Process(target=_measured, args=(way, file, database, results))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{way.__name__} failed")
    return results.get()


def main() -> None:
    """Run all and print the figures."""
    if not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    with tempfile.TemporaryDirectory() as folder:
        theirs, own = Path(folder) / "pandas.db", Path(folder) / "desk.db"
        figures = {}
        for name, way, database in (
            ("pandas", pandas, theirs),
            ("ours", ours, own),
            ("ours, the same file again", ours, own),
        ):
            rows, spent, peak = measure(way, CHICAGO, database)
            figures[name] = spent
            size = database.stat().st_size / 1024**2
            print(f"{name:>26}: {rows:,} rows in {spent:.1f} s, peak memory {peak:.2f} GiB, file {size:.0f} MiB")
        print(f"{'ratio':>26}: {figures['ours'] / figures['pandas']:.2f} times the time of pandas")
        rows, spent, peak = measure(mapped, CHICAGO, own)
        million = spent * 1e6 / rows
        print(f"{'frame, cold':>26}: {rows:,} rows in {spent:.3f} s, {million:.3f} s a million, peak {peak:.2f} GiB")


if __name__ == "__main__":
    main()
