"""The scored messages themselves: enough of every kind, and nothing expected that the contract does not know."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import get_args

import pytest

from ilp_core.collect.offences.presets import offence_rules
from ilp_core.domain.questions import INTENTS, WEEKDAYS, Compare, Refusal
from tests.message_towns import TOWNS, Line, Town
from tests.scoring import EITHER, MOMENTS

ALL = [line for town in TOWNS for line in town.messages]
KEYS = {
    "intent", "offences", "area", "place_contains", "hours", "weekdays", "compare", "item", "ref", "inherits",
    "clarify", "refusal", *MOMENTS,
}  # fmt: skip
#: Fewer messages than this say nothing about an intent.
EACH = 6


def test_every_intent_and_every_refusal_is_asked_for_often_enough() -> None:
    intents = Counter(line["expect"].get("intent") for line in ALL)
    refusals = Counter(line["expect"].get("refusal") for line in ALL)
    assert [intent for intent in INTENTS if intents[intent] < EACH] == []
    assert [reason for reason in get_args(Refusal) if refusals[reason] < EACH] == []
    assert len(ALL) >= 420


def test_no_message_that_stands_alone_stands_twice() -> None:
    for town in TOWNS:
        often = Counter(line["session"] for line in town.messages)
        alone = Counter(
            (line["as"], line["at"], line["text"]) for line in town.messages if often[line["session"]] == 1
        )
        assert [asked for asked, times in alone.items() if times > 1] == []
        assert len({line["id"] for line in town.messages}) == len(town.messages)


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_only_what_the_contract_knows_is_expected(town: Town) -> None:
    slugs = {rule.slug for rule in offence_rules()}
    badges = {officer.badge for officer in town.people}
    for line in town.messages:
        expect = line["expect"]
        assert expect, line
        assert expect.keys() <= KEYS, line
        assert line["as"] in badges, line
        assert expect.get("intent", "help") in {*INTENTS, *EITHER}, line
        assert set(expect.get("offences", ())) <= slugs, line
        assert set(expect.get("weekdays", ())) <= set(WEEKDAYS), line
        assert expect.get("compare", "previous_year") in get_args(Compare), line
        assert expect.get("refusal") in {None, *get_args(Refusal)}, line
        assert expect.get("refusal") is None or expect["intent"] == "refuse", line


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_evidence_ends_at_the_message_at_the_latest_and_advice_begins_there(town: Town) -> None:
    for line in town.messages:
        at = datetime.fromisoformat(line["at"])
        assert at.tzinfo is not None, line
        moments = {key: datetime.fromisoformat(line["expect"][key]) for key in MOMENTS & line["expect"].keys()}
        assert moments.get("to", at) <= at, line
        assert moments.get("from", at) < moments.get("to", at) or "from" not in moments, line
        assert moments.get("for_to", at) >= moments.get("for_from", at) >= at, line


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_a_session_runs_forward_and_belongs_to_one_person(town: Town) -> None:
    sessions: dict[str, Line] = {}
    for line in town.messages:
        before = sessions.get(line["session"], line)
        assert before["as"] == line["as"], line
        assert datetime.fromisoformat(before["at"]) <= datetime.fromisoformat(line["at"]), line
        assert line["session"] in sessions or "inherits" not in line["expect"], line
        sessions[line["session"]] = line
