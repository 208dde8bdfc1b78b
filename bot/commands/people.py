"""beatdesk officer, unit and shift: who the desk answers, where and when they work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from bot.commands.console import caller, note, now, print_json, read_area, ready_store, run
from bot.settings import Settings
from ilp_core.domain.errors import CallError
from ilp_core.domain.officers import ROLES, Officer
from ilp_core.domain.places import Area, AreaRef
from ilp_core.domain.questions import WEEKDAYS
from ilp_core.domain.shifts import Shift, shift_named
from ilp_core.domain.windows import parse_hours
from ilp_core.govern.enrolment import invite as issue_invite
from ilp_core.govern.enrolment import invite_link
from ilp_core.words import commands
from ilp_core.words.speech import languages

officer = typer.Typer(help="Officers: add, invite, disable, list.", no_args_is_help=True)
unit = typer.Typer(help="Units with a zone and shifts of their own.", no_args_is_help=True)
shift = typer.Typer(help="Shift times of a unit.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@officer.command()
def add(
    badge: Annotated[str, typer.Argument(help="The badge number.")],
    role: Annotated[str, typer.Option(help=", ".join(ROLES) + ".")],
    area: Annotated[str | None, typer.Option(help="Own area, such as beat:0835.")] = None,
    shift: Annotated[str | None, typer.Option(help="Own shift, such as evenings.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of answers, such as es.")] = None,
    as_json: Json = False,
) -> None:
    """Add an officer, or change one who is there."""
    run(lambda settings: _add(settings, badge, role, area, shift, language, as_json))


async def _add(
    settings: Settings,
    badge: str,
    role: str,
    area: str | None,
    shift: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", badge.strip()):
        raise CallError(commands.BAD_BADGE.format(badge=ascii(badge)))
    if role not in ROLES:
        raise CallError(commands.BAD_ROLE.format(role=role, roles=", ".join(ROLES)))
    known = _language(language)
    new = Officer(badge.strip(), role, read_area(area), shift.casefold() if shift else None, language=known)
    async with ready_store(settings) as store:
        async with store.read() as uow:
            shifts = await uow.shifts.for_unit(None)
            areas = await uow.areas.all()
            there = await uow.officers.get(new.badge)
        if new.shift and shift_named(shifts, new.shift) is None:
            names = ", ".join(each.name for each in shifts)
            raise CallError(commands.BAD_SHIFT.format(shift=new.shift, shifts=names))
        async with store.write() as uow:
            if there:
                new = replace(new, language=new.language or there.language)
                await uow.officers.update(new)
            else:
                await uow.officers.add(new, now())
            done = "changed" if there else "added"
            detail = {"role": new.role, "area": area}
            await note(uow, "officer", new.badge, done, **detail)
    if as_json:
        print_json(_as_data(new))
        return
    words = commands.OFFICER_CHANGED if there else commands.OFFICER_ADDED
    where = f", {new.area}" if new.area else ""
    when = f", {new.shift}" if new.shift else ""
    typer.echo(words.format(badge=new.badge, role=new.role, area=where, shift=when))
    if new.area and (sentence := _about_area(new.area, areas)):
        typer.echo(sentence, err=True)


def _about_area(area: AreaRef, stored: Sequence[Area]) -> str | None:
    """What to say of an area that the desk does not know; None where it does."""
    from ilp_core.assistant.where import make_atlas

    atlas = make_atlas({}, stored)
    if atlas.find(area.kind, area.code):
        return None
    near = ", ".join(f"{area.kind}:{code}" for code in atlas.like(area.kind, area.code))
    sentence = commands.OFFICER_AREA_UNKNOWN.format(area=area)
    return f"{sentence} {commands.AREAS_LIKE.format(areas=near)}" if near else sentence


def _language(code: str | None) -> str | None:
    """The code of a language that there is a catalogue of. Raises CallError for any other."""
    if code is not None and code not in languages():
        raise CallError(commands.BAD_LANGUAGE.format(language=code[:20], languages=", ".join(languages())))
    return code


@officer.command()
def language(
    badge: Annotated[str, typer.Argument(help="The badge number.")],
    code: Annotated[str | None, typer.Argument(help="Such as es; none for the agency's.")] = None,
) -> None:
    """Choose the language an officer is answered in."""
    run(lambda settings: _speak(settings, badge, code))


async def _speak(settings: Settings, badge: str, code: str | None) -> None:
    known = _language(code)
    async with ready_store(settings) as store, store.write() as uow:
        if not await uow.officers.speak(badge, known):
            raise CallError(commands.NO_BADGE.format(badge=badge))
        await note(uow, "officer", badge, "changed", language=known)
    told = commands.OFFICER_LANGUAGE if known else commands.OFFICER_AGENCY_LANGUAGE
    typer.echo(told.format(badge=badge, language=languages()[known] if known else ""))


@officer.command()
def invite(badge: Annotated[str, typer.Argument(help="The badge number.")], as_json: Json = False) -> None:
    """Make a single-use invitation, approved by whoever runs this command."""
    run(lambda settings: _invite(settings, badge, as_json))


async def _invite(settings: Settings, badge: str, as_json: bool) -> None:
    async with ready_store(settings) as store, store.write() as uow:
        code, until = await issue_invite(uow, badge, by=caller(), source="command", at=now())
        link = invite_link(await uow.settings.get("bot_name"), code)
    if as_json:
        print_json({"code": code, "link": link, "expires": until.isoformat()})
        return
    typer.echo(commands.INVITE.format(badge=badge, until=f"{until:%Y-%m-%d %H:%M} UTC", code=code))
    if link:
        typer.echo(commands.INVITE_LINK.format(link=link))


@officer.command()
def disable(
    badge: Annotated[str, typer.Argument(help="The badge number.")],
    reason: Annotated[str, typer.Option(help="Why, such as: lost phone.")],
) -> None:
    """Stop answering an officer at once."""
    run(lambda settings: _disable(settings, badge, reason))


async def _disable(settings: Settings, badge: str, reason: str) -> None:
    async with ready_store(settings) as store, store.write() as uow:
        if await uow.officers.get(badge) is None:
            raise CallError(commands.NO_BADGE.format(badge=badge))
        changed = await uow.officers.disable(badge, reason, now())
        await note(uow, "officer", badge, "disabled", reason=reason[:100])
    typer.echo((commands.OFFICER_DISABLED if changed else commands.OFFICER_WAS_DISABLED).format(badge=badge))


@officer.command()
def enable(badge: Annotated[str, typer.Argument(help="The badge number.")]) -> None:
    """Let a disabled officer ask again."""
    run(lambda settings: _enable(settings, badge))


async def _enable(settings: Settings, badge: str) -> None:
    async with ready_store(settings) as store, store.write() as uow:
        if await uow.officers.get(badge) is None:
            raise CallError(commands.NO_BADGE.format(badge=badge))
        await uow.officers.enable(badge)
        await note(uow, "officer", badge, "enabled")
    typer.echo(commands.OFFICER_ENABLED.format(badge=badge))


@officer.command("list")
def list_all(as_json: Json = False) -> None:
    """List officers: badge, role, area, shift."""
    run(lambda settings: _list(settings, as_json))


async def _list(settings: Settings, as_json: bool) -> None:
    async with ready_store(settings) as store, store.read() as uow:
        officers = await uow.officers.all()
    if as_json:
        print_json([_as_data(each) for each in officers])
        return
    for each in officers:
        state = "disabled" if each.disabled else ""
        typer.echo(
            f"{each.badge:<8} {each.role:<11} {each.area or '-'!s:<14} {each.shift or '-':<10} {state}".rstrip()
        )


def _as_data(each: Officer) -> dict[str, object]:
    return {
        "badge": each.badge,
        "role": each.role,
        "area": str(each.area) if each.area else None,
        "shift": each.shift,
        "disabled": each.disabled,
        "language": each.language,
    }


@unit.command("add")
def add_unit(
    name: Annotated[str, typer.Argument(help="The unit's name.")],
    area: Annotated[str, typer.Option(help="The area it serves, such as district:008.")],
    tz: Annotated[str, typer.Option(help="Its time zone, such as America/Chicago.")],
) -> None:
    """Add a unit, or change its area and zone."""
    run(lambda settings: _add_unit(settings, name, area, tz))


async def _add_unit(settings: Settings, name: str, area: str, tz: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(tz)
    except (KeyError, ValueError):
        raise CallError(commands.BAD_SETTING.format(name="--tz", reason=commands.BAD_ZONE.format(zone=tz))) from None
    async with ready_store(settings) as store, store.write() as uow:
        await uow.units.add(name, read_area(area), tz)
        await note(uow, "unit", name[:100], "added", area=area, zone=tz)
    typer.echo(commands.UNIT_ADDED.format(unit=name, area=area, zone=tz))


@shift.command("set")
def set_shift(
    unit: Annotated[str, typer.Argument(help="The unit's name, or its area as kind:code.")],
    name: Annotated[str, typer.Argument(help="The shift's name, such as nights.")],
    hours: Annotated[str, typer.Argument(help="HH:MM-HH:MM, local.")],
    days: Annotated[str | None, typer.Option(help="Weekdays such as mon,tue; default all.")] = None,
) -> None:
    """Set the hours of a unit's shift."""
    run(lambda settings: _set_shift(settings, unit, name, hours, days))


async def _set_shift(settings: Settings, unit: str, name: str, hours: str, days: str | None) -> None:
    try:
        times = parse_hours(hours)
    except ValueError:
        raise CallError(commands.BAD_HOURS.format(text=hours)) from None
    worked = tuple(day for day in WEEKDAYS if day in days.casefold().replace(" ", "").split(",")) if days else None
    if worked == ():
        raise CallError(commands.BAD_DAYS.format(text=days))
    async with ready_store(settings) as store, store.write() as uow:
        units = await uow.units.all()
        found = next((each.name for each in units if unit in (each.name, str(each.area))), None)
        if found is None:
            raise CallError(commands.NO_UNIT.format(unit=unit))
        await uow.shifts.set(found, Shift(name.casefold(), times, worked))
        await note(uow, "shift", name[:100], "set", unit=found[:100], hours=str(times))
    typer.echo(commands.SHIFT_SET.format(shift=name, unit=found, hours=str(times)))
