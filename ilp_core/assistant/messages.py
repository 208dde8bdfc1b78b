"""What goes into the desk and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ilp_core.assistant.understand import Context
from ilp_core.domain.answers import Answer
from ilp_core.domain.officers import Enrolment, Officer
from ilp_core.domain.places import Point
from ilp_core.domain.questions import Question

Channel = Literal["chat", "command"]


@dataclass(frozen=True, slots=True)
class Message:
    """What one person sent: words or a position, from which conversation, at which moment.

    ``chat`` is the enrolled chat it came from, which is told the full sentence on stops once a shift (G04).
    ``officer`` is who sent it, where that was read just now.
    ``past`` marks a moment other than now: such a question leaves no trace in the conversation.
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


@dataclass(frozen=True, slots=True)
class Reply:
    """What the desk understood and answers. ``items`` is the list as data; ``ms`` from message to reply.

    ``at`` is the moment it was answered for, ``shift`` names the caller's shift then.
    """

    question: Question
    answer: Answer
    items: tuple[Mapping[str, Any], ...] = ()
    context: Context = field(default_factory=Context)
    ms: float = 0.0
    shift: str = ""
    at: datetime | None = None
