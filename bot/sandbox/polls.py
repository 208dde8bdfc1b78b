"""The methods of the Bot API that send a poll and close one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from bot.sandbox import deeds, rules, sending
from bot.sandbox.account import Account
from bot.sandbox.call import Call
from bot.sandbox.entities import utf16_length
from bot.sandbox.nouns import Json, Poll
from bot.sandbox.rules import bad_request

#: Bot API, sendPoll: a question of 1-300 characters, 1-12 options of 1-100 characters each.
_QUESTION: Final = 300
_OPTIONS: Final = 12
_OPTION: Final = 100


def send_poll(account: Account, call: Call) -> Json:
    """Send a poll or a quiz."""
    rules.reachable(account.world, call.chat())
    question, options = call.text("question").strip(), _options(call)
    if not question:
        raise bad_request("text must be non-empty")
    if utf16_length(question) > _QUESTION:
        raise bad_request("poll question length must not exceed 300")
    quiz = call.text("type", "regular") == "quiz"
    rest: Json = {
        "id": f"{account.world.count('file')}",
        "question": question,
        # Bot API: is_anonymous is true unless told; a regular poll lets a vote be changed unless told, a quiz never.
        "is_anonymous": call.flag("is_anonymous") if "is_anonymous" in call.parameters else True,
        "type": "quiz" if quiz else "regular",
        "allows_multiple_answers": call.flag("allows_multiple_answers"),
        "allows_revoting": call.flag("allows_revoting") if "allows_revoting" in call.parameters else not quiz,
        "members_only": call.flag("members_only"),
    }
    if quiz:
        rest["correct_option_ids"] = _correct(call, len(options))
    poll = Poll(0, 0, options, rest, closed=call.flag("is_closed"))
    message = sending.put(account, call, {"poll": poll.as_json()})
    account.world.polls[poll.poll_id] = replace(poll, chat_id=message.chat_id, message_id=message.message_id)
    return account.world.describe(message)


def stop_poll(account: Account, call: Call) -> Json:
    """Close the bot's own poll; returns its last count."""
    message = account.world.find(rules.reachable(account.world, call.chat()), call.message())
    if message is None:
        raise bad_request("message with poll to stop not found")
    poll = account.world.polls.get(message.body.get("poll", {}).get("id", ""))
    if poll is None:
        raise bad_request("message is not a poll")
    if poll.closed:
        raise bad_request("poll has already been closed")
    closed = replace(poll, closed=True)
    deeds.show(account.world, closed)
    account.world.queue("poll", closed.as_json())
    return closed.as_json()


def _options(call: Call) -> tuple[str, ...]:
    """The words of the options, each given as an InputPollOption or as a string."""
    given = call.structure("options", list) or []
    texts = tuple(str(one.get("text", "") if isinstance(one, dict) else one).strip() for one in given)
    if not texts:
        raise bad_request("poll must have at least one answer option")
    if len(texts) > _OPTIONS:
        raise bad_request(f"poll can't have more than {_OPTIONS} options")
    if not all(texts):
        raise bad_request("text must be non-empty")
    if any(utf16_length(text) > _OPTION for text in texts):
        raise bad_request("poll options length must not exceed 100")
    return texts


def _correct(call: Call, options: int) -> list[int]:
    """The right answers of a quiz."""
    given: Any = call.structure("correct_option_ids", list) or []
    if not given or any(not isinstance(one, int) or not 0 <= one < options for one in given):
        raise bad_request("wrong correct option ID specified")
    return sorted(set(given))
