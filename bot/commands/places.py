"""beatdesk places and beatdesk import landmarks: the places the desk knows by name, and those an agency adds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.commands.console import audited, caller, fail, now, print_json, read_area, ready_store, run, say
from bot.commands.imports import readable
from bot.commands.loading import coming_in
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.domain.places import AreaRef
from ilp_core.words.en import places as sentences
from ilp_core.words.en.lines import lines_of

#: A list that one can still look through, and a name that can still be one [this project's choice].
MOST: Final = 50
_LONGEST: Final = 200


Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def add_to(importing: typer.Typer) -> None:
    """Add ``landmarks`` to the group ``beatdesk import``."""
    importing.command()(landmarks)


def landmarks(
    file: Annotated[Path, typer.Argument(help="CSV with the columns name, lat, lon, aliases, radius_m.")],
    as_json: Json = False,
) -> None:
    """Load the landmarks that officers speak of, each once; never anybody's home."""
    run(lambda settings: _landmarks(settings, file, as_json))


async def _landmarks(settings: Settings, file: Path, as_json: bool) -> None:
    from ilp_core.collect.places.landmarks import load_landmarks

    readable(file)
    moment = now()
    async with coming_in(settings, file, moment), ready_store(settings) as store:
        try:
            report = await load_landmarks(store, file, by=caller(), now=moment)
        except DeskError as error:
            await audited(store, "import", "landmarks", "failed", file=file.name[:100], code=error.exit_code)
            raise
    if as_json:
        print_json(report.as_json())
        return
    say(sentences.LANDMARKS_DONE.format(file=report.file, rows=report.rows))
    say(sentences.LANDMARKS_COUNTS.format(added=report.added, changed=report.changed, same=report.same))
    for reason, count in report.rejected.items():
        lines = lines_of(report.lines[reason], count)
        say(sentences.LANDMARKS_REASON.format(count=count, reason=reason, lines=lines))


def places(
    words: Annotated[list[str], typer.Argument(help="A place in an officer's words, such as: 63rd and western.")],
    near: Annotated[str | None, typer.Option(help="The area whose places come first, as kind:code.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.")] = 5,
    as_json: Json = False,
) -> None:
    """Look a place up by name: blocks, streets, intersections, premises, areas, landmarks."""
    text = " ".join(words)
    if not 1 <= limit <= MOST:
        fail(CallError(sentences.BAD_LIMIT.format(limit=limit, most=MOST)))
    if not text.strip():
        fail(CallError(sentences.NO_PLACE_ASKED))
    if len(text) > _LONGEST:
        fail(CallError(sentences.LONG_PLACE.format(most=_LONGEST)))
    run(lambda settings: _places(settings, text, read_area(near), limit, as_json))


async def _places(settings: Settings, text: str, near: AreaRef | None, limit: int, as_json: bool) -> None:
    from ilp_core.collect.places.gazetteer import ensure_gazetteer, read
    from ilp_core.collect.places.names import PlaceNames

    async with ready_store(settings) as store:
        await ensure_gazetteer(store)
        async with store.read() as uow:
            entries = await read(uow)
    matches = PlaceNames(entries).find(text, near, limit)
    if as_json:
        print_json({"items": [_as_json(match) for match in matches]})
    elif not matches:
        typer.echo(sentences.NO_MATCH if entries else sentences.NO_GAZETTEER)
    for match in () if as_json else matches:
        entry = match.entry
        where = "" if entry.kind == "area" else _where(entry)
        kind = sentences.KIND_NAMES[entry.kind]
        typer.echo(sentences.MATCH.format(score=round(match.score), label=entry.label, kind=kind, where=where))


def _where(entry: Any) -> str:
    """The area that tells a place from others of its name: its beat, else its district, else the first it lies in."""
    area = f"beat {entry.beat}" if entry.beat else f"district {entry.district}" if entry.district else ""
    area = area or next(iter(entry.areas), "").replace(":", " ")
    return sentences.IN_AREA.format(area=area) if area else ""


def _as_json(match: Any) -> dict[str, object]:
    entry = match.entry
    return {
        "kind": entry.kind,
        "label": entry.label,
        "key": entry.key,
        "score": match.score,
        "lat": entry.lat,
        "lon": entry.lon,
        "radius_m": entry.radius_m,
        "beat": entry.beat or None,
        "district": entry.district or None,
        "count": entry.count,
        "areas": list(entry.areas),
        "aliases": list(entry.aliases),
    }
