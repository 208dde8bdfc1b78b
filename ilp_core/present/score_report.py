"""A back-test as a table of at most 80 columns, for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ilp_core.analyse.backtest.choose import Choice, chosen
from ilp_core.analyse.backtest.measures import AREA_SHARES, DECISION_SHARE
from ilp_core.analyse.backtest.result import BacktestResult, Row
from ilp_core.analyse.backtest.study import ENOUGH_EVENTS
from ilp_core.words import backtest as words

#: Columns of the names of methods, of a PAI, of an interval, of a gain with its interval.
_NAME, _PAI, _RANGE, _GAIN, _RATIO = 22, 6, 12, 15, 6
_NONE: Final = "–"


def percent(share: float) -> str:
    """A share of the area or of events: 0.25 %, 1 %."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + " %"


def change(gain: float) -> str:
    """A gain as a signed percentage without its sign of percent: +11, −3."""
    if not math.isfinite(gain):
        return _NONE
    return f"{gain * 100:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")


def number(value: float, places: int = 2) -> str:
    """A number, or a dash for none."""
    return f"{value:.{places}f}".replace("-", "−") if math.isfinite(value) else _NONE


def backtest_text(result: BacktestResult) -> str:
    """All of the result that decides, offence by offence; the JSON has the rest."""
    parameters, basis = result.basis.parameters, result.basis
    lines = [
        words.TITLE.format(
            horizon=words.HORIZON[result.horizon],
            weeks=result.weeks,
            first=parameters["first"],
            last=parameters["last"],
        ),
        words.AREA.format(
            cells=f"{result.cells:,}",
            size=f"{result.cell_m:g}",
            by=_area(result),
            version=basis.version,
        ),
    ]
    choices = {choice.offence: choice for choice in chosen(result)}
    for offence in result.offences:
        lines += ["", *_offence(result, offence), choice_text(choices[offence])]
    return "\n".join([*lines, "", *notes(result), words.EXPLAIN])


def _area(result: BacktestResult) -> str:
    if result.rings is None:
        return words.BY_OUTLINE
    return words.BY_RINGS.format(rings=result.rings) if result.rings else words.BY_RECORDS


def _offence(result: BacktestResult, offence: str) -> list[str]:
    rows = result.of(offence, DECISION_SHARE)
    n = f"{rows[0].n:,}"
    lines = [words.EVENTS.format(offence=offence, n=n, events=f"{result.events[offence]:,}"), *_heads()]
    lines += [_scored(result, row) for row in rows]
    if result.horizon == "shift":
        lines += ["", *_timed(result, rows)]
    return lines


def _scored(result: BacktestResult, row: Row) -> str:
    return _line(
        row.method,
        [number(each.pai) for each in _shares(result, row)],
        (f"{number(row.pai_lo)}–{number(row.pai_hi)}", _RANGE),
        (_against(row), _GAIN),
        (number(row.expected_over_observed), _RATIO),
    )


def _timed(result: BacktestResult, rows: Sequence[Row]) -> list[str]:
    shares = [percent(share).replace(" ", "") for share in AREA_SHARES]
    lines = [
        _line(words.TIMED_HEAD, [], (words.LOG_HEAD[0], _RANGE), (words.LOG_HEAD[1], _GAIN)),
        _line("", shares, (words.LOG_UNDER[0], _RANGE), (words.LOG_UNDER[1], _GAIN)),
    ]
    for row in rows:
        gained = f"{number(row.log_gain_lo)} {number(row.log_gain_hi)}"
        pai = [number(each.pai_time) for each in _shares(result, row)]
        lines.append(_line(row.method, pai, (number(row.log_score, 3), _RANGE), (gained, _GAIN)))
    return lines


def _heads() -> list[str]:
    shares = [percent(share).replace(" ", "") for share in AREA_SHARES]
    method, pai, of_area, interval, against, ratio = words.HEAD
    return [
        f"{method:<{_NAME}}{f'{pai} … {of_area}':>{_PAI * 4}}{interval:>{_RANGE}}{against:>{_GAIN}}{ratio:>{_RATIO}}",
        _line(words.UNDER[0], shares, (words.UNDER[1], _RANGE), (words.UNDER[2], _GAIN), (words.UNDER[3], _RATIO)),
    ]


def _line(name: str, pai: Sequence[str], *rest: tuple[str, int]) -> str:
    numbers = "".join(f"{each:>{_PAI}}" for each in pai)
    width = _NAME + _PAI * len(AREA_SHARES)
    return f"{f'{name:<{_NAME}}{numbers}':<{width}}" + "".join(f"{text:>{wide}}" for text, wide in rest)


def _shares(result: BacktestResult, row: Row) -> list[Row]:
    return [each for share in AREA_SHARES for each in result.of(row.offence, share) if each.method == row.method]


def _against(row: Row) -> str:
    if row.method == row.best_naive:
        return _NONE
    return f"{change(row.gain)}% ({change(row.gain_lo)} {change(row.gain_hi)})"


def choice_text(choice: Choice) -> str:
    """What was chosen for an offence, and why."""
    low, high = f"{change(choice.gain_lo)} %", f"{change(choice.gain_hi)} %"
    why = words.WHY[choice.reason].format(
        compared=choice.compared,
        gain=f"{change(choice.gain)} %",
        low=low,
        high=high,
        mean=f"{change(choice.mean_gain)} %",
    )
    return f"{words.CHOSEN.format(offence=choice.offence, method=choice.method)} {why}"


def notes(result: BacktestResult) -> list[str]:
    """What limits the score."""
    said = [words.REPORTING[result.reporting].format(lag=result.lag_days)]
    enough = f"{ENOUGH_EVENTS:,}"
    said += [words.FEW.format(offence=each, enough=enough) for each in result.offences if result.few(each)]
    if result.outside:
        said.append(words.OUTSIDE.format(count=f"{result.outside:,}"))
    if result.skipped:
        said.append(words.SKIPPED.format(count=result.skipped))
    out = [
        words.EXCLUDED_ONE.format(count=f"{count:,}", reason=words.REASONS[reason])
        for reason, count in result.basis.excluded.items()
        if count
    ]
    if out:
        said.append(words.EXCLUDED.format(list=", ".join(out)))
    return said
