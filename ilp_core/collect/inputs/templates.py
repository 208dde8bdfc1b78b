"""Templates: the columns of an input as an empty table with one made-up row, which can never be loaded."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Final

from ilp_core.collect.inputs.concerns import CONCERNS
from ilp_core.collect.inputs.partner_reports import PARTNER_REPORTS
from ilp_core.collect.inputs.surveys import SURVEYS
from ilp_core.collect.sources.own import INCIDENTS_EXAMPLE
from ilp_core.collect.sources.own_calls import CALLS_EXAMPLE
from ilp_core.collect.sources.own_example import refuse_example
from ilp_core.collect.sources.own_stops import STOPS_EXAMPLE
from ilp_core.domain.errors import CallError
from ilp_core.words import inputs as words

__all__ = ["TEMPLATES", "refuse_example", "template_text"]

#: Name to the example row, whose keys are the columns.
TEMPLATES: Final[Mapping[str, Mapping[str, str]]] = {
    **{layout.title: layout.example for layout in (CONCERNS, SURVEYS, PARTNER_REPORTS)},
    "incidents": INCIDENTS_EXAMPLE,
    "calls": CALLS_EXAMPLE,
    "stops": STOPS_EXAMPLE,
}


def template_text(name: str) -> str:
    """The template ``name`` as CSV: the column names and one example row. Raises CallError where there is none."""
    example = TEMPLATES.get(name.strip().casefold())
    if example is None:
        raise CallError(words.NO_TEMPLATE.format(name=name, names=", ".join(TEMPLATES)))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(example), lineterminator="\n")
    writer.writeheader()
    writer.writerow(example)
    return text.getvalue()
