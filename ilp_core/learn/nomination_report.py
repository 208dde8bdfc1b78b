"""Officers' nominations against the desk's own spots, by team: hit rates with exact intervals, never of one officer.

A group's figures are shown from 5 nominations of at least two officers on (guard-rail G17, D3), and the figures of
all together only where no hidden group could be worked out from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy.special import betaincinv

from ilp_core.domain.local_knowledge import FEWEST_NOMINATIONS, FEWEST_OFFICERS, Nomination

LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``n``, with the exact interval of the chance behind them (Clopper & Pearson 1934)."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        """The hit rate from 0 to 1; None where there was no try."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high of the chance, from 0 to 1."""
        tail = (1 - LEVEL) / 2
        low = float(betaincinv(self.hits, self.n - self.hits + 1, tail)) if self.hits else 0.0
        high = float(betaincinv(self.hits + 1, self.n - self.hits, 1 - tail)) if self.hits < self.n else 1.0
        return low, high


@dataclass(frozen=True, slots=True)
class TeamScore:
    """One team's nominations and the desk's own spots beside them. ``team`` is ``kind:code`` or empty."""

    team: str
    officers: Rate
    engine: Rate


@dataclass(frozen=True, slots=True)
class Report:
    """The teams that may be shown, the names of those that may not, and all together, None where it may not."""

    teams: tuple[TeamScore, ...]
    hidden: tuple[str, ...]
    everyone: TeamScore | None


def report(nominations: Sequence[Nomination]) -> Report:
    """What the scored ones of ``nominations`` come to."""
    scored = [each for each in nominations if each.state == "scored"]
    names = sorted({each.team for each in scored})
    groups = {name: [each for each in scored if each.team == name] for name in names}
    shown = [name for name in names if _may_be_shown(groups[name])]
    hidden = [each for name in names if name not in shown for each in groups[name]]
    # Who knows all and every shown team knows the rest by subtraction.
    whole = _may_be_shown(scored) and (not hidden or _may_be_shown(hidden))
    return Report(
        tuple(_score(name, groups[name]) for name in shown),
        tuple(name for name in names if name not in shown),
        _score("", scored) if whole else None,
    )


def _may_be_shown(group: Sequence[Nomination]) -> bool:
    return len(group) >= FEWEST_NOMINATIONS and len({each.badge for each in group}) >= FEWEST_OFFICERS


def _score(name: str, group: Sequence[Nomination]) -> TeamScore:
    engine = [each.engine_hit for each in group if each.engine_hit is not None]
    return TeamScore(name, Rate(sum(each.hit is True for each in group), len(group)), Rate(sum(engine), len(engine)))
