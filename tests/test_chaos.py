"""A short chaos run: the bot is killed again and again while officers ask and Telegram fails.

``make chaos`` is the long one. The judge itself is tested too: a check that cannot fail shows nothing.
"""

from __future__ import annotations

from benchmarks.chaos.report import judge
from benchmarks.chaos.run import Plan, carry_out, code_of


def row(chat: int, code: str) -> dict[str, object]:
    return {"chat": chat, "text": f"There is no receipt {code} on file."}


A, B, C = (code_of(number) for number in (1, 2, 3))


def test_the_judge_sees_what_is_lost_doubled_and_misordered() -> None:
    asked = {1: [A, B], 2: [C]}

    def said(*rows: dict[str, object], maybe: int = 0) -> tuple[int, int, int, bool]:
        report = judge(asked, rows, maybe=maybe, kills=0, seconds=0)
        return report.lost, report.doubled, report.misordered, report.good

    assert said(row(1, A), row(2, C), row(1, B)) == (0, 0, 0, True)
    assert said(row(1, A), row(1, B)) == (1, 0, 0, False)
    assert said(row(1, B), row(1, A), row(2, C)) == (0, 0, 1, False)
    assert said(row(1, A), row(1, A), row(1, B), row(2, C)) == (0, 1, 0, False)
    assert said(row(1, A), row(1, B), row(1, A), row(2, C), maybe=1) == (0, 1, 0, True)
    assert said(row(1, A), row(1, B), row(2, C), row(2, A))[2:] == (1, False)
    assert judge({}, [row(3, A)], maybe=0, kills=0, seconds=0).misordered == 1


async def test_kills_and_faults_lose_nothing(empty_database: str) -> None:
    """On SQLite one process, on PostgreSQL three, each killed in turn at named points and at random moments."""
    replicas = 1 if empty_database.startswith("sqlite") else 3
    report = await carry_out(Plan(empty_database, replicas, kills=12, messages=240, grace_s=0.8))
    assert report.kills >= 12
    assert report.answered == report.sent == 240
    assert report.good, report


async def test_the_same_run_of_an_ordinary_bot_loses_messages() -> None:
    report = await carry_out(Plan("", kills=6, messages=240, plain=True, grace_s=0.8))
    assert report.lost > 0, report
