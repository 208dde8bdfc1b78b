"""beatdesk forecast: how many records of an offence the places of an area may expect, and from what."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.commands.backtest import offences_named, outline_of
from bot.commands.console import audited, now, parse_moment, print_json, read_area, ready_store, run, say
from bot.settings import Settings
from ilp_core.domain.errors import CallError
from ilp_core.domain.offences import FAMILIES, RANKABLE_OFFENCES
from ilp_core.domain.windows import Hours, parse_hours
from ilp_core.words import forecast as words
from ilp_core.words import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ilp_core.analyse.forecast.places import CityForecast, PlaceForecast
    from ilp_core.assistant.hotspots import Ground
    from ilp_core.domain.places import AreaRef

MOST_PLACES: Final = 50


def forecast(
    offence: Annotated[str, typer.Argument(help="An offence, such as burglary, or a family of them.")],
    area: Annotated[str | None, typer.Option(help="Only places of this area, such as beat:0835.")] = None,
    hours: Annotated[str | None, typer.Option(help="Order by what these hours expect, such as 18:00-02:00.")] = None,
    most: Annotated[int, typer.Option(help="How many places.")] = 5,
    at: Annotated[str | None, typer.Option("--at", help="A past moment with offset; default: now.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """What the coming week may bring, where, and from what. Places, never persons."""

    async def work(settings: Settings) -> None:
        if not 1 <= most <= MOST_PLACES:
            raise CallError(words.BAD_MOST.format(value=most, most=MOST_PLACES))
        named = _offences(offence)
        moment = parse_moment(at) or now()
        await _forecast(settings, named, moment, read_area(area), _hours(hours), most, as_json)

    run(work)


def _offences(text: str) -> tuple[str, ...]:
    named = offences_named(text)
    if named is None:
        raise CallError(words.ONE_OFFENCE)
    return tuple(slug for name in named for slug in FAMILIES.get(name, (name,)) if slug in RANKABLE_OFFENCES)


def _hours(text: str | None) -> Hours | None:
    try:
        return parse_hours(text) if text else None
    except ValueError:
        raise CallError(words.BAD_HOURS.format(text=text)) from None


async def _forecast(
    settings: Settings,
    offences: Sequence[str],
    moment: datetime,
    area: AreaRef | None,
    hours: Hours | None,
    most: int,
    as_json: bool,
) -> None:
    from ilp_core.analyse.forecast.places import TooLittlePastError, cells_of, find_forecast, past_of, spans_of
    from ilp_core.assistant.desk import Desk

    async with ready_store(settings) as store:
        desk = Desk(store, settings.timezone)
        ground = (await desk.view()).ground
        async with store.read() as uow:
            zone, areas = await desk.zone(uow), await uow.areas.all()
            crs = int(await uow.settings.get("crs") or 3857)
        shown = moment.astimezone(zone)
        local = round(shown.replace(tzinfo=UTC).timestamp())

        def work() -> tuple[CityForecast, list[PlaceForecast]]:
            frame, at = ground.city.frame, moment.timestamp()
            sinks = ground.city.findings(at).sinks.certain
            past = past_of(frame, at, local, sinks, outline_of(areas, crs))
            found = find_forecast(past, offences)
            inside = None if area is None else cells_of(past, area.kind, area.code)
            if inside == []:
                raise CallError(words.NO_AREA.format(area=area))
            spans = None if hours is None else spans_of(hours.start, hours.end, local)
            return found, found.places(most, spans, inside)

        try:
            found, places = await asyncio.to_thread(work)
        except TooLittlePastError as error:
            raise CallError(words.NO_FORECAST.format(why=error)) from None
        await audited(
            store,
            "forecast",
            "places",
            "done",
            offences=" ".join(offences),
            area=str(area or ""),
            at=moment.isoformat(),
        )
    name = ", ".join(names.offence(slug, 2) for slug in offences)
    if as_json:
        print_json(_as_data(offences, moment, area, hours, found, places, ground))
        return
    told = [(place.label, _sentence(place)) for place in places]
    say(words.report(name, shown.strftime("%-d %b %Y, %H:%M"), found.total, told, _learned(found)))


def _learned(found: CityForecast) -> str:
    """How the chosen method did before, beside plain counts."""
    from ilp_core.analyse.forecast.choice import ADDITIVE

    trial = found.choice.found
    if found.choice.method != ADDITIVE:
        return words.PLAIN
    plain = max(share[0] for name, share in trial.items() if name != ADDITIVE)
    return words.LEARNED.format(weeks=found.choice.weeks, learned=f"{trial[ADDITIVE][0]:.1%}", plain=f"{plain:.1%}")


def _sentence(place: PlaceForecast) -> str:
    from ilp_core.analyse.forecast.places import HITS_M

    return words.sentence(place.expected, place.parts, place.hits, place.hit_days, HITS_M)


def _as_data(
    offences: Sequence[str],
    moment: datetime,
    area: AreaRef | None,
    hours: Hours | None,
    found: CityForecast,
    places: Sequence[PlaceForecast],
    ground: Ground,
) -> dict[str, Any]:
    expected, low, high = found.total
    return {
        "offences": list(offences),
        "at": moment.isoformat(),
        "area": str(area) if area else None,
        "hours": str(hours) if hours else None,
        "total": {"expected": expected, "low": low, "high": high, "held": 0.9},
        "places": [_place(place, ground) for place in places],
        "method": found.choice.method,
        "trial": {
            "weeks": found.choice.weeks,
            "records": found.choice.records,
            "found_at_1_and_5_percent": found.choice.found,
        },
        "basis": {
            "version": found.basis.version,
            "rows": found.basis.rows,
            "considered": found.basis.considered,
            "excluded": dict(found.basis.excluded),
            "inferred": found.basis.inferred,
            "method": found.basis.method,
            "source": found.basis.source,
            "parameters": dict(found.basis.parameters),
        },
    }


def _place(place: PlaceForecast, ground: Ground) -> dict[str, Any]:
    point = ground.locate(place.x, place.y)
    return {
        "place": place.label,
        "lat": round(point.lat, 4),
        "lon": round(point.lon, 4),
        "expected": place.expected,
        "parts": dict(place.parts),
        "in_hours": sum(place.spans) if place.spans else None,
        "hits": place.hits,
        "hit_days": place.hit_days,
        "text": _sentence(place),
    }
