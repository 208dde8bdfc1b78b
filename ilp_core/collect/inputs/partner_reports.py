"""Partner reports: what housing, schools, shops and others tell about a place, under the same rules as concerns."""

from __future__ import annotations

import json
from typing import Final, cast

from ilp_core.collect.inputs.concerns import refuse_personal
from ilp_core.collect.inputs.reading import LONGEST_TEXT, InputLayout, Row, RowRejected
from ilp_core.collect.inputs.traits import says_only_who
from ilp_core.domain.inputs import PARTNER_KINDS, PartnerReport
from ilp_core.words import inputs as words


def _read(row: Row) -> PartnerReport:
    report = PartnerReport(
        id=row.needed("id"),
        day=row.day("date"),
        partner=row.needed("partner"),
        area=row.area("area"),
        place=row.text("place"),
        kind=row.choice("kind", PARTNER_KINDS, {}),
        text=row.needed("text", LONGEST_TEXT),
        n=row.count("n") if row.text("n") else None,
    )
    if not report.area and not report.place:
        raise RowRejected(words.NOWHERE)
    refuse_personal(report.text, report.place, report.area, report.partner)
    if says_only_who(report.text):
        raise RowRejected(words.WHO_ONLY)
    return report


def _key(row: PartnerReport) -> str:
    # Each partner counts its own reports.
    return json.dumps([row.partner.casefold(), row.id.casefold()], ensure_ascii=False)


PARTNER_REPORTS: Final = InputLayout(
    kind="partner",
    title="partners",
    columns=("id", "date", "partner", "area", "place", "kind", "text", "n"),
    optional=frozenset({"area", "place", "n"}),
    dates=("date",),
    example={
        "id": "EXAMPLE-1",
        "date": "2016-07-15",
        "partner": "Elm Housing",
        "area": "beat:0835",
        "place": "Elm Heights",
        "kind": "housing",
        "text": "Entry door broken three times in July, drinking in the stairwell at night",
        "n": "3",
    },
    read=_read,
    key=lambda row: _key(cast(PartnerReport, row)),
)
