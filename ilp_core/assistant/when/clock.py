"""The caller's clock: the moment, the zone and the shifts that time words are read against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from ilp_core.domain.shifts import DAY_START, Shift, instant, running_shift, shift_around, wall_time
from ilp_core.domain.windows import TimeWindow


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment a question is asked for, where, and whose shifts they are. ``own`` is the caller's shift."""

    at: datetime
    zone: tzinfo
    shifts: Sequence[Shift]
    own: Shift | None

    @property
    def on_duty(self) -> TimeWindow | None:
        """The caller's running shift, or None off duty."""
        return shift_around(self.own, self.at, self.zone) if self.own else None

    @property
    def running(self) -> tuple[Shift, TimeWindow] | None:
        """The caller's shift where it runs, else whichever of the agency's is running."""
        own = self.on_duty
        if own and self.own:
            return self.own, own
        return running_shift(self.shifts, self.at, self.zone)

    @property
    def today(self) -> date:
        """The day that the running operational day is called by: before 07:00 still the day before."""
        local = self.at.astimezone(self.zone)
        early = local.hour * 60 + local.minute < DAY_START
        return local.date() - timedelta(days=1) if early else local.date()

    @property
    def calendar_day(self) -> date:
        """The date that a calendar on the wall shows."""
        return self.at.astimezone(self.zone).date()

    def on(self, day: date, minutes: int) -> datetime:
        """The instant at which clocks show ``minutes`` past midnight on ``day``."""
        return wall_time(day, minutes, self.zone)

    def shown(self, minutes: int) -> datetime | None:
        """The last instant up to now at which clocks showed that time of day, an hour that came twice included."""
        today = self.at.astimezone(self.zone).date()
        for back in range(4):
            day = today - timedelta(days=back)
            # Naive on purpose: the zone is put on afterwards, where clock changes are looked at (DTZ001).
            naive = datetime(day.year, day.month, day.day, minutes // 60 % 24, minutes % 60)  # noqa: DTZ001
            for fold in (1, 0):
                found = self._exists(naive, fold)
                if found and found <= self.at:
                    return found
        return None

    def _exists(self, naive: datetime, fold: int) -> datetime | None:
        local = naive.replace(tzinfo=self.zone, fold=fold)
        found = instant(local, self.zone)
        # A time that a spring change skips comes back as another one.
        again = found.astimezone(UTC).astimezone(self.zone)
        return found if again.replace(tzinfo=None) == naive else None
