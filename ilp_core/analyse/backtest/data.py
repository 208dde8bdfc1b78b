"""The result of a back-test as plain data: what ``beatdesk backtest --json`` prints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ilp_core.analyse.backtest.choose import Choice, chosen
from ilp_core.analyse.backtest.result import CURVE_SHARES, BacktestResult


def result_data(result: BacktestResult) -> dict[str, Any]:
    """``chosen`` is the method chosen for the offence with the most events; ``choices`` has every offence's."""
    choices = chosen(result)
    return {
        "chosen": _chosen(result, choices),
        "rows": [plain(asdict(row)) for row in result.rows],
        "choices": [plain(asdict(choice)) for choice in choices],
        "reporting": result.reporting,
        "lag_days": result.lag_days,
        "horizon": result.horizon,
        "weeks": result.weeks,
        "skipped_weeks": result.skipped,
        "cells": result.cells,
        "cell_m": result.cell_m,
        "study_area": "outline" if result.rings is None else "cells with records",
        "rings": result.rings,
        "outside": result.outside,
        "events": dict(result.events),
        "few_events": [offence for offence in result.offences if result.few(offence)],
        "curves": [
            {"offence": offence, "method": method, "area_shares": list(CURVE_SHARES), "hit_rates": plain(list(curve))}
            for (offence, method), curve in result.curves.items()
        ],
        "reliability": [
            {"offence": offence, "method": method, "parts": [list(part) for part in parts]}
            for (offence, method), parts in result.reliability.items()
        ],
        "basis": plain(asdict(result.basis)),
    }


def _chosen(result: BacktestResult, choices: Sequence[Choice]) -> str:
    most = max(choices, key=lambda choice: result.events[choice.offence])
    return most.method


def plain(value: Any) -> Any:
    """Plain data in which what has no value is null."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
