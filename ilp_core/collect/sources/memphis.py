"""Robberies of persons in Memphis in 2019, as the R package sfhotspot publishes them (Crime Open Database).

Facts of the source (shared data notes): times are local although their file may say otherwise; points are rounded to
three decimals, about 100 m.
"""

from __future__ import annotations

from typing import Final

from ilp_core.collect.layout import Layout

MEMPHIS: Final = Layout(
    name="memphis",
    title="Memphis robberies as sfhotspot publishes them",
    zone="America/Chicago",
    columns={
        "id": "uid",
        "occurred_from": "date",
        "code": "offense_type",
        "lat": "latitude",
        "lon": "longitude",
    },
    marks={"city_name": False, "date_single": False, "offense_code": False},
    clean={"code": str.casefold},
    cannot_answer=(
        "Other offences: this data holds robberies of persons only.",
        "Areas and blocks: this data names neither beats nor streets.",
    ),
    notes=("Points are rounded to about 100 m.",),
)
