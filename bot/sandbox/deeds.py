"""What else a persona does: send files, share a live location, vote, block the bot, delete the account.

Each is a function of the world. A wish that cannot be done raises SandboxError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from bot.sandbox.media import document_body, photo_body, voice_body
from bot.sandbox.nouns import BOT_USER, Json, Message, Poll, SandboxError, StoredFile
from bot.sandbox.world import World

#: Bot API, sendLocation.live_period: 60 to 86400 seconds, or this number for a location shared without end.
LIVE_PERIODS: Final = (60, 86_400)
ENDLESS: Final = 0x7FFFFFFF
_ALBUM_DIGITS: Final = 10**17


def send_photo(world: World, user_id: int, photo: StoredFile, caption: str = "", album: str = "") -> Message:
    """Send a kept picture. Pictures of one ``album`` share a media_group_id; nothing tells which is the last."""
    body = {**photo_body(photo), **_caption(caption)}
    if album:
        digest = sha256(f"{user_id}:{album}".encode()).hexdigest()
        body = {"media_group_id": str(int(digest, 16) % _ALBUM_DIGITS), **body}
    return world.arrive(user_id, body)


def send_document(world: World, user_id: int, kept: StoredFile, caption: str = "") -> Message:
    """Send a kept file."""
    return world.arrive(user_id, {**document_body(kept), **_caption(caption)})


def send_voice(world: World, user_id: int, kept: StoredFile) -> Message:
    """Send a kept voice message."""
    return world.arrive(user_id, voice_body(kept))


def start_live(world: World, user_id: int, lat: float, lon: float, period: int) -> Message:
    """Share a point that moves, for ``period`` seconds."""
    if not (LIVE_PERIODS[0] <= period <= LIVE_PERIODS[1] or period == ENDLESS):
        raise SandboxError("A live location is shared for 60 to 86400 seconds.")
    return world.arrive(user_id, {"location": {**_point(lat, lon), "live_period": period}})


def move_live(world: World, user_id: int, message_id: int, lat: float, lon: float) -> Message:
    """Move the point; the bot gets an edited_message update."""
    message = _live(world, user_id, message_id)
    return world.amend(replace(message, body={"location": {**message.body["location"], **_point(lat, lon)}}))


def stop_live(world: World, user_id: int, message_id: int) -> Message:
    """Stop sharing: the point stays where it is, and the bot gets an edited_message update without live_period."""
    message = _live(world, user_id, message_id)
    where = {key: value for key, value in message.body["location"].items() if key != "live_period"}
    return world.amend(replace(message, body={"location": where}))


def is_live(world: World, message: Message) -> bool:
    """True while the message's location may still move."""
    period = message.body.get("location", {}).get("live_period")
    return period is not None and (period == ENDLESS or world.clock() < message.date + period)


def vote(world: World, user_id: int, message_id: int, options: Sequence[int]) -> Poll:
    """Choose options of the bot's poll, or take the vote back with none.

    The bot gets a poll_answer update where the poll is not anonymous, and a poll update.
    """
    user, message = world.awake(user_id), world.find(user_id, message_id)
    poll = world.polls.get(message.body.get("poll", {}).get("id", "")) if message else None
    if poll is None:
        raise SandboxError("There is no poll to vote in.")
    chosen, before = tuple(sorted(set(options))), dict(poll.votes)
    _votable(poll, chosen, again=user_id in before)
    before.pop(user_id, None)
    changed = replace(poll, votes=(*before.items(), *([(user_id, chosen)] if chosen else [])))
    show(world, changed)
    if not poll.rest["is_anonymous"]:
        names = [str(option) for option in chosen]
        answer = {"option_ids": list(chosen), "option_persistent_ids": names}
        world.queue("poll_answer", {"poll_id": poll.poll_id, "user": user.as_user(), **answer})
    world.queue("poll", changed.as_json())
    return changed


def show(world: World, poll: Poll) -> None:
    """Put a changed poll in the place of what it was. A vote is no edit: the message keeps its date."""
    world.polls[poll.poll_id] = poll
    message = world.find(poll.chat_id, poll.message_id)
    if message is not None:
        world.put(replace(message, body={"poll": poll.as_json()}))


def block(world: World, user_id: int, *, blocked: bool) -> None:
    """Block the bot or let it write again; the bot gets a my_chat_member update."""
    if not blocked:
        if user_id not in world.blocked:
            raise SandboxError("The bot is not blocked.")
        world.blocked.remove(user_id)
    user = world.awake(user_id)  # refuses to block twice as well
    if user_id not in world.started:
        raise SandboxError("Write to the bot first.")
    if blocked:
        world.blocked.add(user_id)
    world.tell("state", user_id)
    states = [{"status": "member", "user": BOT_USER}, {"status": "kicked", "user": BOT_USER, "until_date": 0}]
    world.queue(
        "my_chat_member",
        {
            "chat": {"id": user_id, "type": "private", "first_name": user.name},
            "from": user.as_user(),
            "date": int(world.clock()),
            "old_chat_member": states[not blocked],
            "new_chat_member": states[blocked],
        },
    )


def delete_account(world: World, user_id: int) -> None:
    """Delete the persona's account. Telegram does not tell the bot; it finds out when it writes."""
    world.awake(user_id)
    world.deleted.add(user_id)
    world.tell("state", user_id)


def _live(world: World, user_id: int, message_id: int) -> Message:
    message = world.own(user_id, message_id)
    if not is_live(world, message):
        raise SandboxError("That location is not shared live, or no longer.")
    return message


def _votable(poll: Poll, chosen: tuple[int, ...], *, again: bool) -> None:
    if poll.closed:
        raise SandboxError("The poll is closed.")
    if any(not 0 <= option < len(poll.options) for option in chosen):
        raise SandboxError("The poll has no such option.")
    if len(chosen) > 1 and not poll.rest["allows_multiple_answers"]:
        raise SandboxError("The poll takes one option.")
    if again and not poll.rest["allows_revoting"]:
        raise SandboxError("A vote in this poll stands.")
    if not chosen and not again:
        raise SandboxError("There is no vote to take back.")


def _point(lat: float, lon: float) -> Json:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise SandboxError("That point is not on the earth.")
    return {"latitude": lat, "longitude": lon}


def _caption(words: str) -> Json:
    return {"caption": words.strip()} if words.strip() else {}
