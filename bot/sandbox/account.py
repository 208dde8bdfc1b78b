"""What a bot sets about itself, and the state that every method of the Bot API works on."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.call import Call
from bot.sandbox.flood import Flood
from bot.sandbox.nouns import Json
from bot.sandbox.rules import bad_request
from bot.sandbox.webhooks import Webhook
from bot.sandbox.world import World

#: Bot API, setMyDescription: 0-512 characters; setMyShortDescription: 0-120.
_DESCRIPTION_LIMIT: Final = 512
_SHORT_DESCRIPTION_LIMIT: Final = 120
#: Bot API, BotCommand: 1-32 of lower-case letters, digits and underscores; a description of 1-256 characters.
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}\Z")
_COMMAND_DESCRIPTION_LIMIT: Final = 256
_COMMANDS_LIMIT: Final = 100


@dataclass
class Account:
    """The world, flood control (None: off), methods asked for in vain, and what the bot set about itself."""

    world: World
    flood: Flood | None = None
    unknown: Counter[str] = field(default_factory=Counter)
    description: str = ""
    short_description: str = ""
    commands: dict[tuple[str, int], list[Json]] = field(default_factory=dict)
    webhook: Webhook = field(init=False)

    def __post_init__(self) -> None:
        self.webhook = Webhook(self.world.clock)

    def commands_for(self, chat_id: int) -> list[Json]:
        """The command menu that a persona sees: the narrowest scope that has one."""
        scopes = (("chat", chat_id), ("all_private_chats", 0), ("default", 0))
        return next((self.commands[scope] for scope in scopes if scope in self.commands), [])


def set_my_commands(account: Account, call: Call) -> bool:
    """Set the command menu of a scope."""
    commands = call.structure("commands", list) or []
    if len(commands) > _COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    menu = []
    for item in commands:
        if not isinstance(item, dict):
            raise bad_request("expected an Array of BotCommand")
        command, about = str(item.get("command", "")).removeprefix("/"), str(item.get("description", ""))
        if not _COMMAND.match(command):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(about) <= _COMMAND_DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        menu.append({"command": command, "description": about})
    account.commands[_scope(account, call)] = menu
    account.world.tell("commands")
    return True


def get_my_commands(account: Account, call: Call) -> list[Json]:
    """The command menu of exactly this scope."""
    return account.commands.get(_scope(account, call), [])


def delete_my_commands(account: Account, call: Call) -> bool:
    """Take the command menu of exactly this scope away."""
    account.commands.pop(_scope(account, call), None)
    account.world.tell("commands")
    return True


def get_my_description(account: Account, _call: Call) -> Json:
    """What an empty chat says about the bot."""
    return {"description": account.description}


def get_my_short_description(account: Account, _call: Call) -> Json:
    """What the bot's profile says."""
    return {"short_description": account.short_description}


def set_my_description(account: Account, call: Call) -> bool:
    """Set what an empty chat says about the bot."""
    if len(call.text("description")) > _DESCRIPTION_LIMIT:
        raise bad_request("description is too long")
    account.description = call.text("description")
    account.world.tell("commands")
    return True


def set_my_short_description(account: Account, call: Call) -> bool:
    """Set what the bot's profile says."""
    if len(call.text("short_description")) > _SHORT_DESCRIPTION_LIMIT:
        raise bad_request("short description is too long")
    account.short_description = call.text("short_description")
    return True


def _scope(account: Account, call: Call) -> tuple[str, int]:
    """A command scope as a key; languages are not told apart."""
    scope = call.structure("scope", dict) or {"type": "default"}
    if scope.get("type") != "chat":
        return str(scope.get("type")), 0
    chat_id = Call(scope).chat()
    if chat_id not in account.world.started:
        raise bad_request("chat not found")
    return "chat", chat_id
