"""beatdesk words own, add, remove, unknown, and config preset: the words that an agency's officers use."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from bot.commands.config import shift_names
from bot.commands.console import fail, note, now, print_json, ready_store, run, say, say_row
from bot.settings import Settings
from ilp_core.domain.agency_words import OWN_KINDS, PRESETS, as_typed
from ilp_core.domain.errors import CallError
from ilp_core.storage.unknown_words import LEAST_OFFICERS
from ilp_core.words import tables as words
from ilp_core.words.speech import ENGLISH

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Kind = Annotated[str, typer.Argument(help="offence, area, phrase, shift, filler, opener, …: see docs/words.md.")]
Phrase = Annotated[str, typer.Argument(help="The words as officers type them.")]


def add_to(words_app: typer.Typer, config_app: typer.Typer) -> None:
    """Give the groups ``words`` and ``config`` their commands for the agency's own words."""
    words_app.command("own")(list_own)
    words_app.command("add")(add)
    words_app.command("remove")(remove)
    words_app.command("unknown")(list_unknown)
    config_app.command("preset")(choose_preset)


def list_own(as_json: Json = False) -> None:
    """List the agency's own words."""
    run(lambda settings: _list_own(settings, as_json))


async def _list_own(settings: Settings, as_json: bool) -> None:
    from ilp_core.collect.tables.words import cells

    async with ready_store(settings) as store, store.read() as uow:
        own = await uow.vocabulary.all()
    if as_json:
        print_json([cells(word) for word in own])
        return
    for word in own:
        say_row(words.OWN_WORD.format(**cells(word)))
    if not own:
        typer.echo(words.NO_OWN_WORDS)


def add(
    kind: Kind,
    phrase: Phrase,
    meaning: Annotated[str, typer.Argument(help="Offence slugs, a kind of area, an intent or a shift.")] = "",
    language: Annotated[str, typer.Option(help="The language of the words.")] = ENGLISH,
) -> None:
    """Add words of the agency's own, or change what they mean."""
    run(lambda settings: _add(settings, kind, phrase, meaning, language))


async def _add(settings: Settings, kind: str, phrase: str, meaning: str, language: str) -> None:
    from ilp_core.collect.tables.text import Row
    from ilp_core.collect.tables.words import words_of

    cells = {"kind": kind, "language": language, "phrase": phrase, "meaning": meaning}
    row = Row(words.THIS_WORD.format(phrase=_shown(phrase)), cells)
    async with ready_store(settings) as store, store.write() as uow:
        found, problems = words_of([row], await shift_names(uow))
        if problems:
            raise CallError(problems[0])
        await uow.vocabulary.save_many(found)
        [word] = found
        await note(uow, "words", word.kind, "added", phrase=word.phrase[:100], meaning=word.meaning[:100])
    typer.echo(words.WORD_ADDED.format(phrase=word.phrase, kind=word.kind))


def remove(kind: Kind, phrase: Phrase) -> None:
    """Remove words of the agency's own; the desk's words stay."""
    run(lambda settings: _remove(settings, kind, phrase))


async def _remove(settings: Settings, kind: str, phrase: str) -> None:
    typed = as_typed(phrase)
    known = next((each for each in OWN_KINDS if each == kind.casefold()), None)
    async with ready_store(settings) as store, store.write() as uow:
        if known is None or not await uow.vocabulary.remove(known, typed):
            raise CallError(words.NO_WORD.format(kind=_shown(kind), phrase=_shown(typed)))
        await note(uow, "words", known, "removed", phrase=typed[:100])
    typer.echo(words.WORD_REMOVED.format(phrase=typed, kind=known))


def list_unknown(
    since: Annotated[str | None, typer.Option(help="A day such as 2026-11-01; default: 90 days ago.")] = None,
    as_json: Json = False,
) -> None:
    """List words that several officers use and that no table knows."""
    run(lambda settings: _list_unknown(settings, since, as_json))


async def _list_unknown(settings: Settings, since: str | None, as_json: bool) -> None:
    from ilp_core.assistant.gazetteer import Gazetteer
    from ilp_core.assistant.unknown_words import KEPT, could_be_slang
    from ilp_core.assistant.vocabulary import Vocabulary, preset_in

    day = parse_day(since) or (now() - KEPT).date()
    async with ready_store(settings) as store, store.read() as uow:
        found = await uow.unknown_words.since(day)
        lexicon = await Vocabulary().lexicon(uow, await preset_in(uow, settings.timezone))
        names = await Gazetteer().names(uow)
    # What was added to a table since is known now.
    rows = [
        {"word": each.word, "officers": each.officers, "uses": each.uses, "last": each.last.isoformat()}
        for each in found
        if could_be_slang(each.word, lexicon, names)
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        say_row(words.UNKNOWN_WORD.format(**row))
    say(words.UNKNOWN_HOW if rows else words.NO_UNKNOWN.format(least=LEAST_OFFICERS, day=day.isoformat()))


def parse_day(text: str | None) -> date | None:
    """Read ``--since``. Raises CallError where it is no day."""
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise CallError(words.BAD_DAY.format(text=_shown(text or ""))) from None


def choose_preset(
    preset: Annotated[str | None, typer.Argument(help="us or uk; without it: which one is in force.")] = None,
) -> None:
    """Say which country's words go before others, where one word means two things."""
    if preset is not None and preset.casefold() not in PRESETS:
        fail(CallError(words.NO_PRESET.format(text=_shown(preset), presets=", ".join(PRESETS))))
    run(lambda settings: _preset(settings, preset))


async def _preset(settings: Settings, preset: str | None) -> None:
    from ilp_core.assistant.vocabulary import preset_in

    async with ready_store(settings) as store:
        if preset is None:
            async with store.read() as uow:
                kept, found = (await uow.vocabulary.state()).preset, await preset_in(uow, settings.timezone)
            typer.echo(words.PRESET.format(preset=found, why="" if kept else words.PRESET_TAKEN))
            return
        chosen = next(each for each in PRESETS if each == preset.casefold())
        async with store.write() as uow:
            await uow.vocabulary.set_preset(chosen)
            await note(uow, "config", "preset", "set", preset=chosen)
        typer.echo(words.PRESET_KEPT.format(preset=chosen))


def _shown(text: str) -> str:
    """What somebody typed as it may stand on a terminal: short, and without signs that would steer it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:40]
