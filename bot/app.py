"""The composition root: store, desk, handlers, the way in and the way out joined into one running service."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from telegram import BotCommand, LinkPreviewOptions
from telegram.constants import UpdateType
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, Defaults, ExtBot

from bot.alarm import Alarm
from bot.chores import Chores
from bot.courier import WIDTH as SENDING
from bot.courier import Courier
from bot.doorway import Doorway
from bot.intake import Intake
from bot.lanes import WIDTH as HANDLING
from bot.lanes import Lanes
from bot.local_post import LocalPost, alone
from bot.metrics import Metrics
from bot.pace import Pace
from bot.poller import Poller
from bot.pulse import Pulse
from bot.refresher import Refresher
from bot.replica import new_name
from bot.turns import UpdateTurn
from handlers import emergency
from handlers.dependencies import Dependencies, hand_over
from handlers.registry import register
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.rules import prepare
from ilp_core.collect.places.gazetteer import ensure_gazetteer
from ilp_core.storage.engine import Store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.words import desk as words
from ilp_core.words.speech import speaking

_log = logging.getLogger(__name__)
App: TypeAlias = Application[ExtBot[None], Any, Any, Any, Any, Any]

#: What the desk reads; of all else Telegram need not tell it.
UPDATES: Final = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CALLBACK_QUERY,
    UpdateType.MY_CHAT_MEMBER,
)
#: Messages that go out in a second, all chats together, unless a setting says otherwise.
PER_SECOND: Final = 30.0
#: A stop takes at most ten seconds: so long may updates in hand last, and so long messages under way.
HANDLE_PATIENCE_S: Final = 5.0
SEND_PATIENCE_S: Final = 2.5
#: How often the desk looks for a new data version, and how often the chores are done, in seconds.
RENEW_S: Final = 20
CHORES_S: Final = 5
ERASE_S: Final = 1
TIDY_S: Final = 600
FEEDS_S: Final = 15
PLACES_S: Final = 20
#: Tries to reach Telegram at the start, and the wait between them in seconds.
_TRIES: Final = 5
_BETWEEN_S: Final = 1.0


@dataclass(frozen=True)
class Service:
    """Everything that runs for one bot, joined but not started."""

    store: Store
    desk: Desk
    application: App
    metrics: Metrics
    intake: Intake
    lanes: Lanes
    courier: Courier
    poller: Poller
    chores: Chores
    pulse: Pulse
    alarm: Alarm
    refresher: Refresher

    async def ready(self) -> dict[str, bool]:
        """Whether the service can do its work now: the database, the keys and the data answer."""
        async with self.store.read() as uow:
            loaded = await uow.loads.latest() is not None
        await self.store.keys.get([])
        return {"store": True, "data": loaded}


def build(
    store: Store,
    desk: Desk,
    *,
    token: str,
    api: str,
    pace: Pace | None = None,
    metrics: Metrics | None = None,
    holder: str | None = None,
    now: Callable[[], datetime] | None = None,
) -> Service:
    """Join the parts for the bot of ``token`` at the Bot API whose root is ``api``. ``now`` is the desk's clock."""
    holder, metrics, now = holder or new_name(), metrics or Metrics(), now or _now
    application = _application(token, api)
    bot = application.bot
    envelopes = Envelopes(store.keys, now)
    pace = pace or Pace(PER_SECOND, time.monotonic)
    courier = Courier(store, bot, holder, envelopes, pace, metrics, desk.zone, desk.language)
    lanes = Lanes(
        store,
        application,
        holder,
        metrics,
        lambda claim: UpdateTurn(claim, store, envelopes, intake.line_went_out),
        courier.wake,
    )
    # The rules are read before the first message comes, so that no emergency waits for them.
    prepare()
    intake = Intake(
        store,
        int(token.partition(":")[0]),
        metrics,
        lambda chat, alarm: emergency.tell(bot, store, chat, alarm, desk.agency, desk.language),
        lanes.wake,
        lambda raw: emergency.alarm_of(raw, desk.codes),
    )
    chores = Chores(store, holder, envelopes, metrics, desk.language)
    local_post = LocalPost(store, envelopes, now, desk.zone, desk.language)
    refresher = Refresher(store, chores)
    alarm = Alarm(
        {
            "renew": (RENEW_S, lambda: desk.renew(now())),
            "erase": (ERASE_S, chores.erase),
            "chores": (CHORES_S, _once(chores, courier)),
            "views": (CHORES_S, alone(chores, local_post.tell, courier)),
            "tidy": (TIDY_S, chores.tidy),
            "forget": (TIDY_S, alone(chores, local_post.forget, courier)),
            "feeds": (FEEDS_S, refresher.ring),
            "places": (PLACES_S, _places(chores)),
        }
    )
    pulse = Pulse(store, holder, pace, lanes, metrics, _after_jump(alarm, lanes, courier))
    poller = Poller(store, bot, intake, holder, metrics, UPDATES)
    hand_over(application.bot_data, Dependencies(desk, store, envelopes, now))
    register(application)
    return Service(store, desk, application, metrics, intake, lanes, courier, poller, chores, pulse, alarm, refresher)


def _application(token: str, api: str) -> App:
    defaults = Defaults(protect_content=True, link_preview_options=LinkPreviewOptions(is_disabled=True))
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api.rstrip('/')}/bot")
        .base_file_url(f"{api.rstrip('/')}/file/bot")
        .defaults(defaults)
        # Updates come from the inbox, not from the library's own queue, which a crash would empty.
        .updater(None)
        .connection_pool_size(SENDING + HANDLING)
        # With one connection an interrupted long poll can block the next for ever.
        .get_updates_connection_pool_size(4)
        .build()
    )


@asynccontextmanager
async def running(
    service: Service, *, linked: bool = True, doorway: Doorway | None = None, webhook: tuple[str, str] | None = None
) -> AsyncIterator[str]:
    """The service, polling, or taking in at the ``webhook`` (its public address and secret); yields the bot's name.

    ``linked`` says that the name opens this bot on Telegram, so that invitations may carry a link. Leaving stops the
    intake first, ends what is in hand, and leaves the rest in the tables for the next start.
    """
    await service.desk.renew(_now())
    await _reached(service.application)
    try:
        await _introduce(service.application, service.desk.language)
        name = service.application.bot.username
        if linked:
            async with service.store.write() as uow:
                await uow.settings.set("bot_name", name)
        tasks = [asyncio.create_task(each.run()) for each in (service.lanes, service.courier, service.pulse)]
        service.alarm.start()
        polling = await _open(service, webhook)
        try:
            yield name
        finally:
            await _stop(service, tasks, polling, doorway)
    finally:
        await service.application.shutdown()


async def _reached(application: App) -> None:
    """Learn who the bot is. Raises InvalidToken at once and NetworkError after a few tries."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            await application.initialize()
            return
        except InvalidToken:
            raise
        except TelegramError:
            if not left:
                raise
            await asyncio.sleep(_BETWEEN_S)


async def _introduce(application: App, language: str) -> None:
    try:
        with speaking(language):
            await application.bot.set_my_commands([BotCommand(name, what) for name, what in words.COMMANDS.items()])
            await application.bot.set_my_description(words.DESCRIPTION)
    except TelegramError as error:
        _log.warning("the bot's commands and description could not be set: %s", type(error).__name__)


async def _open(service: Service, webhook: tuple[str, str] | None) -> asyncio.Task[None] | None:
    """Tell Telegram where updates go. What officers sent while the desk was down is never dropped."""
    bot = service.application.bot
    if webhook is not None:
        address, secret = webhook
        await _insist(
            lambda: bot.set_webhook(address, secret_token=secret, allowed_updates=UPDATES, drop_pending_updates=False)
        )
        return None
    await _insist(lambda: bot.delete_webhook(drop_pending_updates=False))
    return asyncio.create_task(service.poller.run())


async def _insist(call: Callable[[], Any]) -> None:
    for left in range(_TRIES - 1, -1, -1):
        try:
            await call()
            return
        except TelegramError:
            if not left:
                raise
            await asyncio.sleep(_BETWEEN_S)


async def _stop(
    service: Service, tasks: list[asyncio.Task[None]], polling: asyncio.Task[None] | None, doorway: Doorway | None
) -> None:
    """Within ten seconds: take in no more, end what is in hand, mark what went out, tell the other replicas."""
    service.alarm.stop()
    if doorway is not None:
        await doorway.stop()
    if polling is not None:
        await service.poller.stop(polling)
    await asyncio.gather(service.lanes.stop(HANDLE_PATIENCE_S), service.refresher.stop(HANDLE_PATIENCE_S))
    await service.courier.stop(SEND_PATIENCE_S)
    lanes, courier, pulse = tasks
    pulse.cancel()
    _, late = await asyncio.wait([lanes, courier], timeout=1)
    for task in (*late, pulse):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with suppress(Exception):
        async with asyncio.timeout(1):
            await service.chores.give_up()
            await service.pulse.leave()


def _once(chores: Chores, courier: Courier) -> Callable[[], Any]:
    async def ring() -> None:
        if await chores.take() and await chores.drop_drafts():
            courier.wake()

    return ring


def _places(chores: Chores) -> Callable[[], Any]:
    async def ring() -> None:
        # Building takes seconds of one core: one replica does it for all.
        if chores.fence is not None:
            await ensure_gazetteer(chores.store)

    return ring


def _after_jump(alarm: Alarm, lanes: Lanes, courier: Courier) -> Callable[[], Any]:
    async def again() -> None:
        alarm.reset()
        lanes.wake()
        courier.wake()

    return again


def stop_signal() -> asyncio.Event:
    """Set on Ctrl-C or a polite request to stop. Make it before anything starts, so that no start is torn."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop


def _now() -> datetime:
    return datetime.now(tz=UTC)
