"""What the safety lines need to know of the agency, held in memory: the lines must stand with the store down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

Preset = Literal["us", "uk"]
PRESETS: Final[tuple[Preset, ...]] = get_args(Preset)
#: The number for emergencies where the agency names none of its own.
_DISPATCH: Final[dict[Preset, str]] = {"us": "911", "uk": "999"}


@dataclass(frozen=True, slots=True)
class Agency:
    """The country's preset, and the agency's own numbers where it has set them.

    ``dispatch_number`` stands in the emergency line. Telegram makes a number tappable that is written in full, such
    as +1 312 555 0100; a short one such as 911 is plain text there. ``duty_officer`` is whom to phone on a threat to
    life and ``peer_support`` whom to call for oneself, both as officers should read them.
    """

    preset: Preset = "us"
    dispatch_number: str = ""
    duty_officer: str = ""
    peer_support: str = ""

    @property
    def dispatch(self) -> str:
        """The number in the emergency line: the agency's own, else its country's."""
        return self.dispatch_number or _DISPATCH[self.preset]

    @property
    def tappable(self) -> bool:
        """Whether Telegram will let an officer tap the number in the emergency line."""
        return bool(re.fullmatch(r"\+\d[\d ()-]{6,18}", self.dispatch))
