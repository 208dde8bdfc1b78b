"""References: positions on a list, receipts, numbers of tips, tasks and spots, and grades."""

from __future__ import annotations

import pytest

from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.references import References, read_references


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2nd one - why", References(item=2)),
        ("the second one", References(item=2)),
        ("why #3", References(item=3)),
        ("why 2", References(item=2)),
        ("#1", References(item=1)),
        ("3", References(item=3)),
        ("2nd", References(item=2)),
        ("number 4 pls", References(item=4)),
        ("item 12", References(item=12)),
        ("skip the 2nd", References(item=2)),
        ("on scene 1st", References(item=1)),
        ("segundo punto", References(item=2)),
        ("hs2", References(spot=2)),
        ("im at hs-14", References(spot=14)),
        ("tip 2231", References(ref="2231")),
        ("any news on tip #2231", References(ref="2231")),
        ("task 88 done", References(ref="88")),
        ("report 16-004512", References(ref="16-004512")),
        ("merge 2231 and 2230", References(ref="2231")),
        ("approve 2231 2B P", References(ref="2231", grade="2BP")),
        ("1BP", References(grade="1BP")),
        ("grade 2231 3 e", References(ref="2231", grade="3E")),
        ("tip 2231 2b c a1 s2", References(ref="2231", grade="2BCA1S2")),
        ("why 3k9q7t", References(receipt="3K9Q7T")),
        ("why receipt 3k9q7t?", References(receipt="3K9Q7T")),
        ("receipt #ABC234", References(receipt="ABC234")),
        ("por que 3k9q7t", References(receipt="3K9Q7T")),
        ("/why FXHZAE", References(receipt="FXHZAE")),
    ],
)
def test_what_a_message_points_at(text: str, expected: References) -> None:
    plain = normalise(text)
    references, spans = read_references(plain)
    assert references == expected
    assert spans
    for span in spans:
        assert plain[span.start : span.end] == span.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whats hot",
        "5th and main",
        "last 7 days",
        "beat 12",
        "no 2 min",
        "item 100",
        "why street crime",
        "why so many robberies",
        "tip",
        "tip about 63rd st",
        "3 e main st",
        "2a",
        "at 10:30",
    ],
)
def test_what_points_at_nothing(text: str) -> None:
    assert read_references(normalise(text)) == (References(), ())


def test_a_code_of_letters_alone_must_be_all_that_is_asked() -> None:
    assert read_references("why fxhzae")[0].receipt == "FXHZAE"
    assert read_references("why fxhzae is hot")[0].receipt is None
