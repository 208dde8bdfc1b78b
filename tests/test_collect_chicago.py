"""The open data of Chicago: the whole file, the portal's own exports, and two vintages of the same rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.columns import COLUMN_TYPES
from ilp_core.storage import Store
from tests.support import SHARED, require
from tests.test_collect_load import incident, load, stored

DATA = SHARED / "data"
WHOLE = DATA / "chicago_crimes_2014-2016.parquet"
SAMPLE = DATA / "native_samples/chicago_portal_22col_2015_10k.csv.gz"

pytestmark = pytest.mark.shared


async def test_the_whole_file_and_then_the_same_file_again(sqlite_store: Store) -> None:
    require("shared")
    await load_presets(sqlite_store)
    report = await load(sqlite_store, WHOLE)
    assert (report.rows, report.loaded, report.updated, report.known) == (807_942, 807_942, 0, 0)
    assert (report.located, report.rejected, report.unmapped) == (0.9887, {}, {})
    assert report.first is not None
    assert report.last is not None
    assert report.first.isoformat() == "2014-01-01T00:00:00-06:00"
    assert report.last.isoformat() == "2016-12-31T23:59:00-06:00"
    before = await stored(sqlite_store)
    count, version, (block,) = before
    assert (count, version, block.rows) == (807_942, 1, 807_942)
    columns = {name: np.frombuffer(block.columns[name], kind) for name, kind in COLUMN_TYPES.items()}
    assert (np.diff(columns["time"]) >= 0).all()
    # 9,108 rows without coordinates and 5 at the projected null point (the data's own description).
    assert int(np.isnan(columns["x"]).sum()) == 9_113
    assert float(np.nanmax(columns["x"]) - np.nanmin(columns["x"])) < 50_000
    async with sqlite_store.read() as uow:
        assert len([area for area in await uow.areas.all() if area.ref.kind == "beat"]) == len(block.words["beat"])
    again = await load(sqlite_store, WHOLE)
    assert (again.rows, again.loaded, again.updated, again.known) == (807_942, 0, 0, 807_942)
    assert await stored(sqlite_store) == before


def vintage_2018(path: Path) -> Path:
    """The rows of the whole file that are also in the sample of early 2015."""
    table = pq.read_table(WHOLE)
    months = pc.utf8_slice_codeunits(table.column("Date"), 0, 2)
    years = pc.utf8_slice_codeunits(table.column("Date"), 6, 10)
    early = pc.and_(pc.equal(years, "2015"), pc.is_in(months, pa.array(["01", "02"])))
    pq.write_table(table.filter(early), path)
    return path


async def test_two_vintages_in_both_orders(sqlite_store: Store, tmp_path: Path) -> None:
    require("shared")
    late = vintage_2018(tmp_path / "late.parquet")
    first = await load(sqlite_store, SAMPLE)
    assert (first.rows, first.loaded, first.rejected) == (9_999, 9_999, {})
    second = await load(sqlite_store, late)
    assert second.rows == second.loaded + second.updated + second.known
    assert second.updated > 9_000
    count, version, _ = await stored(sqlite_store)
    third = await load(sqlite_store, SAMPLE)
    assert (third.loaded, third.updated, third.known) == (0, 0, 9_999)
    assert (await stored(sqlite_store))[:2] == (count, version)
    # The first record of the first load now stands in the version that the second brought.
    assert (await incident(sqlite_store, 1))["load"] == 2


@pytest.mark.parametrize(("day", "rows"), [("2015-12-31", 609), ("2016-07-04", 846)])
async def test_daily_exports(sqlite_store: Store, day: str, rows: int) -> None:
    require("shared")
    report = await load(sqlite_store, DATA / f"native_samples/chicago_socrata_20col_{day}.csv")
    assert (report.rows, report.loaded, report.rejected) == (rows, rows, {})
