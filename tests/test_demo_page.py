"""The demo as a newcomer meets it: the real desk on the real page, in headless Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo import started
from ilp_core.words.en import answers, desk
from tests.demo_town import HISTORY
from tests.support import require
from tests.watched_page import watched_page

pytestmark = pytest.mark.chromium
#: The evening patrol officer of the demo.
OFFICER = "Patrol officer"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    require("chromium")
    async with started(tmp_path, history=HISTORY) as page_address:
        yield page_address


async def opened(browser: Browser, address: str, complaints: list[str], **screen: Any) -> Page:
    """The page, watched."""
    return await watched_page(browser, address, complaints, **screen)


async def become(page: Page, name: str) -> None:
    """Choose who asks: from the list, which on a phone is a sheet."""
    opener = page.get_by_role("button", name="Asking as")
    await expect(page.get_by_text("Port Harrow is an invented town.")).to_be_visible()
    if await opener.is_visible():
        await opener.click()
    await page.get_by_role("complementary").get_by_role("button", name=name).click()


async def enrolled(page: Page) -> Locator:
    """Become the patrol officer, start, accept the notice; returns the chat."""
    log = page.get_by_role("log")
    await become(page, OFFICER)
    await page.get_by_role("button", name="Start", exact=True).click()
    await page.get_by_role("button", name=desk.BANNER_ACCEPT).click()
    await expect(log.get_by_text("is enrolled in this chat")).to_be_visible()
    return log


async def say(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Message").fill(words)
    await page.keyboard.press("Enter")


async def test_a_newcomer_asks_and_sees_the_map(address: str, browser: Browser) -> None:
    complaints: list[str] = []
    page = await opened(browser, address, complaints, viewport={"width": 1120, "height": 820})
    await expect(page.get_by_text("Port Harrow is an invented town.")).to_be_visible()
    log = await enrolled(page)

    await say(page, "whats hot tonight")
    reply = log.locator(".theirs", has_text="Receipt").last
    await expect(reply.locator("b", has_text="1. ")).to_be_visible()
    await expect(reply.get_by_text(answers.CAUTION_FULL)).to_be_visible()

    await page.get_by_role("button", name="Map", exact=True).last.click()
    picture = log.get_by_role("img", name="Map of")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 720
    await expect(log.get_by_text("Map of ")).to_be_visible()

    await page.get_by_role("button", name="Why", exact=True).last.click()
    await expect(log.get_by_text(answers.WHY_SAME)).to_be_visible()

    await page.get_by_role("button", name="Stranger").click()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(log.get_by_text(desk.STRANGER)).to_be_visible()
    await expect(log.get_by_role("listitem")).to_have_count(2)
    assert complaints == []


async def test_a_click_on_the_town_is_answered_with_places_near_it(address: str, browser: Browser) -> None:
    complaints: list[str] = []
    page = await opened(browser, address, complaints, viewport={"width": 1120, "height": 820})
    log = await enrolled(page)
    await say(page, "near me")
    await expect(log.get_by_text(desk.NEAR_ME_ASK)).to_be_visible()
    await page.get_by_role("button", name=desk.NEAR_ME_BUTTON).click()
    town = page.get_by_role("application")
    box = await town.bounding_box()
    assert box
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await expect(log.locator(".theirs b", has_text="near you")).to_be_visible()
    await expect(log.locator(".theirs b", has_text="1. ")).to_be_visible()
    assert complaints == []


async def test_the_whole_answer_fits_a_small_phone(address: str, browser: Browser) -> None:
    complaints: list[str] = []
    page = await opened(
        browser, address, complaints, viewport={"width": 360, "height": 740}, has_touch=True, color_scheme="dark"
    )
    log = await enrolled(page)
    await say(page, "whats hot tonight")
    await page.get_by_role("button", name="Map", exact=True).click()
    picture = log.get_by_role("img", name="Map of")
    await expect(picture).to_be_in_viewport()
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert await page.evaluate(size) == [360, 740]
    wide = "[...document.querySelectorAll('.log *')].filter(e => e.getBoundingClientRect().right > 360.5).length"
    assert await page.evaluate(wide) == 0
    low = "[...document.querySelectorAll('.inline button')].filter(b => b.offsetHeight < 36).length"
    assert await page.evaluate(low) == 0
    assert complaints == []


async def test_the_second_start_remembers(tmp_path: Path, browser: Browser) -> None:
    """From the second start on the officer is still enrolled."""
    async with started(tmp_path, history=timedelta(days=60)) as address:
        page = await opened(browser, address, [])
        await enrolled(page)
        await page.close()
    async with started(tmp_path, history=timedelta(days=60)) as address:
        page = await opened(browser, address, [])
        await page.get_by_role("button", name=OFFICER).click()
        await page.get_by_role("button", name="Start", exact=True).click()
        await expect(page.get_by_role("log").get_by_text("is enrolled here")).to_be_visible()
        await page.close()
