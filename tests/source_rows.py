"""Rows in the shape of a source, as the loader makes fields of them; for the tests of layouts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ilp_core.collect.coded import coded
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.records import tidy
from ilp_core.collect.times import TimeColumn
from ilp_core.collect.warts import Warts
from ilp_core.domain.columns import EXTRA_VOCABULARIES, NO_TIME, VOCABULARIES

#: What ``prepare`` may hand on (the docstring of ``Layout``).
FIELDS = {
    "id", "stamp", "occurred_from", "occurred_to", "reported", "description", "lat", "lon", "domestic",
    "officer_initiated", *VOCABULARIES,
}  # fmt: skip


def batch(layout: Layout, columns: Mapping[str, list[str]]) -> Fields:
    """Coded columns under the layout's field names, as the loader makes them from columns of the source's names."""
    found = layout.find(list(columns))
    assert layout.missing(list(columns)) == []
    return {part: coded(columns[name]) for part, name in found.items()}


def read(layout: Layout, columns: Mapping[str, list[str]]) -> tuple[dict[str, list[str]], dict[str, int]]:
    """The texts that the desk keeps of a file's rows, and the warts counted in them."""
    fields = batch(layout, columns)
    warts = Warts(layout)
    warts.see(fields)
    prepared = layout.prepare(fields)
    assert set(prepared) <= FIELDS | set(EXTRA_VOCABULARIES[layout.kind])
    texts = {
        part: [layout.clean.get(part, str)(tidy(text)) for text in column.texts()]
        for part, column in prepared.items()
    }
    return texts, warts.counts()


def utc(layout: Layout, texts: list[str]) -> list[str]:
    """Times as the loader understands them, in UTC; ``-`` for none."""
    assert layout.zone is not None
    moments = TimeColumn(layout.zone, layout.order, layout.dates).read(coded(texts))
    return [
        "-" if second == NO_TIME else datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")
        for second in moments.utc.tolist()
    ]
