"""Database addresses: what a setting may say, and what went wrong in words that name what to do."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, TimeoutError

from ilp_core.domain.errors import CallError, DeskError, WorkError

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_EXAMPLES: Final = "such as sqlite:///beatdesk.db or postgresql://user@host/beatdesk"

#: SQLSTATE classes and codes (PostgreSQL manual, appendix A) that say more than "it failed".
_STATES: Final = {
    "28": "it does not accept this user or password. Check the database address",
    "3D000": "there is no such database. Create it first",
    "42501": "this user may not do that. Grant it the rights on its tables",
    "53300": "it has no connection left. Raise its limit or stop other programs",
    "57014": "a statement took too long and was stopped. Try again",
}


def database_url(text: str) -> URL:
    """The address with its async driver. Raises CallError where no database can be meant by it."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise CallError(f"The database address cannot be read. Use one {_EXAMPLES}.") from error
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise CallError(f"Databases of the kind {url.drivername!r} are not supported. Use one {_EXAMPLES}.")
    url = url.set(drivername=driver)
    if driver.startswith("sqlite"):
        _check_file(url)
    elif importlib.util.find_spec("asyncpg") is None:
        raise CallError("PostgreSQL needs one more package. Run: pip install 'beatdesk[postgres]'")
    return url


def database_file(url: URL) -> Path | None:
    """The file of a SQLite address, None for PostgreSQL."""
    return Path(url.database or "") if url.drivername.startswith("sqlite") else None


def database_label(url: URL) -> str:
    """The database's name for messages: a file, or host and database, never a password."""
    file = database_file(url)
    return str(file) if file else f"{url.host or url.query.get('host') or 'localhost'}/{url.database}"


def create_file(file: Path) -> None:
    """Make an empty database file that only its owner may read; an existing one stays as it is."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise CallError(f"The database {file} cannot be written: {error.strerror}.") from error


def _check_file(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise CallError("The database must be a file, such as sqlite:///beatdesk.db.")
    file = Path(url.database)
    folder = file.absolute().parent
    if not folder.is_dir():
        raise CallError(f"The folder {folder} of the database does not exist. Make it, or name another.")
    if file.is_dir():
        raise CallError(f"{file} is a folder. Name a file in it, such as {file / 'beatdesk.db'}.")
    # The folder too: SQLite keeps its journal beside the file.
    for path in (folder, file) if file.exists() else (folder,):
        if not os.access(path, os.R_OK | os.W_OK):
            raise CallError(f"{path} cannot be written by this user. Change its rights, or name another place.")


def explained(error: BaseException, label: str) -> DeskError:
    """What a failure to open a transaction means to the person who runs the program."""
    if isinstance(error, TimeoutError):
        return WorkError(f"The database {label} is busy. Try again in a minute.")
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    words = str(cause)
    if "database is locked" in words:
        return WorkError(f"The database {label} is busy: another program is writing. Try again in a minute.")
    if "file is not a database" in words:
        return WorkError(f"{label} is not a database. Name another file.")
    state = str(getattr(cause, "sqlstate", None) or "")
    for start, meaning in _STATES.items():
        if state.startswith(start):
            return WorkError(f"The database {label} cannot be used: {meaning}.")
    verb = "reached" if isinstance(cause, OSError) else "used"
    first_line = words.splitlines()[0] if words else type(cause).__name__
    return WorkError(f"The database {label} cannot be {verb}: {first_line}.")
