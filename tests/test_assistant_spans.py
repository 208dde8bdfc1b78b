"""Spans: masking keeps positions, and what is taken is not read again."""

from __future__ import annotations

from ilp_core.assistant.spans import TAKEN, Span, masked, words_left


def test_masking_keeps_every_other_sign_where_it_was() -> None:
    text = "burgs last night beat 7"
    spans = (Span("offence", 0, 5, "burgs", "burglary"), Span("time", 6, 16, "last night", "last night"))
    hidden = masked(text, spans)
    assert len(hidden) == len(text)
    assert hidden == f"{TAKEN * 5} {TAKEN * 10} beat 7"
    assert words_left(hidden) == ["beat", "7"]
