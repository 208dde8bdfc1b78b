"""Typed questions to a desk over the small city: what a front end asks once words are understood."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message, Reply
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Intent, Question
from ilp_core.domain.windows import TimeWindow
from ilp_core.storage import Store
from tests.small_city import AT, history, load, settle

BEAT: Final = AreaRef("beat", "0835")
OTHER_BEAT: Final = AreaRef("beat", "0834")
DISTRICT: Final = AreaRef("district", "008")
FORCE: Final = AreaRef("force", "")


async def desk_over(store: Store, folder: Path, rows: list[dict[str, str]] | None = None) -> Desk:
    """A desk over the small city, or over ``rows``."""
    await settle(store)
    if rows is None or rows:
        await load(store, folder / "first.csv", history() if rows is None else rows)
    return Desk(store)


def last_days(days: float, at: datetime = AT) -> TimeWindow:
    """The rolling window of so many days before ``at``."""
    return TimeWindow(at - timedelta(days=days), at)


def between(start: str, end: str) -> TimeWindow:
    """The window of two local times of July 2016 in the small city, without offset."""
    return TimeWindow(datetime.fromisoformat(f"{start}-05:00"), datetime.fromisoformat(f"{end}-05:00"))


def question(intent: Intent, *offences: str, days: float = 28, at: datetime = AT, **fields: Any) -> Question:
    """A question about beat 0835 and the last 28 days, unless ``fields`` say otherwise."""
    if "area" not in fields and "place" not in fields:
        fields["area"] = BEAT
    fields.setdefault("evidence", last_days(days, at))
    fields.setdefault("window", f"{days:g} days")
    return Question(intent, offences=offences or None, **fields)


async def put(desk: Desk, asked: Question, *, at: datetime = AT, badge: str = "4471") -> Reply:
    """The desk's reply to a typed question, kept as any other."""
    return await desk.ask(Message(badge, at, "command", question=asked, past=True))


async def say(desk: Desk, text: str, *, at: datetime = AT, **fields: Any) -> Reply:
    """The desk's reply to words."""
    return await desk.ask(Message("4471", at, "command", text, past=True), **fields)


async def follow(desk: Desk, reply: Reply, step: str, *, at: datetime = AT) -> Reply:
    """The desk's reply to a button of ``reply``."""
    assert f"v1:then:{reply.answer.receipt}:{step}" in {button.data for button in reply.answer.buttons}
    return await desk.ask(Message("4471", at, "command", past=True, follow=(reply.answer.receipt or "", step)))


ELM: Final = Place("1000 blk W Elm St", 41.7500, -87.6800, 120)
EMPTY: Final = Place("9900 blk W Nowhere St", 41.7700, -87.7000, 120)
