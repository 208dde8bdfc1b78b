"""A reading of time words as one line, and the table of phrases with the readings expected of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ilp_core.assistant.when import Clock, Reading
from ilp_core.domain.shifts import PRESET_SHIFTS, shift_named
from ilp_core.domain.windows import TimeWindow

TABLE = Path(__file__).with_name("when_phrases.txt")


@dataclass(frozen=True)
class Case:
    """One phrase at a moment, and the line that says how it is read."""

    at: str
    zone: str
    own: str
    preset: str
    phrase: str
    expected: str

    @property
    def clock(self) -> Clock:
        """The clock the phrase is read against."""
        zone = ZoneInfo(self.zone)
        at = datetime.fromisoformat(self.at).replace(tzinfo=zone)
        return Clock(at, zone, PRESET_SHIFTS, shift_named(PRESET_SHIFTS, self.own))


def cases() -> Iterator[Case]:
    """Every row of the table. A line that starts with ``==`` gives moment, zone, own shift and preset of the next."""
    at = zone = own = preset = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            at, zone, own, preset = line[3:].split()
        elif line and not line.startswith("#"):
            phrase, _, expected = line.partition("|")
            yield Case(at, zone, own, preset, phrase.strip(), expected.strip())


def told(reading: Reading, clock: Clock) -> str:
    """All that was read, in local time: ``from … to … (name); hours …``."""

    def window(span: TimeWindow) -> str:
        start, end = (moment.astimezone(clock.zone).strftime("%Y-%m-%d %H:%M") for moment in (span.start, span.end))
        return f"{start} to {end}"

    parts = [
        f"for {window(reading.advice)}" if reading.advice else "",
        f"from {window(reading.evidence)} ({reading.window})" if reading.evidence else "",
        f"hours {reading.hours}" if reading.hours else "",
        f"days {' '.join(reading.weekdays)}" if reading.weekdays else "",
        f"shift {reading.shift}" if reading.shift else "",
        f"vs {reading.compare}" if reading.compare else "",
        f"at {reading.instant.astimezone(clock.zone):%Y-%m-%d %H:%M}" if reading.instant else "",
        f"ask {' / '.join(reading.choices)}" if reading.choices else "",
        f"unclear {' / '.join(reading.unclear)}" if reading.unclear else "",
    ]
    return "; ".join(part for part in parts if part) or "nothing"
