"""The tree of commands: each lives with its noun in a module of its own."""

from __future__ import annotations

import typer

from bot.commands import (
    ask,
    backtest,
    config,
    data,
    feed,
    forecast,
    imports,
    inbox,
    inputs,
    local_knowledge,
    novelty,
    offences,
    people,
    places,
    service,
    spots,
    store,
    vocabulary,
    words,
)

app = typer.Typer(
    help="beatdesk: the intelligence desk in an officer's pocket.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(service.demo)
app.command("run")(service.start)
app.command()(store.migrate)
app.command()(store.doctor)
app.command()(ask.ask)
app.command()(ask.hotspots)
app.command()(ask.trend)
app.command()(ask.patterns)
app.command()(places.places)
app.command()(forecast.forecast)
app.command()(novelty.novelty)
app.command()(backtest.backtest)
inputs.add_to(imports.app)
places.add_to(imports.app)
vocabulary.add_to(words.app, config.app)
app.add_typer(imports.app, name="import")
app.add_typer(data.app, name="data")
app.add_typer(feed.app, name="feed")
app.add_typer(config.app, name="config")
app.add_typer(offences.app, name="offences")
app.add_typer(people.officer, name="officer")
app.add_typer(people.unit, name="unit")
app.add_typer(people.shift, name="shift")
app.add_typer(store.audit, name="audit")
app.add_typer(inbox.app, name="inbox")
app.add_typer(words.app, name="words")
local_knowledge.app.command("score")(spots.score)
app.add_typer(local_knowledge.app, name="local-knowledge")
