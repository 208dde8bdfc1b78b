"""A mapping agreed on at a terminal: what is asked, and what is said of each answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.commands import mapping
from ilp_core.collect.projection import project
from tests.command_line import call

OFFENCES = ("ROBBERY", "BURGLARY")


def in_metres(path: Path, crs: int) -> Path:
    """Sixty-one offences around a corner of Chicago, in metres or feet whose system the file does not say."""
    north = 41.85 + np.arange(61) / 2_000
    x, y = project(crs, north, np.full(61, -87.65))
    rows = "".join(
        f"A-{n:03},{n % 12 + 1:02}/{n % 9 + 14}/2018 1{n % 9}:3{n % 7},{OFFENCES[n % 2]},{x[n]:.1f},{y[n]:.1f}\n"
        for n in range(61)
    )
    path.write_text(f"Case No,When,Offense,X,Y\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migrated folder with somebody to ask."""
    call("migrate")
    monkeypatch.setattr(mapping, "somebody_there", lambda: True)
    return folder


@pytest.mark.parametrize(
    ("crs", "said"),
    [(3435, "3435\n"), (26916, "4326\n26916\n")],
    ids=["one of several", "a code where none is offered"],
)
def test_a_system_that_is_chosen_says_where_it_lands_and_gives_the_zone(terminal: Path, crs: int, said: str) -> None:
    path = in_metres(terminal / "metres.csv", crs)
    done = CliRunner().invoke(app, ["import", "incidents", str(path)], input=said + "y\n")
    assert done.exit_code == 0, done.stderr
    told = " ".join(done.stderr.split())
    assert f"(EPSG:{crs}); their middle is 41.865, -87.650 in America/Chicago." in told
    assert "In which time zone" not in told
    assert "with coordinates 100.0%" in done.stdout
    assert "America/Chicago" in done.stdout
    # The code of degrees is no answer, and the question stands.
    assert ("4326 is no EPSG code of a system in metres or feet." in told) is said.startswith("4326")
