"""What one sends from the chat page besides words: pictures, files, voice messages and places."""

from __future__ import annotations

import math
import re
import struct
import wave
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect
from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from bot.sandbox.server import Sandbox
from tests.chat_bot import DESKTOP, OFFICER, PHONE, SIZE, STRANGER, TOWN, Talk, attach, drawing, talking
from tests.support import require
from tests.watched_page import watched_page

pytestmark = pytest.mark.chromium

#: A microphone that hums: what getUserMedia gives in a browser that has one.
MICROPHONE = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext(), hum = context.createOscillator(), out = context.createMediaStreamDestination();
  hum.connect(out);
  hum.start();
  return out.stream;
};
"""
#: Give files to the page as a drop or a paste does.
HAND_OVER = """
([kind, names]) => {
  const data = new DataTransfer();
  for (const [name, type, bytes] of names) data.items.add(new File([new Uint8Array(bytes)], name, {type}));
  const place = document.querySelector(kind === "paste" ? "#words" : ".log");
  const made = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
  place.dispatchEvent(made);
}
"""


async def tell(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what came, so that a test sees on the page what the bot got."""
    message = update.effective_message
    assert message
    caption = message.caption or "no words"
    if message.photo:
        await message.reply_text(f"Got a picture, {caption}, {'album' if message.media_group_id else 'alone'}")
    elif message.document:
        content = await (await message.document.get_file()).download_as_bytearray()
        await message.reply_text(f"Got {message.document.file_name}, {len(content)} bytes, {caption}")
    elif message.voice:
        await message.reply_text(f"Got {message.voice.mime_type}, {message.voice.to_dict()['duration']} s")
    elif message.location:
        period = message.location.to_dict().get("live_period")
        await message.reply_text(f"{'Moved' if update.edited_message else 'Got'}, {period or 'not live'}")


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    require("chromium")
    sandbox = Sandbox([OFFICER, STRANGER], town=TOWN, flood_control=False)
    async with talking(sandbox, [MessageHandler(filters.ALL, tell)]) as started:
        yield started


def picture(name: str, colour: str = "teal") -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": drawing(colour)}


def sound(seconds: int) -> FilePayload:
    """A hum as a WAV file."""
    content, rate = BytesIO(), 8000
    with wave.open(content, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 9))) for n in range(rate * seconds)))
    return {"name": "hum.wav", "mimeType": "audio/wav", "buffer": content.getvalue()}


async def choose(page: Page, what: str, files: FilePayload | list[FilePayload]) -> None:
    """Choose files through the composer's menu."""
    async with page.expect_file_chooser() as chooser:
        await attach(page, what)
    await (await chooser.value).set_files(files)


async def test_pictures_chosen_together_stand_together_with_their_words(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **PHONE, color_scheme="dark")
    words = page.get_by_role("textbox", name="Message")
    await words.fill("Broken shutters")
    await choose(page, "Picture", [picture("a.png"), picture("b.png", "olive"), picture("c.png", "navy")])
    log, mine = page.get_by_role("log"), page.locator(".message.mine")
    await expect(log.get_by_text("Got a picture, Broken shutters, album")).to_have_count(1)
    await expect(log.get_by_text("Got a picture, no words, album")).to_have_count(2)
    await expect(mine).to_have_count(1)
    await expect(mine.get_by_role("img")).to_have_count(3)
    await expect(words).to_have_value("")
    assert await page.evaluate(SIZE) == [360, 740]

    await mine.get_by_role("button", name="Open picture: Broken shutters").click()
    await expect(page.get_by_role("dialog", name="Picture")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(mine.get_by_role("img")).to_have_count(3)
    await mine.get_by_label("Change this message").click()
    await mine.get_by_role("button", name="Delete").click()
    await expect(mine).to_have_count(0)

    await choose(page, "Picture", picture("d.png"))
    await expect(log.get_by_text("Got a picture, no words, alone")).to_be_visible()
    assert complaints == []


async def test_a_file_goes_with_its_name_and_comes_back_as_a_download(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **DESKTOP)
    await page.get_by_role("textbox", name="Message").fill("My notes")
    await choose(page, "File", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x" * 5123})
    await expect(page.get_by_role("log").get_by_text("Got notes.txt, 5123 bytes, My notes")).to_be_visible()
    link = page.get_by_role("link", name="Download notes.txt, 5.1 kB")
    async with page.expect_download() as download:
        await link.click()
    assert (await download.value).suggested_filename == "notes.txt"
    assert complaints == []


async def test_words_are_given_back_where_their_picture_is_refused(talk: Talk, browser: Browser) -> None:
    page = await watched_page(browser, talk.sandbox.page_address, [], **DESKTOP)
    words = page.get_by_role("textbox", name="Message")
    await words.fill("Look")
    await choose(page, "Picture", {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    await expect(page.get_by_text("That file is not a picture that can be sent.")).to_be_visible()
    await expect(words).to_have_value("Look")


async def test_without_a_microphone_a_voice_message_is_a_chosen_file(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **PHONE)
    await attach(page, "Voice")
    await expect(page.get_by_text("No microphone here.")).to_be_visible()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Choose an audio file").click()
    await (await chooser.value).set_files(sound(2))
    await expect(page.get_by_role("log").get_by_text("Got audio/wav, 2 s")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message")).to_be_focused()

    await page.get_by_role("button", name="Play voice message, 0:02").click()
    await expect(page.get_by_role("button", name="Pause voice message")).to_be_visible()
    await expect(page.get_by_role("button", name="Play voice message, 0:02")).to_be_visible()
    assert complaints == []


async def test_a_voice_message_is_recorded_and_can_be_dropped(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **PHONE)
    await page.evaluate(MICROPHONE)
    await attach(page, "Voice")
    await expect(page.get_by_text("Recording 0:00")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("textbox", name="Message")).to_be_focused()

    await attach(page, "Voice")
    await expect(page.get_by_text("Recording 0:01")).to_be_visible()
    await page.get_by_role("button", name="Send the voice message").click()
    await expect(page.get_by_role("log").get_by_text(re.compile(r"Got audio/webm, [1-9]\d* s"))).to_be_visible()
    await expect(page.locator(".message.mine")).to_have_count(1)
    assert complaints == []


async def test_files_are_dropped_and_pictures_pasted(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **DESKTOP)
    log = page.get_by_role("log")
    await expect(page.get_by_role("button", name="Commands")).to_be_visible()
    image = ["a.png", "image/png", list(drawing())]
    await page.evaluate(HAND_OVER, ["drop", [image, ["b.csv", "text/csv", [49, 44, 50]]]])
    await expect(log.get_by_text("Got a picture, no words, alone")).to_have_count(1)
    await expect(log.get_by_text("Got b.csv, 3 bytes, no words")).to_be_visible()
    await page.evaluate(HAND_OVER, ["paste", [image]])
    await expect(log.get_by_text("Got a picture, no words, alone")).to_have_count(2)
    assert complaints == []


async def test_a_live_location_is_started_moved_and_stopped_by_keys_alone(talk: Talk, browser: Browser) -> None:
    complaints: list[str] = []
    page = await watched_page(browser, talk.sandbox.page_address, complaints, **DESKTOP)
    log, opener = page.get_by_role("log"), page.get_by_role("button", name="Attach")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Picture")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await expect(page.get_by_role("menu", name="Attach")).to_be_hidden()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("menuitem", name="Live location")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("application")).to_be_focused()
    await page.get_by_role("radio", name="1 hour").press("Space")
    await page.get_by_role("application").press("Enter")
    await expect(log.get_by_text("Got, 3600")).to_be_visible()
    await expect(log.get_by_text("Live until")).to_be_visible()

    await log.get_by_role("button", name="Move").press("Enter")
    where = await log.locator(".place span").inner_text()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")
    await expect(log.get_by_text("Moved, 3600")).to_be_visible()
    await expect(log.locator(".place span")).not_to_have_text(where)
    await expect(log.get_by_role("button", name="Move")).to_be_focused()

    await log.get_by_role("button", name="Stop").press("Enter")
    await expect(log.get_by_text("Moved, not live")).to_be_visible()
    await expect(log.get_by_text("Live location, ended")).to_be_visible()
    await expect(log.get_by_role("button", name="Stop")).to_have_count(0)
    assert complaints == []
