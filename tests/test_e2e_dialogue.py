"""Dialogues over HTTP: a phone on one side, the whole running application on the other."""

from __future__ import annotations

import json
import os
import re
import struct
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ilp_core.assistant.messages import Message
from ilp_core.domain.officers import INVITE_HOURS
from ilp_core.words.en import answers, desk, novelty
from tests.demo_town import FRIDAY_EVENING, LAT, LON, Town, a_picture, ask, press, receipt_of, running_town
from tests.sandbox_client import Seen
from tests.support import ROOT


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as running:
        yield running


def numbered(reply: Seen) -> dict[int, str]:
    """The places of a list by their number, without the hours that may follow the name."""
    lines = re.findall(r"^(\d)\. (.+)$", reply.text, re.MULTILINE)
    return {int(number): title.split(" · ")[0] for number, title in lines}


async def test_an_invitation_enrols_one_chat_once(town: Town) -> None:
    officer, other = await town.stranger(), await town.stranger()
    code = await town.invited("4471")
    notice = await ask(officer, f"/start {code}")
    assert notice.text == desk.BANNER
    assert notice.buttons == (desk.BANNER_ACCEPT,)
    assert (await press(officer, desk.BANNER_ACCEPT)).text == desk.WELCOME.format(badge="4471")

    assert (await ask(other, f"/start {code}")).text == desk.INVITE_USED
    assert (await ask(other, "whats hot")).text == desk.STRANGER
    assert (await ask(officer, f"/start {code}")).text == desk.WELCOME_BACK.format(badge="4471")
    enrolments = [row for row in await town.audit() if row[1] == "enrolment"]
    assert enrolments == [
        ("4471", "enrolment", "4471", "enrolled"),
        (f"chat:{other.user_id}", "enrolment", "4471", "refused: used"),
        (f"chat:{officer.user_id}", "enrolment", "4471", "refused: used"),
    ]


async def test_an_expired_invitation_is_refused(town: Town) -> None:
    phone = await town.stranger()
    code = await town.invited()
    town.clock.forward(timedelta(hours=INVITE_HOURS))
    assert (await ask(phone, f"/start {code}")).text == desk.INVITE_EXPIRED
    assert (await ask(phone, "whats hot")).text == desk.STRANGER


async def test_an_unknown_invitation_gets_the_identity_line(town: Town) -> None:
    phone = await town.stranger()
    for words in ("/start", "/start H7K2QX", f"/start {'A' * 64}"):
        assert (await ask(phone, words)).text == desk.STRANGER


async def test_the_notice_comes_before_every_answer(town: Town) -> None:
    phone = await town.stranger()
    await ask(phone, f"/start {await town.invited()}")
    for words in ("whats hot tonight", "/hotspots", "/help", "run plate ABC1234"):
        assert (await ask(phone, words)).text == desk.BANNER
    await phone.share_location(LAT, LON)
    assert (await phone.next_message()).text == desk.BANNER
    await phone.send_photo(a_picture())
    assert (await phone.next_message()).text == desk.BANNER
    await town.press_payload(phone, "v1:ask")
    assert (await phone.next_message()).text == desk.BANNER
    assert [row for row in await town.audit() if row[1] == "question"] == []
    # A button of an older notice accepts that one, not the one in force (guard-rail G41).
    await town.press_payload(phone, f"v1:accept:{desk.BANNER_VERSION - 1}")
    assert (await phone.next_message()).text == desk.BANNER


async def test_a_supervisor_invites_and_an_officer_may_not(town: Town) -> None:
    officer = await town.officer("4471")
    supervisor = await town.officer("2001", "supervisor", "district:001")
    refused = await ask(officer, "/invite 4471")
    assert refused.text == "No: your role may not do that. A supervisor or an admin may."
    assert (await ask(supervisor, "/invite")).text == desk.INVITE_HOW
    assert "9999" in (await ask(supervisor, "/invite 9999")).text

    await town.invited("4472")
    made = await ask(supervisor, "/invite 4472")
    assert "Approved by you and logged." in made.text
    link = re.search(r"^/start (\S+)", made.text, re.MULTILINE)
    assert link
    newcomer = await town.stranger()
    assert (await ask(newcomer, f"/start {link[1]}")).text == desk.BANNER
    assert ("2001", "invite", "4472", "issued") in await town.audit()
    assert ("4471", "invite", "", "refused") in await town.audit()


async def test_an_answer_says_where_when_why_and_from_what(town: Town) -> None:
    phone = await town.officer()
    reply = await ask(phone, "whats hot tonight")
    lines = reply.text.splitlines()
    assert lines[0] == "Hot: beat 0103"
    # The evening shift ends at 23:00; it is 20:30.
    assert lines[1].startswith("For 20:30–23:00 · from 364 days to 6 Mar 20:30, 15")
    assert 1 <= len(numbered(reply)) <= 3
    assert len(re.findall(r"^\d+ .*a year.* 14 days", reply.text, re.MULTILINE)) == len(numbered(reply))
    assert re.search(r"^By harm.*\b\d+ (min|h|days) old\b", reply.text, re.MULTILINE)
    assert re.search(r"^Left out: .*\d+ domestic.*\d+ police-started", reply.text, re.MULTILINE)
    assert answers.VISIT in reply.text
    assert reply.buttons == ("Map", "Why", "More", "Near me", "Knew it", "New to me")
    assert receipt_of(reply) in reply.text
    bold = [entity for entity in reply.raw["entities"] if entity["type"] == "bold"]
    assert len(bold) == 1 + len(numbered(reply))


async def test_why_replays_the_list_and_its_items(town: Town) -> None:
    phone = await town.officer()
    listed = await ask(phone, "whats hot tonight")
    code, places = receipt_of(listed), numbered(listed)

    whole = await press(phone, "Why")
    assert whole.text.startswith(f"Why {code}: beat 0103\n{answers.WHY_SAME}\n")
    assert answers.WHY_HARM in whole.text
    assert whole.buttons[:2] == ("Why 1", "Why 2")
    item = await press(phone, "Why 2")
    assert item.text.startswith(f"Why {places[2]}\n")
    assert answers.WHY_SAME in item.text
    assert receipt_of(item) == code
    assert (await ask(phone, "2nd one - why")).text == item.text
    assert (await ask(phone, "why #9")).text.startswith(("Why ", "That list has "))

    await ask(phone, "whats hot beat 0101")
    assert (await ask(phone, f"why {code}")).text == whole.text
    assert (await ask(phone, f"/why {code.lower()}")).text == whole.text
    assert (await ask(phone, "why ZZZZZ9")).text == answers.WHY_UNKNOWN.format(code="ZZZZZ9")


async def test_why_without_a_list_says_how_to_ask(town: Town) -> None:
    phone = await town.officer()
    assert (await ask(phone, "why")).text == answers.WHY_NOTHING
    assert (await ask(phone, "map")).text == answers.NO_LIST
    assert (await ask(phone, "more")).text == answers.NO_LIST


async def test_a_map_is_a_picture_with_the_same_in_words(town: Town) -> None:
    phone = await town.officer()
    listed = await ask(phone, "whats hot tonight")
    shown = await press(phone, "Map")
    with Image.open(BytesIO(await phone.file(shown))) as picture:
        assert picture.width >= 720
        assert len(picture.getcolors(maxcolors=1 << 24) or ()) > 20
    assert shown.text.startswith("Map of beat 0103: 1. ")
    for number, place in numbered(listed).items():
        assert f"{number}. {place}" in shown.text
    assert "Port Harrow is an invented town." in shown.text
    assert receipt_of(shown) == receipt_of(listed)
    assert (await ask(phone, "/map")).text == shown.text


async def test_buttons_under_more_are_about_the_places_on_that_screen(town: Town) -> None:
    phone = await town.officer()
    await ask(phone, "whats hot tonight")
    screen = await press(phone, "More")
    places = numbered(screen)
    shown = await press(phone, "Map")
    for number, place in places.items():
        assert f"{number}. {place}" in shown.text
    whole = await press(phone, "Why")
    assert set(whole.buttons) >= {f"Why {number}" for number in places}
    last = max(places)
    item = await press(phone, f"Why {last}")
    assert item.text.startswith(f"Why {places[last]}\n")
    assert (await ask(phone, f"why {last}")).text == item.text
    assert min(numbered(await ask(phone, "more"))) == last + 1


async def test_d1_one_tap_says_what_was_known_of_the_first_place_on_the_screen(town: Town) -> None:
    phone = await town.officer()
    first = numbered(await ask(phone, "whats hot tonight"))
    known = await press(phone, "Knew it")
    assert known.text == novelty.NOTED["knew"].format(label=first[1].split(" · ")[0])
    screen = numbered(await press(phone, "More"))
    news = await press(phone, "New to me")
    assert news.text == novelty.NOTED["new"].format(label=screen[min(screen)].split(" · ")[0])
    # Twice is once, whether a button or words say it.
    assert (await ask(phone, "knew it")).text == known.text
    async with town.store.read() as uow:
        (group,) = await uow.tellings.tapped(town.clock() - timedelta(days=1), by_area=False)
    assert (group.officers, sum(group.counts.values())) == (1, 2)


async def test_more_goes_on_to_an_honest_end(town: Town) -> None:
    phone = await town.officer()
    reply = await ask(phone, "whats hot tonight")
    code, seen = receipt_of(reply), numbered(reply)
    while "More" in reply.buttons:
        reply = await press(phone, "More")
        assert receipt_of(reply) == code
        assert min(numbered(reply)) == max(seen) + 1
        seen |= numbered(reply)
    assert len(set(seen.values())) == len(seen) > 3
    assert (await ask(phone, "more")).text == answers.NO_MORE
    last = await press(phone, "Why")
    assert f"Why {code}" in last.text


async def test_a_shared_location_is_answered_and_kept_nowhere(town: Town) -> None:
    phone = await town.officer()
    await ask(phone, "whats hot tonight")
    asked = await press(phone, "Near me")
    assert asked.text == desk.NEAR_ME_ASK
    assert await phone.keyboard() == (desk.NEAR_ME_BUTTON,)

    await phone.share_location(LAT, LON)
    reply = await phone.next_message()
    assert reply.text.startswith("Hot: near you\n")
    assert numbered(reply)
    await press(phone, "Why")
    await press(phone, "Map")
    await town.quiet()
    disk, log = town.bytes_on_disk(), town.log.getvalue()
    assert b"near you" in disk  # the search below reads the pages that hold this answer
    for degrees in (LAT, LON):
        # Four decimals are 10 m; the cell that may remain is 150 m wide.
        digits = str(abs(degrees))[:7]
        assert digits.encode() not in disk
        assert digits not in log
        assert struct.pack(">d", degrees) not in disk
        assert struct.pack("<d", degrees) not in disk


async def test_a_location_outside_the_town_is_not_a_quiet_place(town: Town) -> None:
    """Guard-rail G31: 0 and no data are different sentences."""
    phone = await town.officer()
    await phone.share_location(51.5, -0.12)
    assert (await phone.next_message()).text == desk.NO_PLACE_HERE.format(radius=800)


async def test_commands_do_what_the_menu_says(town: Town) -> None:
    phone = await town.officer()
    menu = await town.service.application.bot.get_my_commands()
    assert [(each.command, each.description) for each in menu] == list(desk.COMMANDS.items())
    listed = await ask(phone, "/hotspots")
    assert listed.text.startswith("Hot: beat 0103")
    assert (await ask(phone, "/why")).text.startswith(f"Why {receipt_of(listed)}")
    assert (await ask(phone, "/map")).photo
    assert (await ask(phone, "/help")).text == desk.HELP
    assert (await ask(phone, "/privacy")).text == desk.PRIVACY
    assert (await ask(phone, "/hotspots@beatdesk_sandbox_bot")).text.startswith("Hot: beat 0103")


async def test_a_follow_up_keeps_what_was_asked_before(town: Town) -> None:
    phone = await town.officer()
    await ask(phone, "whats hot tonight")
    elsewhere = await ask(phone, "wat about beat 0101")
    assert "beat 0101" in elsewhere.text.splitlines()[0]
    narrower = await ask(phone, "just burgs")
    assert "beat 0101" in narrower.text.splitlines()[0]
    assert receipt_of(narrower) != receipt_of(elsewhere)
    unknown = await ask(phone, "whats hot beat 0193")
    assert unknown.text.startswith("There is no beat 0193 here. Did you mean ")
    fixed = await press(phone, unknown.buttons[0])
    assert unknown.buttons[0] in fixed.text.splitlines()[0]


async def test_a_conversation_rests_after_a_shift(town: Town) -> None:
    phone = await town.officer()
    await ask(phone, "whats hot beat 0101")
    town.clock.forward(timedelta(hours=8))
    assert (await ask(phone, "why")).text == answers.WHY_NOTHING


async def test_chat_desk_and_command_line_give_one_answer(town: Town) -> None:
    phone = await town.officer()
    await ask(phone, "/help")
    chat = await ask(phone, "hotspots")
    same = await town.desk.ask(Message("4471", FRIDAY_EVENING, "command", "hotspots", past=True), dry_run=True)
    said = await _command("hotspots", town)
    assert said["receipt"] == same.answer.receipt == receipt_of(chat)
    assert said["items"] == list(same.items)
    shown = numbered(chat)
    assert shown == {item["item"]: item["place"]["label"] for item in said["items"][: len(shown)]}
    # The full caution belongs to chats and may make their first screen shorter; the places' lines are the same.
    places = chat.text[chat.text.index("\n1. ") : chat.text.index("\nBy harm")].split("\n")
    assert "\n".join(line for line in places if line) in said["text"]
    asked = await _command("ask", town, "hotspots")
    assert asked["receipt"] == said["receipt"]
    assert asked["text"] == said["text"]


async def _command(name: str, town: Town, *words: str) -> dict[str, Any]:
    """What ``beatdesk NAME … --json`` prints for badge 4471 at the town's moment."""
    program = [sys.executable, "-c", "from bot.cli import main; main()", name, *words]
    options = ["--as", "4471", "--at", FRIDAY_EVENING.isoformat(), "--json"]
    environment = os.environ | {
        "BEATDESK_DATABASE_URL": f"sqlite+aiosqlite:///{town.database}",
        "PYTHONPATH": str(ROOT),
    }
    process = await create_subprocess_exec(
        *program, *options, env=environment, cwd=town.database.parent, stdout=PIPE, stderr=PIPE
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    printed: dict[str, Any] = json.loads(out)
    return printed
