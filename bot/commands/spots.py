"""beatdesk local-knowledge score: officers' nominated spots and the desk's own, side by side, by team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.console import note, now, parse_moment, print_json, ready_store, run, tell
from bot.settings import Settings
from ilp_core.words import local_knowledge

if TYPE_CHECKING:
    from ilp_core.learn.nomination_report import Rate, Report, TeamScore

#: Below this many there is no percentage (guard-rail G32).
_FEWEST_FOR_SHARE = 10


def score(
    at: Annotated[str | None, typer.Option("--at", help="A moment with offset to score at; default: now.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Score nominated spots whose 28 days are over, and set them beside the desk's own; teams only."""
    run(lambda settings: _score(settings, at, as_json))


async def _score(settings: Settings, at: str | None, as_json: bool) -> None:
    from ilp_core.assistant.desk import Desk
    from ilp_core.learn.nomination_report import report
    from ilp_core.learn.nominations import score as scores_of

    moment = parse_moment(at) or now()
    async with ready_store(settings) as store:
        ground = (await Desk(store, settings.timezone).view()).ground
        async with store.write() as uow:
            scores = scores_of(await uow.nominations.standing(), ground.city, ground.project, moment)
            for each in scores:
                await uow.nominations.score(
                    each.nomination.number, hit=each.hit, engine_hit=each.engine_hit, at=moment
                )  # fmt: skip
            standing = await uow.nominations.standing()
            await note(uow, "nominations", "score", "done", scored=len(scores))
    waiting = sum(each.state == "open" for each in standing)
    found = report(standing)
    if as_json:
        print_json({"scored": len(scores), "waiting": waiting, **_as_data(found)})
        return
    tell(local_knowledge.SCORED.format(scored=len(scores), waiting=waiting))
    for line in _lines(found):
        tell(line)


def _lines(found: Report) -> list[str]:
    from ilp_core.assistant.disagree_words import team_of

    lines = [_line(team_of(team.team), team) for team in found.teams]
    if found.everyone:
        lines.append(_line(local_knowledge.SCORE_ALL, found.everyone))
    if found.hidden:
        lines.append(local_knowledge.SCORE_FEW.format(teams=", ".join(map(team_of, found.hidden))))
    return lines or [local_knowledge.SCORE_NONE]


def _line(name: str, team: TeamScore) -> str:
    return local_knowledge.SCORE_LINE.format(
        team=name[:1].upper() + name[1:],
        hits=team.officers.hits,
        n=team.officers.n,
        rate=_share(team.officers),
        engine_hits=team.engine.hits,
        engine_n=team.engine.n,
        engine_rate=_share(team.engine),
    )


def _share(rate: Rate) -> str:
    """The rate with its interval in per cent; nothing below ten."""
    if rate.share is None or rate.n < _FEWEST_FOR_SHARE:
        return ""
    low, high = rate.interval
    return local_knowledge.SCORE_RATE.format(share=100 * rate.share, low=100 * low, high=100 * high)


def _as_data(found: Report) -> dict[str, Any]:
    return {
        "teams": [_team(team) for team in found.teams],
        "hidden": list(found.hidden),
        "all": _team(found.everyone) if found.everyone else None,
    }


def _team(team: TeamScore) -> dict[str, Any]:
    return {"team": team.team, "officers": _rate(team.officers), "engine": _rate(team.engine)}


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    known = rate.share is not None
    return {
        "hits": rate.hits,
        "n": rate.n,
        "rate": round(rate.share, 4) if rate.share is not None else None,
        "low": round(low, 4) if known else None,
        "high": round(high, 4) if known else None,
    }
