"""Templates and the desk's own layouts of calls and stops: what they hold, and that an example is never loaded."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ilp_core.collect.coded import coded
from ilp_core.collect.formats import FORMATS
from ilp_core.collect.inputs.load import LAYOUTS
from ilp_core.collect.inputs.templates import TEMPLATES, template_text
from ilp_core.collect.layout import Layout, choose
from ilp_core.collect.sources.own import OWN
from ilp_core.collect.sources.own_calls import OWN_CALLS
from ilp_core.collect.sources.own_stops import OWN_STOPS, age_band
from ilp_core.domain.columns import EXTRA_VOCABULARIES
from ilp_core.domain.errors import CallError
from ilp_core.domain.inputs import InputKind
from ilp_core.storage import Store
from ilp_core.words.en import inputs as words
from tests.input_files import CONCERN, PARTNER, SURVEY, load, write
from tests.support import ROOT

GOOD: dict[InputKind, dict[str, str]] = {"concern": CONCERN, "survey": SURVEY, "partner": PARTNER}
own = pytest.mark.parametrize("layout", [OWN, OWN_CALLS, OWN_STOPS], ids=lambda layout: layout.name)


def test_there_is_a_template_for_every_input() -> None:
    assert sorted(TEMPLATES) == ["calls", "concerns", "incidents", "partners", "stops", "surveys"]
    for name in TEMPLATES:
        header, example = csv.reader(io.StringIO(template_text(name)))
        assert header == list(TEMPLATES[name])
        assert example[0] == "EXAMPLE-1"
    with pytest.raises(CallError) as error:
        template_text("gossip")
    assert str(error.value) == words.NO_TEMPLATE.format(
        name="gossip", names="concerns, surveys, partners, incidents, calls, stops"
    )


@pytest.mark.parametrize("kind", LAYOUTS)
async def test_an_untouched_template_is_refused_and_so_is_one_with_rows_added(
    sqlite_store: Store, tmp_path: Path, kind: InputKind
) -> None:
    layout = LAYOUTS[kind]
    path = tmp_path / "t.csv"
    path.write_text(template_text(layout.title))
    for _ in range(2):
        with pytest.raises(CallError) as error:
            await load(sqlite_store, path, kind)
        assert str(error.value) == words.TEMPLATE_ROW.format(file="t.csv")
        write(path, [GOOD[kind], GOOD[kind] | {layout.columns[0]: " example-1"}])


@pytest.mark.parametrize("kind", LAYOUTS)
async def test_an_example_row_is_right_but_for_its_mark(sqlite_store: Store, tmp_path: Path, kind: InputKind) -> None:
    layout = LAYOUTS[kind]
    rows = [{**layout.example, layout.columns[0]: "1"}]
    assert list(layout.example) == list(layout.columns)
    assert (await load(sqlite_store, write(tmp_path / "t.csv", rows), kind)).rejected == {}


@own
def test_a_file_of_calls_or_stops_is_recognised_by_its_columns(layout: Layout) -> None:
    columns = list(TEMPLATES[f"{layout.kind}s"])
    assert choose(FORMATS, columns, "f.csv", "auto") is layout
    needed = [name for part, name in layout.columns.items() if part not in layout.optional]
    assert choose(FORMATS, [name.upper() for name in needed], "f.csv", "auto") is layout
    assert choose(FORMATS, ["id", "time", "type", "received"], "f.csv", "auto") is None
    assert set(EXTRA_VOCABULARIES[layout.kind]) <= set(layout.columns)


@own
def test_the_example_row_of_calls_and_stops_is_refused(layout: Layout) -> None:
    example = TEMPLATES[f"{layout.kind}s"]
    fields = {part: coded(["7", example[name]]) for part, name in layout.columns.items()}
    with pytest.raises(CallError, match="still holds the example row"):
        layout.prepare(fields)
    taken = {part: column.take([0]) for part, column in fields.items()}
    assert set(layout.prepare({part: coded(column.texts()) for part, column in taken.items()})) >= set(layout.columns)


def test_a_call_is_known_from_the_moment_it_was_received() -> None:
    fields = {part: coded(["7"]) for part in OWN_CALLS.columns}
    fields["occurred_from"] = coded(["2026-02-01T21:30:00"])
    assert OWN_CALLS.prepare(fields)["reported"].texts() == ["2026-02-01T21:30:00"]


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("23", "18-24"), ("23.0", "18-24"), ("9", "under 10"), ("10", "10-17"), ("17", "10-17"), ("18", "18-24"),
        ("24", "18-24"), ("25", "25-34"), ("34", "25-34"), ("35", "over 34"), ("120", "over 34"), ("18-24", "18-24"),
        ("15 to 19", "15-19"), ("18 – 24", "18-24"), ("23-24", "18-24"), ("over 34", "over 34"), ("65 +", "65+"),
        ("Under 18", "under 18"), ("1990", ""), ("1990-05-04", ""), ("121", ""), ("-3", ""), ("adult", ""), ("", ""),
        ("18-200", "18-24"), ("٢٣", "18-24"),
    ],
)  # fmt: skip
def test_years_become_a_band_and_dates_of_birth_are_not_kept(text: str, band: str) -> None:
    assert age_band(text) == band


def test_stops_say_that_they_are_for_fairness_checks_only() -> None:
    assert OWN_STOPS.notes == (words.STOPS_ONLY,)
    assert "fairness checks only" in words.STOPS_ONLY


def test_the_document_names_every_column_choice_and_reason() -> None:
    page = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    for example in TEMPLATES.values():
        assert ",".join(example) in page
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(example.values())
        assert text.getvalue() in page
    missing = [name for example in TEMPLATES.values() for name in example if f"| `{name}` |" not in page]
    assert missing == []
    reasons = [
        words.FUTURE, words.BACKWARDS, words.NOWHERE, words.WORDLESS, words.CLASHING, words.FEW, words.OFF_SCALE,
        words.NO_SCALE, words.NO_MARGIN, words.EMAIL, words.PHONE, words.BIRTH, words.PLATE, words.NAME, words.HOUSE,
        words.WHO_ONLY,
    ]  # fmt: skip
    assert [reason for reason in reasons if f"| `{reason}` |" not in page] == []
