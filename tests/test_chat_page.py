"""The chat page in headless Chromium: what a newcomer does in the first minute, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.sandbox.server import Sandbox
from tests.chat_bot import DESKTOP, OFFICER, PHONE, SIZE, STRANGER, TOWN, Handler, attach, drawing, talking
from tests.support import require
from tests.watched_page import watched_page

pytestmark = pytest.mark.chromium

ANSWER = "<b>Beat 0102</b>\n1. <i>03XX Market St</i> &lt;script&gt;alert(1)&lt;/script&gt;\nReceipt /why"


async def start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_html("Welcome")


async def press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    query, chat = update.callback_query, update.effective_chat
    assert query
    assert chat
    if query.data == "map":
        await query.answer("Here it is")
        await chat.send_photo(drawing(), caption="03XX Market St, 22:00 to 23:00")
    else:
        await query.answer("Counted from three years", show_alert=True)


async def locate(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    point = update.message.location
    assert point
    await update.message.reply_text(f"Near {point.latitude:.3f} {point.longitude:.3f}")


async def answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    buttons = [[InlineKeyboardButton("Map", callback_data="map"), InlineKeyboardButton("Why", callback_data="why")]]
    await update.message.reply_html(ANSWER, reply_markup=InlineKeyboardMarkup(buttons), protect_content=True)


@pytest.fixture
async def running() -> AsyncIterator[Sandbox]:
    require("chromium")
    handlers: list[Handler] = [
        CommandHandler("start", start),
        CallbackQueryHandler(press),
        MessageHandler(filters.LOCATION, locate),
        MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, answer),
    ]
    async with talking(Sandbox([OFFICER, STRANGER], town=TOWN), handlers) as talk:
        yield talk.sandbox


async def opened(browser: Browser, sandbox: Sandbox, complaints: list[str], **screen: Any) -> Page:
    """The sandbox's page, watched."""
    return await watched_page(browser, sandbox.page_address, complaints, **screen)


async def test_a_newcomers_first_minute(running: Sandbox, browser: Browser) -> None:
    complaints: list[str] = []
    page = await opened(browser, running, complaints, **DESKTOP)
    log = page.get_by_role("log")
    await expect(page.get_by_text("Sandbox. Port Harrow is an invented town.")).to_be_visible()

    await page.get_by_role("button", name="Patrol officer 4471").click()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(log.get_by_text("Welcome")).to_be_visible()
    await expect(log.get_by_text("H7K2QX")).to_have_count(0)

    await page.get_by_role("textbox", name="Message").fill("whats hot tonight")
    await page.keyboard.press("Enter")
    await expect(log.locator("b", has_text="Beat 0102")).to_be_visible()
    await expect(log.locator("i", has_text="03XX Market St")).to_be_visible()
    await expect(log.get_by_text("<script>alert(1)</script>")).to_be_visible()
    reply = log.locator(".message.protected .bubble")
    assert await reply.evaluate("element => getComputedStyle(element).userSelect") == "none"

    await page.get_by_role("button", name="Map", exact=True).click()
    picture = log.get_by_role("img", name="03XX Market St, 22:00 to 23:00")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    await expect(page.get_by_text("Here it is")).to_be_visible()

    await page.get_by_role("button", name="Why", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_text("Counted from three years")).to_be_visible()
    await page.get_by_role("button", name="OK").click()

    await page.get_by_role("button", name="Stranger").click()
    await expect(log.get_by_role("listitem")).to_have_count(0)
    assert complaints == []


async def test_a_location_is_shared_by_click_and_by_keys(running: Sandbox, browser: Browser) -> None:
    complaints: list[str] = []
    page = await opened(browser, running, complaints, **DESKTOP)
    await attach(page, "Location")
    town = page.get_by_role("application")
    await expect(town).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_text("Near Market St, 0102")).to_be_visible()
    box = await town.bounding_box()
    assert box
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await expect(page.get_by_role("log").get_by_text("Near 38.505 -47.005")).to_be_visible()

    await attach(page, "Location")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("Near 38.505 -47.005")).to_have_count(2)
    assert complaints == []


async def test_own_words_are_edited_and_taken_back(running: Sandbox, browser: Browser) -> None:
    complaints: list[str] = []
    page = await opened(browser, running, complaints, **DESKTOP)
    words = page.get_by_role("textbox", name="Message")
    await words.fill("0835")
    await page.keyboard.press("Enter")
    mine = page.locator(".message.mine")
    await expect(mine).to_have_count(1)
    await mine.hover()
    await mine.get_by_label("Change this message").click()
    await mine.get_by_role("button", name="Edit").click()
    await words.fill("0836")
    await page.keyboard.press("Enter")
    await expect(mine.get_by_text("0836")).to_be_visible()
    await expect(mine.get_by_text("edited")).to_be_visible()
    await mine.hover()
    await mine.get_by_label("Change this message").click()
    await mine.get_by_role("button", name="Delete").click()
    await expect(mine).to_have_count(0)
    assert complaints == []


async def test_a_small_phone_shows_the_whole_chat(running: Sandbox, browser: Browser) -> None:
    complaints: list[str] = []
    page = await opened(browser, running, complaints, **PHONE, color_scheme="dark")
    await page.get_by_role("button", name="Commands").click()
    await page.get_by_role("menuitem", name="/help").click()
    await expect(page.get_by_role("button", name="Map", exact=True)).to_be_in_viewport()
    assert await page.evaluate(SIZE) == [360, 740]
    unnamed = "[...document.querySelectorAll('button')].filter(b => !b.ariaLabel && !b.textContent.trim()).length"
    assert await page.evaluate(unnamed) == 0
    assert complaints == []


async def test_who_types_before_start_can_still_press_it(running: Sandbox, browser: Browser) -> None:
    page = await opened(browser, running, [], **PHONE)
    await page.get_by_role("textbox", name="Message").fill("whats hot")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("Receipt")).to_be_visible()
    start = page.get_by_role("button", name="Start", exact=True)
    await start.click()
    await expect(page.get_by_role("log").get_by_text("Welcome")).to_be_visible()
    await expect(start).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("log").get_by_text("Welcome")).to_be_visible()
    await expect(start).to_be_hidden()
