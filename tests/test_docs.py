"""The documents say what the program does: commands, settings, tables, rights and words are compared with it."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from bot.commands.tree import app
from bot.sandbox.api import METHODS
from bot.settings import Settings
from ilp_core.analyse.evidence import EXCLUSIONS
from ilp_core.assistant.messages import Reply
from ilp_core.collect.csv_table import CUT_OFF, TOO_FEW, TOO_MANY
from ilp_core.collect.formats import FORMATS
from ilp_core.domain.answers import Answer
from ilp_core.domain.incidents import LoadReport
from ilp_core.domain.officers import ROLES
from ilp_core.domain.places import AREA_KINDS
from ilp_core.domain.questions import Question
from ilp_core.govern.permissions import PERMISSIONS
from ilp_core.present.contract import as_json
from ilp_core.storage.tables import metadata
from ilp_core.words.en import answers, desk
from tests.support import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
#: A page's name for messages and test ids.
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]

every_page = pytest.mark.parametrize("page", PAGES, ids=NAMES)


def read(name: str) -> str:
    """The text of a document in docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next heading of any level; empty where there is none such."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)
    return found[1] if found else ""


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, without heads and rules."""
    table = re.sub(r"^\|.*\|\n\|[ |-]+\|$", "", text, flags=re.M)
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines() if line[:1] == "|"
    ]


def shell_lines(text: str) -> list[str]:
    """The command lines of the fenced shell blocks, continued lines joined."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the command line with its whole name, without groups."""
    waiting: list[tuple[str, Any]] = [("beatdesk", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            waiting.extend((f"{name} {key}", value) for key, value in inner.items())


def options(command: Any) -> set[str]:
    """The options of a command as one types them, ``--help`` left out."""
    named = {text for each in command.params for text in (*each.opts, *each.secondary_opts)}
    return {text for text in named if text.startswith("-")} - {"--help"}


def defaults() -> dict[str, str]:
    """Every setting's variable and its default as text, empty for none."""
    return {
        f"BEATDESK_{name.upper()}": "" if field.default is None else str(field.default)
        for name, field in Settings.model_fields.items()
    }


# Commands


@pytest.mark.parametrize(("name", "command"), sorted(commands()), ids=lambda value: str(value)[:40])
def test_every_command_has_a_section_that_names_its_options_and_arguments(name: str, command: Any) -> None:
    text = section(read("interfaces.md"), name)
    arguments = {each.name.upper() for each in command.params if not each.opts[0].startswith("-")}

    assert set(re.findall(r"(?<![\w-])--[a-z-]+", text)) == options(command)
    assert {word for word in arguments if not re.search(rf"\b{word}\b", text)} == set()


def test_no_section_tells_of_a_command_that_is_not_there() -> None:
    assert set(re.findall(r"^### (beatdesk .+)$", read("interfaces.md"), re.M)) == {name for name, _ in commands()}


@every_page
def test_commands_shown_in_a_page_can_be_called(page: Path) -> None:
    runner = CliRunner()
    for line in shell_lines(page.read_text(encoding="utf-8")):
        words = shlex.split(line, comments=True)
        if not words or words[0].rpartition("/")[2] != "beatdesk":
            continue
        # --help goes first, but only once every option before it was understood.
        result = runner.invoke(app, [*words[1:], "--help"])
        assert (line, result.exit_code) == (line, 0)


@every_page
def test_commands_named_in_a_sentence_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known = {name for name, _ in commands()}
    heads = {name.rsplit(" ", 1)[0] for name in known}
    for shown in re.findall(r"`(?:\.venv/bin/)?(beatdesk(?: [a-z-]+)+)", text):
        words = shown.split()
        starts = {" ".join(words[:length]) for length in (2, 3)}
        assert starts & (known | heads - {"beatdesk"}), shown


@every_page
def test_make_targets_named_in_a_page_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", text))
    named |= {line.split()[1] for line in shell_lines(text) if line.startswith("make ")}

    assert named - targets == set()


def test_every_make_target_is_documented() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert set(re.findall(r"`make ([a-z-]+)`", section(read("interfaces.md"), "Make targets"))) == set(
        re.findall(r"^([a-z-]+):.*##", makefile, re.M)
    )


# Settings


def test_the_example_holds_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = [line.split("=", 1) for line in lines if line and not line.startswith("#")]

    assert [(name, value) for name, value in listed] == list(defaults().items())


def test_the_example_says_what_each_setting_is() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    said = {name.split("=")[0]: above for above, name in pairwise(lines) if "=" in name}

    assert said == {
        f"BEATDESK_{name.upper()}": f"# {field.description}" for name, field in Settings.model_fields.items()
    }


def test_the_example_as_it_is_means_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in defaults():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    without = Settings.load()
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")

    assert Settings.load() == without


def test_every_setting_is_documented() -> None:
    table = {cells[0].strip("`"): cells[1].strip("`") for cells in rows(section(read("running.md"), "Settings"))}
    for name, default in defaults().items():
        assert name in table
        if default:
            assert table[name] == default

    assert set(table) == set(defaults())


# The core


def test_every_table_is_described() -> None:
    described = [cells[0].strip("`") for cells in rows(section(read("architecture.md"), "Tables"))]

    assert sorted(described) == sorted(metadata.tables)


def test_every_room_of_the_house_is_described() -> None:
    described = {cells[0].strip("`/") for cells in rows(section(read("architecture.md"), "The house"))}
    rooms = {f"ilp_core/{folder.parent.name}" for folder in (ROOT / "ilp_core").glob("*/__init__.py")}

    assert described == rooms | {"bot", "handlers"}


def test_the_permissions_page_equals_the_table_in_force() -> None:
    page = read("permissions.md")
    head = re.search(r"^\| what \|(.+)\|$", page, re.M)
    assert head is not None
    roles = [role.strip() for role in head[1].split("|")]
    printed = {
        intent.strip("`"): {role for role, word in zip(roles, cells, strict=True) if word == "yes"}
        for intent, *cells in rows(page)
    }

    assert roles == list(ROLES)
    assert printed == {intent: set(allowed) for intent, allowed in PERMISSIONS.items()}


def test_every_key_of_the_answer_is_documented_in_its_order() -> None:
    table = rows(section(read("interfaces.md"), "The answer as JSON"))
    keys = [key for cells in table for key in re.findall(r"`(\w+)`", cells[0])]

    assert keys == list(as_json(Reply(Question("help"), Answer())))


def test_every_key_of_a_load_report_is_documented() -> None:
    text = section(read("interfaces.md"), "beatdesk import incidents")
    report = LoadReport("f", "chicago", 0, 0, 0, 0, {}, None, None, None, None)

    assert [key for key in report.as_json() if f"`{key}`" not in text] == []


def test_every_format_and_its_columns_are_documented() -> None:
    page = read("importing.md")

    listed = {re.findall(r"`([\w-]+)`", cells[0])[0]: cells for cells in rows(section(page, "Formats"))}
    assert list(listed) == [layout.name for layout in FORMATS]
    for layout in FORMATS:
        cells = listed[layout.name]
        named = [*layout.columns.values(), *(name for name, wanted in layout.marks.items() if wanted)]
        assert set(re.findall(r"`([^`]+)`", cells[3])) == set(named)
        assert [sentence for sentence in layout.cannot_answer if sentence not in cells[4]] == []
        assert layout.format == layout.name or f"`--format {layout.format}`" in cells[0]
    assert [kind for kind in AREA_KINDS if f"`{kind}`" not in section(page, "Areas")] == []


def test_the_reasons_for_a_rejected_row_are_those_of_the_code() -> None:
    listed = {
        reason
        for cells in rows(section(read("importing.md"), "What is rejected"))
        for reason in re.findall(r"`([^`]+)`", cells[0])
    }
    source = (ROOT / "ilp_core" / "collect" / "records.py").read_text(encoding="utf-8")
    checks = re.search(r"keep = self\._passing\((.*?)\n            \},", source, re.S)
    assert checks is not None

    assert listed == {CUT_OFF, TOO_FEW, TOO_MANY, *re.findall(r'^ +"([a-z ]+)": ', checks[1], re.M)}


def test_every_exclusion_is_explained_in_the_words_of_an_answer() -> None:
    explained = [cells[0] for cells in rows(section(read("asking.md"), "What may rank a place"))]

    assert explained == [answers.EXCLUDED[reason].removeprefix("{n} ") for reason in EXCLUSIONS]


def test_every_chat_command_is_documented() -> None:
    for page in (read("asking.md"), section(read("interfaces.md"), "Chat")):
        for name in ("start", "invite", *desk.COMMANDS):
            assert f"`/{name}" in page


def test_the_sandbox_page_lists_the_methods_it_answers() -> None:
    listed = re.findall(r"`([a-zA-Z]+)`", section(read("sandbox.md"), "What it answers"))

    assert sorted(name.lower() for name in listed) == sorted(METHODS)


# Links


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name} leads to {target}, which is not there"
        assert not anchor or anchor in anchors(there), f"{page.name} leads to {target}: no such heading"


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_the_docs_can_be_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [page.name for page in DOCS.glob("*.md") if f"(docs/{page.name})" not in text] == []
