"""The bot as a process of its own, started again whenever it dies, as a service manager does it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: Seconds between a death and the next start; and how long a polite stop may take.
RESTART_S: Final = 0.5
STOP_S: Final = 15.0
_COMMAND: Final = ("-c", "from bot.cli import main; main()", "run")


@dataclass
class Supervised:
    """``beatdesk run`` with settings of its own. ``run`` it as a task; ``kill`` its process; ``stop`` it for good."""

    settings: Mapping[str, str]
    starts: int = 0
    _process: asyncio.subprocess.Process | None = None
    _stopping: bool = False
    _task: asyncio.Task[None] | None = field(default=None)

    async def start(self) -> None:
        """Start the process, and keep it running from here on."""
        await self._begin()
        self._task = asyncio.create_task(self._watch())

    async def _begin(self) -> None:
        outer = {name: value for name, value in os.environ.items() if not name.startswith("BEATDESK_")}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *_COMMAND,
            env={**outer, **{f"BEATDESK_{name}": value for name, value in self.settings.items()}},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            # Ctrl-C reaches the program that shows the page; it ends this one by itself.
            start_new_session=True,
        )
        self.starts += 1

    async def _watch(self) -> None:
        while True:
            assert self._process is not None
            await self._process.wait()
            if self._stopping:
                return
            await asyncio.sleep(RESTART_S)
            await self._begin()

    def kill(self) -> None:
        """End the process at once, as a power cut would; it is started again."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)

    async def stop(self) -> None:
        """End the process politely and keep it from starting again; at the end of patience, at once."""
        self._stopping = True
        if self._task is None:
            return
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        _, late = await asyncio.wait([self._task], timeout=STOP_S)
        if late:
            self.kill()
            await asyncio.wait([self._task], timeout=1)
            self._task.cancel()
