"""beatdesk words list and template: the languages there are, and the catalogue that a translator begins with."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.console import fail, print_json
from ilp_core.domain.errors import CallError
from ilp_core.words import commands, po
from ilp_core.words.speech import ENGLISH, catalogue, languages
from ilp_core.words.template import template

app = typer.Typer(help="Words: languages and their catalogue; what officers type.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Language = Annotated[str | None, typer.Option(help="Keep the translations of this one.")]


@app.command("list")
def list_languages(as_json: Json = False) -> None:
    """List the languages, and how much of the catalogue each has."""
    total = len(template().entries)
    found = []
    for code, name in languages().items():
        entries = template(catalogue(code)).entries
        done = total if code == ENGLISH else sum(each.translated for each in entries)
        found.append({"code": code, "name": name, "translated": done, "sentences": total})
    if as_json:
        print_json(found)
        return
    for row in found:
        typer.echo(commands.LANGUAGE_ROW.format(**row))


@app.command("template")
def print_template(language: Language = None) -> None:
    """Print all sentences as a .po file to translate."""
    if language is not None and language not in languages():
        fail(CallError(commands.BAD_LANGUAGE.format(language=language[:20], languages=", ".join(languages()))))
    file = template(catalogue(language) if language and language != ENGLISH else None)
    typer.echo(po.write(file.headers, file.entries), nl=False)
