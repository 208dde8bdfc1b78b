"""The ledger: receipts between the answer they stand under and the transaction that writes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ilp_core.assistant.codec import to_data
from ilp_core.assistant.understand import hours_asked
from ilp_core.assistant.view import View
from ilp_core.assistant.when import Clock
from ilp_core.domain.errors import WorkError
from ilp_core.domain.questions import Question
from ilp_core.domain.receipts import CODE_LENGTH, LONGEST_CODE, Receipt, code_from, digest_of, looks_like_code
from ilp_core.storage.engine import Store
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import commands

#: Receipts of dry runs that are remembered at once.
MOST_UNSAVED: Final = 10_000
#: Receipts that are still remembered after they were written: more than are ever being written at once.
MOST_KEPT: Final = 256


class Ledger:
    """Receipts that are not written yet; those of dry runs live no longer than it does."""

    def __init__(self) -> None:
        self._unsaved: dict[str, Receipt] = {}
        self._kept: deque[str] = deque()
        #: Codes that another answer took between reckoning and writing.
        self._taken: set[str] = set()

    @property
    def collisions(self) -> int:
        """How often another answer was found to have the code already."""
        return len(self._taken)

    def collide(self, ref: str) -> None:
        """Note that another message took ``ref`` between reckoning and writing, so that the same is answered anew."""
        self._taken.add(ref)

    def make(
        self, question: Question, figures: Mapping[str, Any], clock: Clock, view: View, known: object = None
    ) -> Receipt:
        """The receipt of an answer on ``view``; ``known`` is what its order took the officer to know already.

        Raises WorkError where every code of its digest is taken.
        """
        hours = hours_asked(question, clock)
        data = to_data(question) | {"evidence_hours": [hours.start, hours.end] if hours else None}
        if view.decisions:
            data["decisions"] = [list(decision) for decision in view.decisions]
        if known is not None:
            data["known"] = known
        digest = digest_of({"question": data, "figures": figures})
        receipt = Receipt(self._code(digest), data, figures, view.version, clock.at, digest)
        if len(self._unsaved) >= MOST_UNSAVED:
            self._unsaved.pop(next(iter(self._unsaved)), None)
        self._unsaved[receipt.code] = receipt
        return receipt

    def _code(self, digest: str) -> str:
        """The shortest code of ``digest`` that no other answer is known to have; ``save`` finds the rest out."""
        for length in range(CODE_LENGTH, LONGEST_CODE + 1):
            code = code_from(digest, length)
            other = self._unsaved.get(code)
            if code not in self._taken and (other is None or other.digest == digest):
                return code
        raise WorkError(commands.NO_CODE)

    async def find(self, store: Store, code: str) -> Receipt | None:
        """The receipt of that code, written or not yet; None where there is none."""
        receipt = self._unsaved.get(code)
        if receipt is None and looks_like_code(code):
            async with store.read() as uow:
                receipt = await uow.receipts.get(code)
        return receipt

    async def save(self, uow: UnitOfWork, code: str | None, at: datetime | None) -> None:
        """Write the receipt of an answer, if it has one; ``at`` is when it was asked (None: the receipt's moment).

        It stays in memory too: where the transaction is undone, the same answer is given and kept again. Raises
        WorkError where another answer has taken its code since, so that it is answered anew.
        """
        receipt = self._unsaved.get(code or "")
        if receipt is None:
            return
        kept = await uow.receipts.save(receipt, at or receipt.at)
        if kept.code != receipt.code:
            self._taken.add(receipt.code)
            raise WorkError(commands.NO_CODE)
        self._forget_later(receipt.code)

    def _forget_later(self, code: str) -> None:
        """Drop a kept receipt from memory, but not before its transaction is surely over."""
        self._kept.append(code)
        if len(self._kept) > MOST_KEPT:
            self._unsaved.pop(self._kept.popleft(), None)
