"""Translations as gettext's .po files, which every translator's tool reads and writes.

Only what translations need is read: header, context, message, plural and flags. The standard library reads the
compiled form alone, and a library of 10 MB of locale data for these few lines would be a dependency without a reason.
Format: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from gettext import c2py
from typing import Final

#: The header that names a language in its own words, such as Español. gettext lets translators add such headers.
NAME: Final = "X-Language-Name"
_LINE: Final = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"((?:[^"\\]|\\.)*)"')
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence: where it stands (``context``), in English, its plural where it has one, and its translation.

    ``said`` holds one text, or one for each plural form of the language; an empty text is not translated yet.
    """

    context: str
    english: str
    plural: str = ""
    said: tuple[str, ...] = ("",)
    unsure: bool = False
    notes: tuple[str, ...] = ()

    @property
    def translated(self) -> bool:
        """True where every form has words and no translator's tool has marked them as a guess."""
        return all(self.said) and not self.unsure


@dataclass(frozen=True, slots=True)
class File:
    """A .po file: its headers, and its entries in order."""

    headers: Mapping[str, str]
    entries: tuple[Entry, ...]

    @property
    def form_of(self) -> Callable[[int], int]:
        """Which plural form a number takes, by the header Plural-Forms; as in English without one."""
        found = re.search(r"plural=(.+?);?\s*$", self.headers.get("Plural-Forms", ""))
        rule: Callable[[int], int] = c2py(found[1] if found else "n != 1")
        return rule


def read(text: str) -> File:
    """The entries of a .po file. Raises ValueError, naming the line, for text that is none."""
    headers: dict[str, str] = {}
    entries = []
    for fields, comments in _paragraphs(text):
        if "msgid" not in fields:
            continue
        if not fields["msgid"]:
            pairs = (line.partition(":") for line in fields.get("msgstr", "").splitlines())
            headers = {name.strip(): value.strip() for name, _, value in pairs}
            continue
        forms = [fields[name] for name in sorted(fields) if name.startswith("msgstr")]
        entries.append(
            Entry(
                fields.get("msgctxt", ""),
                fields["msgid"],
                fields.get("msgid_plural", ""),
                tuple(forms) or ("",),
                any(line.startswith("#,") and "fuzzy" in line for line in comments),
                tuple(line[2:].strip() for line in comments if line.startswith("# ")),
            )
        )
    return File(headers, tuple(entries))


def _paragraphs(text: str) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The fields and comments of each entry. A new one begins at the first comment or context after a translation."""
    fields: dict[str, str] = {}
    comments: list[str] = []
    field = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#~"):
            continue
        found = None if line.startswith("#") else _LINE.fullmatch(line)
        if found is None and not line.startswith("#"):
            raise ValueError(f"line {number} is none of a .po file: {line[:60]}")
        keyword = found[1] if found else "#"
        if keyword and field.startswith("msgstr") and not keyword.startswith("msgstr"):
            yield fields, comments
            fields, comments = {}, []
        if found is None:
            comments.append(line)
            field = "#"
            continue
        field = keyword or field
        fields[field] = fields.get(field, "") + _plain(found[2])
    yield fields, comments


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda sign: _ESCAPES.get(sign[1], sign[1]), text)


def write(headers: Mapping[str, str], entries: Iterable[Entry]) -> str:
    """The text of a .po file, one entry after another."""
    head = "".join(f"{name}: {value}\n" for name, value in headers.items())
    return "\n".join(["\n".join(_entry(each)) + "\n" for each in (Entry("", "", said=(head,)), *entries)])


def _entry(entry: Entry) -> Iterator[str]:
    yield from (f"# {note}" for note in entry.notes)
    if entry.unsure:
        yield "#, fuzzy"
    if "{" in entry.english:
        yield "#, python-brace-format"
    if entry.context:
        yield _field("msgctxt", entry.context)
    yield _field("msgid", entry.english)
    if entry.plural:
        yield _field("msgid_plural", entry.plural)
        yield from (_field(f"msgstr[{number}]", text) for number, text in enumerate(entry.said))
    else:
        yield _field("msgstr", entry.said[0])


def _field(name: str, text: str) -> str:
    """A field on one line, or on a line for each of the text's own where it has several."""
    lines = [_quoted(line) for line in text.splitlines(keepends=True)]
    return f"{name} {lines[0] if lines else _quoted('')}" if len(lines) < 2 else "\n".join([f'{name} ""', *lines])


def _quoted(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'
