"""beatdesk offences: what each source's codes mean, what unknown ones probably mean, and saying yes to it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.config import write_whole
from bot.commands.console import note, ready_store, run, say, say_row
from bot.settings import Settings
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.words import tables as words

app = typer.Typer(help="What offence codes mean: list, proposed, accept.", no_args_is_help=True)
Source = Annotated[str | None, typer.Argument(help="Whose codes, such as chicago; left out, all.")]


@app.command("list")
def list_all(source: Source = None) -> None:
    """List the offence map of a source, or the sources there are."""
    run(lambda settings: _list(settings, source))


async def _list(settings: Settings, source: str | None) -> None:
    async with ready_store(settings) as store, store.read() as uow:
        rules = await uow.offences.all()
    counts = Counter(rule.source for rule in rules)
    if source is None:
        for name, count in sorted(counts.items()):
            ranking = sum(rule.rankable for rule in rules if rule.source == name)
            typer.echo(words.SOURCE.format(source=name, count=count, ranking=ranking))
        return
    if source not in counts:
        raise CallError(words.NO_SOURCE.format(source=source, sources=", ".join(sorted(counts))))
    for rule in rules:
        if rule.source == source:
            harm = "" if rule.harm_days is None else f"{rule.harm_days:g}"
            say_row(
                words.OFFENCE.format(
                    code=rule.code,
                    slug=rule.slug,
                    harm=harm,
                    initiation=rule.initiation,
                    ranks=_ranks(rule.rankable),
                    label=rule.label,
                )
            )


@app.command()
def proposed(
    source: Source = None,
    output: Annotated[Path | None, typer.Option(help="Write them as a table to fill in, a .csv file.")] = None,
) -> None:
    """Codes that the map does not know, with what they probably mean."""
    run(lambda settings: _proposed(settings, source, output))


async def _proposed(settings: Settings, source: str | None, output: Path | None) -> None:
    from ilp_core.collect.offences.review import open_codes, to_fill_in

    if output is not None and output.suffix.casefold() != ".csv":
        raise CallError(words.OPEN_CSV.format(file=output.name))
    async with ready_store(settings) as store, store.read() as uow:
        codes = open_codes(await uow.loads.all(), await uow.offences.all(), source)
    if output is not None and codes:
        # The mark at the front is how spreadsheets know UTF-8.
        write_whole(output, "\ufeff" + to_fill_in(codes))
        blank = sum(each.proposal is None for each in codes)
        say(words.OPEN_WRITTEN.format(file=output.name, codes=f"{len(codes):,}", blank=f"{blank:,}"))
        return
    for each in codes:
        said = words.OPEN_SAID.format(description=_shown(each.description)) if each.description else ""
        say(words.OPEN_CODE.format(source=each.source, code=each.code, rows=f"{each.rows:,}", said=said))
        meant = each.proposal
        if meant is None:
            say(words.OPEN_UNLIKE)
        else:
            ranks = _ranks(meant.rankable)
            say(words.OPEN_PROPOSED.format(slug=meant.slug, ranks=ranks, like=meant.like, score=meant.score))
    say(words.OPEN_HOW if codes else words.ALL_MAPPED)


@app.command()
def accept(
    source: Annotated[str, typer.Argument(help="Whose codes, such as chicago.")],
    codes: Annotated[list[str] | None, typer.Argument(help="The codes; left out, all that are alike enough.")] = None,
    least: Annotated[float, typer.Option(min=0, max=100, help="Least likeness where no codes are named.")] = 90,
) -> None:
    """Take proposed meanings into the offence map."""
    run(lambda settings: _accept(settings, source, codes or [], least))


async def _accept(settings: Settings, source: str, codes: list[str], least: float) -> None:
    from ilp_core.collect.offences.review import acceptable, accepted, open_codes

    async with ready_store(settings) as store, store.write() as uow:
        waiting = open_codes(await uow.loads.all(), await uow.offences.all(), source)
        taken = acceptable(waiting, codes, least)
        unknown = sorted(set(codes) - {each.code for each in taken})
        if unknown:
            raise CallError(words.NOT_PROPOSED.format(codes=", ".join(unknown), source=source))
        if not taken:
            raise WorkError(words.NOTHING_TO_ACCEPT.format(source=source, least=least))
        rules = [accepted(each) for each in taken]
        await uow.offences.save_many(rules)
        detail = {"codes": [rule.code[:100] for rule in rules[:100]], "count": len(rules)}
        await note(uow, "offences", source[:100], "accepted", **detail)
    for rule in rules:
        say(
            words.ACCEPTED.format(
                source=rule.source,
                code=rule.code,
                slug=rule.slug,
                ranks=_ranks(rule.rankable),
                label=rule.label,
            )
        )
    say(words.ACCEPTED_COUNT.format(count=len(rules)))


def _ranks(rankable: bool) -> str:
    return words.RANKS if rankable else words.RANKS_NOT


def _shown(text: str) -> str:
    """A text of a file as it may stand on a terminal: without signs that would steer it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:100]
