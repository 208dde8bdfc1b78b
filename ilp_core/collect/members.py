"""The tables of a file: the file itself, or the CSV files inside a ZIP, and the names that messages give them."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ilp_core.collect.foreign_files import foreign_zip
from ilp_core.domain.errors import CallError

#: A month of every police force of a country fits [this project's choice].
_MOST_MEMBERS: Final = 500
#: A longer name is cut where a message gives it [this project's choice].
_LONGEST_NAME: Final = 120
_LONGEST_PATH: Final = 300
#: What the package zipfile raises on a file that is none, or not a whole one.
NO_ZIP: Final = (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, KeyError)
#: What a ZIP begins with.
ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Member:
    """One table of a file: the file itself, or a CSV inside a ZIP, which is one of ``of`` in it."""

    path: Path
    inside: str | None = None
    of: int = 1

    @property
    def name(self) -> str:
        """What a report calls it. A name inside a ZIP is only ever shown, never used as a path."""
        file = shown_name(self.path)
        return file if self.inside is None else f"{file}/{_shown(self.inside)}"


def tables_in(path: Path) -> list[Member]:
    """The tables of a file, in order of name. Raises CallError where there is none."""
    if not first_bytes(path).startswith(ZIP):
        return [Member(path)]
    file = shown_name(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except NO_ZIP:
        raise no_zip(file) from None
    names = [each.filename for each in entries if _is_table(each)]
    if not names:
        told = foreign_zip([each.filename for each in entries])
        if told:
            raise CallError(told.format(file=file))
        raise CallError(f"{file} holds no CSV file. Save a spreadsheet as CSV first.")
    if len(names) > _MOST_MEMBERS:
        raise CallError(f"{file} holds {len(names)} CSV files. Import them in parts of {_MOST_MEMBERS} at most.")
    if len(set(names)) < len(names):
        # Also what a trap looks like: one stretch of the file under many entries.
        raise CallError(f"{file} holds several files of one name. Unpack it, and import one file at a time.")
    return [Member(path, name, len(names)) for name in sorted(names)]


def _is_table(each: zipfile.ZipInfo) -> bool:
    return each.filename.lower().endswith(".csv") and "__MACOSX" not in each.filename and not each.is_dir()


def shown_name(path: Path) -> str:
    """A file's name as messages give it."""
    return _shown(path.name)


def _shown(name: str) -> str:
    """The last part of a name without signs that could play tricks on a terminal or a page."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign if sign.isprintable() else "?" for sign in last)[:_LONGEST_NAME]


def first_bytes(path: Path) -> bytes:
    """The first 4,096 bytes of a file. Raises CallError where there is no such file, or nothing in it."""
    name = "".join(sign if sign.isprintable() else "?" for sign in str(path))
    name = name if len(name) <= _LONGEST_PATH else f"…{name[-_LONGEST_PATH:]}"
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise CallError(f"{name} is a folder. Name the file inside it.")
        if not stat.S_ISREG(kind):
            # A pipe would wait for its writer for ever, and a device may have no end.
            raise CallError(f"{name} is a pipe or a device. Write what comes from it into a file, and import that.")
        with path.open("rb") as file:
            head = file.read(4096)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        # Python takes a name with a NUL for a wrong value.
        raise CallError(f"There is no file {name}. Check the name.") from None
    except OSError as error:
        raise CallError(f"{name} cannot be read ({error.strerror}). Check its name and its permissions.") from None
    if not head.strip():
        raise CallError(f"{shown_name(path)} is empty. Export it again.")
    return head


def no_zip(name: str) -> CallError:
    """What is said of a ZIP that is none, or not a whole one."""
    return CallError(f"{name} is not a whole ZIP file. Copy or download it again.")
