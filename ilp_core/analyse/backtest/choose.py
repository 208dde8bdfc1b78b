"""The choice: which method a city gets for an offence, from its own back-test, and why.

Plain counting is the answer unless a learned method earned the place: it is shown to be better at the decision share,
or it is better on average over the shares and shown to be worse at none. The field's other methods are compared with,
never chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ilp_core.analyse.backtest.measures import AREA_SHARES, DECISION_SHARE
from ilp_core.analyse.backtest.result import BacktestResult, Row

#: ``shown``: the interval at the decision share lies above zero; ``on_average``: better on average, worse at none;
#: ``not_earned``: learned methods were tried, none earned it; ``no_learned``: none was tried.
Reason = Literal["shown", "on_average", "not_earned", "no_learned"]


@dataclass(frozen=True)
class Choice:
    """The method chosen for an offence. ``gain`` is the PAI of ``compared`` over the best plain count's at the
    decision share, less 1, with its interval; ``compared`` is the learned method that came closest, or the chosen
    one, empty where none was tried. ``mean_gain`` is its mean over all shares."""

    offence: str
    method: str
    reason: Reason
    naive: str
    compared: str
    gain: float
    gain_lo: float
    gain_hi: float
    mean_gain: float


def chosen(result: BacktestResult) -> tuple[Choice, ...]:
    """The choice for every offence of ``result``, in its order. Raises ValueError where no plain count was run."""
    return tuple(_choice(result, offence) for offence in result.offences)


def _choice(result: BacktestResult, offence: str) -> Choice:
    deciding = result.of(offence, DECISION_SHARE)
    # Spread over the hours or not, a count ranks places alike: then the log score decides.
    counts = [row for row in deciding if row.kind == "naive"]
    naive = max(counts, key=lambda row: (row.pai, row.log_score), default=None)
    if naive is None:
        raise ValueError(f"no plain count was run on {offence}")
    learned = sorted((row for row in deciding if row.kind == "learned"), key=lambda row: -_mean_gain(result, row))
    for row in learned:
        reason = _earned(result, row)
        if reason is not None:
            return _made(result, row, naive, row.method, reason)
    if not learned:
        return _made(result, naive, naive, naive.method, "no_learned", compared="")
    return _made(result, learned[0], naive, naive.method, "not_earned")


def _earned(result: BacktestResult, row: Row) -> Reason | None:
    """Why a learned method earned the place, or None."""
    if row.paired_lo > 0:
        return "shown"
    worse = any(each.paired_hi < 0 for each in _all_shares(result, row))
    return "on_average" if _mean_gain(result, row) > 0 and not worse else None


def _mean_gain(result: BacktestResult, row: Row) -> float:
    return float(np.mean([each.gain for each in _all_shares(result, row)]))


def _all_shares(result: BacktestResult, row: Row) -> list[Row]:
    return [each for share in AREA_SHARES for each in result.of(row.offence, share) if each.method == row.method]


def _made(
    result: BacktestResult, row: Row, naive: Row, method: str, reason: Reason, compared: str | None = None
) -> Choice:
    return Choice(
        offence=row.offence,
        method=method,
        reason=reason,
        naive=naive.method,
        compared=row.method if compared is None else compared,
        gain=row.gain,
        gain_lo=row.gain_lo,
        gain_hi=row.gain_hi,
        mean_gain=_mean_gain(result, row),
    )
