"""Counts, places and patterns on a phone: the next question is a press away, and an old button says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from ilp_core.assistant.messages import Message, Reply
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import Question
from ilp_core.domain.windows import TimeWindow
from ilp_core.words.en import desk
from tests.demo_town import FRIDAY_EVENING, Town, running_town

BEAT = AreaRef("beat", "0103")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as running:
        yield running


async def counted(town: Town) -> Reply:
    """A count as it was just told to an officer of the beat."""
    window = TimeWindow(FRIDAY_EVENING - timedelta(days=28), FRIDAY_EVENING)
    asked = Question("trend", area=BEAT, evidence=window, window="28 days")
    return await town.desk.ask(Message("4471", FRIDAY_EVENING, "command", question=asked))


async def test_the_buttons_of_a_count_ask_the_next_question(town: Town) -> None:
    phone = await town.officer()
    reply = await counted(town)
    payloads = {button.label: button.data for button in reply.answer.buttons}
    await town.press_payload(phone, payloads["vs before"])
    before = await phone.next_message()
    assert before.text.splitlines()[0] == reply.answer.headline
    assert "Receipt" in before.text
    assert "vs last year" in before.buttons
    await town.press_payload(phone, payloads["Hot spots"])
    assert (await phone.next_message()).text.startswith("Hot: beat 0103")
    await town.press_payload(phone, payloads["Why"])
    assert "Recomputed just now: the same numbers." in (await phone.next_message()).text


@pytest.mark.parametrize("payload", ["v1:then:{code}:fly", "v1:then:2222ZZ:hotspots", "v1:then:", "v1:then:{code}"])
async def test_a_button_that_leads_nowhere_says_so(town: Town, payload: str) -> None:
    phone = await town.officer()
    code = (await counted(town)).answer.receipt
    await town.press_payload(phone, payload.format(code=code))
    assert (await phone.next_message()).text == desk.STALE_BUTTON
