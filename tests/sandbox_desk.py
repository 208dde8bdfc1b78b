"""The sandbox's Bot API without a server: one account, a clock moved by hand, and the calls to it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.sandbox.account import Account
from bot.sandbox.api import call_method
from bot.sandbox.call import Call, Upload
from bot.sandbox.flood import Flood
from bot.sandbox.nouns import Persona
from bot.sandbox.rules import Refusal
from bot.sandbox.world import World

OFFICER = 1001
STRANGER = 1003


class Desk:
    """An account whose clock is moved by hand; the officer has written, the stranger has not."""

    def __init__(self, *, flood: bool = True) -> None:
        self.now = 1_800_000_000.0
        personas = [Persona(OFFICER, "Officer", ""), Persona(STRANGER, "Stranger", "")]
        self.world = World(personas, lambda: self.now)
        self.account = Account(self.world, Flood(lambda: self.now) if flood else None)
        self.world.say(OFFICER, "/start")

    def call(self, method: str, *, uploads: dict[str, Upload] | None = None, **parameters: Any) -> Any:
        return call_method(self.account, method, Call(parameters, uploads or {}))

    def refusal(self, method: str, *, uploads: dict[str, Upload] | None = None, **parameters: Any) -> Refusal:
        with pytest.raises(Refusal) as refused:
            self.call(method, uploads=uploads, **parameters)
        return refused.value


def picture(width: int = 30, height: int = 20) -> Upload:
    content = BytesIO()
    Image.new("RGB", (width, height), "white").save(content, "PNG")
    return Upload("map.png", "image/png", content.getvalue())
