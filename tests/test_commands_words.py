"""beatdesk words own, add, remove, and config preset: what an agency adds is understood at once, without code."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.assistant.vocabulary import Vocabulary, preset_of
from ilp_core.domain.agency_words import OwnWord
from ilp_core.storage import Store, open_store
from tests.command_line import AT, call, refused, run
from tests.small_city import AT as THEN
from tests.small_city import ZONE, history, load, settle


def asked(text: str) -> Any:
    return json.loads(call("ask", text, "--as", "4471", "--at", AT, "--json", "--dry-run").stdout)


def put(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_an_offence_by_the_agencys_own_name(city: Path) -> None:
    assert asked("hot zorkies")["offences"] is None

    told = call("words", "add", "offence", "Zorkies", "robbery").stdout
    assert told == "“zorkies” (offence) is understood from now on.\n"
    assert asked("hot zorkies")["offences"] == ["robbery"]
    # A slip of the thumb is put right towards it too.
    assert asked("hot zorkeis")["offences"] == ["robbery"]
    assert call("words", "own").stdout.split() == ["offence", "en", "zorkies", "robbery"]

    call("words", "remove", "offence", "zorkies")
    assert asked("hot zorkies")["offences"] is None
    assert json.loads(call("words", "own", "--json").stdout) == []
    assert call("words", "own").stdout.startswith("There are no words of your own.")


def test_a_table_of_words_is_understood_in_all_its_kinds(city: Path) -> None:
    rows = [
        "kind,language,phrase,meaning",
        "area,en,plot,beat",
        "shift,en,mudlarks,nights",
        "phrase,en,zork me|us up,hotspots",
        "opener,en,plus",
    ]
    assert call("config", "import", put(city / "own.csv", "\n".join(rows))).stdout.startswith("words: 4 added")

    assert asked("hotspots plot 834")["area"] == {"kind": "beat", "code": "0834"}
    assert asked("zork us up")["intent"] == "hotspots"
    nights = asked("hotspots mudlarks")
    assert nights["for_from"] == "2016-07-15T23:00:00-05:00"
    assert nights["for_to"] == "2016-07-16T07:00:00-05:00"


def test_a_shift_of_the_same_file_can_be_named(city: Path) -> None:
    tables = {
        "words": [{"kind": "shift", "phrase": "mudlarks", "meaning": "power"}],
        "shifts": [{"name": "power", "hours": "18:00-02:00"}],
    }
    told = call("config", "import", put(city / "all.json", json.dumps(tables)), "--json").stdout
    assert json.loads(told)["tables"]["words"] == {"added": 1, "changed": 0, "same": 0}
    assert json.loads(told)["tables"]["shifts"]["added"] == 1
    assert asked("hotspots mudlarks")["for_to"] == "2016-07-16T02:00:00-05:00"


def test_one_wrong_row_and_no_word_is_taken(city: Path) -> None:
    table = put(city / "own.csv", "kind,language,phrase,meaning\noffence,en,zorkies,robbery\narea,en,plot,box\n")
    result = run("config", "import", table)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "line 3: area words cannot mean box." in result.stderr
    assert asked("hot zorkies")["offences"] is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("add", "slang", "x1", "robbery"), "“x1”: kind cannot be slang."),
        (("add", "offence", "zorkies", "robery"), "“zorkies”: offence words cannot mean robery. Write robbery,"),
        (("add", "shift", "lates", "never"), "“lates”: shift words cannot mean never."),
        (("add", "filler", "pls", "robbery"), "“pls”: filler words have no meaning of their own. Leave robbery out."),
        (("add", "offence", "zo\x1b[31m", "robbery"), "“zo [31m”: phrase holds a line break"),
        (("remove", "offence", "burgs"), "There is no offence “burgs” of your own. See: beatdesk words own"),
        (("remove", "x\x1b", "burgs"), "There is no x  “burgs” of your own."),
    ],
)
def test_a_wrong_call_says_what_to_write(city: Path, typed: tuple[str, ...], told: str) -> None:
    assert refused("words", *typed)[: len(told)] == told


def test_the_preset_is_as_the_city_suggests_until_it_is_set(city: Path) -> None:
    assert call("config", "preset").stdout.startswith("Words of the preset us go before others, as the zone")
    assert asked("burgs since 3/4")["from"].startswith("2016-03-04T")

    assert "preset uk" in call("config", "preset", "UK").stdout
    assert call("config", "preset").stdout == "Words of the preset uk go before others.\n"
    assert asked("burgs since 3/4")["from"].startswith("2016-04-03T")
    assert refused("config", "preset", "fr") == "There is no preset fr. The presets are: us, uk."


@pytest.mark.parametrize(
    ("zone", "sources", "preset"),
    [
        ("Europe/London", ("beatdesk",), "uk"),
        ("UTC", ("police-uk",), "uk"),
        ("UTC", ("police-uk", "chicago"), "us"),
        ("America/Chicago", (), "us"),
    ],
)
def test_zone_and_sources_suggest_a_preset(zone: str, sources: tuple[str, ...], preset: str) -> None:
    assert preset_of(zone, sources) == preset


def test_changes_are_audited(city: Path) -> None:
    call("words", "add", "offence", "zorkies", "robbery")
    call("words", "remove", "offence", "zorkies")
    call("config", "preset", "uk")

    async def rows() -> list[tuple[str, str, str, Any]]:
        store = open_store(f"sqlite:///{city / 'desk.db'}")
        async with store.read() as uow:
            found = [(row.action, row.object, row.outcome, row.detail) for row in await uow.audit.rows(0, 1000)]
        await store.close()
        return found[-3:]

    assert asyncio.run(rows()) == [
        ("words", "offence", "added", {"phrase": "zorkies", "meaning": "robbery"}),
        ("words", "offence", "removed", {"phrase": "zorkies"}),
        ("config", "preset", "set", {"preset": "uk"}),
    ]


async def test_a_running_desk_understands_a_new_word_at_once(sqlite_store: Store, tmp_path: Path) -> None:
    await settle(sqlite_store)
    await load(sqlite_store, tmp_path / "first.csv", history())
    desk = Desk(sqlite_store, ZONE)
    await desk.renew(THEN)
    message = Message("4471", THEN, "command", "hot zorkies", past=True)
    assert (await desk.ask(message)).question.offences is None
    async with sqlite_store.write() as uow:
        await uow.vocabulary.save_many([OwnWord("offence", "zorkies", "robbery")])
    assert (await desk.ask(message)).question.offences == ("robbery",)


async def test_words_are_read_once_for_each_of_their_states(store: Store) -> None:
    vocabulary = Vocabulary()
    async with store.write() as uow:
        assert (await uow.vocabulary.state()).mark is None
        await uow.vocabulary.save_many([OwnWord("offence", "zorkies", "robbery"), OwnWord("area", "plot", "beat")])
        await uow.vocabulary.save_many([OwnWord("offence", "zorkies", "arson", "es")])
    async with store.read() as uow:
        assert await uow.vocabulary.all() == [
            OwnWord("area", "plot", "beat"),
            OwnWord("offence", "zorkies", "arson", "es"),
        ]
        first = await vocabulary.lexicon(uow, "us")
        assert await vocabulary.lexicon(uow, "us") is first
        assert first.offences["zorkies"] == ("arson",)
    async with store.write() as uow:
        assert await uow.vocabulary.remove("offence", "zorkies") is True
        assert await uow.vocabulary.remove("offence", "zorkies") is False
        await uow.vocabulary.set_preset("uk")
    async with store.read() as uow:
        second = await vocabulary.lexicon(uow, "us")
    assert "zorkies" not in second.offences
    assert (second.areas["plot"], second.times.day_first) == ("beat", True)


async def test_a_row_of_another_program_does_not_keep_the_desk_from_reading(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async with sqlite_store.write() as uow:
        await uow.vocabulary.save_many([OwnWord("offence", "zorkies", "piracy"), OwnWord("area", "plot", "beat")])
    async with sqlite_store.read() as uow:
        words = await Vocabulary().lexicon(uow, "us")
    assert words.areas["plot"] == "beat"
    assert "1 of the agency's words mean nothing" in caplog.text
