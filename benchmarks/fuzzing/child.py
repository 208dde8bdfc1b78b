"""A process that loads what it is told to, one file after the other, and cannot take its parent down."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import warnings
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGES: Final = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod"}
_FORBIDDEN: Final = {"socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}


def serve(connection: Connection, database: str) -> None:
    """Take (path, call) after (path, call) until None comes; answer each with its outcome and the peak in bytes."""
    # Whatever a warning is about, the next release may make it an error.
    warnings.simplefilter("error")
    sys.dont_write_bytecode = True
    written = _watched(str(Path(database).parent))
    asyncio.run(_serve(connection, Path(database), written))


async def _serve(connection: Connection, database: Path, written: list[str]) -> None:
    from benchmarks.fuzzing.trial import Outcome, tried
    from ilp_core.collect.offences.presets import load_presets
    from ilp_core.storage import open_store, upgrade

    await asyncio.to_thread(upgrade, f"sqlite:///{database}")
    store = open_store(f"sqlite:///{database}")
    await load_presets(store)
    connection.send("ready")
    while (task := connection.recv()) is not None:
        path, call = task
        written.clear()
        forget_peak()
        outcome = await tried(store, database, path, call)
        breaches = (*outcome.breaches, *(f"written outside: {each}" for each in written))
        connection.send((Outcome(outcome.kind, breaches, outcome.error), peak()))
    await store.close()


def _watched(folder: str) -> list[str]:
    """A list that fills with what this process writes or reaches outside ``folder``."""
    found: list[str] = []

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event in _FORBIDDEN:
            found.append(f"{event} {given[0]!r}")
        elif event == "open" and not isinstance(given[0], int):
            if (given[2] or 0) & _WRITES:
                _note(event, given[0])
        elif event in _CHANGES:
            _note(event, given[0])

    def _note(event: str, path: object) -> None:
        name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else repr(path)
        if not name.startswith((folder, "/dev/null", "/proc/self/")):
            found.append(f"{event} {name}")

    sys.addaudithook(hook)
    return found


def forget_peak() -> None:
    """Begin to measure the peak anew, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def peak() -> int:
    """The most memory in bytes that this process held: since ``forget_peak`` on Linux, else since it began."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError, ValueError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # macOS counts bytes.
        return most if sys.platform == "darwin" else most * 1024
