"""Records whose code nobody has explained yet: they may be of any offence, and an answer says so (G31)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from ilp_core.storage import Store
from ilp_core.words.en import answers
from tests.command_line import call
from tests.frames import asked, days_ago, find, frame_of
from tests.small_city import history, row
from tests.test_desk import ask, desk_over

END = datetime(2016, 7, 15, 12)


def unknown(count: int) -> list[dict[str, str]]:
    """Records of the agency's own codes, one a day, at the place of the assaults."""
    return [row(5_000 + n, "020XX W OAK ST", END - timedelta(days=n), f"X{n % 3}") for n in range(count)]


def test_a_record_of_unknown_code_is_left_out_of_every_question_by_that_name() -> None:
    rows = [days_ago(3), days_ago(2, "nobody knows"), days_ago(1, "nor this")]
    for question in (asked(), asked(offences=("robbery",)), asked(offences=("burglary",))):
        finding = find(frame_of(rows), question)
        assert finding.excluded["unmapped"] == 2
        assert finding.rows == finding.evidence + sum(finding.excluded.values())
        assert finding.excluded["police_started"] == 0


async def test_g31_robberies_that_may_be_among_unknown_codes_are_not_0(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path, [*history(), *unknown(60)])
    text = (await ask(desk, "arsons dist 8")).answer.text
    assert text.startswith("Not known for district 008: 60 records of unknown code.")
    text = (await ask(desk, "robberies dist 8")).answer.text
    assert text.startswith("Hot: robberies, district 008")
    assert answers.UNMAPPED.format(n=60) in text
    # What is counted is counted without them, and says so.
    text = (await ask(desk, "drug spots dist 8 last 7 days")).answer.text
    assert text.startswith("0 drug records in district 008")
    assert answers.UNMAPPED.format(n=60) in text
    # How many there were is not known where more are of unknown code.
    text = (await ask(desk, "drugs dist 8 last 7 days")).answer.text
    assert text.startswith("Not known for district 008: 7 records of unknown code.")


async def test_a_few_unknown_codes_do_not_hide_a_0(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path, [*history(), *unknown(2)])
    text = (await ask(desk, "arsons dist 8")).answer.text
    assert text.startswith("0 in district 008.")
    assert "Left out: 2 other." in text


async def test_a_year_of_unknown_codes_is_known_for_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    text = (await ask(await desk_over(sqlite_store, tmp_path, unknown(60)), "whats hot dist 8")).answer.text
    assert text.startswith("Not known for district 008: 60 records of unknown code.")
    assert "police-started" not in text
    assert "Records begin" not in text


def test_a_source_without_an_explained_code_names_no_other_offence(folder: Path) -> None:
    rows = [f"A{n},{n % 28 + 1:02d}/07/2025 21:10,{('Raub', 'Diebstahl')[n % 2]},50.94{n % 7},6.95{n % 9},PI 3"
            for n in range(60)]  # fmt: skip
    table = folder / "koeln.csv"
    table.write_text("Vorgangsnummer,Tatzeit,Delikt,Breitengrad,Längengrad,Bezirk\n" + "\n".join(rows), "utf-8")
    call("migrate")
    call("import", "incidents", "koeln.csv", "--yes")
    call("officer", "add", "7", "--role", "officer", "--area", "district:PI 3", "--shift", "evenings")
    for words, offence in (("robberies", "robberies"), ("thefts", "thefts"), ("arsons", "arsons")):
        text = call("ask", words, "--as", "7", "--at", "2025-07-29T12:00:00+02:00").stdout
        assert text.strip() == answers.CODES_UNKNOWN.format(n=60, offence=offence)
    text = call("ask", "whats hot", "--as", "7", "--at", "2025-07-29T20:00:00+02:00").stdout
    assert text.startswith("Not known for district PI 3: 60 records of unknown code.")
