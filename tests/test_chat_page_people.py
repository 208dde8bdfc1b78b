"""Who asks on the chat page, who has blocked the bot, and the developers' panel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Route, expect
from telegram import Update
from telegram.error import Forbidden, RetryAfter
from telegram.ext import ContextTypes, MessageHandler, filters

from bot.sandbox.server import Sandbox
from tests.chat_bot import DESKTOP, OFFICER, PHONE, SIZE, STRANGER, TOWN, Talk, talking
from tests.support import require
from tests.watched_page import watched_page

pytestmark = pytest.mark.chromium

CHAT, OTHER = OFFICER.user_id, STRANGER.user_id
BOTH = (CHAT, OTHER)
kills: list[None] = []


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_text(f"You said {update.message.text}")


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    require("chromium")
    sandbox = Sandbox([OFFICER, STRANGER], town=TOWN, flood_control=False, acquainted=BOTH, on_kill=_kill)
    async with talking(sandbox, [MessageHandler(filters.TEXT, echo)]) as started:
        yield started


def _kill() -> None:
    kills.append(None)


async def test_what_another_persona_has_not_read_is_counted(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **DESKTOP)
    await expect(page.get_by_role("button", name="Commands")).to_be_visible()
    first = await talk.bot.send_message(OTHER, "One")
    await talk.bot.send_message(OTHER, "Two lines\nof words")
    await talk.bot.edit_message_text("One, edited", OTHER, first.message_id)
    stranger = page.get_by_role("button", name="Stranger")
    await expect(stranger).to_contain_text("2 unread")
    await expect(stranger).to_contain_text("Two lines of words")
    await stranger.click()
    await expect(stranger).not_to_contain_text("unread")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("button", name="Patrol officer 4471")).to_be_focused()
    await page.reload()
    await expect(stranger).to_contain_text("Two lines of words")
    assert complaints == []


async def test_on_a_phone_the_personas_are_a_sheet(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **PHONE, color_scheme="dark")
    await expect(page.get_by_role("button", name="Commands")).to_be_visible()
    await talk.bot.send_message(OTHER, "Where are you")
    opener = page.get_by_role("button", name="Asking as Patrol officer 4471")
    await expect(opener).to_contain_text("1 unread")
    await expect(page.get_by_role("button", name="Stranger")).to_be_hidden()
    await opener.press("Enter")
    sheet = page.get_by_role("complementary")
    await expect(sheet.get_by_role("button", name="Stranger")).to_be_visible()
    assert await page.evaluate(SIZE) == [360, 740]
    wide = "[...document.querySelectorAll('.cast *')].filter(e => e.getBoundingClientRect().right > 360.5).length"
    assert await page.evaluate(wide) == 0
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await sheet.get_by_role("button", name="Stranger").click()
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_role("log").get_by_text("Where are you")).to_be_visible()
    await expect(page.get_by_role("button", name="Asking as Stranger")).not_to_contain_text("unread")
    assert complaints == []


async def test_who_blocked_the_bot_sees_so_and_unblocks_it(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **PHONE)
    await page.get_by_role("button", name="This chat").press("Enter")
    await expect(page.get_by_role("menuitem", name="Block the bot")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You blocked beatdesk.")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message")).to_be_hidden()
    unblock = page.get_by_role("button", name="Unblock", exact=True)
    await expect(unblock).to_be_focused()
    with pytest.raises(Forbidden):
        await talk.bot.send_message(CHAT, "Hello")
    await page.reload()
    await unblock.click()
    await expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    await expect(page.get_by_text("You blocked beatdesk.")).to_be_hidden()
    await talk.bot.send_message(CHAT, "Hello again")
    await expect(page.get_by_role("log").get_by_text("Hello again")).to_be_visible()
    assert complaints == []


async def slow(route: Route) -> None:
    await asyncio.sleep(0.5)
    await route.continue_()


async def test_an_early_press_is_not_lost(talk: Talk, browser: Browser) -> None:
    page = await browser.new_page()
    await page.route("**/sandbox/personas", slow)
    await page.goto(talk.sandbox.page_address)
    await page.get_by_role("button", name="This chat").press("Enter")
    await expect(page.get_by_role("menuitem", name="Block the bot")).to_be_focused()


async def test_what_comes_while_the_page_starts_is_seen(talk: Talk, browser: Browser) -> None:
    page, asked = await browser.new_page(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await slow(route)

    await page.route("**/sandbox/events", late)
    await page.goto(talk.sandbox.page_address)
    await asked.wait()
    await talk.bot.send_message(OTHER, "Are you there")
    await expect(page.get_by_role("button", name="Stranger")).to_contain_text("Are you there")


@pytest.mark.parametrize("missing", ["events", "personas"])
async def test_a_page_that_cannot_start_says_what_to_do(talk: Talk, browser: Browser, missing: str) -> None:
    complaints: list[str] = []
    page = await browser.new_page()
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    await page.route(f"**/sandbox/{missing}", lambda route: route.abort())
    await page.goto(talk.sandbox.page_address)
    words = "This page did not start. See that the sandbox runs, then reload."
    await expect(page.get_by_text(words)).to_be_visible()
    await expect(page.get_by_role("button")).to_have_count(0)
    assert len(complaints) == 1, "the cause is in the console"


async def test_a_developer_sets_faults_and_sees_what_took_effect(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **DESKTOP)
    panel, opener = (
        page.get_by_role("dialog", name="For developers"),
        page.get_by_role("button", name="For developers"),
    )
    await expect(panel).to_be_hidden()
    await opener.press("Enter")
    await panel.get_by_role("combobox", name="Fault").select_option("429 storm")
    await panel.get_by_label("Seconds").fill("7")
    await panel.get_by_label("Times").fill("1")
    await panel.get_by_label("Method").fill("sendMessage")
    await panel.get_by_label("Method").press("Enter")
    in_force = panel.get_by_role("list", name="Faults in force")
    await expect(in_force).to_contain_text("7 s, sendmessage, 1 left, struck 0")
    with pytest.raises(RetryAfter, match=r"Retry in (0:00:0)?7"):
        await talk.bot.send_message(CHAT, "Too fast")
    await expect(panel.get_by_text("No fault.")).to_be_visible()

    await page.get_by_role("textbox", name="Message").fill("hello")
    await page.keyboard.press("Enter")
    await expect(panel.get_by_role("list", name="Ledger")).to_contain_text("You said hello")
    await panel.get_by_role("combobox", name="Fault").select_option("Lost answer")
    await expect(panel.get_by_label("Seconds")).to_be_hidden()
    await panel.get_by_role("button", name="Set the fault").click()
    await expect(in_force.get_by_role("listitem")).to_have_count(1)
    await panel.get_by_role("button", name="End all faults").click()
    await expect(in_force.get_by_role("listitem")).to_have_count(0)

    await panel.get_by_role("button", name="Kill the bot").click()
    await expect(page.get_by_text("The bot was killed.")).to_be_visible()
    assert kills == [None]
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(opener).to_be_focused()
    assert complaints == []


async def test_an_account_is_deleted_by_the_second_press(talk: Talk, browser: Browser) -> None:
    page = await watched_page(browser, talk.sandbox.page_address, [], **PHONE)
    await page.get_by_role("button", name="Asking as").click()
    await page.get_by_role("button", name="For developers").click()
    assert await page.evaluate(SIZE) == [360, 740]
    await page.get_by_role("button", name="Delete this persona's account").click()
    await page.get_by_role("button", name="Delete Patrol officer 4471 for good").click()
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("This account is deleted.")).to_be_visible()
    await expect(page.get_by_role("button", name="Unblock")).to_be_hidden()


async def test_a_bare_sandbox_has_no_bot_to_kill_and_no_map(browser: Browser) -> None:
    require("chromium")
    sandbox = Sandbox([OFFICER])
    await sandbox.start()
    page = await watched_page(browser, sandbox.page_address, [], **DESKTOP)
    await page.get_by_role("button", name="For developers").click()
    await expect(page.get_by_role("button", name="Set the fault")).to_be_visible()
    await expect(page.get_by_role("button", name="Kill the bot")).to_be_hidden()
    await page.get_by_role("button", name="Attach").click()
    await expect(page.get_by_role("menuitem", name="Voice")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Location")).to_be_hidden()
    await page.close()
    await sandbox.stop()
