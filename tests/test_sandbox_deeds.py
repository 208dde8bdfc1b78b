"""What a persona does besides talking, and the methods for polls, albums, copies and live locations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.sandbox import deeds
from bot.sandbox.call import Upload
from bot.sandbox.deed_routes import DEEDS
from bot.sandbox.nouns import SandboxError
from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox
from tests.sandbox_client import Phone
from tests.sandbox_desk import OFFICER, STRANGER, Desk, picture

HERE: dict[str, Any] = {"chat_id": OFFICER}


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    last(made)
    return made


def last(desk: Desk) -> list[dict[str, Any]]:
    """The updates since the last look, and forget them."""
    found = desk.world.fetch(0, 100)
    desk.world.fetch(found[-1]["update_id"] + 1 if found else 0, 1)
    return found


def test_a_live_location_moves_as_one_message_until_it_stops(desk: Desk) -> None:
    number = deeds.start_live(desk.world, OFFICER, 38.5, -47.0, 60).message_id
    deeds.move_live(desk.world, OFFICER, number, 38.6, -47.1)
    deeds.stop_live(desk.world, OFFICER, number)
    first, moved, stopped = last(desk)
    assert first["message"]["location"] == {"latitude": 38.5, "longitude": -47.0, "live_period": 60}
    assert moved["edited_message"]["location"] == {"latitude": 38.6, "longitude": -47.1, "live_period": 60}
    assert stopped["edited_message"]["location"] == {"latitude": 38.6, "longitude": -47.1}
    assert {first["message"]["message_id"], moved["edited_message"]["message_id"]} == {number}
    with pytest.raises(SandboxError, match="no longer"):
        deeds.move_live(desk.world, OFFICER, number, 38.5, -47.0)


def test_a_live_location_ends_by_itself_and_lasts_at_least_a_minute(desk: Desk) -> None:
    number = deeds.start_live(desk.world, OFFICER, 38.5, -47.0, 60).message_id
    desk.now += 61
    with pytest.raises(SandboxError, match="no longer"):
        deeds.move_live(desk.world, OFFICER, number, 38.5, -47.0)
    with pytest.raises(SandboxError, match="60 to 86400"):
        deeds.start_live(desk.world, OFFICER, 38.5, -47.0, 59)


def test_the_bots_live_location_keeps_its_period_and_stops(desk: Desk) -> None:
    sent = desk.call("sendLocation", **HERE, latitude=1, longitude=2, live_period=60, heading=90)
    this = {**HERE, "message_id": sent["message_id"]}
    moved = desk.call("editMessageLiveLocation", **this, latitude=3, longitude=4)
    assert moved["location"] == {"latitude": 3.0, "longitude": 4.0, "live_period": 60}
    assert desk.call("stopMessageLiveLocation", **this)["location"] == {"latitude": 3.0, "longitude": 4.0}
    refusal = desk.refusal("editMessageLiveLocation", **this, latitude=5, longitude=6)
    assert refusal.description == "Bad Request: message can't be edited"
    refusal = desk.refusal("sendLocation", **HERE, latitude=1, longitude=2, live_period=59)
    assert refusal.description == "Bad Request: wrong live location period specified"
    refusal = desk.refusal("sendLocation", **HERE, latitude=1, longitude=2, live_period=60, heading=361)
    assert refusal.description == "Bad Request: wrong live location heading specified"


def test_pictures_of_one_album_come_apart_with_one_number(desk: Desk) -> None:
    kept = desk.world.keep(picture().content, "photo", "image/png", 30, 20)
    for album in ("a", "a", "b", ""):
        deeds.send_photo(desk.world, OFFICER, kept, "c", album)
    groups = [update["message"].get("media_group_id") for update in last(desk)]
    assert groups[0] == groups[1]
    assert len({*groups[1:]}) == 3
    assert groups[3] is None


def test_an_album_of_the_bots_is_sent_whole_or_not_at_all(desk: Desk) -> None:
    good = {"type": "photo", "media": "attach://a"}
    sent = desk.call("sendMediaGroup", uploads={"a": picture()}, **HERE, media=[good, {**good, "caption": "two"}])
    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message.get("caption") for message in sent] == [None, "two"]
    before = len(desk.world.chats[OFFICER])
    for media in ([good], [good] * 11, [good, {"type": "photo", "media": "gone"}], [good, {"type": "document"}]):
        assert desk.refusal("sendMediaGroup", uploads={"a": picture()}, **HERE, media=media).code == 400
    assert len(desk.world.chats[OFFICER]) == before
    edited = desk.call("editMessageCaption", **HERE, message_id=sent[0]["message_id"], caption="one")
    assert (edited["caption"], edited["media_group_id"]) == ("one", sent[0]["media_group_id"])


def ask(desk: Desk, **more: Any) -> int:
    return int(desk.call("sendPoll", **HERE, question="Who?", options=["A", {"text": "B"}], **more)["message_id"])


def test_a_vote_is_told_with_its_voter_and_counted(desk: Desk) -> None:
    number = ask(desk, is_anonymous=False)
    deeds.vote(desk.world, OFFICER, number, [1])
    answer, poll = last(desk)
    assert answer["poll_answer"]["user"]["id"] == OFFICER
    assert (answer["poll_answer"]["option_ids"], answer["poll_answer"]["option_persistent_ids"]) == ([1], ["1"])
    assert [option["voter_count"] for option in poll["poll"]["options"]] == [0, 1]
    deeds.vote(desk.world, OFFICER, number, [])
    taken_back, poll = last(desk)
    assert taken_back["poll_answer"]["option_ids"] == []
    assert poll["poll"]["total_voter_count"] == 0
    message = desk.world.find(OFFICER, number)
    assert message is not None
    assert message.edit_date is None


def test_a_vote_waits_its_turn_among_its_voters_messages(desk: Desk) -> None:
    turns: list[tuple[int, str]] = []
    number = ask(desk, is_anonymous=False)
    desk.world.hand_to(
        lambda chat, update: turns.append((chat, next(kind for kind in update if kind != "update_id")))
    )
    deeds.vote(desk.world, OFFICER, number, [1])
    assert turns == [(OFFICER, "poll_answer"), (0, "poll")]


def test_an_anonymous_vote_tells_the_count_alone(desk: Desk) -> None:
    deeds.vote(desk.world, OFFICER, ask(desk), [0])
    (update,) = last(desk)
    assert update["poll"]["total_voter_count"] == 1


@pytest.mark.parametrize(
    ("options", "why"), [([0, 1], "one option"), ([2], "no such option"), ([-1], "no such option"), ([], "no vote")]
)
def test_votes_that_cannot_be(desk: Desk, options: list[int], why: str) -> None:
    with pytest.raises(SandboxError, match=why):
        deeds.vote(desk.world, OFFICER, ask(desk), options)
    assert last(desk) == []


def test_a_closed_poll_takes_no_vote_and_a_quiz_takes_one(desk: Desk) -> None:
    number = ask(desk, allows_multiple_answers=True)
    deeds.vote(desk.world, OFFICER, number, [0, 1])
    closed = desk.call("stopPoll", **HERE, message_id=number)
    assert (closed["is_closed"], closed["total_voter_count"]) == (True, 1)
    assert last(desk)[-1]["poll"] == closed
    with pytest.raises(SandboxError, match="closed"):
        deeds.vote(desk.world, OFFICER, number, [0])
    for message_id, why in (
        (number, "poll has already been closed"),
        (number - 1, "message is not a poll"),
        (number + 9, "message with poll to stop not found"),
    ):
        assert desk.refusal("stopPoll", **HERE, message_id=message_id).description == f"Bad Request: {why}"
    quiz = ask(desk, type="quiz", correct_option_ids=[0])
    deeds.vote(desk.world, OFFICER, quiz, [1])
    with pytest.raises(SandboxError, match="stands"):
        deeds.vote(desk.world, OFFICER, quiz, [0])


@pytest.mark.parametrize(
    ("more", "description"),
    [
        ({"question": " "}, "Bad Request: text must be non-empty"),
        ({"question": "x" * 301}, "Bad Request: poll question length must not exceed 300"),
        ({"options": []}, "Bad Request: poll must have at least one answer option"),
        ({"options": ["x"] * 13}, "Bad Request: poll can't have more than 12 options"),
        ({"options": ["A", " "]}, "Bad Request: text must be non-empty"),
        ({"options": ["x" * 101]}, "Bad Request: poll options length must not exceed 100"),
        ({"type": "quiz"}, "Bad Request: wrong correct option ID specified"),
    ],
)
def test_polls_that_are_refused(desk: Desk, more: dict[str, Any], description: str) -> None:
    poll = {"question": "Who?", "options": ["A", "B"], **more}
    assert desk.refusal("sendPoll", **HERE, **poll).description == description


def test_who_blocks_the_bot_hears_nothing_until_they_unblock_it(desk: Desk) -> None:
    sent = desk.call("sendMessage", **HERE, text="x")["message_id"]
    deeds.block(desk.world, OFFICER, blocked=True)
    (update,) = last(desk)
    states = update["my_chat_member"]
    assert (states["old_chat_member"]["status"], states["new_chat_member"]["status"]) == ("member", "kicked")
    for method, more in (("sendMessage", {"text": "y"}), ("editMessageText", {"text": "y", "message_id": sent})):
        refusal = desk.refusal(method, **HERE, **more)
        assert (refusal.code, refusal.description) == (403, "Forbidden: bot was blocked by the user")
    for deed in (lambda: desk.world.say(OFFICER, "x"), lambda: deeds.block(desk.world, OFFICER, blocked=True)):
        with pytest.raises(SandboxError, match="Unblock it first"):
            deed()
    deeds.block(desk.world, OFFICER, blocked=False)
    assert last(desk)[-1]["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert desk.call("sendMessage", **HERE, text="y")["text"] == "y"
    with pytest.raises(SandboxError, match="not blocked"):
        deeds.block(desk.world, OFFICER, blocked=False)
    with pytest.raises(SandboxError, match="Write to the bot first"):
        deeds.block(desk.world, STRANGER, blocked=True)


def test_a_deleted_account_is_found_out_by_writing(desk: Desk) -> None:
    deeds.delete_account(desk.world, OFFICER)
    assert last(desk) == []
    refusal = desk.refusal("sendMessage", **HERE, text="y")
    assert (refusal.code, refusal.description) == (403, "Forbidden: user is deactivated")
    with pytest.raises(SandboxError, match="deleted"):
        desk.world.say(OFFICER, "x")


def test_a_copy_has_no_origin_and_a_forward_has(desk: Desk) -> None:
    said = desk.world.say(OFFICER, "over here").message_id
    source = {**HERE, "from_chat_id": OFFICER, "message_id": said}
    copied = desk.world.find(OFFICER, desk.call("copyMessage", **source)["message_id"])
    assert copied is not None
    assert copied.body == {"text": "over here"}
    forwarded = desk.call("forwardMessage", **source)
    assert forwarded["forward_origin"]["sender_user"]["id"] == OFFICER
    assert desk.refusal("editMessageText", **HERE, message_id=forwarded["message_id"], text="x").code == 400


def test_what_is_protected_stays_where_it_is(desk: Desk) -> None:
    number = desk.call("sendMessage", **HERE, text="x", protect_content=True)["message_id"]
    for method, done in (("copyMessage", "copied"), ("forwardMessage", "forwarded")):
        refusal = desk.refusal(method, **HERE, from_chat_id=OFFICER, message_id=number)
        assert refusal.description == f"Bad Request: the message can't be {done}"
        refusal = desk.refusal(method, **HERE, from_chat_id=OFFICER, message_id=1)
        assert refusal.description == f"Bad Request: message to {method[:-7]} not found"


def test_a_reaction_is_one_emoji_and_goes_with_its_message(desk: Desk) -> None:
    this = {**HERE, "message_id": desk.world.say(OFFICER, "x").message_id}
    thumb = {"type": "emoji", "emoji": "\N{THUMBS UP SIGN}"}
    assert desk.call("setMessageReaction", **this, reaction=[thumb]) is True
    assert desk.world.reactions[OFFICER] == {this["message_id"]: [thumb]}
    assert desk.refusal("setMessageReaction", **this, reaction=[thumb, thumb]).description.endswith("TOO_MANY")
    assert desk.refusal("setMessageReaction", **this, reaction=[{"type": "paid"}]).description.endswith("INVALID")
    desk.call("deleteMessage", **this)
    assert desk.world.reactions[OFFICER] == {}


def test_messages_are_deleted_together_and_those_that_are_gone_passed_over(desk: Desk) -> None:
    numbers = [desk.call("sendMessage", **HERE, text="x")["message_id"] for _ in range(2)]
    assert desk.call("deleteMessages", **HERE, message_ids=[*numbers, 1]) is True
    assert not {*numbers} & desk.world.chats[OFFICER].keys()
    for wrong in ([], list(range(1, 102))):
        assert desk.refusal("deleteMessages", **HERE, message_ids=wrong).code == 400


def test_another_file_takes_the_place_of_a_picture(desk: Desk) -> None:
    number = desk.call("sendPhoto", uploads={"photo": picture()}, **HERE, caption="old")["message_id"]
    item = {"type": "document", "media": "attach://b", "caption": "new"}
    report = {"b": Upload("b.pdf", "application/pdf", b"%PDF-")}
    edited = desk.call("editMessageMedia", uploads=report, **HERE, message_id=number, media=item)
    assert "photo" not in edited
    assert (edited["document"]["file_name"], edited["caption"]) == ("b.pdf", "new")
    voice = desk.call("sendVoice", uploads={"voice": Upload("v", "audio/ogg", b"OggS")}, **HERE, duration=4)
    assert voice["voice"]["duration"] == 4
    refusal = desk.refusal("sendVoice", **HERE, voice=edited["document"]["file_id"])
    assert refusal.description == "Bad Request: type of file mismatch"


# Over HTTP


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox([Persona(OFFICER, "Officer", "")], flood_control=False, acquainted=[OFFICER])
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.root) as client:
        yield client


async def test_each_deed_has_its_route(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async def do(path: str, **wish: Any) -> Any:
        answer = await http.post(f"/sandbox/{path}", json={"persona": OFFICER, **wish})
        assert answer.status_code == 200, answer.text
        return answer.json()

    live = (await do("live", lat=1, lon=2, period=60))["message_id"]
    assert (await do("live/move", message_id=live, lat=3, lon=4))["location"]["latitude"] == 3
    assert "live_period" not in (await do("live/stop", message_id=live))["location"]
    poll = await http.post(
        f"/bot{SANDBOX_TOKEN}/sendPoll", json={"chat_id": OFFICER, "question": "Q", "options": ["A", "B"]}
    )
    number = poll.json()["result"]["message_id"]
    assert (await do("vote", message_id=number, options=[0]))["total_voter_count"] == 1
    assert (await http.get("/sandbox/chat", params={"persona": OFFICER})).json()["votes"] == {str(number): [0]}
    who = (await http.get("/sandbox/personas")).json()["personas"]
    assert next(one for one in who if one["id"] == OFFICER)["last"]["message_id"] == number
    await do("block", blocked=True)
    assert (await http.get("/sandbox/chat", params={"persona": OFFICER})).json()["blocked"] is True
    await do("block", blocked=False)
    await do("delete_account")
    assert (await http.get("/sandbox/chat", params={"persona": OFFICER})).json()["deleted"] is True
    assert [next(key for key in update if key != "update_id") for update in sandbox.world.fetch(0, 100)] == [
        "message",
        *["edited_message"] * 2,
        "poll",
        *["my_chat_member"] * 2,
    ]


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_deed_without_its_figures_gets_one_sentence(http: httpx.AsyncClient, deed: str) -> None:
    answer = await http.post(f"/sandbox/{deed}", json={"persona": "nobody", "options": "x", "blocked": "x"})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


async def test_files_are_taken_with_their_kind(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async def give(kind: str, mime: str, content: bytes = b"x", **named: Any) -> httpx.Response:
        query = {"persona": OFFICER, **named}
        return await http.post(f"/sandbox/{kind}", params=query, content=content, headers={"Content-Type": mime})

    sent = (await give("document", "application/pdf", name="a b.pdf", caption="c")).json()
    assert (sent["document"]["file_name"], sent["document"]["mime_type"]) == ("a b.pdf", "application/pdf")
    assert sent["caption"] == "c"
    sent = (await give("voice", "audio/ogg", duration=3)).json()
    assert (sent["voice"]["duration"], sent["voice"]["mime_type"]) == (3, "audio/ogg")
    shown = await http.get(f"/sandbox/file/{sent['voice']['file_id']}")
    assert (shown.headers["Content-Type"], shown.headers["Content-Disposition"]) == ("audio/ogg", "inline")
    sent = (await give("photo", "image/png", picture().content, album="a")).json()
    assert sent["media_group_id"].isdigit()
    for kind, mime, content in (
        ("voice", "image/png", b"x"),
        ("photo", "application/pdf", b"x"),
        ("photo", "image/png", b"x"),
        ("document", "multipart/form-data", b"x"),
        ("document", "application/pdf", b""),
    ):
        assert (await give(kind, mime, content)).status_code == 400
    assert len(sandbox.world.chats[OFFICER]) == 3


async def test_the_chat_shows_what_changed_since(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async def look(after: int) -> tuple[int, list[str], list[int]]:
        chat = (await http.get("/sandbox/chat", params={"persona": OFFICER, "after": after})).json()
        return chat["revision"], [message["text"] for message in chat["messages"]], chat["gone"]

    one, two, _ = (sandbox.world.say(OFFICER, word).message_id for word in ("one", "two", "three"))
    revision, texts, _ = await look(0)
    assert texts == ["one", "two", "three"]
    sandbox.world.edit(OFFICER, two, "2")
    sandbox.world.take_back(OFFICER, one)
    later, texts, gone = await look(revision)
    assert (texts, gone) == (["2"], [one])
    assert await look(later) == (later, [], [])
    async with Phone(sandbox.root, OFFICER) as phone:
        assert [message.text for message in await phone.messages()] == ["2", "three"]
        sandbox.world.take_back(OFFICER, two)
        assert [message.text for message in await phone.messages()] == ["three"]
