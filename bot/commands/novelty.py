"""beatdesk novelty: how much of what officers are told they knew already, as a rate over several of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Final

import typer

from bot.commands.console import audited, now, print_json, ready_store, run, say
from bot.settings import Settings
from ilp_core.domain.tellings import LEAST_OFFICERS, Rate, rates
from ilp_core.words import novelty as words

#: Below this many there is no percentage (guard-rail G32).
_LEAST_FOR_PERCENT: Final = 10


def novelty(
    days: Annotated[int, typer.Option(min=1, max=90, help="How many days back; taps are kept for 90.")] = 28,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """What officers say of the places they are told: known already, or news. Never of fewer than five officers."""
    run(lambda settings: _tell(settings, days, as_json))


async def _tell(settings: Settings, days: int, as_json: bool) -> None:
    async with ready_store(settings) as store:
        async with store.read() as uow:
            since = now() - timedelta(days=days)
            found = rates(
                await uow.tellings.tapped(since, by_area=False), await uow.tellings.tapped(since, by_area=True)
            )
        await audited(store, "report", "novelty", "done", days=days)
    if as_json:
        print_json({"days": days, "rates": [asdict(each) for each in found]})
        return
    for each in found:
        say(f"{_sentence(each)} {words.RATE_MARKED.format(n=each.marked, knew=each.marked_knew)}")
    if not found:
        say(words.NO_RATE.format(least=LEAST_OFFICERS))


def _sentence(rate: Rate) -> str:
    told = words.RATE if rate.n < _LEAST_FOR_PERCENT else words.RATE_PERCENT
    percent = round(100 * rate.knew / rate.n)
    group = rate.group or words.EVERYBODY
    return told.format(group=group, knew=rate.knew, n=rate.n, percent=percent, officers=rate.officers)
