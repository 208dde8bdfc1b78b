"""A back-test as one HTML page that stands alone: no script, nothing from elsewhere, always the same bytes."""

from __future__ import annotations

from html import escape
from typing import Final

from ilp_core.analyse.backtest.choose import chosen
from ilp_core.analyse.backtest.measures import DECISION_SHARE
from ilp_core.analyse.backtest.result import BacktestResult
from ilp_core.present.markup import section, table
from ilp_core.present.score_chart import backtest_svg
from ilp_core.present.score_report import backtest_text, change, choice_text, notes, number
from ilp_core.words import backtest as words

_STYLE: Final = (
    "body{margin:0 auto;max-width:820px;padding:16px;font:16px/1.45 system-ui,sans-serif;color:#17222c}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:28px}svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}"
    "th,td{text-align:right;padding:3px 8px;border-top:1px solid #d3dae1}"
    "th:first-child,td:first-child{text-align:left}"
    ".wide{overflow-x:auto}pre{font-size:.75rem;overflow-x:auto}.soft{color:#4f5d6a;font-size:.9rem}"
)


def backtest_html(result: BacktestResult) -> str:
    """The choice and its reasons first, then the chart, the measures, calibration and the whole table."""
    choices = "".join(f"<p>{escape(choice_text(choice))}</p>" for choice in chosen(result))
    limits = "".join(f'<p class="soft">{escape(note)}</p>' for note in (*notes(result), words.EXPLAIN))
    body = "".join(
        [
            f"<h1>{escape(words.PAGE_TITLE)}</h1>{choices}{limits}",
            backtest_svg(result),
            *(section(offence, _measures(result, offence)) for offence in result.offences),
            section(words.CALIBRATION, _calibration(result)),
            f"<pre>{escape(backtest_text(result))}</pre>",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(words.PAGE_TITLE)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _measures(result: BacktestResult, offence: str) -> str:
    heads = ("", words.HIT, words.PEI, words.RRI, words.HARM, words.CURVE, words.COVERED, words.RIVAL)
    rows = [
        (
            escape(row.method),
            f"{row.hit_rate:.1%}",
            number(row.pei),
            number(row.rri),
            f"{row.harm_share:.1%}",
            number(row.area_under_curve, 3),
            f"{row.coverage:.0%}",
            f"{change(row.rival_gain)} %",
        )
        for row in result.of(offence, DECISION_SHARE)
    ]
    return f'<div class="wide">{table([(escape(head), "") for head in heads], rows)}</div>'


def _calibration(result: BacktestResult) -> str:
    heads = ("", *(str(part) for part in range(1, 11)))
    rows = [
        (escape(f"{offence}: {method}"), *(number(seen / due) if due else "" for due, seen in parts))
        for (offence, method), parts in result.reliability.items()
    ]
    body = table([(escape(head), "") for head in heads], rows)
    return f'<p class="soft">{escape(words.CALIBRATION_SAYS)}</p><div class="wide">{body}</div>'
