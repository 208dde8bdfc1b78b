"""What the fuzz of the import found: each trap in a small file, and what it must come to."""

from __future__ import annotations

import csv
import gzip
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ilp_core.collect.bounds import BATCH_SIGNS
from ilp_core.collect.coded import Coded, joined
from ilp_core.collect.generic.mapped_layout import layout_of
from ilp_core.collect.generic.mapping_file import read_map_text
from ilp_core.collect.generic.traits import _ADDRESS
from ilp_core.collect.load import Options, load_files
from ilp_core.collect.members import tables_in
from ilp_core.collect.parquet_table import ParquetTable
from ilp_core.collect.reading import open_table
from ilp_core.collect.times import check_zone
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store
from tests.test_collect_load import NOW, OWN, load, portal_file

HEAD = b"id,occurred_from,code,beat,lat,lon\n"
LINE = b"A1,2026-02-01T22:10:00,23F,0101,38.5,-47.0\n"


def drained(path: Path) -> int:
    """How many rows a table has, all of it read and none kept."""
    with open_table(path) as table:
        return sum(len(batch["id"]) for batch in table.batches(["id"]))


def refusal(path: Path) -> str:
    """The sentence with which a table is refused."""
    with pytest.raises(CallError) as caught:
        drained(path)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 600
    return said


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert "is a pipe or a device" in refusal(tmp_path / "a.csv")


def test_a_device_without_an_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to("/dev/zero")
    assert "is a pipe or a device" in refusal(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("name", "said"),
    [("a\0b.csv", "There is no file"), ("x" * 300, "cannot be read"), ("missing/a.csv", "There is no file")],
    ids=["NUL", "long", "folder"],
)
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str, said: str) -> None:
    assert said in refusal(tmp_path / name)


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "a.csv")
    assert "cannot be read" in refusal(tmp_path / "a.csv")


def test_a_files_name_steers_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\n\x1b[2J.csv"
    path.write_bytes(b"\n\n")
    assert refusal(path) == "a??[2J.csv is empty. Export it again."


@pytest.mark.parametrize("name", ["a\0b", "x" * 2_000, "Nowhere\nTown"])
def test_a_zone_that_is_none_is_named_in_one_line(name: str) -> None:
    with pytest.raises(CallError) as caught:
        check_zone(name)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 150


async def test_a_mapping_whose_columns_are_not_there_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    # No column at all was read then, and the load waited for ever.
    mapping = read_map_text('source = "x"\nsame_offence = "y"\n[columns]\noccurred_from = "When"\n', "a.toml")
    path = portal_file(tmp_path / "a.csv", [OWN])
    with pytest.raises(CallError, match="these are missing: When"):
        await load_files(sqlite_store, path, Options(map=mapping), by="x", now=NOW, progress=lambda *_: None)


def test_two_entries_of_one_name_are_said_to_be_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", HEAD + LINE)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", HEAD + LINE)
    assert "several files of one name" in refusal(tmp_path / "a.zip")


async def test_a_zip_of_tables_that_nobody_knows_says_what_to_do(sqlite_store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "x,y\n1,2\n")
        archive.writestr("b.csv", "x,z\n1,2\n")
    with pytest.raises(CallError, match="Unpack it and import one file at a time"):
        await load(sqlite_store, tmp_path / "a.zip")


def test_a_row_of_many_lines_is_as_long_as_a_line_may_be(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(HEAD + b'"\n",' * 400_000 + b"\n" + LINE)
    assert "more than 1,000,000 signs" in refusal(path)


def test_a_batch_is_bounded_by_what_it_holds(tmp_path: Path) -> None:
    path, long = tmp_path / "a.csv", "x" * 100_000
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([number, long] for number in range(400))
    with open_table(path) as table:
        sizes = [len(batch["id"]) for batch in table.batches(["id"])]
    assert sum(sizes) == 400
    assert max(sizes) <= BATCH_SIGNS / 100_000 + 2


@pytest.mark.parametrize("line", [LINE, b"\n", b"1\n"], ids=["rows", "blank lines", "short rows"])
def test_a_small_packed_file_of_millions_of_lines_is_refused(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "a.csv.gz"
    part = gzip.compress((line * 10**6)[: 4 * 2**20], mtime=0)
    path.write_bytes(gzip.compress(HEAD + LINE) + part * 20)
    assert "unpacks to more than 100 times its size" in refusal(path)


def test_bytes_before_a_bomb_do_not_make_it_larger(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    part = LINE * 24_000
    bomb = b"".join([packer.compress(HEAD), *(packer.compress(part) for _ in range(100)), packer.flush()])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("junk.bin", np.random.default_rng(1).bytes(2**20))
        archive.writestr("a.csv", bomb)
    data = bytearray(made.getvalue())
    for sign, method, size in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        at = data.rindex(sign)
        data[at + method : at + method + 2] = struct.pack("<H", 8)
        data[at + size : at + size + 4] = struct.pack("<L", len(HEAD) + 100 * len(part))
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert len(HEAD) + 100 * len(part) < 100 * len(data)
    assert "unpacks to more than 100 times its size" in refusal(path)


def test_the_tables_of_a_zip_share_what_is_unpacked_on_trust(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"{number:02}.csv", HEAD + LINE * 50_000)
    member = tables_in(path)[0]
    with open_table(member) as table, pytest.raises(CallError, match="times its size"):
        list(table.batches(["id"]))


def parquet(path: Path, **columns: object) -> Path:
    """A Parquet file whose columns have one text in every row, stored once."""
    pq.write_table(pa.table(columns), path, store_schema=False)
    return path


def repeated(text: str, rows: int) -> object:
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), rows), [text])


def test_a_text_that_is_stored_once_is_not_copied_a_hundred_thousand_times(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", id=repeated("A" * 100_000, 200_000))
    assert path.stat().st_size < 50_000
    assert ParquetTable(path, "a")._rows_of(0, ["id"]) < 1_000
    assert "unpacks to more than 100 times its size" in refusal(path)


def test_a_parquet_file_of_rows_without_end_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", id=repeated("A", 3_000_000))
    assert "unpacks to more than 100 times its size" in refusal(path)


def test_parquet_rows_come_whole_whatever_their_groups(tmp_path: Path) -> None:
    path, rows = tmp_path / "a.parquet", 50_000
    texts = [f"{number}" + "y" * 500 for number in range(rows)]
    pq.write_table(pa.table({"id": texts}), path, row_group_size=17_000)
    with open_table(path) as table:
        assert [text for batch in table.batches(["id"]) for text in batch["id"].texts()] == texts


def test_long_lists_of_words_are_joined_without_running_over() -> None:
    words = [str(number) for number in range(65_536)]
    first = Coded(np.array([0, 1], dtype=np.int32), words)
    others = [Coded(np.array([0, 0], dtype=np.int32), words) for _ in range(4)]
    assert joined(first, *others, join=lambda *parts: "/".join(parts)).texts() == ["0/0/0/0/0", "1/0/0/0/0"]


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("2016-01-01", "2016-01-01 10:00"),
        ("2016-01-01 00:00" + " " * 200, "2016-01-01 10:00"),
        ("2016-01-01" + " " * 130_000 + "x", "2016-01-01" + " " * 130_000 + "x"),
    ],
    ids=["plain", "padded", "endless"],
)
def test_a_clock_time_is_joined_to_a_date_of_any_length_at_once(date: str, read: str) -> None:
    # The search for a clock time at the end of the last took hours.
    text = 'source = "x"\nsame_offence = "y"\n[columns]\noccurred_from = ["Day", "Hour"]\n'
    layout = layout_of(read_map_text(text, "a.toml"))
    one = np.zeros(1, dtype=np.int32)
    fields = layout.prepare({"occurred_from": Coded(one, [date]), "occurred_from 2": Coded(one, ["10:00"])})
    assert fields["occurred_from"].texts() == [read]


def test_what_an_address_looks_like_is_soon_decided() -> None:
    assert _ADDRESS.fullmatch("Maple Ave @ Hill Rd")
    assert _ADDRESS.fullmatch("MAIN/ELM")
    assert not _ADDRESS.fullmatch("@@@@")
    # A thousand such texts took four seconds.
    assert not any(_ADDRESS.fullmatch("@" * 119 + str(number % 10)) for number in range(20_000))


async def test_a_column_of_keys_taken_for_beats_does_not_hold_the_store_for_minutes(
    sqlite_store: Store, tmp_path: Path
) -> None:
    rows = [{**OWN, "id": f"A{n}", "beat": f"b{n}", "district": f"d{n}"} for n in range(3_000)]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", rows), zone="UTC")
    assert report.loaded == 3_000
    async with sqlite_store.read() as uow:
        areas = await uow.areas.all()
    assert len(areas) == 6_000
    assert {area.ref.kind for area in areas} == {"beat", "district"}
