"""What handlers need from the running process, handed to them by ``bot.app``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

from telegram.ext import CallbackContext, ExtBot

from handlers.strangers import Strangers
from ilp_core.assistant.desk import Desk
from ilp_core.storage.engine import Store
from ilp_core.storage.envelopes import Envelopes

Context: TypeAlias = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]
_KEY: Final = "dependencies"


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The desk that answers, the store behind it, what seals words, the clock, and who knocked."""

    desk: Desk
    store: Store
    envelopes: Envelopes
    now: Callable[[], datetime]
    strangers: Strangers = field(default_factory=Strangers)


def hand_over(bot_data: dict[Any, Any], dependencies: Dependencies) -> None:
    """Put the dependencies where handlers find them."""
    bot_data[_KEY] = dependencies


def dependencies(context: Context) -> Dependencies:
    """The dependencies of the running application."""
    return cast(Dependencies, context.bot_data[_KEY])
