"""beatdesk config and beatdesk offences: the agency's tables out and in again, and the yes to a proposal."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ilp_core.domain.offences import OffenceRule
from ilp_core.domain.shifts import Shift
from ilp_core.domain.windows import Hours
from ilp_core.storage import AuditRow, open_store
from ilp_core.words.en import tables as words
from tests.command_line import AT, call, refused, run
from tests.small_city import AT as THEN
from tests.small_city import ZONE, row, write

HEAD = "source,code,label,slug,harm_days,initiation,rankable\n"
#: Of the 90 one falls on 1 January, which may be a placeholder and feeds no question about hours.
RANKED = 89
SCOOTERS = HEAD + "beatdesk,SCOOT,Robbery with an e-scooter,robbery,365,victim,yes\n"


@pytest.fixture
def ready(folder: Path) -> Path:
    """A migrated database in an empty folder."""
    call("migrate")
    return folder


@pytest.fixture
def new_crime(ready: Path) -> Path:
    """A city in which a crime with a code of its own, SCOOT, has been reported every fourth evening of a year."""
    ends = THEN.replace(tzinfo=None, hour=20, minute=10)
    rows = [
        row(number, "010XX W ELM ST", ends - timedelta(days=4 * number), "SCOOT", description="ROBB BY E-SCOOTER")
        for number in range(90)
    ]
    odd = [row(500, "040XX S FAR AVE", ends, "ODD", description="Umbrella left on the tram")]
    call("import", "incidents", str(write(ready / "city.csv", [*rows, *odd])), "--tz", ZONE)
    call("officer", "add", "4471", "--role", "officer", "--area", "beat:0835", "--shift", "evenings")
    return ready


def stored(folder: Path) -> tuple[dict[tuple[str, str], OffenceRule], list[tuple[str | None, Shift]], list[AuditRow]]:
    """The offence map, all shifts and the audit."""

    async def work() -> Any:
        store = open_store(f"sqlite:///{folder / 'desk.db'}")
        async with store.read() as uow:
            rules = {(rule.source, rule.code): rule for rule in await uow.offences.all()}
            found = rules, await uow.shifts.all(), await uow.audit.rows(after=0, limit=1000)
        await store.close()
        return found

    result: tuple[dict[tuple[str, str], OffenceRule], list[tuple[str | None, Shift]], list[AuditRow]] = asyncio.run(
        work()
    )
    return result


def put(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    return str(file)


def robberies() -> Any:
    return json.loads(call("hotspots", "robberies", "--as", "4471", "--at", AT, "--json").stdout)


def test_a_new_crime_type_is_a_new_row_and_no_code(new_crime: Path) -> None:
    assert robberies()["items"] == []

    call("config", "import", put(new_crime / "new.csv", SCOOTERS))

    [spot] = robberies()["items"]
    assert (spot["place"]["label"], spot["offences"]) == ("1000 blk W Elm St", {"robbery": RANKED})


@pytest.mark.parametrize("name", ["map.csv", "all.json"])
def test_a_table_goes_out_and_in_and_nothing_is_changed(ready: Path, name: str) -> None:
    before, shifts, _ = stored(ready)
    told = call("config", "export", name, *(["--table", "offences"] if name.endswith("csv") else [])).stdout

    assert told.startswith(f"{name}: {len(before):,} offences")
    result = json.loads(call("config", "import", name, "--json").stdout)
    counts = {"offences": {"added": 0, "changed": 0, "same": len(before)}}
    if name.endswith("json"):
        counts["shifts"] = {"added": 0, "changed": 0, "same": 3}
        counts["ten_codes"] = {"added": 0, "changed": 0, "same": 20}
        counts["words"] = {"added": 0, "changed": 0, "same": 0}
    assert result == {"file": name, "tables": counts}
    assert stored(ready)[:2] == (before, shifts)


def test_an_exported_table_opens_in_a_spreadsheet(ready: Path) -> None:
    call("config", "export", "map.csv", "--table", "offences")
    content = (ready / "map.csv").read_bytes()

    assert content.startswith(b"\xef\xbb\xbfsource,code,label")
    cells = [cell for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in line]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert not list(ready.glob(".*.part"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_what_spreadsheets_save_is_read(ready: Path, encoding: str) -> None:
    text = (HEAD + "town,é1,Cambriolage d’été,burglary,273.5,victim,yes\n").replace(",", ";")
    (ready / "new.csv").write_bytes(text.encode(encoding))
    call("config", "import", "new.csv")

    assert stored(ready)[0]["town", "é1"] == OffenceRule(
        "town", "é1", "Cambriolage d’été", "burglary", 273.5, "victim", True
    )


def test_an_import_is_audited_and_names_the_changed_rows(ready: Path) -> None:
    call("config", "import", put(ready / "new.csv", SCOOTERS))
    [last] = stored(ready)[2][-1:]

    assert (last.action, last.object, last.outcome, last.source) == ("config", "offences", "imported", "command")
    assert last.detail == {"file": "new.csv", "added": 1, "changed": 0, "same": 0, "rows": ["beatdesk SCOOT"]}


def test_one_wrong_row_and_nothing_is_taken(ready: Path) -> None:
    before = stored(ready)
    result = run("config", "import", put(ready / "new.csv", SCOOTERS + "beatdesk,X,y,burgalry,1,victim,yes\n"))

    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.strip().splitlines()
    assert first == "new.csv was not taken, and nothing was changed:"
    assert second.startswith("line 3: there is no offence burgalry. Write burglary, or one of: ")
    assert stored(ready) == before


def test_g05_no_table_lets_drugs_rank(ready: Path) -> None:
    result = run("config", "import", put(ready / "new.csv", HEAD + "beatdesk,35A,Drugs,drugs,3,victim,yes\n"))

    assert "line 2: drugs ranks no place, because its records follow enforcement." in result.stderr
    assert stored(ready)[0]["beatdesk", "35A"].rankable is False


def test_shifts_of_the_agency_and_of_units_are_a_table_too(ready: Path) -> None:
    call("unit", "add", "Eighth", "--area", "district:008", "--tz", ZONE)
    call(
        "config",
        "import",
        put(ready / "s.csv", "unit,name,hours,days\n,days,06:00-14:00,\nEighth,late,17:00-03:00,fri\n"),
    )
    call("config", "export", "out.csv", "--table", "shifts")

    shifts = {(unit, shift.name): shift for unit, shift in stored(ready)[1]}
    assert shifts[None, "days"] == Shift("days", Hours(360, 840))
    assert shifts["Eighth", "late"] == Shift("late", Hours(1020, 180), ("fri",))
    assert (ready / "out.csv").read_text(encoding="utf-8-sig").splitlines()[-1] == "Eighth,late,17:00-03:00,fri"


@pytest.mark.parametrize(
    ("words_typed", "told"),
    [
        (("import", "no.csv"), "no.csv cannot be read: No such file or directory."),
        (("import", "x.txt"), "x.txt must end in .json for all tables or .csv for one."),
        (
            ("export", "x.csv"),
            "A .csv file holds one table. Say which: --table offences, shifts, ten_codes or words.",
        ),
        (
            ("export", "x.json", "--table", "planets"),
            "There is no table planets. The tables are: offences, shifts, ten_codes, words.",
        ),
        (("export", "no/x.json"), "x.json cannot be written: No such file or directory. Name another file."),
        (
            ("import", "odd.csv"),
            "The first line of odd.csv fits no table. Say which it is: --table offences, shifts, ten_codes or words.",
        ),
        (
            ("import", "odd.json"),
            'odd.json is not a JSON object of tables such as {"offences": […]}. Export one to see',
        ),
    ],
)
def test_a_wrong_call_says_what_to_do(ready: Path, words_typed: tuple[str, ...], told: str) -> None:
    put(ready / "odd.csv", "a,b\n1,2\n")
    put(ready / "odd.json", "[[[")

    assert refused("config", *words_typed)[: len(told)] == told


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"offences": 7}', '{"offences": [3]}', '{"planets": []}', "{}x", "null"]
)
def test_a_hostile_file_is_a_sentence(ready: Path, text: str) -> None:
    result = run("config", "import", put(ready / "x.json", text))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_what_the_map_does_not_know_is_listed_with_what_it_is_like(new_crime: Path) -> None:
    lines = call("offences", "proposed").stdout.splitlines()

    assert lines[0] == "beatdesk SCOOT: 90 rows, “ROBB BY E-SCOOTER”"
    assert [line for line in lines if "ODD" in line] == ["beatdesk ODD: 1 rows"]
    assert words.OPEN_UNLIKE in lines
    assert " ".join(" ".join(lines).split()).endswith(words.OPEN_HOW)
    assert lines[-1].strip() == "beatdesk offences proposed --output FILE.csv"


def test_codes_without_a_meaning_are_written_as_a_table_to_fill_in(new_crime: Path) -> None:
    told = call("offences", "proposed", "beatdesk", "--output", "codes.csv").stdout
    assert told.startswith("codes.csv: 2 codes, 1 of them without a proposal. Fill in the blanks")
    table = new_crime / "codes.csv"
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1:] == ["beatdesk,SCOOT,ROBB BY E-SCOOTER,robbery,365,victim,yes", "beatdesk,ODD,ODD,,,,"]

    # What was never decided is not agreed to, and nothing is half taken.
    blank = run("config", "import", "codes.csv")
    assert blank.exit_code == 2
    assert "line 3: slug is blank" in blank.stderr
    assert ("beatdesk", "SCOOT") not in stored(new_crime)[0]
    put(table, table.read_text(encoding="utf-8").replace("ODD,ODD,,,,", "ODD,Odd things,other,,mixed,no"))
    assert "2 added" in call("config", "import", "codes.csv").stdout
    assert call("offences", "proposed", "--output", "codes.csv").stdout.strip() == words.ALL_MAPPED
    assert "ends in .csv" in refused("offences", "proposed", "--output", "codes.txt")


def test_a_proposal_changes_no_count_until_it_is_accepted(new_crime: Path) -> None:
    before = stored(new_crime)[0]
    call("offences", "proposed", "beatdesk")
    assert stored(new_crime)[0] == before
    assert robberies()["items"] == []

    told = call("offences", "accept", "beatdesk", "SCOOT").stdout
    assert told.startswith("beatdesk SCOOT is now robbery, ranks: ROBB BY E-SCOOTER\n1 codes taken into the map.")
    assert [spot["offences"] for spot in robberies()["items"]] == [{"robbery": RANKED}]
    [last] = [each for each in stored(new_crime)[2] if each.action == "offences"]
    assert (last.object, last.outcome, last.detail) == ("beatdesk", "accepted", {"codes": ["SCOOT"], "count": 1})


def test_without_names_only_what_is_alike_enough_is_accepted(new_crime: Path) -> None:
    refused("offences", "accept", "beatdesk", "--least", "99.9", code=1)
    assert ("beatdesk", "SCOOT") not in stored(new_crime)[0]

    call("offences", "accept", "beatdesk", "--least", "60")
    assert ("beatdesk", "SCOOT") in stored(new_crime)[0]
    assert ("beatdesk", "ODD") not in stored(new_crime)[0]
    assert "SCOOT" not in call("offences", "proposed").stdout


def test_a_code_without_a_proposal_cannot_be_accepted(new_crime: Path) -> None:
    told = refused("offences", "accept", "beatdesk", "ODD", "SCOOT")

    assert told == "There is no proposal for ODD of beatdesk. See: beatdesk offences proposed beatdesk"
    assert ("beatdesk", "SCOOT") not in stored(new_crime)[0]


def test_the_map_is_listed_by_source(ready: Path) -> None:
    sources = call("offences", "list").stdout.splitlines()
    lines = call("offences", "list", "houston").stdout.splitlines()

    assert "houston: 7 codes, 4 may rank places" in sources
    assert [line.split()[0] for line in lines] == [
        "aggravated",
        "auto",
        "burglary",
        "murder",
        "rape",
        "robbery",
        "theft",
    ]
    assert refused("offences", "list", "atlantis").startswith(
        "There is no offence map of atlantis. There are: beatdesk,"
    )


def test_g36_an_unconfirmed_emergency_code_is_warned_of_until_the_agency_confirms_it(ready: Path) -> None:
    assert "note  10-33 counts as an emergency, but nobody has confirmed" in run("doctor").stdout
    confirmed = "code,meaning,emergency,confirmed\n10-33,Officer needs help,yes,yes\n10-78,Ambulance,no,yes\n"
    told = json.loads(call("config", "import", put(ready / "codes.csv", confirmed), "--json").stdout)
    assert told["tables"] == {"ten_codes": {"added": 0, "changed": 2, "same": 0}}

    assert "counts as an emergency" not in run("doctor").stdout
    call("config", "export", "out.csv", "--table", "ten_codes")
    rows = list(csv.DictReader(io.StringIO((ready / "out.csv").read_text(encoding="utf-8-sig"))))
    kept = {row["code"].lstrip("'"): (row["meaning"], row["emergency"]) for row in rows}
    # Confirming one code loses none of the others.
    assert len(kept) == 20
    assert kept["10-33"] == ("Officer needs help", "yes")
    assert kept["10-78"] == ("Ambulance", "no")


def test_a_wrong_ten_code_is_named_and_none_is_taken(ready: Path) -> None:
    wrong = "code,meaning,emergency,confirmed\n33,Trouble,yes,no\n10-4,,no,no\n10-5,Relay,perhaps,no\n"
    wrong += "10-9,Repeat,no,no\n10-9,Again,no,no\n"
    told = run("config", "import", put(ready / "codes.csv", wrong)).stderr
    assert words.BAD_CODE.format(where="line 2", text="33") in told
    assert words.NO_MEANING.format(where="line 3") in told
    assert words.BAD_TRUTH.format(where="line 4", column="emergency", text="perhaps") in told
    assert words.TWICE.format(where="line 6", key="10-9", first="line 5") in told


def test_a_short_emergency_number_cannot_be_tapped_and_the_doctor_says_so(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "note  911 cannot be tapped in a chat" in run("doctor").stdout
    monkeypatch.setenv("BEATDESK_PRESET", "uk")
    assert "note  999 cannot be tapped in a chat" in run("doctor").stdout
    monkeypatch.setenv("BEATDESK_DISPATCH_NUMBER", "+1 312 555 0100")
    assert "cannot be tapped" not in run("doctor").stdout
