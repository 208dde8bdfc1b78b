"""beatdesk run and beatdesk demo: the long-lived commands."""

from __future__ import annotations

import asyncio
import gc
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.commands.console import ready_store, run
from bot.settings import Settings
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.words import commands

if TYPE_CHECKING:
    # Imported by the work itself, so that the command line answers at once.
    from ilp_core.assistant.desk import Desk
    from ilp_core.storage.engine import Store


#: Loads, units and shifts are answered from within so many seconds.
FRESH_S: Final = 2.0


def start() -> None:
    """Run the bot with settings from the environment or .env."""
    run(_run)


async def _run(settings: Settings) -> None:
    from telegram.error import InvalidToken, NetworkError

    from bot.app import stop_signal
    from bot.logs import redact, set_up
    from ilp_core.assistant.desk import Desk

    if settings.telegram_token is None:
        raise CallError(commands.BOT_UNSET)
    set_up(settings.log_level, settings.log_format)
    redact(*(each.get_secret_value() for each in (settings.webhook_secret, settings.encryption_key) if each))
    stop = stop_signal()
    async with ready_store(settings) as store:
        try:
            desk = Desk(
                store,
                settings.timezone,
                fresh_s=FRESH_S,
                language=settings.language,
                agency=settings.agency,
                rest=timedelta(minutes=settings.conversation_minutes),
            )
            await _serve(settings, settings.telegram_token.get_secret_value(), store, desk, stop)
        except InvalidToken:
            raise CallError(commands.BOT_UNKNOWN) from None
        except NetworkError as error:
            raise WorkError(commands.NO_TELEGRAM.format(api=settings.telegram_api, why=error)) from None
    typer.echo(commands.STOPPED)


async def _serve(settings: Settings, token: str, store: Store, desk: Desk, stop: asyncio.Event) -> None:
    """The service with its doorway, until it is asked to stop."""
    from bot.app import build, running
    from bot.doorway import Doorway, Hook, path_of
    from bot.pace import Pace
    from bot.sandbox.nouns import SANDBOX_TOKEN

    pace = Pace(settings.messages_per_second, time.monotonic)
    service = build(store, desk, token=token, api=settings.telegram_api, pace=pace)
    hook, webhook = None, None
    if settings.webhook_url and settings.webhook_secret:
        webhook = settings.webhook_url, settings.webhook_secret.get_secret_value()
        hook = Hook(path_of(webhook[0]), webhook[1], service.intake.ring)
    doorway = Doorway(settings.listen, service.metrics, service.ready, hook=hook)
    address = await doorway.start()
    try:
        linked = token != SANDBOX_TOKEN
        async with running(service, linked=linked, doorway=doorway, webhook=webhook) as name:
            # What stands now stays: the collector of garbage need not look through it again and again.
            gc.collect()
            gc.freeze()
            typer.echo(commands.RUNNING.format(name=name, address=address))
            await stop.wait()
    finally:
        await doorway.stop()


def demo(
    data: Annotated[Path, typer.Option(help="Where the town's database is kept.")] = Path(".demo"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port; 0 takes a free one.")] = 8765,
    host: Annotated[str, typer.Option(help="A loopback address; no other is allowed.")] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="Another seed makes another history.")] = 1,
) -> None:
    """An invented town, a loopback Bot API and a phone-sized chat page. Needs no token."""
    from bot.demo import show

    run(lambda _settings: show(data, host, port, seed))
