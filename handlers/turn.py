"""The turn of one update: what handlers do for it happens in one transaction, with the messages it brings about.

A handler reads and reckons first. Then it opens the turn's one transaction, makes its changes and files its
messages there; leaving it marks the update as done. Whatever goes wrong before undoes everything, and the update
is handled again as if it had just come in.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from handlers.outgoing import Outgoing
from ilp_core.domain.officers import Enrolment, Officer
from ilp_core.domain.post import Draft, Kind
from ilp_core.storage.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """Who sent the update, as the guard has read it, and what they have half written."""

    enrolment: Enrolment
    officer: Officer
    draft: Draft | None = None


class Turn(Protocol):
    """The update in hand. ``trouble`` is what a handler failed with; ``known`` is set by the guard."""

    trouble: BaseException | None
    known: Known | None

    @property
    def asked_at(self) -> datetime:
        """When the person sent it, as far as Telegram tells."""

    def finish(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """The turn's one transaction; leaving it marks the update as done. Raises RuntimeError the second time."""

    async def send(
        self, uow: UnitOfWork, chat_id: int, message: Outgoing, *, kind: Kind = "reply", again: str | None = None
    ) -> None:
        """File a message that goes out once the transaction is committed.

        ``again`` marks the answer to a question, which is only good for a while (guard-rail G50): the data of a
        button that asks it once more, or an empty string where no button can.
        """

    async def told(self) -> bool:
        """Whether the emergency line has reached the chat already, past the lanes and the outbox."""


_current: Final[ContextVar[Turn]] = ContextVar("turn")


def turn() -> Turn:
    """The turn of the update that this task is handling."""
    return _current.get()


def begin(new: Turn) -> None:
    """Make ``new`` the turn of this task."""
    _current.set(new)


async def reply(chat_id: int, message: Outgoing) -> None:
    """Finish the turn with one message and nothing else."""
    async with turn().finish() as uow:
        await turn().send(uow, chat_id, message)
