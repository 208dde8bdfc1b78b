"""What a load says about itself: counts, shares, codes the map does not know, and what the data cannot answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np

from ilp_core.collect.layout import Layout
from ilp_core.collect.offences.match import propose
from ilp_core.collect.records import Records
from ilp_core.collect.versions import Versions
from ilp_core.domain.columns import NO_TIME
from ilp_core.domain.errors import WorkError
from ilp_core.domain.incidents import LoadReport
from ilp_core.domain.offences import OffenceRule
from ilp_core.words import loads

#: A file of which more than this share is rejected is not what it was taken for (interfaces.md, "Exit codes").
_MOST_REJECTED: Final = 0.5
#: A gap is at least this many days without a record, where a day usually has some [this project's choice].
_LEAST_GAP_DAYS: Final = 2
#: Days are listed while the file spans no more than this; beyond it months are [this project's choice].
_MOST_DAYS: Final = 1_200
_DAY_S: Final = 86_400


def refuse_if_spoiled(records: Records, file: str) -> None:
    """Raise WorkError where more than half of the rows were rejected."""
    rejected = sum(records.rejected.values())
    if rejected <= records.rows * _MOST_REJECTED:
        return
    reasons = ", ".join(
        f"{reason}: {count:,}" for reason, count in sorted(records.rejected.items(), key=lambda item: -item[1])
    )
    raise WorkError(
        f"{rejected:,} of {records.rows:,} rows of {file} were rejected ({reasons}). Nothing was stored. "
        "Check that it is the right file and that its columns hold what their names say."
    )


def report_on(
    records: Records,
    versions: Versions,
    *,
    file: str,
    layout: Layout,
    rules: Sequence[OffenceRule],
    live: bool,
    zone: str,
    load: int,
    left_out: Sequence[str],
    off_ground: int,
    agreement: Mapping[str, Mapping[str, Any]],
    doubts: Sequence[Mapping[str, Any]],
    mapping: Mapping[str, Any] | None,
    notes: Sequence[str],
) -> LoadReport:
    """The report of a load. Shares are of the rows that were not rejected; ``rules`` is the whole offence map;
    first and last are given in ``zone``, the file's own."""
    passed, clock = len(records.key), ZoneInfo(zone)
    own = {rule.code: rule for rule in rules if rule.source == layout.whose}
    counted = _counted(records, "code")
    unmapped = {code: count for code, count in sorted(counted.items()) if code not in own}
    days, gaps = _days(records)
    return LoadReport(
        file=file,
        format=layout.format,
        rows=records.rows,
        loaded=len(versions.new),
        updated=len(versions.newer),
        known=versions.known,
        rejected=dict(sorted(records.rejected.items())),
        located=_share(int(records.located.sum()), passed),
        timed=_share(int((records.timed == 1).sum()), passed),
        first=_moment(int(records.start.min()), clock) if passed else None,
        last=_moment(int(records.start.max()), clock) if passed else None,
        unmapped=unmapped if layout.kind == "incident" else {},
        cannot_answer=_cannot_answer(records, layout, live),
        load=load,
        kind=layout.kind,
        source=layout.whose,
        layout=layout.name,
        withdrawn=len(versions.gone),
        zone=zone,
        precision=_precision(records),
        duplicates=versions.duplicates,
        warts=_warts(records, off_ground),
        agreement=agreement,
        offences=_offences(counted, own) if layout.kind == "incident" else {},
        proposed=_proposed(records, unmapped, rules) if layout.kind == "incident" else {},
        days=days,
        gaps=gaps,
        doubts=tuple(doubts),
        mapping=mapping,
        notes=(*layout.notes, *notes, *(loads.LEFT_OUT.format(table=table) for table in left_out)),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _moment(seconds: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


def _counted(records: Records, name: str) -> dict[str, int]:
    words = records.words[name]
    counts = np.bincount(records.places[name], minlength=len(words)).tolist()
    return {word: count for word, count in zip(words, counts, strict=True) if count}


def _offences(counted: Mapping[str, int], own: Mapping[str, OffenceRule]) -> dict[str, int]:
    """Rows by slug, most first; codes that the map does not know are no offence yet."""
    slugs: dict[str, int] = {}
    for code, count in counted.items():
        if code in own:
            slugs[own[code].slug] = slugs.get(own[code].slug, 0) + count
    return dict(sorted(slugs.items(), key=lambda item: (-item[1], item[0])))


def _proposed(
    records: Records, unmapped: Mapping[str, int], rules: Sequence[OffenceRule]
) -> dict[str, dict[str, Any]]:
    """A likely offence for every code that the map does not know. It changes no count until somebody accepts it."""
    if not unmapped:
        return {}
    said = {code: description for code, description in _descriptions(records).items() if code in unmapped}
    return {
        code: {
            "slug": proposal.slug,
            "like": proposal.like,
            "score": round(proposal.score, 1),
            "rows": unmapped[code],
            "description": said.get(code, ""),
        }
        for code, proposal in propose({code: said.get(code, "") for code in unmapped}, rules).items()
    }


def _descriptions(records: Records) -> dict[str, str]:
    """What records of each code say most often."""
    pairs, counts = np.unique(
        np.column_stack([records.places["code"], records.places["description"]]), axis=0, return_counts=True
    )
    said: dict[str, str] = {}
    for place in np.argsort(counts, kind="stable").tolist():
        code, description = pairs[place]
        said[records.words["code"][code]] = records.words["description"][description]
    return said


def _precision(records: Records) -> str:
    """How finely most of the records are dated."""
    if not len(records.timed):
        return "minute"
    if (records.timed == -1).mean() > _MOST_REJECTED:
        return "month"
    second = records.local % _DAY_S
    if not second.any():
        return "day"
    return "hour" if not (second % 3_600).any() else "minute"


def _warts(records: Records, off_ground: int) -> dict[str, int]:
    found = {
        loads.WART_OFF_GROUND: off_ground,
        loads.WART_NOON: int(((records.local % _DAY_S == 43_200) & (records.timed == 0)).sum()),
        loads.WART_MIDNIGHT: int(((records.local % _DAY_S == 0) & (records.timed == 0)).sum()),
        loads.WART_LONG: int((records.end - records.start > 31 * _DAY_S).sum()),
    }
    return {wart: count for wart, count in {**found, **records.warts}.items() if count}


def _days(records: Records) -> tuple[dict[str, int], tuple[tuple[str, str], ...]]:
    """Rows by local day (by month where only months are known, or where days would be too many), and runs of days
    without a row between the 1st and the 99th percentile of days: the fringes of a file are thin as they are."""
    if not len(records.local):
        return {}, ()
    months_only = _precision(records) == "month"
    if not months_only and len(np.unique(records.local // _DAY_S)) > _MOST_DAYS:
        return _by(records, "M")[0], _by(records, "D")[1]
    return _by(records, "M" if months_only else "D")


def _by(records: Records, unit: Literal["M", "D"]) -> tuple[dict[str, int], tuple[tuple[str, str], ...]]:
    """Rows by day or by month, and the gaps between them."""
    when = records.local.astype("datetime64[s]").astype(f"datetime64[{unit}]")
    held, counts = np.unique(when, return_counts=True)
    listed = dict(zip(np.datetime_as_string(held).tolist(), counts.tolist(), strict=True))
    # A few records of long ago would stretch the calendar over decades: gaps are looked for among the bulk.
    low, high = np.percentile(when.astype(np.int64), [1, 99], method="nearest")
    bulk = held[(held.astype(np.int64) >= low) & (held.astype(np.int64) <= high)]
    # Where most days hold nothing, a day without a record is no gap.
    if len(when) < high - low + 1:
        return listed, ()
    holes = np.flatnonzero(np.diff(bulk.astype(np.int64)) > (1 if unit == "M" else _LEAST_GAP_DAYS))
    return listed, tuple((str(bulk[hole] + 1), str(bulk[hole + 1] - 1)) for hole in holes)


def _cannot_answer(records: Records, layout: Layout, live: bool) -> tuple[str, ...]:
    sentences = list(layout.cannot_answer)
    if layout.kind != "incident":
        return tuple(sentences)
    if (records.reported == NO_TIME).all():
        sentences.append(loads.NO_LIVE_REPORTED if live else loads.NO_REPORTED)
    if (records.initiated == -1).all():
        sentences.append(loads.INFERRED)
    elif (records.initiated == -1).any():
        sentences.append(loads.INITIATION_UNKNOWN)
    if (records.domestic == -1).all():
        sentences.append(loads.NO_DOMESTIC)
    if not records.located.any():
        sentences.append(loads.NOT_LOCATED)
    if (records.timed == -1).all():
        sentences.append(loads.MONTHS_ONLY)
    elif not (records.timed == 1).any():
        sentences.append(loads.NOT_TIMED)
    return tuple(dict.fromkeys(sentences))
