"""The open Chicago records as a frame, read straight from the file: no store, no load, the same columns."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.collect.offences.presets import offence_rules
from ilp_core.collect.projection import project
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock

CHICAGO = Path(__file__).resolve().parents[3] / "shared/data/chicago_crimes_2014-2016.parquet"
ZONE = ZoneInfo("America/Chicago")
UTM = 32616
FIELDS = {"IUCR": "code", "Beat": "beat", "District": "district", "Block": "block", "Location Description": "premise"}


def chicago_rules():
    """The offence map of Chicago."""
    return tuple(rule for rule in offence_rules() if rule.source == "chicago")


def chicago_frame(since: str = "2014-01-01") -> IncidentFrame:
    """Every located Chicago record since a date, known as soon as it occurred: the file has no time of report."""
    columns = ["Date", "Latitude", "Longitude", "Domestic", *FIELDS]
    table = pd.read_parquet(CHICAGO, columns=columns)
    local = pd.to_datetime(table["Date"], format="%m/%d/%Y %I:%M:%S %p")
    kept = (local >= since) & (table["Latitude"] != "")
    table, local = table[kept], local[kept]
    utc = local.dt.tz_localize(ZONE, ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")
    x, y = project(UTM, table["Latitude"].astype(float).to_numpy(), table["Longitude"].astype(float).to_numpy())
    time = utc.dt.tz_localize(None).astype("datetime64[s]").astype("int64").to_numpy()
    order = np.argsort(time, kind="stable")
    values = {
        "incident": np.arange(1, len(time) + 1),
        "time": time,
        "end": time,
        "known": time,
        "local": local.astype("datetime64[s]").astype("int64").to_numpy(),
        "x": x,
        "y": y,
        "domestic": (table["Domestic"] == "true").to_numpy(),
        "initiated": np.full(len(time), -1),
        "timed": np.ones(len(time)),
    }
    words: dict[str, tuple[str, ...]] = dict.fromkeys(VOCABULARIES, ())
    for field, name in FIELDS.items():
        text = table[field].str.zfill(4) if name == "code" else table[field]
        codes, distinct = pd.factorize(text.where(text != ""), sort=True)
        values[name], words[name] = codes, tuple(distinct)
    packed = {
        name: np.asarray(values.get(name, np.full(len(time), -1)), dtype=kind)[order].tobytes()
        for name, kind in COLUMN_TYPES.items()
    }
    return build_frame([ColumnBlock(1, "chicago", len(time), packed, words, replaces=False)], chicago_rules())
