"""The shared examples and the towns' own messages are understood as the contract says, danger and refusals always."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from ilp_core.assistant.desk import Desk
from tests.message_towns import CHICAGO, EXAMPLES, TOWNS, Line, Town, asked, found, read_lines
from tests.scoring import Verdict, judge
from tests.support import require

pytestmark = pytest.mark.shared
#: The share of messages of which every listed field must be right.
WHOLE = 0.9

Verdicts = dict[str, list[Verdict]]


async def _judged(town: Town, folder: pytest.TempPathFactory) -> Verdicts:
    """The town's messages, and with Chicago's the shared examples, asked and judged."""
    batches: dict[str, list[Line]] = {town.name: town.messages}
    if town is CHICAGO:
        batches["examples"] = read_lines(EXAMPLES)
    store = await found(town, folder.mktemp(town.name))
    try:
        desk = Desk(store)
        return {name: judge(lines, await asked(desk, lines)) for name, lines in batches.items()}
    finally:
        await store.close()


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """A verdict on every message, by batch."""
    require("shared")
    judged: Verdicts = {}
    for town in TOWNS:
        judged |= asyncio.run(_judged(town, tmp_path_factory))
    return judged


def misread(verdicts: Sequence[Verdict]) -> list[tuple[object, ...]]:
    """What was said, and each wrong field as expected and as read."""
    return [(verdict.id, verdict.text, *verdict.wrong) for verdict in verdicts if not verdict.whole]


def test_every_example_of_the_contract_is_understood(verdicts: Verdicts) -> None:
    assert misread(verdicts["examples"]) == []


@pytest.mark.parametrize("name", [town.name for town in TOWNS])
def test_nine_of_ten_messages_of_a_town_are_right_in_every_field(verdicts: Verdicts, name: str) -> None:
    wrong = misread(verdicts[name])
    assert len(wrong) <= (1 - WHOLE) * len(verdicts[name]), wrong


@pytest.mark.parametrize("intent", ["emergency", "refuse"])
def test_every_danger_and_every_refusal_is_seen(verdicts: Verdicts, intent: str) -> None:
    meant = [verdict for each in verdicts.values() for verdict in each if verdict.expected == intent]
    assert len(meant) > 50
    assert misread(meant) == []


def test_no_other_message_raises_an_alarm(verdicts: Verdicts) -> None:
    assert [verdict.text for each in verdicts.values() for verdict in each if verdict.false_emergency] == []


def test_nothing_that_may_be_asked_is_refused(verdicts: Verdicts) -> None:
    may = [verdict for each in verdicts.values() for verdict in each if verdict.expected not in ("refuse", None)]
    assert [verdict.text for verdict in may if verdict.got == "refuse"] == []
