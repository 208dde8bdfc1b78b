"""What a load says about itself: counts, shares, codes the map does not know, and what the data cannot answer."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, tzinfo
from typing import Final

import numpy as np

from ilp_core.collect.layout import Layout
from ilp_core.collect.records import Records
from ilp_core.collect.times import NO_TIME
from ilp_core.collect.versions import Versions
from ilp_core.domain.errors import WorkError
from ilp_core.domain.incidents import LoadReport

#: A file of which more than this share is rejected is not what it was taken for (interfaces.md, "Exit codes").
_MOST_REJECTED: Final = 0.5

_NO_REPORTED: Final = "No reported time: questions about the past use the occurred time."
_NO_LIVE_REPORTED: Final = "No reported time: questions about the past use the time of the first load."
_INFERRED: Final = "Officer-initiated records are inferred from the offence type."
_NO_DOMESTIC: Final = "Domestic incidents: this data does not separate them, so violence is answered by beat only."
_NOT_LOCATED: Final = "Places: no row has coordinates, so nothing can be ranked by place."
_NOT_TIMED: Final = "Hours: no row has a real time of day, so nothing can be said for a shift."


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
    mapped: Container[str],
    live: bool,
    zone: tzinfo,
) -> LoadReport:
    """The report of a load. Shares are of the rows that were not rejected; ``mapped`` are the codes the map
    knows; first and last are given in ``zone``, the file's own."""
    passed = len(records.key)
    return LoadReport(
        file=file,
        format=layout.name,
        rows=records.rows,
        loaded=len(versions.new),
        updated=len(versions.newer),
        known=versions.known,
        rejected=dict(sorted(records.rejected.items())),
        located=_share(int(records.located.sum()), passed),
        timed=_share(int(records.timed.sum()), passed),
        first=_moment(int(records.start.min()), zone) if passed else None,
        last=_moment(int(records.start.max()), zone) if passed else None,
        unmapped=_unmapped(records, mapped),
        cannot_answer=_cannot_answer(records, layout, live),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _moment(seconds: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


def _unmapped(records: Records, mapped: Container[str]) -> dict[str, int]:
    codes = records.words["code"]
    counts = np.bincount(records.places["code"], minlength=len(codes)).tolist()
    unknown = {code: count for code, count in zip(codes, counts, strict=True) if count and code not in mapped}
    return dict(sorted(unknown.items()))


def _cannot_answer(records: Records, layout: Layout, live: bool) -> tuple[str, ...]:
    sentences = list(layout.cannot_answer)
    if (records.reported == NO_TIME).all():
        sentences.append(_NO_LIVE_REPORTED if live else _NO_REPORTED)
    if (records.initiated == -1).all():
        sentences.append(_INFERRED)
    if (records.domestic == -1).all():
        sentences.append(_NO_DOMESTIC)
    if not records.located.any():
        sentences.append(_NOT_LOCATED)
    if not records.timed.any():
        sentences.append(_NOT_TIMED)
    return tuple(sentences)
