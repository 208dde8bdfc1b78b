"""The load report as text and as a page: short, true to the report, harmless whatever a file put into it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser

from ilp_core.domain.incidents import LoadReport
from ilp_core.present import load_facts, load_page
from ilp_core.present.load_report import report_html, report_text
from ilp_core.words.en import imports as words
from tests import load_reports
from tests.watched_page import watched_page

Report = dict[str, Any]
KINDS = {
    "chicago": load_reports.chicago,
    "police_uk": load_reports.police_uk,
    "cut_off": load_reports.cut_off,
    "hostile": load_reports.hostile,
}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
PHONE = {"viewport": {"width": 360, "height": 740}}


def report(**parts: Any) -> Report:
    """A report of a load without anything to tell but ``parts``."""
    return {**LoadReport("a.csv", "chicago", 0, 0, 0, 0, {}, None, None, None, None, load=7).as_json(), **parts}


class Reader(HTMLParser):
    """What a page holds: its tags with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._in_style = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style and data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.words)


# The text


def test_the_text_of_an_older_report() -> None:
    assert report_text(load_reports.older()).splitlines() == [
        "crimes.csv: read as chicago, 9,999 rows",
        "  loaded 9,999 · updated 0 · already known 0",
        "  with coordinates 98.4% · with a real hour 100.0%",
        "  first 2015-01-23 08:30 · last 2015-02-08 23:43",
        "  this data cannot answer:",
        "    No reported time: questions about the past use the occurred time.",
        "  2 rows have offence codes that are not in the map; they count as other and rank no place:",
        "    9999: 2",
        "    say what they mean: beatdesk offences proposed chicago --output codes.csv",
    ]


def test_the_text_of_months_gives_no_day_and_no_hour() -> None:
    assert report_text(load_reports.police_uk()).splitlines() == [
        "policeuk_west-yorkshire_2016-07_2017-07_2018-07.zip: read as police-uk street, 87,348 rows, load 12",
        "  38 earlier records withdrawn: the file no longer holds them.",
        "  loaded 31,635 · updated 214 · already known 55,499",
        "  with coordinates 95.7%",
        "  first 2016-07 · last 2018-07 · Europe/London",
        "  this data cannot answer:",
        "    Months only: no shift or hour questions.",
        "    Addresses: points are those “on or near” a street, shared by many records.",
        "    Domestic incidents: this data does not separate them, so violence is answered by beat only.",
        "  neighbourhood: 96.1% lie in the area they name (83,577 compared), 93 lie in no area",
        "  no rows in: 2016-08 to 2017-06 (11 months), 2017-08 to 2018-06 (11 months)",
        "  repeats: rows alike but for nothing (5,709)",
        "  mended or odd:",
        "     18,867  rows without a Crime ID, counted per force and month",
        "  note: Contains data.police.uk records under the Open Government Licence v3.0.",
    ]


def test_the_text_says_what_to_decide_and_how() -> None:
    lines = report_text(load_reports.chicago()).splitlines()

    at = lines.index("  for an analyst to confirm or reject:")
    assert lines[at + 1 : at + 5] == [
        "    00:01 as the time of 9,804 rows, about 561 expected",
        "      beatdesk data confirm 4",
        "    036XX S COTTAGE GROVE AVE (41.82731, -87.60842): 1,911 rows of 19 kinds",
        "      beatdesk data confirm 3",
    ]
    assert "    0498: 41, like “AGGRAVATED DOMESTIC BATTERY” (assault, 91%)" in lines
    assert "    take the proposals: beatdesk offences accept chicago" in lines


def test_a_cut_list_says_where_the_rest_is() -> None:
    lines = report_text(load_reports.cut_off()).splitlines()

    assert "    and 24 more, see: beatdesk data show 1 --html FILE" in lines
    assert "    and 24 more" in report_text({**load_reports.cut_off(), "load": None}).splitlines()


@every_kind
def test_the_text_stays_on_one_screen(kind: Callable[[], Report]) -> None:
    assert len(report_text(kind()).splitlines()) <= 40


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, ["The file holds no rows. Nothing was stored."]),
        ({"rows": 1, "loaded": 1}, ["1 row loaded."]),
        ({"rows": 9_999, "loaded": 9_999}, ["All 9,999 rows loaded."]),
        ({"rows": 9_999, "known": 9_999}, ["Nothing new: every row that could be read was known already."]),
        (
            {"rows": 9_648, "loaded": 9_647, "rejected": {"cut off": 1}},
            ["9,647 whole rows loaded.", "The file was cut off in its last row."],
        ),
        (
            {"rows": 9, "loaded": 1, "updated": 2, "known": 3, "rejected": {"no date": 2, "cut off": 1}},
            [
                "1 whole row loaded, 2 updated, 3 known already, 3 rejected.",
                "The file was cut off in its last row.",
            ],
        ),
        ({"rows": 3, "rejected": {"no date": 3}}, ["No row could be used. Nothing was stored."]),
        (
            {"rows": 2, "updated": 2, "withdrawn": 1},
            ["2 rows updated.", "1 earlier record withdrawn: the file no longer holds it."],
        ),
        (
            {"rows": 9_999, "known": 9_999, "withdrawn": 5_125},
            [
                "No row is new: all that could be read were known already.",
                "5,125 earlier records withdrawn: the file no longer holds them.",
            ],
        ),
        (
            {"rows": 2, "loaded": 2, "undone_by": 9},
            ["This load was taken back by load 9. Its rows do not count.", "All 2 rows loaded."],
        ),
        (
            {"rows": 2, "loaded": 2, "kind": "stop"},
            ["All 2 rows loaded.", "Stops serve fairness checks. They rank no place."],
        ),
    ],
)
def test_the_verdict_comes_first_and_is_plain(parts: Report, said: list[str]) -> None:
    assert load_facts.verdict(report(**parts)) == said

    read = Reader(report_html(report(**parts)))
    at = next(n for n, (tag, attrs) in enumerate(read.tags) if attrs.get("class") == "verdict")
    assert [tag for tag, _ in read.tags[:at] if tag in ("section", "figure")] == []
    assert said[0] in read.words


def test_what_withdraws_records_is_not_called_nothing_new() -> None:
    lines = report_text(report(rows=9, known=9, withdrawn=2)).splitlines()
    assert lines[1:4] == [
        "  2 earlier records withdrawn: the file no longer holds them.",
        "  No row is new: all that could be read were known already.",
        "  loaded 0 · updated 0 · already known 9",
    ]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0, "0.0%"),
        (0.0001, "under 0.1%"),
        (0.5, "50.0%"),
        (0.9996, "over 99.9%"),
        (0.9994, "99.9%"),
        (1, "100.0%"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, told: str) -> None:
    assert load_facts.percent(share) == told


# The page


def test_the_page_carries_source_date_and_who() -> None:
    text = Reader(report_html(load_reports.chicago())).text

    for told in (
        "Load 7 · chicago_crimes_2014-2016.parquet",
        "chicago, 20 columns",
        "1 Jan 2014 to 31 Dec 2016",
        "20 Nov 2018, 09:41 UTC",
        "command:analyst",
        "807,906 rows loaded, 36 rejected.",
        "beatdesk data confirm 3",
        "beatdesk data reject 3",
        "beatdesk offences accept chicago",
        "No rows (hatched): 4 Jul 2016 to 9 Jul 2016 (6 days).",
    ):
        assert told in text


def test_months_are_told_as_months() -> None:
    text = Reader(report_html(load_reports.police_uk())).text

    assert text.count("Months only: no shift or hour questions.") == 1
    assert "Jul 2016 to Jul 2018" in text
    assert words.FIGURE_TIMED not in text
    assert re.search(r"\d:\d\d", text.replace("14:05 +01:00", "")) is None


def test_months_only_is_said_even_where_the_report_does_not() -> None:
    assert load_facts.cannot_answer(report(precision="month")) == ["Months only: no shift or hour questions."]
    own = "Months only: no shift or hour questions, and no days or weeks."
    assert load_facts.cannot_answer(report(precision="month", cannot_answer=["Blocks: none.", own])) == [
        own,
        "Blocks: none.",
    ]


@every_kind
def test_the_same_report_gives_the_same_bytes(kind: Callable[[], Report]) -> None:
    assert report_html(kind()).encode() == report_html(kind()).encode()


def test_what_there_is_nothing_of_has_no_heading() -> None:
    read = Reader(report_html(report(rows=1, loaded=1)))

    assert [tag for tag, _ in read.tags if tag == "h2"] == []


def test_a_long_list_is_whole_behind_a_click() -> None:
    page = report_html(load_reports.cut_off())

    assert "<summary>and 21 more</summary>" in page
    assert [n for n in range(3, 30) if f">{n}X<" not in page] == []


def test_nothing_of_a_hostile_report_becomes_markup() -> None:
    plain, hostile = (Reader(report_html(kind())) for kind in (load_reports.chicago, load_reports.hostile))

    assert {tag for tag, _ in hostile.tags} - {tag for tag, _ in plain.tags} <= {"ul"}
    names = {name for _, attributes in hostile.tags for name in attributes}
    assert [name for name in names if name.startswith("on") or name in ("src", "style")] == []
    assert [attributes["href"] for _, attributes in hostile.tags if "href" in attributes] == ["data:,"]
    assert load_reports.NASTY[0] in hostile.words
    assert load_reports.NASTY[4] in hostile.words


@every_kind
@pytest.mark.parametrize("render", [report_text, report_html])
def test_no_sign_steers_a_terminal_or_turns_a_line(
    kind: Callable[[], Report], render: Callable[[Report], str]
) -> None:
    shown = render(kind())

    assert {sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign != "\n"} == set()
    assert max(map(len, re.split(r"[\s<>]", shown))) <= load_facts.SENTENCE
    assert shown.encode("utf-8")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from([*report(), "source", "started_at", "undone_by"]), VALUES, max_size=6))
def test_no_report_brings_the_page_or_the_text_down(anything: Report) -> None:
    assert report_html(anything).endswith("</html>\n")
    assert len(report_text(anything).splitlines()) <= 45


def luminance(colour: str) -> float:
    """Relative luminance of ``#rgb`` or ``#rrggbb`` (WCAG 2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", [0, 1, 2], ids=["light", "dark", "paper"])
def test_words_and_bars_stand_out_in_every_palette(palette: int) -> None:
    blocks = re.findall(r":root \{(.*?)\n *\}", load_page._style(), re.S)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", blocks[palette]))

    for letters, ground in (
        ("ink", "paper"),
        ("soft", "paper"),
        ("ink", "shade"),
        ("ink", "warn-paper"),
        ("warn", "warn-paper"),
    ):
        assert contrast(colours[letters], colours[ground]) >= 4.5, (letters, ground)
    for shape, ground in (("data", "paper"), ("data", "track"), ("warn-line", "paper"), ("data", "on-data")):
        assert contrast(colours[shape], colours[ground]) >= 2.8, (shape, ground)


# The page in a browser


@pytest.mark.chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_fits_a_phone_and_asks_nobody_for_anything(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    for name, kind in KINDS.items():
        file = tmp_path / f"{name}.html"
        file.write_bytes(report_html(kind()).encode())
        complaints: list[str] = []
        page = await watched_page(browser, file.as_uri(), complaints, **PHONE, color_scheme=scheme)
        await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")

        # The icon is an empty one that stands in the page itself.
        assert [each for each in complaints if each != "data:,"] == []
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        outside = (
            "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 360.5).length"
        )
        assert await page.evaluate(outside) == 0
        overlaps = """[...document.querySelectorAll('.days text[y="130"]')].map(e => e.getBoundingClientRect())
            .filter((box, n, all) => n && box.left < all[n - 1].right + 2).length"""
        assert await page.evaluate(overlaps) == 0
        await page.context.close()


@pytest.mark.chromium
async def test_an_ordinary_load_is_one_sheet_of_paper(browser: Browser, tmp_path: Path) -> None:
    sheets = {}
    for name in ("chicago", "police_uk", "cut_off"):
        file = tmp_path / f"{name}.html"
        file.write_bytes(report_html(KINDS[name]()).encode())
        page = await watched_page(browser, file.as_uri(), [])
        printed = await page.pdf(prefer_css_page_size=True)
        sheets[name] = len(re.findall(rb"/Type\s*/Page\b", printed))
        await page.context.close()

    assert sheets == {"chicago": 1, "police_uk": 1, "cut_off": 1}
