"""The sandbox's world, its HTML reader and its flood control: pure, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import MarkupError, command_entities, parse_html, utf16_length
from bot.sandbox.flood import Flood, Rate, Rates
from bot.sandbox.nouns import Change, Persona, SandboxError
from bot.sandbox.rules import Refusal
from bot.sandbox.world import World

OFFICER = Persona(1001, "Patrol officer 4471", "Beat 0102", "H7K2QX")
STRANGER = Persona(1003, "Stranger", "Not enrolled")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def world() -> World:
    return World([OFFICER, STRANGER], Clock())


def test_a_start_button_sends_the_invite_code_or_nothing_more() -> None:
    assert OFFICER.start_text == "/start H7K2QX"
    assert STRANGER.start_text == "/start"


def test_what_a_persona_says_reaches_the_bot_once(world: World) -> None:
    said = world.say(OFFICER.user_id, "  /start H7K2QX ")
    (update,) = world.fetch(0, 100)
    assert update["message"]["text"] == "/start H7K2QX"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert update["message"]["message_id"] == said.message_id
    assert update["message"]["chat"]["id"] == update["message"]["from"]["id"] == OFFICER.user_id
    assert world.fetch(0, 100) == [update]
    assert world.fetch(update["update_id"] + 1, 100) == []
    assert world.fetch(0, 100) == []


def test_a_negative_offset_keeps_the_last_updates(world: World) -> None:
    for word in ("one", "two", "three"):
        world.say(OFFICER.user_id, word)
    assert [update["message"]["text"] for update in world.fetch(-1, 100)] == ["three"]
    assert len(world.fetch(0, 100)) == 1


def test_numbers_rise_from_one_run_to_the_next() -> None:
    first = World([OFFICER], Clock(1_800_000_000))
    second = World([OFFICER], Clock(1_800_000_010))
    for _ in range(39):
        first.say(OFFICER.user_id, "x")
    last = first.fetch(0, 100)[-1]["update_id"]
    second.say(OFFICER.user_id, "x")
    assert second.fetch(0, 100)[0]["update_id"] > last
    assert last < 2**31


def test_updates_that_the_bot_does_not_want_are_not_queued(world: World) -> None:
    world.allowed_updates = ("callback_query",)
    world.say(OFFICER.user_id, "hello")
    assert world.fetch(0, 100) == []


def test_a_pressed_button_becomes_a_query_with_its_message(world: World) -> None:
    world.say(OFFICER.user_id, "map")
    sent = world.post(OFFICER.user_id, {"text": "Where?"}, inline_keyboard=[[{"text": "Map", "callback_data": "m"}]])
    query = world.press(OFFICER.user_id, sent.message_id, 0, 0)
    update = world.fetch(0, 100)[-1]["callback_query"]
    assert (update["id"], update["data"]) == (query.query_id, "m")
    assert update["message"]["message_id"] == sent.message_id
    world.answer(query, {"text": "Drawn", "show_alert": False})
    assert world.queries[query.query_id].answer == {"text": "Drawn", "show_alert": False}


@pytest.mark.parametrize(("row", "column"), [(1, 0), (0, 1), (-1, 0)])
def test_a_button_that_is_not_there_cannot_be_pressed(world: World, row: int, column: int) -> None:
    sent = world.post(OFFICER.user_id, {"text": "x"}, inline_keyboard=[[{"text": "M", "callback_data": "m"}]])
    with pytest.raises(SandboxError, match="gone"):
        world.press(OFFICER.user_id, sent.message_id, row, column)


def test_own_words_are_edited_and_taken_back(world: World) -> None:
    said = world.say(OFFICER.user_id, "0835")
    world.edit(OFFICER.user_id, said.message_id, "0836")
    update = world.fetch(0, 100)[-1]["edited_message"]
    assert (update["message_id"], update["text"]) == (said.message_id, "0836")
    assert "edit_date" in update
    world.take_back(OFFICER.user_id, said.message_id)
    assert world.find(OFFICER.user_id, said.message_id) is None
    assert len(world.fetch(0, 100)) == 2
    with pytest.raises(SandboxError, match="not your message"):
        world.edit(OFFICER.user_id, said.message_id, "0837")


def test_the_bots_message_is_not_the_personas_to_change(world: World) -> None:
    sent = world.post(OFFICER.user_id, {"text": "Hello"})
    with pytest.raises(SandboxError, match="not your message"):
        world.take_back(OFFICER.user_id, sent.message_id)


@pytest.mark.parametrize(("text", "why"), [("  ", "nothing to send"), ("x" * 4097, "at most 4096")])
def test_words_that_cannot_be_sent(world: World, text: str, why: str) -> None:
    with pytest.raises(SandboxError, match=why):
        world.say(OFFICER.user_id, text)


def test_a_point_off_the_earth_is_not_shared(world: World) -> None:
    with pytest.raises(SandboxError, match="not on the earth"):
        world.share_location(OFFICER.user_id, float("nan"), 0)


def test_listeners_hear_what_changed(world: World) -> None:
    heard: list[Change] = []
    world.listeners.append(heard.append)
    sent = world.post(OFFICER.user_id, {"text": "Hello"}, protected=True)
    world.act(OFFICER.user_id, "typing")
    world.remove(sent)
    assert [change.kind for change in heard] == ["message", "typing", "deleted"]
    assert heard[0].data["has_protected_content"] is True


def test_html_becomes_text_and_entities_in_utf16_units() -> None:
    text, entities = parse_html('🚓 <b>Beat <i>0102</i></b> &lt;x&gt; <a href="https://example.org/?a=1&amp;b">y</a>')
    assert text == "🚓 Beat 0102 <x> y"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 9},
        {"type": "italic", "offset": 8, "length": 4},
        {"type": "text_link", "offset": 17, "length": 1, "url": "https://example.org/?a=1&b"},
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<strong>a</strong>", [{"type": "bold", "offset": 0, "length": 1}]),
        ("<u>a</u>", [{"type": "underline", "offset": 0, "length": 1}]),
        ("<del>a</del>", [{"type": "strikethrough", "offset": 0, "length": 1}]),
        ("<tg-spoiler>a</tg-spoiler>", [{"type": "spoiler", "offset": 0, "length": 1}]),
        ('<span class="tg-spoiler">a</span>', [{"type": "spoiler", "offset": 0, "length": 1}]),
        ("<blockquote expandable>a</blockquote>", [{"type": "expandable_blockquote", "offset": 0, "length": 1}]),
        (
            '<pre><code class="language-sql">a</code></pre>',
            [{"type": "pre", "offset": 0, "length": 1, "language": "sql"}],
        ),
        ("<code><b>a</b></code>", [{"type": "code", "offset": 0, "length": 1}]),
        ("  <b> a </b>  ", [{"type": "bold", "offset": 0, "length": 1}]),
        ("<b></b>a", []),
        ('<a href="javascript:x">a</a>', []),
        ("<code>/map</code> a", [{"type": "code", "offset": 0, "length": 4}]),
    ],
)
def test_each_tag_has_its_entity(source: str, expected: list[dict[str, object]]) -> None:
    text, entities = parse_html(source)
    assert command_entities(text, entities) == expected


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<b>a", 'end tag corresponding to start tag "b"'),
        ("<b>a</i>", 'expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("ä <br/>", 'Unsupported start tag "br/" at byte offset 3'),
        ("1 < 2", "Unclosed start tag"),
        ("<span>a</span>", "tg-spoiler"),
        ("<b>a</b", "Unclosed end tag"),
    ],
)
def test_broken_html_is_refused(source: str, why: str) -> None:
    with pytest.raises(MarkupError, match=why):
        parse_html(source)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain, entities = parse_html(f"<b>{escaped}</b>")
    assert plain == text.strip()
    expected = [{"type": "bold", "offset": 0, "length": utf16_length(plain)}] if plain else []
    assert entities == expected


def test_commands_are_found_where_they_can_be_tapped() -> None:
    found = command_entities("/why 3K9Q7T or 🚓 /map@beatdesk_bot, not a/b or //x", [])
    assert [(entity["offset"], entity["length"]) for entity in found] == [(0, 4), (18, 17)]


def test_flood_control_lets_a_dialogue_through_and_stops_a_loop() -> None:
    clock = Clock()
    flood = Flood(clock)
    for _ in range(Rates().chat.burst):
        flood.check(1)
    with pytest.raises(Refusal) as refused:
        flood.check(1)
    assert refused.value.as_json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    flood.check(2)
    clock.now += 1
    flood.check(1)
    with pytest.raises(Refusal):
        flood.check(1)


def test_flood_control_limits_all_chats_together() -> None:
    flood = Flood(Clock())
    most = Rates().overall.burst
    for chat in range(most):
        flood.check(chat)
    with pytest.raises(Refusal, match="Too Many Requests"):
        flood.check(most)


def test_flood_control_counts_every_picture_of_an_album_and_spares_groups_less() -> None:
    flood = Flood(Clock(), Rates(Rate(1.0, 5), Rate(0.5, 2)))
    flood.check(1, 4)
    with pytest.raises(Refusal, match="retry after 1"):
        flood.check(1, 2)
    flood.check(1)
    flood.check(-1, 2)
    with pytest.raises(Refusal, match="retry after 2"):
        flood.check(-1)
