"""Which rows of a file are new, which are newer versions of stored ones, and which are known already.

A row with a key is replaced only by a version with a newer source stamp; without stamps the later load wins where
its content differs; an older or equal version counts as known. ``Updated On`` does nothing but order versions.
Rows without a key are a multiset per source and publication period: a file for a period that is on file is known
where it holds the same rows, else it is refused, or takes the period's place where that was asked for.
No decision depends on the order of the rows in a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ilp_core.collect.records import Records
from ilp_core.collect.stored import Stored
from ilp_core.domain.columns import NO_TIME
from ilp_core.domain.errors import CallError
from ilp_core.domain.places import AREA_KINDS, area_key

Rows = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_NONE: Final = np.empty(0, dtype=np.int64)
#: Constants of the SplitMix64 finaliser (Steele, Lea & Flood 2014, Fast splittable pseudorandom number generators).
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class Versions:
    """What to do with a file's rows.

    ``new`` and ``newer`` are row positions in ``Records``; ``replaced`` are the numbers of the records that ``newer``
    replaces, in its order, and ``known_since`` what storage says of when these were known. ``gone`` are the numbers
    of records that the file's period no longer holds. ``known`` counts the rest; ``duplicates`` the repeats within
    the file by kind. ``period`` labels each row without a key (position in ``periods``), -1 for the others.
    """

    new: Rows
    newer: Rows
    replaced: Rows
    known_since: Rows
    gone: Rows
    known: int
    duplicates: dict[str, int]
    period: Rows
    periods: tuple[str, ...]


SAME_AGAIN: Final = "the same row again"
OTHER_VERSION: Final = "another version of a row"
#: Columns that are not kept do not tell rows apart, such as Houston's count of offences.
ALIKE: Final = "rows alike in all that is kept, each a record of its own"


def digests(records: Records) -> Rows:
    """A signed 64-bit digest of every row's content, the key and the stamp left out.

    Per column a 64-bit hash (BLAKE2b of a text, the number itself), mixed in order by SplitMix64: two rows of one
    key that differ are taken for equal once in 2**64.
    """
    mixed = np.zeros(len(records.start), dtype=np.uint64)
    for number in (records.start, records.end, records.reported, records.domestic, records.initiated):
        mixed = _mixed(mixed, number.astype(np.int64).view(np.uint64))
    for degrees in (records.lat, records.lon):
        # Adding nothing makes minus nothing plain nothing; all that is no number is one.
        plain = np.where(np.isnan(degrees), np.nan, degrees + 0.0)
        mixed = _mixed(mixed, plain.view(np.uint64))
    for name in sorted(records.places):
        # Another spelling of an area's code is no other content.
        plain_word = area_key if name in AREA_KINDS else str
        words = np.array([_word_hash(plain_word(word)) for word in records.words[name]] or [0], dtype=np.uint64)
        mixed = _mixed(mixed, words[records.places[name]])
    return mixed.view(np.int64)


def _word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _mixed(state: Hashes, value: Hashes) -> Hashes:
    bits = (state ^ value) + _GOLDEN
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX[0]
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX[1]
    mixed: Hashes = bits ^ (bits >> np.uint64(31))
    return mixed


def compare(records: Records, digest: Rows, stored: Stored, *, monthly: bool, replace: bool, file: str) -> Versions:
    """Sort the rows into new, newer and known ones, given what is on file of the same source.

    ``monthly`` says that rows without a key come by month; ``replace`` that the file may take a period's place.
    Raises CallError where it would have to and may not.
    """
    keyless = records.key == ""
    rows = np.flatnonzero(~keyless)
    last, duplicates = _last_versions(records, digest, rows)
    new, newer, replaced, since = _by_key(records, digest, last, stored)
    label, periods = _periods(records, np.flatnonzero(keyless), monthly)
    added, gone = _by_period(digest, label, periods, stored, replace=replace, file=file)
    alike = int(keyless.sum()) - len(np.unique(digest[keyless]))
    if alike:
        duplicates[ALIKE] = alike
    return Versions(
        new=np.sort(np.concatenate([new, added])),
        newer=newer,
        replaced=replaced,
        known_since=since,
        gone=gone,
        known=len(records.key) - len(new) - len(newer) - len(added),
        duplicates=duplicates,
        period=label,
        periods=tuple(_label(period) for period in periods),
    )


def _last_versions(records: Records, digest: Rows, rows: Rows) -> tuple[Rows, dict[str, int]]:
    """One row per key: the one with the newest stamp, of equal stamps the one with the greatest digest."""
    codes, keys = pd.factorize(records.key[rows])
    if len(keys) == len(rows):
        return rows, {}
    order = np.lexsort((digest[rows], records.stamp[rows], codes))
    ends = np.append(np.flatnonzero(np.diff(codes[order])), len(codes) - 1)
    same = len(rows) - len(np.unique(np.column_stack([codes, digest[rows], records.stamp[rows]]), axis=0))
    other = len(rows) - len(keys) - same
    repeats = {SAME_AGAIN: same, OTHER_VERSION: other}
    return np.sort(rows[order[ends]]), {kind: count for kind, count in repeats.items() if count}


def _by_key(records: Records, digest: Rows, rows: Rows, stored: Stored) -> tuple[Rows, Rows, Rows, Rows]:
    """New rows, newer rows, and the numbers and known times of the records that the newer ones replace."""
    own = np.flatnonzero(stored.period < 0)
    if not len(own):
        return rows, _NONE, _NONE, _NONE
    place = pd.Index(stored.key[own], dtype=object).get_indexer(records.key[rows])
    there = place >= 0
    at = own[place[there]]
    met = rows[there]
    stamped = stored.stamp[at] != NO_TIME
    other = digest[met] != stored.digest[at]
    # A stamp that comes to a record without one is kept, though nothing else changes: it orders what comes later.
    wins = np.where(stamped, records.stamp[met] > stored.stamp[at], other | (records.stamp[met] != NO_TIME))
    at = at[wins]
    # A record that was first met in a live feed stays known from then on.
    known = stored.known[at]
    since = np.where((known != stored.time[at]) & (known != stored.end[at]), known, NO_TIME)
    return rows[~there], met[wins], stored.number[at], since


def _periods(records: Records, rows: Rows, monthly: bool) -> tuple[Rows, list[tuple[str, int, int]]]:
    """The publication period of each row without a key (-1 for other rows), as (whose, first second, last second)."""
    label = np.full(len(records.key), -1, dtype=np.int64)
    if not len(rows):
        return label, []
    if monthly:
        months = records.local[rows].astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        pairs, back = np.unique(np.column_stack([records.group[rows], months]), axis=0, return_inverse=True)
    else:
        pairs, back = np.unique(records.group[rows][:, None], axis=0, return_inverse=True)
    label[rows] = back.reshape(-1)
    periods = []
    for place, pair in enumerate(pairs.tolist()):
        inside = records.local[rows][label[rows] == place]
        first, last = int(inside.min()), int(inside.max())
        if monthly:
            first = int(np.datetime64(pair[1], "M").astype("datetime64[s]").astype(np.int64))
            last = int(np.datetime64(pair[1] + 1, "M").astype("datetime64[s]").astype(np.int64)) - 1
        periods.append((records.groups[pair[0]], first, last))
    return label, periods


def _label(period: tuple[str, int, int]) -> str:
    return f"{period[1]}/{period[2]}/{period[0]}"


def read_label(label: str) -> tuple[str, int, int]:
    """The publication period that a stored label tells: whose it is, its first and last second."""
    first, last, whose = label.split("/", 2)
    return whose, int(first), int(last)


def _by_period(
    digest: Rows, label: Rows, periods: list[tuple[str, int, int]], stored: Stored, *, replace: bool, file: str
) -> tuple[Rows, Rows]:
    """New rows without a key, and the numbers of records that their periods no longer hold."""
    on_file = [read_label(text) for text in stored.periods]
    added, gone = [_NONE], [_NONE]
    for group, mine, theirs in _meeting(periods, on_file):
        rows = np.flatnonzero(np.isin(label, mine))
        there = np.flatnonzero(np.isin(stored.period, theirs) & _within(stored.local, [periods[one] for one in mine]))
        ours, filed = _counted(digest[rows]), _counted(stored.digest[there])
        fresh, left = rows[~np.isin(ours, filed)], there[~np.isin(filed, ours)]
        if len(there) and (len(fresh) or len(left)) and not replace:
            raise _overlap(file, group, [periods[place] for place in mine], len(there))
        added.append(fresh)
        gone.append(stored.number[left])
    return np.concatenate(added), np.concatenate(gone)


def _within(local: Rows, periods: list[tuple[str, int, int]]) -> npt.NDArray[np.bool_]:
    """Where a record lies in one of the periods: of what is on file, only that is the file's to replace."""
    inside = np.zeros(len(local), dtype=bool)
    for _, first, last in periods:
        inside |= (local >= first) & (local <= last)
    return inside


def _meeting(
    periods: list[tuple[str, int, int]], on_file: list[tuple[str, int, int]]
) -> Iterator[tuple[str, list[int], list[int]]]:
    """Periods of the file in sets that meet the same periods on file, directly or through one another."""
    left = set(range(len(periods)))
    while left:
        mine, theirs, grown = {min(left)}, set[int](), True
        whose = periods[min(mine)][0]
        while grown:
            before = len(mine) + len(theirs)
            theirs |= {place for place, each in enumerate(on_file) if any(meet(each, periods[one]) for one in mine)}
            mine |= {place for place in left if any(meet(periods[place], on_file[one]) for one in theirs)}
            grown = len(mine) + len(theirs) > before
        left -= mine
        yield whose, sorted(mine), sorted(theirs)


def meet(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    """Whether two publication periods are of the same source's publication and share a moment."""
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]


def _counted(digest: Rows) -> Hashes:
    """Each digest mixed with how many equal ones stand before it: equal multisets give equal sets."""
    count = pd.Series(digest).groupby(digest, sort=False).cumcount().to_numpy().astype(np.uint64)
    return _mixed(digest.view(np.uint64), count)


def _overlap(file: str, whose: str, periods: list[tuple[str, int, int]], rows: int) -> CallError:
    first, last = min(each[1] for each in periods), max(each[2] for each in periods)
    span = f"{datetime.fromtimestamp(first, UTC):%Y-%m-%d} to {datetime.fromtimestamp(last, UTC):%Y-%m-%d}"
    of_whom = f" of {whose}" if whose else ""
    return CallError(
        f"{file} holds records without a key for {span}{of_whom}, where {rows:,} others are on file. Whether they "
        "are the same cannot be told. Add --replace-period to put this file in their place; the earlier ones stay as "
        "history."
    )
