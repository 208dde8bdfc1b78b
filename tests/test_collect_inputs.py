"""Loads of concerns and partner reports: what is taken, what is turned away, what a second load changes."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.collect.inputs import reading
from ilp_core.collect.undo import undo_load
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.inputs import CONCERN_CATEGORIES, Concern, PartnerReport
from ilp_core.domain.places import Area, AreaRef
from ilp_core.govern.audit import verify
from ilp_core.storage import Store, open_store, upgrade
from ilp_core.words.en import inputs as words
from tests.input_files import CONCERN, NOW, PARTNER, kept, load, write


async def test_a_concern_is_kept_as_it_was_written(store: Store, tmp_path: Path) -> None:
    report = await load(store, write(tmp_path / "c.csv", [CONCERN]))
    data = (await kept(store))["c-1"]
    concern = Concern.from_data(data)
    assert (report.rows, report.loaded, report.updated, report.known, report.rejected) == (1, 1, 0, 0, {})
    assert (report.kind, report.format, report.load, report.precision) == ("concern", "beatdesk-concerns", 1, "day")
    assert (report.first, report.last) == (datetime(2026, 2, 10), datetime(2026, 2, 10))
    assert concern == Concern(
        id="C-1",
        day=datetime(2026, 2, 10).date(),
        meeting="Beat meeting 14",
        area="beat:0835",
        place="1200 block Elm St",
        category="speeding",
        text="Cars race on Friday nights",
        n=12,
        state="open",
        partner="Elm St Tenants Association",
    )
    assert concern.as_data() == data


async def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", [CONCERN, CONCERN | {"id": "C-2"}])
    await load(store, path)
    before = await kept(store)
    again = await load(store, path)
    assert (again.loaded, again.updated, again.known) == (0, 0, 2)
    assert await kept(store) == before
    async with store.read() as uow:
        assert {number for _, number, _ in await uow.inputs.current("concern")} == {1}


async def test_a_corrected_file_updates_and_undoing_it_brings_the_old_version_back(
    store: Store, tmp_path: Path
) -> None:
    await load(store, write(tmp_path / "c.csv", [CONCERN, CONCERN | {"id": "C-2"}]))
    corrected = await load(
        store, write(tmp_path / "c.csv", [CONCERN | {"state": "told back"}, CONCERN | {"id": "c-3"}])
    )
    assert (corrected.loaded, corrected.updated, corrected.known) == (1, 1, 0)
    assert {key: row["state"] for key, row in (await kept(store)).items()} == {
        "c-1": "told back",
        "c-2": "open",
        "c-3": "open",
    }
    async with store.write() as uow:
        undo = await uow.loads.start(
            file="", sha256="", source="", format="", live=False, by_whom="9001", at=NOW, kind="undo"
        )
        await uow.loads.undo([2], undo)
    assert {key: row["state"] for key, row in (await kept(store)).items()} == {"c-1": "open", "c-2": "open"}


async def test_loads_are_taken_back_in_any_order_and_the_newest_version_that_counts_is_in_force(
    store: Store, tmp_path: Path
) -> None:
    other = CONCERN | {"id": "C-2"}
    for state, *more in (("open",), ("worked", other), ("told back", other | {"n": "13"})):
        await load(store, write(tmp_path / "c.csv", [CONCERN | {"state": state}, *more]))

    async def in_force() -> dict[str, tuple[str, int]]:
        return {key: (row["state"], row["n"]) for key, row in (await kept(store)).items()}

    # What a later load changed stays as that load has it.
    await undo_load(store, 2, by="9001", now=NOW)
    assert await in_force() == {"c-1": ("told back", 12), "c-2": ("open", 13)}
    # Nothing that was taken back comes into force again.
    await undo_load(store, 3, by="9001", now=NOW)
    assert await in_force() == {"c-1": ("open", 12)}
    with pytest.raises(CallError, match="undone already"):
        await undo_load(store, 2, by="9001", now=NOW)


async def test_a_row_that_a_later_file_only_repeated_goes_with_its_load_and_can_be_loaded_again(
    store: Store, tmp_path: Path
) -> None:
    path = write(tmp_path / "c.csv", [CONCERN])
    await load(store, path)
    await load(store, path)
    await undo_load(store, 1, by="9001", now=NOW)
    assert await kept(store) == {}
    assert (await load(store, path)).loaded == 1


async def test_the_load_keeps_its_report_and_the_audit_names_it(store: Store, tmp_path: Path) -> None:
    report = await load(store, write(tmp_path / "c.csv", [CONCERN]))
    async with store.read() as uow:
        stored = await uow.loads.get(1)
        rows = await uow.audit.rows(after=0, limit=10)
        assert (await verify(uow)).broken is None
    assert stored is not None
    assert (stored.kind, stored.source, stored.report) == ("concern", "beatdesk-concerns", report.as_json())
    assert [(row.action, row.object, row.detail) for row in rows] == [
        ("import", "concerns", {"loaded": 1, "updated": 0, "known": 0, "load": 1})
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": ""}, "no id"),
        ({"date": ""}, "no date"),
        ({"date": "last week"}, "date not understood"),
        ({"date": "2026-02-30"}, "date not understood"),
        ({"date": "1026-02-03"}, "date not understood"),
        ({"date": "2026-03-03"}, words.FUTURE),
        ({"meeting": ""}, "no meeting"),
        ({"area": "sector:4"}, "area not understood"),
        ({"area": "", "place": ""}, words.NOWHERE),
        ({"category": "karma"}, words.CHOICE.format(column="category", choices=", ".join(CONCERN_CATEGORIES))),
        ({"category": "other", "text": ""}, words.WORDLESS),
        ({"n": "0"}, "n not understood"),
        ({"n": "some"}, "n not understood"),
        ({"n": "2.5"}, "n not understood"),
        ({"n": "-3"}, "n not understood"),
        ({"state": "closed"}, "state is none of: open, worked, told back, still felt"),
        ({"text": "x" * 1001}, "text is too long: write 1000 signs at most"),
        ({"text": "Mrs Jones at 24 Birch is loud"}, words.NAME),
        ({"text": "call 312-555-0142"}, words.PHONE),
        ({"text": "mail a@example.org"}, words.EMAIL),
        ({"text": "red car plate ABC 1234"}, words.PLATE),
        ({"text": "dealer born 12/03/1990"}, words.BIRTH),
        ({"text": "dealing at 24 Birch Road"}, words.HOUSE),
        ({"place": "1234 W Elm St"}, words.HOUSE),
        ({"area": "24 Birch Road"}, words.HOUSE),
        ({"meeting": "talk with Mr Smith"}, words.NAME),
        ({"partner": "Mr Smith"}, words.NAME),
        ({"text": "immigrants on the corner"}, words.WHO_ONLY),
    ],
)  # fmt: skip
async def test_a_row_is_turned_away_for_its_reason_and_leaves_nothing(
    sqlite_store: Store, tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    report = await load(sqlite_store, write(tmp_path / "c.csv", [CONCERN, CONCERN | {"id": "C-2"} | change]))
    assert report.rejected == {reason: 1}
    assert (report.rows, report.loaded) == (2, 1)
    assert list(await kept(sqlite_store)) == ["c-1"]


async def test_spellings_of_choices_columns_and_blanks_are_forgiven(sqlite_store: Store, tmp_path: Path) -> None:
    names = {"date": "Date ", "meeting": "MEETING", "state": "State"}
    row = CONCERN | {"state": "Still_Felt", "category": "Street lights", "area": "Beat: 835", "n": "12.0"}
    spelled = {names.get(name, name): value for name, value in row.items() if name not in ("text", "partner")}
    await load(sqlite_store, write(tmp_path / "c.csv", [spelled | {"Ward": "3", "note": "x"}]))
    concern = Concern.from_data((await kept(sqlite_store))["c-1"])
    assert (concern.state, concern.category, concern.area, concern.n, concern.text) == (
        "still felt",
        "lighting",
        "beat:835",
        12,
        "",
    )
    assert concern.for_partners


async def test_notes_name_unused_columns_unknown_areas_and_what_goes_to_partners(
    sqlite_store: Store, tmp_path: Path
) -> None:
    async with sqlite_store.write() as uow:
        await uow.areas.save(Area(AreaRef("beat", "0835"), "0835"))
        await uow.areas.save(Area(AreaRef("beat", "8"), "8"))
        await uow.areas.save(Area(AreaRef("district", "008"), "8"))
    rows = [
        CONCERN | {"ward": "1"},
        CONCERN | {"id": "2", "area": "835", "ward": ""},
        CONCERN | {"id": "3", "area": "8", "ward": "", "category": "rubbish"},
        CONCERN | {"id": "4", "area": "beat:0999", "ward": ""},
    ]
    report = await load(sqlite_store, write(tmp_path / "c.csv", rows))
    assert report.notes == (
        words.UNUSED.format(names="ward"),
        words.UNKNOWN_AREAS.format(names="8, beat:0999"),
        words.FOR_PARTNERS.format(count=1),
    )


async def test_equal_rows_are_one_and_unequal_rows_of_one_id_are_none(sqlite_store: Store, tmp_path: Path) -> None:
    other = [CONCERN | {"id": f"C-{number}"} for number in (2, 3, 4)]
    rows = [CONCERN, CONCERN, *other, CONCERN | {"id": "C-2", "n": "3"}, CONCERN | {"id": "C-2"}]
    report = await load(sqlite_store, write(tmp_path / "c.csv", rows))
    assert (report.rows, report.loaded, report.known, report.rejected) == (7, 3, 1, {words.CLASHING: 3})
    assert report.duplicates == {"same row twice": 1}
    assert list(await kept(sqlite_store)) == ["c-1", "c-3", "c-4"]


async def test_more_than_half_rejected_and_nothing_is_stored(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [CONCERN, CONCERN | {"id": "2", "n": "x"}, CONCERN | {"id": "3", "text": "Mr Smith is loud"}]
    with pytest.raises(WorkError, match="2 of 3 rows of") as error:
        await load(sqlite_store, write(tmp_path / "c.csv", rows))
    assert "Smith" not in str(error.value)
    assert await kept(sqlite_store) == {}
    async with sqlite_store.read() as uow:
        assert await uow.loads.all() == []


async def test_a_failure_while_storing_leaves_the_state_before(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load(sqlite_store, write(tmp_path / "c.csv", [CONCERN]))

    async def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("ilp_core.collect.inputs.load.append", broken)
    with pytest.raises(RuntimeError):
        await load(sqlite_store, write(tmp_path / "c.csv", [CONCERN | {"n": "3"}]))
    assert (await kept(sqlite_store))["c-1"]["n"] == 12


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["13/02/2026", "05/02/2026"], ["2026-02-13", "2026-02-05"]),
        (["02/13/2026", "02/05/2026 09:30"], ["2026-02-13", "2026-02-05"]),
        (["13.02.2026", "5.2.2026"], ["2026-02-13", "2026-02-05"]),
        (["2026-02-13T08:00:00", "2026-02-05 00:00:00"], ["2026-02-13", "2026-02-05"]),
        (["02/02/2026", "2026-02-05"], ["2026-02-02", "2026-02-05"]),
    ],
)
async def test_the_whole_file_decides_the_order_of_day_and_month(
    sqlite_store: Store, tmp_path: Path, dates: list[str], days: list[str]
) -> None:
    rows = [CONCERN | {"id": str(number), "date": text} for number, text in enumerate(dates)]
    await load(sqlite_store, write(tmp_path / "c.csv", rows))
    assert [row["day"] for row in (await kept(sqlite_store)).values()] == days


async def test_dates_that_settle_no_order_are_refused_and_a_mixture_is_counted(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with pytest.raises(CallError) as error:
        await load(sqlite_store, write(tmp_path / "c.csv", [CONCERN | {"date": "03/02/2026"}]))
    assert str(error.value) == words.AMBIGUOUS_DATES.format(file="c.csv")
    rows = [
        CONCERN | {"id": str(n), "date": text}
        for n, text in enumerate(["2026-02-01"] * 2 + ["13/02/2025", "02/13/2025"])
    ]
    assert (await load(sqlite_store, write(tmp_path / "c.csv", rows))).rejected == {"date not understood": 2}


async def test_a_file_that_is_something_else_is_refused_with_a_sentence(sqlite_store: Store, tmp_path: Path) -> None:
    bare = {name: value for name, value in CONCERN.items() if name not in ("id", "n")}
    with pytest.raises(CallError, match="is no file of concerns: it has no columns 'id', 'n'"):
        await load(sqlite_store, write(tmp_path / "c.csv", [bare]))
    (tmp_path / "c.csv").write_text(",".join(CONCERN) + "\n,,,,,,,,,\n")
    with pytest.raises(CallError, match="has column names but no rows"):
        await load(sqlite_store, tmp_path / "c.csv")
    with pytest.raises(CallError, match="There is no file"):
        await load(sqlite_store, tmp_path / "none.csv")


async def test_a_file_with_too_many_rows_is_refused(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    rows = [CONCERN | {"id": str(number)} for number in range(4)]
    with pytest.raises(CallError, match="more than 3 rows"):
        await load(sqlite_store, write(tmp_path / "c.csv", rows))


async def test_hostile_cells_are_text_or_turned_away(store: Store, tmp_path: Path) -> None:
    texts = [
        "=cmd|' /C calc'!A0",
        "bell \7 sign",
        "two\nlines",
        "\u202e turned",
        "wide \uff11\uff12",
        "x" * 120_000,
        "ﷺ" * 900,
    ]
    rows = [CONCERN | {"id": str(number), "text": f"loud music {text}"} for number, text in enumerate(texts)]
    report = await load(store, write(tmp_path / "c.csv", rows))
    assert report.rejected == {"text is too long: write 1000 signs at most": 2}
    found = [row["text"] for row in (await kept(store)).values()]
    assert found == [
        "loud music =cmd|' /C calc'!A0",
        "loud music bell sign",
        "loud music two lines",
        "loud music turned",
        "loud music wide 12",
    ]


async def test_a_partner_report_is_kept_and_each_partner_counts_its_own(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [
        PARTNER,
        PARTNER | {"partner": "Elm School", "kind": "School", "n": ""},
        PARTNER | {"id": "8", "text": "Mr Smith deals"},
        PARTNER | {"id": "9", "text": "youths in the yard"},
        PARTNER | {"id": "10", "kind": "bank"},
        PARTNER | {"id": "11", "text": "noise"},
    ]
    report = await load(sqlite_store, write(tmp_path / "p.csv", rows), "partner")
    assert report.rejected == {
        words.NAME: 1,
        words.WHO_ONLY: 1,
        "kind is none of: housing, school, fire, hospital, transport, retail, council": 1,
    }
    found = [PartnerReport.from_data(row) for row in (await kept(sqlite_store, "partner")).values()]
    assert [(row.id, row.partner, row.kind, row.n) for row in found] == [
        ("11", "Elm Housing", "housing", 3),
        ("7", "Elm Housing", "housing", 3),
        ("7", "Elm School", "school", None),
    ]


ROWS = [
    CONCERN,
    CONCERN,
    CONCERN | {"id": "C-2", "state": "worked"},
    CONCERN | {"id": "C-3", "n": "4"},
    CONCERN | {"id": "c-3", "n": "5"},
    CONCERN | {"id": "C-4", "text": "call 312-555-0142"},
    CONCERN | {"id": "C-5", "date": "13/02/2026"},
    CONCERN | {"id": "C-6", "date": "01/02/2026"},
    CONCERN | {"id": "C-7", "category": "rubbish", "text": ""},
]


@pytest.fixture(scope="module")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inputs") / "desk.db"
    upgrade(f"sqlite:///{path}")
    return path


@settings(max_examples=25)
@given(order=st.permutations(ROWS), cut=st.integers(0, len(ROWS)))
def test_any_permutation_gives_the_same_store(template_database: Path, order: list[dict[str, str]], cut: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns = list(CONCERN)[cut:] + list(CONCERN)[:cut]
        shuffled = [{column: row[column] for column in columns} for row in order]
        for part in ("a", "b"):
            (folder / part).mkdir()
            shutil.copyfile(template_database, folder / part / "desk.db")
        straight = asyncio.run(_stored(folder / "a", ROWS))
        assert asyncio.run(_stored(folder / "b", shuffled)) == straight


async def _stored(folder: Path, rows: list[dict[str, str]]) -> tuple[object, object]:
    store = open_store(f"sqlite:///{folder / 'desk.db'}")
    try:
        report = await load(store, write(folder / "c.csv", rows))
        async with store.read() as uow:
            # Where rows stand is all that their order changes.
            return replace(report, lines={}), (
                await uow.inputs.current("concern"),
                await uow.inputs.digests("concern"),
            )
    finally:
        await store.close()
