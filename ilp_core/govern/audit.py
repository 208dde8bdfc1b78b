"""The audit log: append-only rows, each holding the hash of the one before (guard-rail G40).

Whoever changes, removes, adds or reorders a row breaks the chain at that row; whoever cuts rows off at the
end leaves a head that no row answers to. Someone who can rewrite the rows *and* the head can make a new
chain that holds: note the head that ``verify`` returns outside the database to see even that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ilp_core.storage import BEFORE_ALL, AuditHead, AuditRow, UnitOfWork
from ilp_core.storage.types import canonical

#: What the first row names as the hash before it.
GENESIS: Final = "0" * 64
#: Details hold ids, intents and reasons (guard-rail G51); a longer text would be somebody's words.
LONGEST_DETAIL: Final = 120
_BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What is to be recorded (AU-3 of NIST SP 800-53): who did what to which object, with what outcome, from where.

    ``actor`` is a badge or the program's own part, ``source`` where it came from such as ``chat`` or
    ``command line``, ``detail`` plain JSON data without any words of a message.
    """

    actor: str
    action: str
    object: str
    outcome: str
    source: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What the check found: ``broken`` is the number of the first broken row, None where the chain holds.

    ``rows`` counts the rows that hold, ``head`` is the hash of the last row that was found to follow the others.
    """

    rows: int
    broken: int | None
    why: str | None
    head: str


async def append(uow: UnitOfWork, entry: AuditEntry, at: datetime) -> AuditRow:
    """Add ``entry`` to the chain in the caller's transaction; append last, because other writers wait from here on.

    Raises ValueError for a naive ``at``, for a detail that is not plain JSON data and for one with a text
    longer than 120 signs.
    """
    detail = _plain(entry.detail)
    moment = _utc_hundredths(at)
    head = await uow.audit.head(lock=True)
    if head is None:
        raise ValueError("the audit log has no head: its chain was tampered with, check it before writing on")
    row = AuditRow(
        seq=head.seq + 1,
        at=moment,
        actor=entry.actor,
        action=entry.action,
        object=entry.object,
        outcome=entry.outcome,
        source=entry.source,
        detail=detail,
        previous=head.hash,
        hash="",
    )
    row = AuditRow(**{**asdict(row), "hash": _hash(row)})
    await uow.audit.insert(row)
    await uow.audit.set_head(AuditHead(row.seq, row.hash))
    return row


async def verify(uow: UnitOfWork) -> AuditVerdict:
    """Walk the chain from its first row to its head."""
    seq, previous = 0, GENESIS
    # From before the first number, so that a row slipped in ahead of the chain is read too.
    after = BEFORE_ALL
    while rows := await uow.audit.rows(after=after, limit=_BATCH):
        for row in rows:
            why = _fault(row, seq + 1, previous)
            if why is not None:
                return AuditVerdict(seq, min(row.seq, seq + 1), why, previous)
            seq, previous = row.seq, row.hash
        after = seq
    broken, why = _fault_of_end(await uow.audit.head(), AuditHead(seq, previous))
    return AuditVerdict(seq if broken is None else broken - 1, broken, why, previous)


def _fault(row: AuditRow, expected: int, previous: str) -> str | None:
    if row.seq < expected:
        return f"row {row.seq} does not belong to the chain"
    if row.seq > expected:
        return f"row {expected} is missing"
    if row.previous != previous:
        return f"row {row.seq} does not follow the row before it"
    if row.hash != _hash(row):
        return f"row {row.seq} was changed"
    return None


def _fault_of_end(noted: AuditHead | None, found: AuditHead) -> tuple[int | None, str | None]:
    if noted == found:
        return None, None
    if noted is None:
        return found.seq + 1, "the note of the newest row was removed, so rows may have been cut off"
    if noted.seq > found.seq:
        return found.seq + 1, f"rows {found.seq + 1} to {noted.seq} were cut off"
    if noted.seq < found.seq:
        return noted.seq + 1, f"rows {noted.seq + 1} to {found.seq} were added past the program"
    return found.seq, f"row {found.seq} is not the one that was written"


def _hash(row: AuditRow) -> str:
    """SHA-256 over every other field as canonical JSON; ``previous``, being one of them, makes the chain."""
    fields = asdict(row)
    del fields["hash"]
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as it will read when it comes back from storage."""
    try:
        plain: dict[str, Any] = json.loads(canonical(dict(detail)))
    except TypeError as error:
        raise ValueError(f"an audit detail must be plain JSON data: {error}") from error
    _refuse_words(plain)
    return plain


def _refuse_words(value: object) -> None:
    if isinstance(value, str) and len(value) > LONGEST_DETAIL:
        raise ValueError(f"an audit detail holds ids, intents and reasons, not a text of {len(value)} signs")
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_words(key)
            _refuse_words(inner)
    if isinstance(value, list):
        for inner in value:
            _refuse_words(inner)


def _utc_hundredths(at: datetime) -> str:
    if at.utcoffset() is None:
        raise ValueError(f"an audit row needs a time with an offset: {at.isoformat()}")
    moment = at.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 10_000:02d}Z"
