"""The README's pictures of the chat page: a patrol officer's first minute in the demo. Run by hand.

Starts the demo in a folder of its own, drives the page in headless Chromium and writes two pictures to
``docs/images``: ``chat-answer.png`` once the list is there, ``chat-page.png`` once its map is.
Start it with: python -m benchmarks.screenshot
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright, expect

from bot.demo import started
from bot.sandbox.town import TOWN_ZONE
from ilp_core.words.en import desk

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
#: The pictures' size in CSS pixels.
WIDTH: Final = 1120
HEIGHT: Final = 820


async def take(images: Path) -> None:
    """Write the pictures into ``images``."""
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    with tempfile.TemporaryDirectory() as folder:
        async with started(Path(folder)) as address, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            page = await browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme="light",
                reduced_motion="reduce",
                timezone_id=TOWN_ZONE,
            )
            await page.goto(address)
            await _enrol(page)
            await _ask(page)
            await page.screenshot(path=images / "chat-answer.png")
            await _open_map(page)
            await page.screenshot(path=images / "chat-page.png")
            await browser.close()


async def _enrol(page: Page) -> None:
    log = page.get_by_role("log")
    await page.get_by_role("button", name="Badge 4471").click()
    await page.get_by_role("button", name="Start", exact=True).click()
    await page.get_by_role("button", name=desk.BANNER_ACCEPT).click()
    await expect(log.get_by_text("is enrolled in this chat")).to_be_visible()


async def _ask(page: Page) -> None:
    await page.mouse.move(0, 0)  # no button looks as if it were about to be pressed
    await page.get_by_role("textbox", name="Message").fill("whats hot tonight")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Map", exact=True)).to_be_visible()


async def _open_map(page: Page) -> None:
    log = page.get_by_role("log")
    await page.get_by_role("button", name="Map", exact=True).click()
    picture = log.get_by_role("img", name="Map of")
    await picture.evaluate("image => image.decode()")
    await expect(log.get_by_text("Map of ")).to_be_visible()


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(IMAGES))
    print("Written: docs/images/chat-answer.png, docs/images/chat-page.png")
