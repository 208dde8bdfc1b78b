"""Files as they come from other programs: packed, marked, cut off, or no tables at all."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ilp_core.collect.members import tables_in
from ilp_core.collect.reading import open_table
from ilp_core.domain.errors import CallError

PLAIN = "id,name\n1,Elm\n2,Oak\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"


def read(path: Path, *columns: str) -> tuple[dict[str, list[str]], Counter[str]]:
    """All rows of ``columns``, and the rows that were no whole rows."""
    rows: dict[str, list[str]] = {name: [] for name in columns}
    with open_table(path) as table:
        for batch in table.batches(columns):
            for name in columns:
                rows[name] += batch[name].texts()
        assert 0 < table.share_read() <= 1
        return rows, table.spoiled


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(path: Path, **entries: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("_", "."), text)
    return path


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t").replace("\n", "\r\n"),
        PLAIN.encode("utf-16"),
        gzip.compress(PLAIN.encode(), mtime=0),
        PLAIN.rstrip("\n"),
        PLAIN + "\n\n",
    ],
    ids=["plain", "marked", "semicolons", "tabs", "utf-16", "gzip", "no last line end", "blank lines"],
)
def test_every_kind_of_csv_reads_alike(tmp_path: Path, content: str | bytes) -> None:
    rows, spoiled = read(written(tmp_path / "file", content), "id", "name")
    assert rows == {"id": ["1", "2"], "name": ["Elm", "Oak"]}
    assert spoiled == Counter()


def test_zip_with_one_csv(tmp_path: Path) -> None:
    rows, _ = read(zipped(tmp_path / "a.zip", rows_csv=PLAIN, readme_txt="x"), "name")
    assert rows == {"name": ["Elm", "Oak"]}


def test_old_windows_text_beside_utf8(tmp_path: Path) -> None:
    content = b"id,name\n1," + "Café".encode("cp1252") + "\n2,Café\n".encode()
    rows, _ = read(written(tmp_path / "a.csv", content), "name")
    assert rows == {"name": ["Café", "Café"]}


def test_parquet_of_any_type_becomes_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": [1, 2],
            "lat": [41.5, None],
            "domestic": [True, False],
            "at": [datetime(2016, 7, 15, 21, 30, tzinfo=UTC), None],
            "block": pa.array(["ELM", None]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    rows, spoiled = read(tmp_path / "a.parquet", "id", "lat", "domestic", "at", "block")
    assert rows["id"] == ["1", "2"]
    assert rows["lat"] == ["41.5", ""]
    assert rows["domestic"] == ["true", "false"]
    assert rows["at"] == ["2016-07-15 21:30:00.000000Z", ""]
    assert rows["block"] == ["ELM", ""]
    assert spoiled == Counter()


def test_a_file_cut_off_inside_a_quoted_field_keeps_its_whole_rows(tmp_path: Path) -> None:
    rows, spoiled = read(written(tmp_path / "a.csv", 'id,name\n1,"Elm, west"\n2,"Oa'), "id", "name")
    assert rows == {"id": ["1"], "name": ["Elm, west"]}
    assert spoiled == {"cut off": 1}


def test_a_file_cut_off_between_fields(tmp_path: Path) -> None:
    rows, spoiled = read(written(tmp_path / "a.csv", "id,name\n1,Elm\n2"), "id")
    assert rows == {"id": ["1"]}
    assert spoiled == {"cut off": 1}


def test_a_short_last_line_that_is_whole_is_a_footer_and_no_cut(tmp_path: Path) -> None:
    rows, spoiled = read(written(tmp_path / "a.csv", "id,name\n1,Elm\nTotal: 1\n"), "id")
    assert rows == {"id": ["1"]}
    assert spoiled == {"too few fields": 1}


def test_a_packed_file_cut_off_keeps_its_whole_rows(tmp_path: Path) -> None:
    text = "id,name\n" + "".join(f"{row},{row * 7919 % 10007}\n" for row in range(60_000))
    packed = gzip.compress(text.encode())
    path = written(tmp_path / "a.csv.gz", packed[: len(packed) // 2])
    rows: list[str] = []
    with open_table(path) as table:
        for batch in table.batches(["id"]):
            rows += batch["id"].texts()
        assert table.spoiled == {"cut off": 1}
    assert len(rows) > 1000
    assert rows == [str(row) for row in range(len(rows))]


def test_rows_of_the_wrong_width_are_counted(tmp_path: Path) -> None:
    rows, spoiled = read(written(tmp_path / "a.csv", "id,name\n1\n2,Oak,x\n3,Ash\n"), "id")
    assert rows == {"id": ["3"]}
    assert spoiled == {"too few fields": 1, "too many fields": 1}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "a.csv is empty"),
        ("a.csv", " \n\n", "a.csv is empty"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "a.csv.gz is empty"),
        ("a.csv", PNG, "a.csv is not a table"),
        ("a.csv", '{"rows": []}', "a.csv is not a table"),
        ("a.csv", "<html></html>", "a.csv is not a table"),
        ("a.csv.gz", gzip.compress(PLAIN.encode(), mtime=0)[:9], "cannot be unpacked"),
        ("a.zip", b"PK\x03\x04 and no more", "not a whole ZIP file"),
        ("a.parquet", b"PAR1 and no more", "not a whole Parquet file"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises(CallError, match=said) as caught:
        open_table(written(tmp_path / name, content))
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="There is no file"):
        open_table(tmp_path / "nothing.csv")
    with pytest.raises(CallError, match="is a folder"):
        open_table(tmp_path)


def test_zip_without_or_with_several_csv(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="holds no CSV file"):
        open_table(zipped(tmp_path / "a.zip", sheet_xml="<x/>"))
    with pytest.raises(CallError, match="holds 2 CSV files"):
        open_table(zipped(tmp_path / "b.zip", a_csv=PLAIN, b_csv=PLAIN))


def test_a_quotation_mark_without_partner_names_the_line(tmp_path: Path) -> None:
    content = 'id,name\n1,"Elm\n' + "2,Oak\n" * 40_000
    with pytest.raises(CallError, match="quotation mark"):
        read(written(tmp_path / "a.csv", content), "id")


def test_a_zip_with_several_tables_names_them(tmp_path: Path) -> None:
    path = zipped(tmp_path / "b.zip", b_csv=PLAIN, a_csv=PLAIN, readme_txt="x")
    assert [member.name for member in tables_in(path)] == ["b.zip/a.csv", "b.zip/b.csv"]


def test_a_name_inside_a_zip_is_shown_and_never_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../../etc/cron.d/\x1b[31mevil.csv", PLAIN)
    (member,) = tables_in(path)
    assert member.name == "a.zip/?[31mevil.csv"
    with open_table(member) as table:
        assert [batch["id"].texts() for batch in table.batches(["id"])] == [["1", "2"]]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip"]


def test_a_file_without_line_ends_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,name\n" + "x" * 3_000_000)
    with pytest.raises(CallError, match="a line of more than 1,000,000 signs"):
        read(path, "id")


def test_a_field_that_is_a_book_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id,name\n1,"' + "x\n" * 200_000 + '"\n')
    with pytest.raises(CallError, match="field larger than field limit"):
        read(path, "id")


@pytest.mark.parametrize("packed", ["zip", "gz"])
def test_what_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path, packed: str) -> None:
    text = "id,name\n" + "1,Elm\n" * 20_000_000
    path = tmp_path / f"a.{packed}"
    if packed == "gz":
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", text)
    with pytest.raises(CallError, match="times its size"):
        read(path, "id")


def test_a_parquet_file_that_describes_far_too_much_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["1"]}), path)
    whole = path.read_bytes()
    described = 20_000_000
    path.write_bytes(whole[:-8] + b"\0" * described + described.to_bytes(4, "little") + whole[-4:])
    with pytest.raises(CallError, match="far more columns"):
        open_table(path)
