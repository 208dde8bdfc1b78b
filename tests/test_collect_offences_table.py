"""The offence map as a table for a spreadsheet: there and back, nothing that runs, every fault named."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_core.collect.offences.presets import offence_rules
from ilp_core.collect.tables.offences import offences_of, read_offences, write_offences
from ilp_core.collect.tables.shifts import UnitShift, read_shifts, write_shifts
from ilp_core.collect.tables.text import MOST_PROBLEMS, MOST_ROWS, rows_of
from ilp_core.domain.offences import RANKABLE_OFFENCES, OffenceRule
from ilp_core.domain.shifts import PRESET_SHIFTS, Shift
from ilp_core.domain.windows import Hours

HEAD = "source,code,label,slug,harm_days,initiation,rankable"
GOOD = "town,B1,Burglary of a shed,burglary,183.5,victim,yes"
RULE = OffenceRule("town", "B1", "Burglary of a shed", "burglary", 183.5, "victim", True)


def table(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows, ""])


def faults(*rows: str, head: str = HEAD) -> list[str]:
    rules, problems = read_offences(table(*rows, head=head))
    assert (rules == []) is bool(problems)
    return problems


def test_all_presets_come_back_as_they_were() -> None:
    assert read_offences(write_offences(offence_rules())) == (list(offence_rules()), [])


# Whatever a code or label is: no line breaks and no spaces at its ends, which no table keeps.
texts = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Co", "Cf")), min_size=1, max_size=40
).filter(lambda text: text.strip() == text and text.isprintable())
rules = st.builds(
    lambda source, code, label, slug, harm, ranks: OffenceRule(
        source, code, label, slug, harm, "victim", ranks and slug in RANKABLE_OFFENCES
    ),
    texts, texts, texts, st.sampled_from(["burglary", "drugs", "other"]),
    st.none() | st.integers(0, 5475).map(float) | st.sampled_from([273.5, 0.25]), st.booleans(),
)  # fmt: skip


@given(st.lists(rules, max_size=8, unique_by=lambda rule: (rule.source, rule.code)))
def test_any_rules_come_back_as_they_were(some: list[OffenceRule]) -> None:
    assert read_offences(write_offences(some)) == (some, [])


@pytest.mark.parametrize("code", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "--ALARM-VEHICLE ALARMS", "＝A1", "'=1"])
def test_no_cell_is_a_formula(code: str) -> None:
    text = write_offences([OffenceRule("town", code, code, "other", None, "mixed", False)])

    [_, row] = csv.reader(io.StringIO(text))
    assert [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@\t\r＝＋－＠")] == []
    assert read_offences(text)[0][0].code == code


@pytest.mark.parametrize("code", ["0110", "4E10", "10-12", "1/2/2020", "1.2.3", "9:30", "12345678901234567"])
def test_no_code_is_turned_into_a_number_or_a_date(code: str) -> None:
    text = write_offences([OffenceRule("town", code, "x", "other", None, "mixed", False)])

    assert f"'{code}," in text
    assert read_offences(text)[0][0].code == code


def test_a_weight_stays_a_number() -> None:
    assert ",183.5," in write_offences([RULE])


def test_an_apostrophe_of_ones_own_stays() -> None:
    text = table("town,'Bout,'tis a theft,other_theft,2,victim,yes")

    assert (read_offences(text)[0][0].code, read_offences(text)[0][0].label) == ("'Bout", "'tis a theft")


@pytest.mark.parametrize(
    "text",
    [
        table(GOOD),
        "\ufeff" + table(GOOD),
        table(GOOD).replace("\n", "\r\n"),
        table(GOOD.replace(",", ";").replace("183.5", "183,5"), head=HEAD.replace(",", ";")),
        table(GOOD.replace(",", "\t"), head=HEAD.replace(",", "\t")),
        table("", GOOD, ",,,,,,", head=HEAD.upper().replace("CODE", " Code ")),
        table(f"note,{GOOD},", head=f"remark,{HEAD},"),
        table("town,B1,Burglary of a shed,Burglary,183.5,Victim,TRUE"),
    ],
)
def test_what_spreadsheets_make_of_a_table_is_read(text: str) -> None:
    assert read_offences(text) == ([RULE], [])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "town,1,x,burglery,,victim,no",
            "line 3: there is no offence burglery. Write burglary, or one of: homicide,",
        ),
        ("town,1,x,car theft,,victim,no", "line 3: there is no offence car theft. Write"),
        ("town,1,x,burglary,lots,victim,no", "line 3: harm_days cannot be lots. Write days between 0 and 36500"),
        ("town,1,x,burglary,-1,victim,no", "line 3: harm_days cannot be -1."),
        ("town,1,x,burglary,nan,victim,no", "line 3: harm_days cannot be nan."),
        ("town,1,x,burglary,inf,victim,no", "line 3: harm_days cannot be inf."),
        ("town,1,x,burglary,1,police,no", "line 3: initiation cannot be police. Write victim, mixed or enforcement."),
        ("town,1,x,burglary,1,victim,perhaps", "line 3: rankable cannot be perhaps. Write yes or no."),
        ("town,1,x,burglary,1,victim,", "line 3: rankable cannot be blank. Write yes or no."),
        ("town,,x,burglary,1,victim,no", "line 3: code is blank. Write the code as it stands in the records."),
        (",1,x,burglary,1,victim,no", "line 3: source is blank. Write whose codes they are, such as chicago."),
        ("town,1,,burglary,1,victim,no", "line 3: label is blank. Write what the code means, in words."),
        ("town,B1,x,burglary,1,victim,no", "line 3: town B1 stands in line 2 already. Keep one of the two."),
        ("town,1,x,burglary,1,victim,no,more", "line 3 has more fields than the first line."),
        (f"town,{'1' * 300},x,burglary,1,victim,no", "line 3: code is longer than 200 signs. Shorten it."),
        ("town,1,a\x07b,burglary,1,victim,no", "line 3: label holds a line break or another sign"),
        ('town,1,"x,burglary', "line 3 cannot be read as a row of a table:"),
    ],
)
def test_every_fault_names_its_line_and_what_to_write(row: str, told: str) -> None:
    problems = faults(GOOD, row)

    assert [problem[: len(told)] for problem in problems] == [told]


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("drugs", "because its records follow enforcement"),
        ("prostitution", "because its records follow enforcement"),
        ("weapons", "because its records follow enforcement"),
        ("sexual", "to protect victims"),
        ("fraud", "because it is no offence that patrols at a place prevent"),
    ],
)
def test_g05_a_table_cannot_let_rank_what_never_ranks(slug: str, why: str) -> None:
    assert faults(f"town,1,x,{slug},1,victim,yes") == [f"line 2: {slug} ranks no place, {why}. Write no in rankable."]


def test_g05_a_table_cannot_let_rank_what_police_start() -> None:
    assert [line[:50] for line in faults("town,1,x,assault,1,enforcement,yes")] == [
        "line 2: a rankable offence must be one that victim"
    ]


def test_a_table_without_its_columns_is_told_which() -> None:
    assert faults("x", head="source,code,label,slug,harm,initiation,rankable") == [
        f"The first line has no column harm_days. Write these columns: {HEAD.replace(',', ', ')}."
    ]
    assert faults(head="")[0].startswith("The table is empty. Write the columns source, code,")
    assert faults(head=f"{HEAD},slug") == ["The first line names the column slug twice. Remove one."]


def test_very_many_faults_are_not_all_told() -> None:
    problems = faults(*(f"town,{number},x,nothing,,victim,no" for number in range(100)))

    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1] == "60 more problems are not shown. Mend these first."


def test_a_table_of_very_many_rows_is_refused() -> None:
    rows = [f"town,{number},x,other,,mixed,no" for number in range(MOST_ROWS + 1)]

    assert faults(*rows) == ["There are more than 20000 rows. Split the table into several files."]


@given(st.text(max_size=300))
def test_any_text_gives_rules_or_faults(text: str) -> None:
    rules, problems = read_offences(f"{HEAD}\n{text}")

    assert not (rules and problems)
    assert all(problem.endswith((".", ":")) for problem in problems)


def test_rows_of_json_are_held_to_the_same() -> None:
    columns = HEAD.split(",")
    entry = dict(zip(columns, ["town", "B1", "Burglary of a shed", "burglary", 183.5, "victim", True], strict=True))
    rows, problems = rows_of("offences", [entry], columns)

    assert (offences_of(rows), problems) == (([RULE], []), [])
    assert rows_of("offences", {"a": 1}, columns)[1][0].startswith("offences is not a list of rows.")
    assert rows_of("offences", [entry, 7], columns)[1][0].startswith("offences entry 2 is not an object.")


def test_shifts_come_back_as_they_were() -> None:
    shifts: list[UnitShift] = [(None, each) for each in PRESET_SHIFTS]
    shifts.append(("Eighth", Shift("late tour", Hours(17 * 60, 3 * 60), ("fri", "sat"))))

    assert read_shifts(write_shifts(shifts), ["Eighth"]) == (shifts, [])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",nights,23-7,", "line 2: 23-7 are not hours. Write HH:MM-HH:MM, such as 23:00-07:00."),
        (",nights,23:00-07:00,monday", "line 2: monday are not weekdays. Write them like mon,tue, or nothing"),
        (",,23:00-07:00,", "line 2: a shift's name is 1 to 30 letters"),
        ("Ninth,nights,23:00-07:00,", "line 2: there is no unit Ninth. Add it first: beatdesk unit add Ninth"),
    ],
)
def test_every_fault_of_a_shift_names_its_line(row: str, told: str) -> None:
    shifts, problems = read_shifts(f"unit,name,hours,days\n{row}\n", ["Eighth"])

    assert (shifts, [problem[: len(told)] for problem in problems]) == ([], [told])
