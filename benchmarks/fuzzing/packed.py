"""Files that hold tables: gzip and ZIP, whole or with every trick that they allow."""

from __future__ import annotations

import gzip
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from benchmarks.fuzzing.texts import damaged_bytes

#: Stands in a name for what zipfile would not write: it has the length of what takes its place.
_HOLE: Final = "HOLEHOLE"
_NAMES: Final = (
    "../a.csv", "../../../../tmp/a.csv", "/a.csv", "/etc/passwd.csv", "C:\\windows\\a.csv", "..\\..\\a.csv",
    "a/../b.csv",
    "\\\\host\\share\\a.csv", f"a{_HOLE}.csv", "x" * 5_000 + ".csv", "a/" * 1_000 + "a.csv", ".csv", "con.csv",
    "a.csv/",
    "__MACOSX/._a.csv", "a\nb.csv", "\u202evsc.a.csv", "a.CSV", "-rf.csv", "%s.csv", "a.csv.exe", "🚓.csv", "~.csv",
    "\x1b[2J.csv", "a\x7f.csv", "<b>.csv",
)  # fmt: skip
_SYMLINK: Final = 0o120777 << 16
_CENTRAL: Final = b"PK\x01\x02"
_LOCAL: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"


def gzipped(data: bytes, chance: Random) -> bytes:
    """The bytes as gzip: whole, in several members, with junk behind, cut or damaged."""
    kind = chance.randrange(10)
    if kind == 0:
        at = chance.randrange(len(data) + 1)
        return gzip.compress(data[:at], 1) + gzip.compress(data[at:], 1)
    packed = gzip.compress(data, 1)
    if kind == 1:
        return packed + chance.choice((b"junk", b"\0" * 100, packed[:20], b"\x1f\x8b"))
    if kind == 2:
        return packed[: chance.randrange(len(packed))]
    if kind == 3:
        return damaged_bytes(packed, chance)
    return gzip.compress(packed, 1) if kind == 4 else packed


def gzip_bomb(line: bytes, head: bytes, chance: Random) -> bytes:
    """Hundreds of megabytes of one line, or of nothing, in a few hundred kilobytes."""
    many = (chance.choice((line, b"\n", b"0", b",", line + b"\n")) * 10**7)[: 8 * 2**20]
    return gzip.compress(head + b"\n" + line + b"\n") + gzip.compress(many, 9) * chance.choice((12, 40))


def zipped(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    """A ZIP of named files: whole, or with a trick in it."""
    kind = chance.randrange(len(_TRICKS) + 10)
    if kind >= len(_TRICKS):
        return archive(files, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))
    return _TRICKS[kind](files, chance)


def archive(files: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED, attributes: int = 0) -> bytes:
    """An ordinary ZIP."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as packed:
        warnings.simplefilter("ignore")  # zipfile warns of names that are there already
        for name, data in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.external_attr = method, attributes
            packed.writestr(entry, data)
    return out.getvalue()


def _odd_names(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    names = [chance.choice(_NAMES) if chance.random() < 0.7 else name for name, _ in files]
    made = archive([(name, data) for name, (_, data) in zip(names, files, strict=True)])
    return made.replace(_HOLE.encode(), chance.choice((b"\0/../../", b"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", b"\0" * 8)))


def _doubled_names(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    return archive([*files, *files[: chance.randint(1, 2)]])


def _symlink(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    target = chance.choice((b"/etc/passwd", b"../../../etc/passwd", b"/dev/zero"))
    kept = files if chance.random() < 0.5 else []
    return archive([*kept, ("link.csv", target)], attributes=_SYMLINK)


def _methods(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    return archive(files, chance.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))


def _nested(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    data = archive(files)
    for _ in range(chance.randint(1, 4)):
        data = archive([(chance.choice(("inner.csv", "inner.zip")), data)])
    return data


def _many(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    data = files[0][1][:2_000]
    return archive([(f"{number:04}.csv", data) for number in range(chance.choice((30, 501)))])


def _patched(places: Sequence[tuple[int, int, int]]) -> Callable[[Sequence[tuple[str, bytes]], Random], bytes]:
    """A trick that writes odd numbers into the entries: (place in the local, in the central header, bytes)."""

    def trick(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
        made = bytearray(archive(files))
        local, central, size = chance.choice(places)
        value = chance.choice((0, 1, 9, 99, 2**31, 2**32 - 1, chance.randrange(2**32))) % 2 ** (8 * size)
        for sign, place in ((_LOCAL, local), (_CENTRAL, central)):
            at = made.find(sign)
            while at >= 0:
                made[at + place : at + place + size] = value.to_bytes(size, "little")
                at = made.find(sign, at + 4)
        return bytes(made)

    return trick


def _encrypted(files: Sequence[tuple[str, bytes]], _chance: Random) -> bytes:
    made = bytearray(archive(files))
    for sign, place in ((_LOCAL, 6), (_CENTRAL, 8)):
        at = made.find(sign)
        while at >= 0:
            made[at + place] |= 1
            at = made.find(sign, at + 4)
    return bytes(made)


def _overlapping(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    """Many entries, all of which are one stretch of the file."""
    made = archive(files[:1])
    central, end = made.index(_CENTRAL), made.rindex(_END)
    entry, times = made[central:end], chance.choice((2, 300))
    tail = struct.pack("<4s4H2LH", _END, 0, 0, times, times, len(entry) * times, central, 0)
    return made[:central] + entry * times + tail


def _damaged(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    return damaged_bytes(archive(files), chance)


def _behind_junk(files: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    made = archive(files)
    return chance.choice((b"PK\x03\x04" + b"\0" * 40 + made, b"junk" + made, made + b"junk", made + made))


#: Flags, method, checksum, sizes and where the entry begins (the last stands in the central header only).
_TRICKS: Final[tuple[Callable[[Sequence[tuple[str, bytes]], Random], bytes], ...]] = (
    _odd_names, _odd_names, _doubled_names, _symlink, _methods, _nested, _many, _encrypted, _overlapping, _damaged,
    _damaged, _behind_junk, _patched([(6, 8, 2), (8, 10, 2), (14, 16, 4), (18, 20, 4), (22, 24, 4), (26, 42, 2)]),
)  # fmt: skip


def zip_bomb(line: bytes, head: bytes, chance: Random) -> bytes:
    """Entries that unpack to hundreds of megabytes, behind a long stretch of bytes that do not pack, or not."""
    part = (chance.choice((line + b"\n", b"\n", b"0", line + b",")) * 10**7)[: 2**20]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces, times = [packer.compress(head + b"\n")], chance.choice((80, 200))
    pieces += [packer.compress(part) for _ in range(times)]
    packed, size = b"".join([*pieces, packer.flush()]), len(head) + 1 + times * len(part)
    junk, room = chance.randbytes(chance.choice((10, 2**20))), b"x" * len(packed)
    made = archive([("junk.bin", junk), ("bomb.csv", room)], zipfile.ZIP_STORED).replace(room, packed)
    for sign, method in ((_LOCAL, 8), (_CENTRAL, 10)):
        at = made.rindex(sign)
        numbers = struct.pack("<3L", 0, len(packed), size)
        stamp, rest = made[at + method + 2 : at + method + 6], made[at + method + 18 :]
        made = made[: at + method] + b"\x08\0" + stamp + numbers + rest
    return made
