"""beatdesk local-knowledge: what officers hold against the data, who answers it, and how nominated spots fared."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from bot.commands.console import caller, note, now, parse_moment, print_json, ready_store, run, say_row, tell
from bot.settings import Settings
from ilp_core.domain.errors import CallError
from ilp_core.domain.local_knowledge import ANSWER_DAYS, Disagreement, parse_ref
from ilp_core.domain.officers import Officer
from ilp_core.govern.answering import DAYS, MAY_OWN, OWNER
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import commands, desk, local_knowledge

app = typer.Typer(help="Officers' views against the data, and their nominated spots.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Ref = Annotated[str, typer.Argument(help="Such as D-14, from the list.")]
_MOST_DAYS: Final = 90


@app.command("list")
def show(
    badge: Annotated[str | None, typer.Option("--as", help="An owner's badge, who also reads the words.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="A moment with offset to judge by; default: now.")] = None,
    as_json: Json = False,
) -> None:
    """Open disagreements, the earliest due first; never who sent one."""
    run(lambda settings: _show(settings, badge, at, as_json))


async def _show(settings: Settings, badge: str | None, at: str | None, as_json: bool) -> None:
    from ilp_core.assistant.disagree_words import subject_of
    from ilp_core.learn.disagreements import words_for

    moment = parse_moment(at) or now()
    async with ready_store(settings) as store:
        async with store.read() as uow:
            reader = await _officer(uow, badge) if badge else None
            waiting = await uow.disagreements.open()
        words = {each.number: await words_for(store, each, reader) for each in waiting} if reader else {}
    if as_json:
        print_json({"items": [_as_data(each, subject_of(each), words, each.overdue(moment)) for each in waiting]})
        return
    if not waiting:
        tell(local_knowledge.LIST_NONE)
    for each in waiting:
        state = local_knowledge.STATE_OVERDUE if each.overdue(moment) else local_knowledge.STATE_OPEN
        row = local_knowledge.LIST_ROW.format(
            ref=each.ref,
            state=state,
            due=f"{each.due:%Y-%m-%d}",
            owner=each.owner,
            stance=local_knowledge.STANCES[each.stance],
            where=subject_of(each),
        )
        say_row(row)
        if words.get(each.number):
            say_row(f"        {local_knowledge.CARD_WORDS.format(words=words[each.number])}")


def _as_data(each: Disagreement, where: str, words: dict[int, str | None], overdue: bool) -> dict[str, Any]:
    return {
        "ref": each.ref,
        "where": where,
        "stance": each.stance,
        "at": each.at.isoformat(),
        "owner": each.owner,
        "due": each.due.isoformat(),
        "overdue": overdue,
        "receipt": each.receipt,
        "words": words.get(each.number),
    }


@app.command()
def answer(
    ref: Ref,
    words: Annotated[str, typer.Argument(help="The answer, in a few words.")],
    badge: Annotated[str, typer.Option("--as", help="The badge of the owner who answers.")],
) -> None:
    """Answer a disagreement as its owner; the officer is told in their chat."""
    run(lambda settings: _answer(settings, ref, words, badge))


async def _answer(settings: Settings, ref: str, words: str, badge: str) -> None:
    from ilp_core.assistant.normalise import normalise
    from ilp_core.assistant.refusals import read_refusal
    from ilp_core.collect.inputs.privacy import personal
    from ilp_core.learn import disagreements

    number, words = _number(ref), words.strip()
    if not 0 < len(words) <= disagreements.LONGEST_ANSWER:
        raise CallError(local_knowledge.NO_WORDS)
    refusal, why = read_refusal(normalise(words)), personal(words)
    if refusal:
        raise CallError(desk.REFUSED[refusal])
    if why:
        raise CallError(local_knowledge.PERSONAL.format(why=why))
    async with ready_store(settings) as store, store.write() as uow:
        owner, kept = await _officer(uow, badge), await _open(uow, number)
        if await disagreements.answer(uow, store, number, owner, words, "command", now()) is None:
            raise CallError(
                local_knowledge.NOT_OWNER.format(ref=kept.ref, badge=badge, owner=kept.owner)
            )  # fmt: skip
    tell(local_knowledge.ANSWERED.format(ref=kept.ref))


@app.command()
def assign(
    ref: Ref, owner: Annotated[str, typer.Argument(help="A badge, or supervisor, analyst, command or admin.")]
) -> None:
    """Give a disagreement another owner, such as when the first has left."""
    run(lambda settings: _assign(settings, ref, owner))


async def _assign(settings: Settings, ref: str, owner: str) -> None:
    number = _number(ref)
    async with ready_store(settings) as store, store.write() as uow:
        kept = await _open(uow, number)
        await _check_owner(uow, owner, kept.badge)
        await uow.disagreements.assign(number, owner)
        await note(uow, "disagreement", kept.ref, "assigned", owner=owner)
    tell(local_knowledge.ASSIGNED.format(ref=kept.ref, owner=owner))


@app.command()
def erase(ref: Ref) -> None:
    """Erase the words of a disagreement and its answer; that there was one stays."""
    run(lambda settings: _erase(settings, ref))


async def _erase(settings: Settings, ref: str) -> None:
    from ilp_core.learn import disagreements

    number = _number(ref)
    async with ready_store(settings) as store, store.write() as uow:
        kept = await uow.disagreements.get(number)
        if kept is None:
            raise CallError(local_knowledge.BAD_REF.format(text=ref[:20]))
        await disagreements.erase(uow, store, kept, caller(), "command", now())
    tell(local_knowledge.ERASED.format(ref=kept.ref))


@app.command("set")
def settle(
    owner: Annotated[
        str | None, typer.Option(help="A badge or a role that answers for everybody; duty for each officer's own.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days within which an answer is due.")] = None,
) -> None:
    """Who answers, and within how many days; without an option, say what holds."""
    run(lambda settings: _settle(settings, owner, days))


async def _settle(settings: Settings, owner: str | None, days: int | None) -> None:
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise CallError(local_knowledge.BAD_DAYS)
    async with ready_store(settings) as store, store.write() as uow:
        if owner is not None:
            if owner != "duty":
                await _check_owner(uow, owner, "")
            await uow.settings.set(OWNER, "" if owner == "duty" else owner)
        if days is not None:
            await uow.settings.set(DAYS, str(days))
        chosen = await uow.settings.get(OWNER) or local_knowledge.OWNER_BY_DUTY
        within = await uow.settings.get(DAYS) or str(ANSWER_DAYS)
        if owner is not None or days is not None:
            await note(uow, "config", "disagreements", "changed", owner=owner, days=days)
    tell(local_knowledge.SETTINGS.format(owner=chosen, days=within))


async def _check_owner(uow: UnitOfWork, owner: str, asker: str) -> None:
    """Raises CallError for neither a badge in force, other than the asker's, nor a role that answers."""
    named = await uow.officers.get(owner) if owner.isprintable() else None
    fits = named is not None and not named.disabled and named.badge != asker
    if not fits and owner not in MAY_OWN:
        raise CallError(local_knowledge.BAD_OWNER.format(text=owner[:20], roles=", ".join(MAY_OWN)))


async def _officer(uow: UnitOfWork, badge: str) -> Officer:
    found = await uow.officers.get(badge) if badge.isprintable() else None
    if found is None:
        raise CallError(commands.NO_BADGE.format(badge=badge))
    if found.disabled:
        raise CallError(commands.BADGE_DISABLED.format(badge=badge))
    return found


async def _open(uow: UnitOfWork, number: int) -> Disagreement:
    kept = await uow.disagreements.get(number)
    if kept is None or kept.state != "open":
        raise CallError(local_knowledge.NOT_THERE.format(ref=f"D-{number}"))
    return kept


def _number(ref: str) -> int:
    number = parse_ref(ref, "D")
    if number is None:
        raise CallError(local_knowledge.BAD_REF.format(text=ref[:20]))
    return number
