"""What goes into the desk and what comes out of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ilp_core.assistant.taps import Tap
from ilp_core.assistant.understand import Context, Trace
from ilp_core.domain.answers import Answer
from ilp_core.domain.officers import Enrolment, Officer
from ilp_core.domain.places import Point
from ilp_core.domain.questions import Compare, Intent, Question
from ilp_core.domain.tellings import Telling
from ilp_core.storage.uow import UnitOfWork


async def nothing(_: UnitOfWork) -> None:
    """Nothing beside the answer is to be written."""


Channel = Literal["chat", "command"]


@dataclass(frozen=True, slots=True)
class Message:
    """What one person sent: words or a position, from which conversation, at which moment.

    ``chat`` is the enrolled chat it came from, which is told the full sentence on stops once a shift (G04).
    ``officer`` is who sent it, where that was read just now.
    ``question`` is one that is typed already, and its words are not read; ``named`` is the intent that a command
    names and ``compare`` what with, while its words only limit it; ``follow`` are a receipt's code and the next step
    asked from it. ``patient`` waits for searches that take seconds.
    ``tap`` is what a button says of a place of a list, instead of a question.
    ``past`` marks a moment other than now: such a question leaves no trace in the conversation.
    ``dry`` marks a message of which nothing at all is kept.
    """

    badge: str
    at: datetime
    channel: Channel
    text: str = ""
    location: Point | None = None
    session: str | None = None
    past: bool = False
    chat: Enrolment | None = None
    officer: Officer | None = None
    question: Question | None = None
    named: Intent | None = None
    compare: Compare | None = None
    follow: tuple[str, str] | None = None
    patient: bool = False
    tap: Tap | None = None
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the desk understood and answers. ``items`` is the list as data and ``figures`` all numbers behind
    it; ``ms`` from message to reply.

    ``told`` are the places that it tells, and ``tap`` what it notes of one. ``at`` is the moment it was answered for,
    ``shift`` names the caller's shift then, ``language`` what it is told in. ``trace`` is how its message was read,
    ``unknown`` its words that could be slang. ``record`` writes what the message brings about beside its answer, in
    the answer's transaction.
    """

    question: Question
    answer: Answer
    items: tuple[Mapping[str, Any], ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    context: Context = field(default_factory=Context)
    ms: float = 0.0
    shift: str = ""
    at: datetime | None = None
    language: str = "en"
    trace: Trace = field(default_factory=Trace)
    unknown: tuple[str, ...] = ()
    told: tuple[Telling, ...] = ()
    tap: Tap | None = None
    record: Callable[[UnitOfWork], Awaitable[None]] = field(default=nothing, compare=False)
