"""An answer: a small document that text, HTML and pictures are rendered from."""

from __future__ import annotations

from dataclasses import dataclass

from ilp_core.domain.places import Place, Point


@dataclass(frozen=True, slots=True)
class Button:
    """A button below an answer. ``data`` is what the press brings back, 1 to 64 bytes (Bot API limit)."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """One item of a list: a place, when, how many against what is usual there, why now, what to do."""

    number: int
    title: str
    lines: tuple[str, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class MapArea:
    """An outline to draw: GeoJSON geometry in degrees, and its label."""

    label: str
    outline: str


@dataclass(frozen=True, slots=True)
class MapStreet:
    """A street to draw: its name and its line, in degrees."""

    name: str
    line: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class MapMark:
    """A numbered place to mark on a map."""

    number: int
    place: Place


@dataclass(frozen=True, slots=True)
class MapView:
    """What a map picture shows, and the same in words (``text`` is the picture's equivalent)."""

    title: str
    source: str
    marks: tuple[MapMark, ...]
    areas: tuple[MapArea, ...]
    streets: tuple[MapStreet, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk replies.

    ``urgent`` stands before everything else (the emergency line, old data). ``headline`` says what this is and
    ``window`` for when and from when; ``notes`` state data age and exclusions; ``caution`` is the sentence on
    stops. ``paragraphs`` is running text where the answer is no list.
    """

    headline: str = ""
    window: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[AnswerItem, ...] = ()
    notes: tuple[str, ...] = ()
    caution: str | None = None
    urgent: str | None = None
    receipt: str | None = None
    buttons: tuple[Button, ...] = ()
    map_view: MapView | None = None
    asks_location: bool = False
    more: int = 0
    """How many further items the list has beyond ``items``."""

    @property
    def text(self) -> str:
        """The answer as plain text: what the command line prints and what a chat falls back on."""
        head = [line for line in (self.urgent, self.headline, self.window) if line]
        items = ["\n".join((f"{item.number}. {item.title}", *item.lines)) for item in self.items]
        foot = [*self.notes, *([self.caution] if self.caution else [])]
        parts = ["\n".join(head), *self.paragraphs, *items, "\n".join(foot)]
        return "\n".join(part for part in parts if part)
