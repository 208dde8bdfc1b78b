"""The desk's own layout, for agencies that can shape their export, and for the invented town of the demo.

Times are ISO 8601; without an offset they are local times of the load's zone. Codes are NIBRS codes. Blank
means unknown, also for ``domestic`` and ``officer_initiated``.
"""

from __future__ import annotations

from typing import Final

from ilp_core.collect.layout import Layout

_FIELDS: Final = (
    "id", "occurred_from", "occurred_to", "reported", "code", "description", "premise", "block", "beat",
    "district", "neighbourhood", "force", "lat", "lon", "domestic", "officer_initiated",
)  # fmt: skip

OWN: Final = Layout(
    name="beatdesk",
    title="the desk's own layout",
    columns={name: name for name in _FIELDS},
    optional=frozenset(
        {
            "occurred_to",
            "reported",
            "description",
            "premise",
            "block",
            "district",
            "neighbourhood",
            "force",
            "domestic",
            "officer_initiated",
        }
    ),
    clean={"code": str.upper},
)
