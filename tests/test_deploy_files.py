"""The files for deploying name nothing that is not there: counts, settings, commands, paths."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.main import get_command

from bot.commands.tree import app
from bot.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "docs" / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


def test_every_alert_is_on_a_count_that_exists() -> None:
    page, _ = Metrics().page()
    families = text_string_to_metric_families(page.decode())
    # Counters that carry a label have no sample before the first; their family is named without _total.
    exported = {name for family in families for name in (family.name, f"{family.name}_total")}
    alerts = (DEPLOY / "prometheus-alerts.yaml").read_text()
    named = set(re.findall(r"beatdesk_\w+", alerts))
    assert len(re.findall(r"- alert:", alerts)) == len(re.findall(r"expr:", alerts)) >= 6
    assert named - exported == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_named_is_one(path: Path) -> None:
    named = {name.removeprefix("BEATDESK_").lower() for name in re.findall(r"BEATDESK_\w+", path.read_text())}
    assert named - set(Settings.model_fields) == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_command_named_is_one(path: Path) -> None:
    commands = getattr(get_command(app), "commands")  # noqa: B009 - typer names no such attribute
    named = set(re.findall(r"bin/beatdesk (\w+)|Run: beatdesk (\w+)", path.read_text()))
    assert {word for pair in named for word in pair if word} - set(commands) == set()


def test_all_that_the_container_copies_is_there() -> None:
    lines = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert [name for line in lines for name in line.split() if not (ROOT / name).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= {name.removeprefix("./") for line in lines for name in line.split()}


def test_the_container_installs_by_hash_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text
    assert text.index("USER beatdesk") < text.index("CMD [")
    port = re.search(r"EXPOSE (\d+)", text)
    assert port
    assert f"127.0.0.1:{port[1]}/health" in text
    assert f"BEATDESK_LISTEN=0.0.0.0:{port[1]}" in text


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not here")
    program = tmp_path / "beatdesk"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "beatdesk.service"
    text = (DEPLOY / "beatdesk.service").read_text()
    unit.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={program}", text, flags=re.MULTILINE))
    done = subprocess.run([verify, "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False)
    assert [line for line in done.stderr.splitlines() if "beatdesk.service" in line] == []
