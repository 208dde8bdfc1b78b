"""The town as the chat page draws it: outlines of areas and lines of streets, in degrees (WGS 84)."""

from __future__ import annotations

from dataclasses import dataclass

#: One position as (latitude, longitude) in degrees.
Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TownMap:
    """What is drawn when a persona shares a location.

    ``areas`` are (label, ring) and ``streets`` are (name, line), each point (latitude, longitude) in degrees.
    ``notice`` is the sentence that the page's banner always shows, such as "Port Harrow is an invented town."
    """

    name: str
    notice: str
    areas: tuple[tuple[str, tuple[Position, ...]], ...] = ()
    streets: tuple[tuple[str, tuple[Position, ...]], ...] = ()
