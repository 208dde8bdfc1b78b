"""beatdesk backtest as it is typed: table, JSON, page and chart, and what is said where a call cannot be met."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.commands import backtest
from ilp_core.analyse.backtest.methods import all_methods
from ilp_core.domain.places import Area, AreaRef
from ilp_core.present import score_report
from ilp_core.words.en import backtest as words
from tests.command_line import call, refused, run
from tests.small_city import ZONE, row, write

SPAN = ("--from", "2016-01-04", "--to", "2016-06-30")


def town(rows: int = 2_600, *, hours: int = 30) -> list[dict[str, str]]:
    """Two years of burglaries and robberies, most at thirty places of a small town, learnt of ``hours`` later."""
    draw = np.random.default_rng(1)
    spots = draw.random((30, 2)) * (0.04, 0.05) + (41.75, -87.70)
    made = []
    for number in range(rows):
        place = spots[draw.integers(30)] if draw.random() < 0.7 else draw.random(2) * (0.04, 0.05) + (41.75, -87.70)
        when = datetime(2014, 7, 1, 12, 7) + timedelta(minutes=int(draw.integers(2 * 365 * 1_440)))
        code = "220" if draw.random() < 0.6 else "120"
        known, (lat, lon) = when + timedelta(hours=hours), (f"{degrees:.5f}" for degrees in place)
        made.append(row(number, "010XX W ELM ST", when, code, known=known, lat=lat, lon=lon))
    return made


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a database that holds the town."""
    folder = tmp_path_factory.mktemp("backtest")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("BEATDESK_DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'desk.db'}")
        call("migrate")
        call("import", "incidents", str(write(folder / "town.csv", town())), "--tz", ZONE)
        yield folder


def test_a_table_fits_eighty_columns_and_says_what_was_chosen_and_why(loaded: Path) -> None:
    shown = call("backtest", "--offence", "burglary", *SPAN).stdout

    assert max(map(len, shown.splitlines())) <= 80
    assert "Back-test: one week ahead, 25 weeks from 2016-01-04 to 2016-06-30" in shown
    assert any(f"Chosen for burglary: {method.name}." in shown for method in all_methods("week"))
    assert "Reporting times are on file" in shown
    for name in ("naive all", "decay 365 d", "kernel 500 m, all", "prospective 8x8"):
        assert f"\n{name}  " in shown


def test_a_gain_stands_apart_from_the_interval_before_it() -> None:
    line = score_report._line(
        "additive, spread evenly",
        ["13.62", "45.69", "14.24", "12.92"],
        ("44.54–47.11", score_report._RANGE),
        ("−12% (−31 +11)", score_report._GAIN),
        ("0.72", score_report._RATIO),
    )

    assert "44.54–47.11 −12% (−31 +11)" in line
    assert len(line) <= 80


def test_the_json_is_one_document_on_standard_output_and_progress_is_elsewhere(loaded: Path) -> None:
    done = call("backtest", *SPAN, "--json", "--workers", "2")
    data = json.loads(done.stdout)

    assert data["chosen"] in {method.name for method in all_methods("week")}
    assert {each["offence"] for each in data["rows"]} == {"burglary", "robbery"}
    assert len(data["rows"]) == 2 * 4 * len(all_methods("week"))
    assert data["reporting"] == "recorded"
    assert f"of {25 * 2 * len(all_methods('week'))} forecasts" in done.stderr


def test_shifts_are_ranked_each_and_together_with_a_score_of_their_hours(loaded: Path) -> None:
    shown = call("backtest", "--offence", "burglary", *SPAN, "--horizon", "shift", "--cell", "500").stdout

    assert max(map(len, shown.splitlines())) <= 80
    assert "naive all × hour" in shown
    assert "log score" in shown
    assert "cells of 500 m" in shown


def test_one_method_is_run_beside_the_plain_counts(loaded: Path) -> None:
    data = json.loads(call("backtest", "--offence", "robbery", *SPAN, "--method", "prospective 8x8", "--json").stdout)

    assert {each["method"] for each in data["rows"]} == {
        "naive all", "naive 365 d", "naive 90 d", "prospective 8x8",
    }  # fmt: skip


def test_page_and_chart_are_written_and_stand_alone(loaded: Path) -> None:
    said = call("backtest", *SPAN, "--html", "score.html", "--chart", "score.svg").stdout
    page, chart = ((loaded / name).read_text(encoding="utf-8") for name in ("score.html", "score.svg"))

    assert "Written: score.html." in said
    assert page.startswith("<!doctype html")
    assert "<script" not in page
    assert chart.strip() in page
    drawn = ET.fromstring(chart)  # noqa: S314 - the program drew it: no XML from outside is read here
    assert "burglary: at 1 % of the area" in drawn.attrib["aria-label"]
    lines = drawn.iter("{http://www.w3.org/2000/svg}polyline")
    assert len(list(lines)) == 2 * 5


def test_the_same_call_writes_the_same_bytes(loaded: Path) -> None:
    pages = []
    for workers in ("1", "3"):
        call("backtest", "--offence", "robbery", *SPAN, "--html", "again.html", "--workers", workers)
        pages.append((loaded / "again.html").read_bytes())

    assert pages[0] == pages[1]


def test_a_scheduler_on_this_machine_gives_the_same_result(loaded: Path) -> None:
    import distributed

    words_ = ("backtest", "--offence", "burglary", *SPAN, "--json")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0", host="127.0.0.1",
        protocol="tcp",
    ) as local:  # fmt: skip
        there = call(*words_, "--cluster", local.scheduler_address).stdout

    assert there == call(*words_).stdout


def test_a_family_and_an_offence_in_two_words_are_understood(loaded: Path) -> None:
    data = json.loads(call("backtest", "--offence", "Property", *SPAN, "--json").stdout)

    assert {each["offence"] for each in data["rows"]} == {"property"}
    assert "vehicle_theft has 0 located events" in refused("backtest", "--offence", "vehicle theft", *SPAN)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--offence", "burglry", *SPAN), "Did you mean burglary?"),
        (("--offence", "drugs", *SPAN), "The offences that may rank a place are: homicide"),
        (("--method", "naiv all", *SPAN), "Did you mean naive all"),
        (("--method", "naive all × hour", *SPAN), "There is no method naive all × hour"),
        (("--from", "2016-13-01", "--to", "2016-06-30"), "--from 2016-13-01 is not a day"),
        (("--from", "2016-06-30", "--to", "2016-01-01"), "is not before"),
        (("--from", "2016-06-01", "--to", "2016-06-14"), "fewer than 4 whole weeks"),
        (("--from", "2020-01-01", "--to", "2020-06-14"), "the records begin 2014-07-0"),
        (("--from", "2014-07-10", "--to", "2015-06-14"), "there are not 56 days"),
        ((*SPAN, "--horizon", "month"), "It is week or shift"),
        ((*SPAN, "--cell", "5"), "Cells are 50 to 2,000 metres wide"),
        ((*SPAN, "--lag", "-1"), "It is 0 to 365 days"),
        ((*SPAN, "--workers", "0"), "It is at least 1"),
        ((*SPAN, "--chart", "score.png"), "ends in .svg"),
        ((*SPAN, "--cluster", "10.0.0.5"), "Write it like tcp://10.0.0.5:8786"),
        ((*SPAN, "--html", "nowhere/score.html"), "cannot be written"),
    ],
)
def test_what_cannot_be_met_is_refused_with_what_to_do(loaded: Path, asked: tuple[str, ...], said: str) -> None:
    done = run("backtest", *asked)

    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr.strip().splitlines()[-1]


def test_a_scheduler_that_does_not_answer_is_work_that_failed(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtest, "_PATIENCE_S", 1)

    assert "No Dask scheduler answers" in refused("backtest", *SPAN, "--cluster", "tcp://127.0.0.1:9", code=1)


def test_without_incidents_it_says_what_to_run(folder: Path) -> None:
    call("migrate")

    assert refused("backtest", *SPAN) == words.NO_DATA


def test_few_events_are_scored_with_a_warning(folder: Path) -> None:
    call("migrate")
    call("import", "incidents", str(write(folder / "few.csv", town(900, hours=0))), "--tz", ZONE)
    shown = call("backtest", "--offence", "burglary", *SPAN, "--lag", "3").stdout

    assert "fewer than 1,000 events on file, so the intervals are wide" in " ".join(shown.split())
    assert "count as known 3 days after they occurred" in " ".join(shown.split())
    assert "No offence has 1,000 located events" in refused("backtest", *SPAN)


def test_the_city_is_what_its_areas_cover_together() -> None:
    def square(west: float) -> str:
        ring = [[west, 41.0], [west + 0.1, 41.0], [west + 0.1, 41.1], [west, 41.1], [west, 41.0]]
        return json.dumps({"type": "Polygon", "coordinates": [ring]})

    areas = [Area(AreaRef("beat", str(n)), "", square(-87.6 + n / 10)) for n in range(2)]
    outline = backtest.outline_of([*areas, Area(AreaRef("beat", "9"), "")], 32_616)

    assert outline.geom_type == "Polygon"
    # 0.2 degrees of longitude at 41 degrees north are 16.8 km, 0.1 of latitude 11.1 km.
    assert outline.area / 1e6 == pytest.approx(16.8 * 11.1, rel=0.01)
    assert backtest.outline_of([Area(AreaRef("beat", "9"), "")], 32_616) is None
