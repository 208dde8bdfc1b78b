"""A mapping agreed on at a terminal: what is asked, and what is said of each answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.commands import mapping
from bot.commands.tree import app
from ilp_core.collect.projection import project
from tests.command_line import call, refused

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


def said_of(*words: str) -> str:
    """What a refused call says, whatever it showed before."""
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 2, done.output
    return " ".join(done.stderr.split())


def test_a_draft_whose_system_is_open_loads_nothing_until_the_system_is_said(folder: Path) -> None:
    call("migrate")
    path = str(in_metres(folder / "metres.csv", 26916))
    assert "To be answered" in said_of("import", "incidents", path, "--save-map", "m.toml")
    assert "no degrees" in refused("import", "incidents", path, "--map", "m.toml")
    done = call("import", "incidents", path, "--map", "m.toml", "--crs", "26916")
    assert "with coordinates 100.0%" in done.stdout
    # Over good records the draft changes nothing, and is not what is remembered.
    assert "no degrees" in refused("import", "incidents", path, "--map", "m.toml")
    assert "already known 61" in call("import", "incidents", path).stdout
    assert "--crs says EPSG:3435" in refused("import", "incidents", path, "--crs", "3435")


def test_the_mapping_in_use_is_written(folder: Path) -> None:
    call("migrate")
    path = str(in_metres(folder / "metres.csv", 3435))
    call("import", "incidents", path, "--yes", "--crs", "3435", "--save-map", "agreed.toml")
    done = call("import", "incidents", path, "--save-map", "kept.toml")
    assert done.stderr.count("The mapping for the columns of metres.csv is in kept.toml") == 1
    written = [
        [line.partition("  #")[0] for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        for name in ("agreed.toml", "kept.toml")
    ]
    assert written[0] == written[1]


def test_a_draft_of_dates_that_can_be_read_two_ways_is_not_read_month_first(folder: Path) -> None:
    call("migrate")
    rows = "".join(f"{n},0{n % 9 + 1}/0{n % 8 + 2}/2018 10:00,Robbery,50.{900 + n},6.95\n" for n in range(60))
    (folder / "amb.csv").write_text(f"Case No,When,Offense,Lat,Lon\n{rows}", encoding="utf-8")
    said_of("import", "incidents", "amb.csv", "--save-map", "amb.toml")
    assert "can be read two ways" in refused("import", "incidents", "amb.csv", "--map", "amb.toml")
    by_zone = call("import", "incidents", "amb.csv", "--yes").stdout
    draft = (folder / "amb.toml").read_text(encoding="utf-8")
    (folder / "amb.toml").write_text(f'dates = "day_first"\n{draft}', encoding="utf-8")
    assert "already known 60" in call("import", "incidents", "amb.csv", "--map", "amb.toml").stdout
    assert "Europe/Berlin" in by_zone


@pytest.mark.parametrize("options", [("--crs", "27700"), ("--save-map", "m.toml")])
def test_a_known_format_takes_no_option_of_a_mapping(city: Path, options: tuple[str, str]) -> None:
    sentence = refused("import", "incidents", "city.csv", *options)
    assert f"Leave out {options[0]}" in sentence
    assert not (city / "m.toml").exists()
