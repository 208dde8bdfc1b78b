"""beatdesk run and beatdesk demo: the long-lived commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import ready_store, run
from bot.settings import Settings
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.words.en import commands


def start() -> None:
    """Run the bot with settings from the environment or .env."""
    run(_run)


async def _run(settings: Settings) -> None:
    from telegram.error import InvalidToken, NetworkError

    from bot.app import build, running, stop_signal
    from bot.logs import set_up
    from ilp_core.assistant.desk import Desk

    if settings.telegram_token is None:
        raise CallError(commands.BOT_UNSET)
    if settings.webhook_url is not None:
        raise CallError(commands.NO_WEBHOOK)
    set_up(settings.log_level)
    stop = stop_signal()
    async with ready_store(settings) as store:
        desk = Desk(store, settings.timezone)
        try:
            application = build(
                store, desk, token=settings.telegram_token.get_secret_value(), api=settings.telegram_api
            )
            async with running(application, store, desk) as name:
                typer.echo(commands.RUNNING.format(name=name))
                await stop.wait()
        except InvalidToken:
            raise CallError(commands.BOT_UNKNOWN) from None
        except NetworkError as error:
            raise WorkError(commands.NO_TELEGRAM.format(api=settings.telegram_api, why=error)) from None
    typer.echo(commands.STOPPED)


def demo(
    data: Annotated[Path, typer.Option(help="Where the town's database is kept.")] = Path(".demo"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port; 0 takes a free one.")] = 8765,
    host: Annotated[str, typer.Option(help="A loopback address; no other is allowed.")] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="Another seed makes another history.")] = 1,
) -> None:
    """An invented town, a loopback Bot API and a phone-sized chat page. Needs no token."""
    from bot.demo import show

    run(lambda _settings: show(data, host, port, seed))
