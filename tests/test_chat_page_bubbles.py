"""What a bot can send, as the chat page shows it: polls, albums of files, voices, venues, reactions, forwards."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect
from telegram import InputMediaDocument

from bot.sandbox.server import Sandbox
from tests.chat_bot import DESKTOP, OFFICER, PHONE, SIZE, STRANGER, TOWN, Talk, talking
from tests.support import require
from tests.watched_page import watched_page

pytestmark = pytest.mark.chromium

CHAT = OFFICER.user_id
STREETS = ["Market St", "Quay Rd and the whole length of the harbour front", "None"]


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    require("chromium")
    async with talking(Sandbox([OFFICER, STRANGER], town=TOWN, flood_control=False, acquainted=(CHAT,))) as started:
        yield started


async def test_a_vote_shows_the_counts_and_can_be_taken_back(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **PHONE)
    sent = await talk.bot.send_poll(CHAT, "Where was it busiest?", STREETS)
    poll = page.get_by_role("group", name="Anonymous poll: Where was it busiest?")
    await expect(poll.get_by_text("No votes")).to_be_visible()
    await poll.get_by_role("button", name="Market St").press("Enter")
    await expect(poll.get_by_role("listitem").first).to_contain_text("100%")
    await expect(poll.get_by_role("listitem").first).to_contain_text("1 of 1 vote")
    await expect(poll.get_by_role("listitem").first).to_contain_text("your vote")
    await expect(poll.get_by_role("button", name="Take back the vote")).to_be_focused()
    await page.reload()
    await expect(poll.get_by_role("listitem").first).to_contain_text("your vote")
    await poll.get_by_role("button", name="Take back the vote").click()
    await expect(poll.get_by_text("No votes")).to_be_visible()
    await talk.bot.stop_poll(CHAT, sent.message_id)
    closed = page.get_by_role("group", name="Anonymous poll, closed: Where was it busiest?")
    await expect(closed.get_by_text("0%")).to_have_count(3)
    await expect(closed.get_by_role("button")).to_have_count(0)
    assert await page.evaluate(SIZE) == [360, 740]
    assert complaints == []


async def test_several_options_are_ticked_and_sent_together(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **DESKTOP)
    await talk.bot.send_poll(CHAT, "Which did you see?", STREETS, is_anonymous=False, allows_multiple_answers=True)
    poll = page.get_by_role("group", name="Poll: Which did you see?")
    vote = poll.get_by_role("button", name="Vote")
    await expect(vote).to_be_disabled()
    await poll.get_by_role("button", name="Market St").click()
    await poll.get_by_role("button", name="None").click()
    await expect(poll.get_by_role("button", name="None")).to_have_attribute("aria-pressed", "true")
    await vote.click()
    await expect(poll.get_by_role("listitem").filter(has_text="your vote")).to_have_count(2)
    await expect(poll.get_by_role("listitem").nth(1)).to_contain_text("0%")
    assert complaints == []


async def test_a_quiz_tells_the_right_answer_after_the_vote_only(talk: Talk, browser: Browser) -> None:
    page = await watched_page(browser, talk.sandbox.page_address, [], **DESKTOP, color_scheme="dark")
    await talk.bot.send_poll(CHAT, "When is the peak?", ["21:00", "22:00"], type="quiz", correct_option_ids=[1])
    quiz = page.get_by_role("group", name="Anonymous quiz: When is the peak?")
    await expect(quiz.get_by_role("button", name="21:00")).to_be_visible()
    await expect(quiz.get_by_text("right answer")).to_have_count(0)
    await quiz.get_by_role("button", name="21:00").click()
    await expect(quiz.get_by_role("listitem").nth(0)).to_contain_text("(your vote)")
    await expect(quiz.get_by_role("listitem").nth(1)).to_contain_text("(right answer)")
    await expect(quiz.get_by_role("button", name="Take back the vote")).to_have_count(0)


async def test_files_of_one_album_stand_in_one_bubble(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **PHONE)
    long = "a very long name of a file that does not fit one line of a small phone at all.csv"
    album = [InputMediaDocument(b"x" * 2_500_000, filename="week.pdf"), InputMediaDocument(b"x", filename=long)]
    first, second = await talk.bot.send_media_group(CHAT, album, caption="Shift report")
    log = page.get_by_role("log")
    await expect(log.get_by_role("link", name="Download week.pdf, 2.5 MB")).to_be_visible()
    await expect(log.get_by_role("link", name="1 bytes")).to_be_visible()
    await expect(log.locator("> li")).to_have_count(1)
    assert await page.evaluate(SIZE) == [360, 740]
    wide = "[...document.querySelectorAll('.log *')].filter(e => e.getBoundingClientRect().right > 360.5).length"
    assert await page.evaluate(wide) == 0
    await talk.bot.delete_message(CHAT, first.message_id)
    await expect(log.get_by_role("link")).to_have_count(1)
    await talk.bot.delete_message(CHAT, second.message_id)
    await expect(log.locator("> li")).to_have_count(0)
    assert complaints == []


async def test_places_voices_forwards_and_reactions_say_what_they_are(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **DESKTOP)
    log = page.get_by_role("log")
    venue = await talk.bot.send_venue(CHAT, 38.505, -47.005, "Harrow Market Hall", "301 Market St")
    await expect(log.get_by_text("Harrow Market Hall")).to_be_visible()
    await expect(log.get_by_text("301 Market St")).to_be_visible()
    await expect(log.locator(".place svg.town")).to_have_count(1)

    await talk.bot.forward_message(CHAT, CHAT, venue.message_id)
    await expect(log.get_by_text("Forwarded from beatdesk")).to_be_visible()
    await talk.bot.send_message(CHAT, "Go there", reply_to_message_id=venue.message_id)
    await expect(log.locator(".reply")).to_have_text("Harrow Market Hall")
    await talk.bot.send_voice(CHAT, b"sound", duration=64)
    await expect(log.get_by_role("button", name="Play voice message, 1:04")).to_be_visible()

    await talk.bot.set_message_reaction(CHAT, venue.message_id, "\N{THUMBS UP SIGN}")
    sign = log.get_by_role("img", name="Reaction: \N{THUMBS UP SIGN}")
    await expect(sign).to_be_visible()
    await talk.bot.set_message_reaction(CHAT, venue.message_id, [])
    await expect(sign).to_have_count(0)

    live = await talk.bot.send_location(CHAT, 38.505, -47.005, live_period=600)
    await expect(log.get_by_text("Live until")).to_be_visible()
    await talk.bot.edit_message_live_location(CHAT, live.message_id, latitude=38.506, longitude=-47.005)
    await expect(log.get_by_text("38.5060, -47.0050")).to_be_visible()
    await talk.bot.stop_message_live_location(CHAT, live.message_id)
    await expect(log.get_by_text("Live location, ended")).to_be_visible()
    assert complaints == []
