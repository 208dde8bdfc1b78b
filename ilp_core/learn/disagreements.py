"""What becomes of a disagreement: noted, added to, answered, withdrawn, erased; each with its audit row.

Words are sealed under the record's own key and shown to its owner alone, without the badge of who wrote them (G17)
and without personal data (G12). Audit rows hold references, owners and dates, never words (G51).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ilp_core.collect.inputs.privacy import masked
from ilp_core.domain.local_knowledge import Disagreement, Nomination
from ilp_core.domain.officers import Officer
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage.engine import Store
from ilp_core.storage.kept_words import read_words, seal_words
from ilp_core.storage.uow import UnitOfWork

#: Signs of an answer: it is read on a phone, under a line that says what it answers.
LONGEST_ANSWER: Final = 400
#: The agency's setting and its default: days for which words are kept after a record ended [this project's choice].
KEPT_DAYS: Final = "disagreement_kept_days"
_KEPT_DAYS: Final = 364


async def note(uow: UnitOfWork, store: Store, new: Disagreement, words: str, source: str) -> bool:
    """Keep a new disagreement with its words; False where its number or its subject was taken meanwhile."""
    sealed = await seal_words(store.keys, new.key, [words])
    if not await uow.disagreements.add(replace(new, words=sealed)):
        return False
    detail = {"owner": new.owner, "due": new.due.isoformat(), "stance": new.stance, "receipt": new.receipt}
    await append(uow, AuditEntry(new.badge, "disagreement", new.ref, "noted", source, detail), new.at)
    return True


async def add_words(uow: UnitOfWork, store: Store, number: int, words: str, source: str, at: datetime) -> bool:
    """Add what an officer said again of the same place; False where the record is not open any more."""
    kept = await uow.disagreements.get(number)
    if kept is None or kept.state != "open":
        return False
    before = await read_words(store.keys, kept.key, kept.words) or ()
    texts = [*before, *([] if words in before else [words])]
    if not await uow.disagreements.add_words(number, await seal_words(store.keys, kept.key, texts)):
        return False
    await append(uow, AuditEntry(kept.badge, "disagreement", kept.ref, "added to", source, {}), at)
    return True


async def words_for(store: Store, kept: Disagreement, reader: Officer) -> str | None:
    """What the officer wrote, masked, for the owner alone; None for anybody else and where it is erased."""
    texts = await read_words(store.keys, kept.key, kept.words) if kept.owned_by(reader) else None
    return masked(" / ".join(texts)) if texts else None


async def answer_of(store: Store, kept: Disagreement) -> str | None:
    """The answer as it may be sent to the officer; None where there is none or it is erased."""
    texts = await read_words(store.keys, kept.key, kept.answer)
    return masked(texts[0]) if texts else None


async def answer(
    uow: UnitOfWork, store: Store, number: int, owner: Officer, words: str, source: str, at: datetime
) -> Disagreement | None:
    """Answer an open one as its owner; the record as answered, None where it is not open or not ``owner``'s."""
    kept = await uow.disagreements.get(number)
    if kept is None or kept.state != "open" or not kept.owned_by(owner):
        return None
    sealed = await seal_words(store.keys, kept.key, [words])
    if not await uow.disagreements.answer(number, sealed, at):
        return None
    detail = {"overdue": kept.overdue(at)}
    await append(uow, AuditEntry(owner.badge, "disagreement", kept.ref, "answered", source, detail), at)
    return replace(kept, state="answered", answer=sealed, ended_at=at)


async def withdraw(uow: UnitOfWork, store: Store, number: int, badge: str, source: str, at: datetime) -> bool:
    """Take back one's own open one; its key is destroyed at once. False where it is not open or not one's own."""
    kept = await uow.disagreements.get(number)
    if kept is None or kept.badge != badge or not await uow.disagreements.withdraw(number, at):
        return False
    await store.keys.destroy([kept.key])
    await append(uow, AuditEntry(badge, "disagreement", kept.ref, "withdrawn", source, {}), at)
    return True


async def kept_for(uow: UnitOfWork) -> timedelta:
    """How long words are kept after a record ended."""
    return timedelta(days=int(await uow.settings.get(KEPT_DAYS) or _KEPT_DAYS))


async def erase(uow: UnitOfWork, store: Store, kept: Disagreement, actor: str, source: str, at: datetime) -> None:
    """Erase the words and the answer of a record; that there was one, and what became of it, stays."""
    await store.keys.destroy([kept.key])
    await uow.disagreements.erase(kept.number)
    await append(uow, AuditEntry(actor, "disagreement", kept.ref, "erased", source, {}), at)


async def nominate(uow: UnitOfWork, new: Nomination, source: str) -> bool:
    """Keep a nominated spot; False where its number or its cell was taken meanwhile."""
    if not await uow.nominations.add(new):
        return False
    detail = {"until": new.until.isoformat(), "team": new.team}
    await append(uow, AuditEntry(new.badge, "nomination", new.ref, "kept", source, detail), new.at)
    return True


async def withdraw_spot(uow: UnitOfWork, number: int, badge: str, source: str, at: datetime) -> bool:
    """Take back one's own open nomination; False where it is not open or not one's own."""
    kept = await uow.nominations.get(number)
    if kept is None or kept.badge != badge or not await uow.nominations.withdraw(number):
        return False
    await append(uow, AuditEntry(badge, "nomination", kept.ref, "withdrawn", source, {}), at)
    return True
