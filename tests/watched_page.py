"""The chat page in a browser, watched for complaints and for requests to any other machine."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Page


async def watched_page(browser: Browser, address: str, complaints: list[str], **screen: Any) -> Page:
    """The page, with everything it complains about or asks of another machine noted in ``complaints``."""
    page = await (await browser.new_context(**screen)).new_page()
    page.on("console", lambda note: complaints.append(note.text) if note.type == "error" else None)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("request", lambda wish: None if wish.url.startswith(address) else complaints.append(wish.url))
    await page.goto(address)
    return page
