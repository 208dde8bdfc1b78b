"""beatdesk config: an agency's own tables as files that a spreadsheet or an editor opens, out and in again."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.commands.console import note, print_json, ready_store, run
from bot.commands.imports import readable
from bot.settings import Settings
from ilp_core.domain.errors import CallError
from ilp_core.domain.offences import OffenceRule
from ilp_core.domain.shifts import Shift
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words.en import tables as words

app = typer.Typer(help="The agency's own tables: export, import.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help=".json for all tables, .csv for one.")]
Table = Annotated[str | None, typer.Option(help="offences or shifts.")]

TABLES: Final = ("offences", "shifts")
#: A table of a city has some thousand rows; a larger file is something else [this project's choice].
_MOST_MB: Final = 20
#: How many of the changed rows an audit row names, and how much of each; it takes no text over 120 signs.
_MOST_NAMED: Final = 100
_LONGEST_KEY: Final = 100


@app.command("export")
def export_tables(file: File, table: Table = None) -> None:
    """Write the agency's tables into a file, replacing one that is there."""
    run(lambda settings: _export(settings, file, table))


async def _export(settings: Settings, file: Path, table: str | None) -> None:
    from ilp_core.collect.tables import offences as offence_table
    from ilp_core.collect.tables import shifts as shift_table

    wanted = (_known(table),) if table else TABLES
    ending = _ending(file)
    if ending == ".csv" and table is None:
        raise CallError(words.WHICH_TABLE.format(tables=" or ".join(TABLES)))
    async with ready_store(settings) as store, store.read() as uow:
        rules, shifts = await uow.offences.all(), await uow.shifts.all()
    if ending == ".json":
        rows: dict[str, list[dict[str, str]]] = {
            "offences": [offence_table.cells(rule) for rule in rules],
            "shifts": [shift_table.cells(each) for each in shifts],
        }
        text = json.dumps({name: rows[name] for name in wanted}, ensure_ascii=False, indent=1) + "\n"
    else:
        # The mark at the front is how spreadsheets know UTF-8.
        text = "\ufeff" + (
            offence_table.write_offences(rules) if table == "offences" else shift_table.write_shifts(shifts)
        )
    write_whole(file, text)
    counts = {"offences": len(rules), "shifts": len(shifts)}
    told = ", ".join(words.EXPORTED_TABLE.format(count=f"{counts[name]:,}", table=name) for name in wanted)
    typer.echo(words.EXPORTED.format(file=file.name, tables=told))


@dataclass(slots=True)
class _Change:
    """What one table's import comes to."""

    added: int = 0
    changed: int = 0
    same: int = 0
    keys: list[str] = field(default_factory=list)

    def count(self, key: str, old: object, new: object) -> bool:
        """Note a row; True where it is to be written."""
        if old == new:
            self.same += 1
            return False
        self.added += old is None
        self.changed += old is not None
        self.keys.append(key[:_LONGEST_KEY])
        return True

    def counts(self) -> dict[str, int]:
        """The counts as the report and the audit name them."""
        return {"added": self.added, "changed": self.changed, "same": self.same}


@app.command("import")
def import_tables(
    file: File,
    table: Table = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Take tables from a file: all of it, or nothing where a row is wrong."""
    run(lambda settings: _import(settings, file, table, as_json))


async def _import(settings: Settings, file: Path, table: str | None, as_json: bool) -> None:
    from ilp_core.collect.tables.text import told

    readable(file)
    if table:
        _known(table)
    ending = _ending(file)
    text = _read(file)
    async with ready_store(settings) as store, store.write() as uow:
        units = [each.name for each in await uow.units.all()]
        tables, problems = (
            _from_json(text, file, table, units) if ending == ".json" else _from_csv(text, file, table, units)
        )
        if problems:
            raise CallError(words.PROBLEMS.format(file=file.name, problems="\n".join(told(problems))))
        done: dict[str, _Change] = {}
        if "offences" in tables:
            done["offences"] = await _keep_offences(uow, tables["offences"])
        if "shifts" in tables:
            done["shifts"] = await _keep_shifts(uow, tables["shifts"])
        for name, change in done.items():
            named = change.keys[:_MOST_NAMED]
            await note(uow, "config", name, "imported", file=file.name[:100], **change.counts(), rows=named)
    if as_json:
        print_json({"file": file.name, "tables": {name: change.counts() for name, change in done.items()}})
        return
    for name, change in done.items():
        typer.echo(words.IMPORTED.format(table=name, **change.counts()))


async def _keep_offences(uow: UnitOfWork, rules: list[OffenceRule]) -> _Change:
    old = {(rule.source, rule.code): rule for rule in await uow.offences.all()}
    change = _Change()
    new = [
        rule for rule in rules if change.count(f"{rule.source} {rule.code}", old.get((rule.source, rule.code)), rule)
    ]
    if new:
        await uow.offences.save_many(new)
    return change


async def _keep_shifts(uow: UnitOfWork, shifts: list[tuple[str | None, Shift]]) -> _Change:
    old = {(unit, shift.name): shift for unit, shift in await uow.shifts.all()}
    change = _Change()
    for unit, shift in shifts:
        if change.count(f"{unit or ''} {shift.name}".strip(), old.get((unit, shift.name)), shift):
            await uow.shifts.set(unit, shift)
    return change


def _from_csv(text: str, file: Path, table: str | None, units: list[str]) -> tuple[dict[str, list[Any]], list[str]]:
    from ilp_core.collect.tables import offences as offence_table
    from ilp_core.collect.tables import shifts as shift_table

    if table is None:
        head = text.removeprefix("\ufeff").partition("\n")[0].casefold()
        table = "offences" if "slug" in head else "shifts" if "hours" in head else None
    if table is None:
        raise CallError(words.WHICH_COLUMNS.format(file=file.name, tables=" or ".join(TABLES)))
    if table == "offences":
        rules, problems = offence_table.read_offences(text)
        return {table: rules}, problems
    shifts, problems = shift_table.read_shifts(text, units)
    return {table: shifts}, problems


def _from_json(text: str, file: Path, table: str | None, units: list[str]) -> tuple[dict[str, list[Any]], list[str]]:
    from ilp_core.collect.tables import offences as offence_table
    from ilp_core.collect.tables import shifts as shift_table
    from ilp_core.collect.tables.text import rows_of

    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise CallError(words.NOT_JSON.format(file=file.name))
    tables: dict[str, list[Any]] = {}
    problems: list[str] = []
    for name, entries in data.items():
        if table is not None and name != table:
            continue
        columns = {"offences": offence_table.COLUMNS, "shifts": shift_table.COLUMNS}[_known(name)]
        rows, faults = rows_of(name, entries, columns)
        if not faults and name == "offences":
            tables[name], faults = offence_table.offences_of(rows)
        elif not faults:
            tables[name], faults = shift_table.shifts_of(rows, units)
        problems += faults
    return tables, problems


def _known(table: str) -> str:
    """The table's name. Raises CallError for an unknown one."""
    if table not in TABLES:
        raise CallError(words.NO_TABLE.format(table=table[:40], tables=", ".join(TABLES)))
    return table


def _ending(file: Path) -> str:
    ending = file.suffix.casefold()
    if ending not in (".json", ".csv"):
        raise CallError(words.BAD_ENDING.format(file=file.name))
    return ending


def _read(file: Path) -> str:
    """The file's text: UTF-8, marked UTF-16, or else what Western spreadsheets write."""
    try:
        if file.stat().st_size > _MOST_MB * 1_000_000:
            raise CallError(words.TOO_LARGE.format(file=file.name, most=_MOST_MB))
        content = file.read_bytes()
    except OSError as error:
        raise CallError(words.NOT_READ.format(file=file.name, why=error.strerror or "it is no file")) from None
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def write_whole(file: Path, text: str) -> None:
    """Write the file whole: whoever reads it meanwhile sees the old one."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        os.replace(part, file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CallError(words.NOT_WRITTEN.format(file=file.name, why=error.strerror or "it is no file")) from None
