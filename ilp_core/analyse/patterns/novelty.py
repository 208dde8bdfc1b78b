"""Novelty: coded words that appear for the first time, come back after a long silence, or are more frequent than
ever.

The words are those of coded vocabularies: the source's offence codes, the offences they mean, and kinds of premise.
No free text is read, and no name of a person can be one. A first is a fact, not a test; how many such firsts a window
usually has is told beside it. "More than ever" is an exact test of the window against the word's own past
(Przyborowski & Wilenski 1940, Biometrika 31:313), with the false-discovery rate held over all words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.coverage import Coverage, coverage_of
from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.micro_time import adjust
from ilp_core.analyse.patterns.emerging import FALSE_DISCOVERY_RATE, LEAST_BASELINE_DAYS, LEAST_COUNT
from ilp_core.analyse.patterns.loglinear import Numbers
from ilp_core.analyse.patterns.reported import reported
from ilp_core.domain.offences import OFFENCES

METHOD: Final = "novelty-1"
SOURCE: Final = "Przyborowski & Wilenski 1940 Biometrika 31:313; Benjamini & Hochberg 1995"
WINDOW_DAYS: Final = 14
#: A word without a record for a year has come back: every season was silent [this project's choice].
SILENCE_DAYS: Final = 364
#: "Much more": at least this many times the usual, so that a season is not one [this project's choice].
LEAST_RATIO: Final = 2.0
#: How far back a usual number is looked for.
HISTORY_DAYS: Final = 5 * 364

Vocabulary = Literal["offence", "code", "premise"]
VOCABULARIES: Final[tuple[Vocabulary, ...]] = ("offence", "code", "premise")
How = Literal["new", "returned", "more"]


@dataclass(frozen=True)
class Novelty:
    """One word.

    ``count`` records lie in the window, the first of them at ``since``; ``last`` is when it was last seen before
    (None where never), in seconds since 1970 UTC. ``expected`` is what its past lets expect in the window and
    ``most`` the highest count of an equal window before; ``p`` and ``q`` are None where nothing was tested.
    """

    vocabulary: Vocabulary
    word: str
    how: How
    count: int
    since: float
    last: float | None
    expected: float
    most: int
    p: float | None
    q: float | None
    rows: Rows


@dataclass(frozen=True)
class Unmapped:
    """A code that the offence map does not know: ``count`` records in the window, first seen ever at ``first``."""

    code: str
    count: int
    first: float
    rows: Rows


@dataclass(frozen=True)
class NoveltyFinding:
    """What is new in the window from ``start`` to ``end``; nothing where fewer than LEAST_BASELINE_DAYS of past
    (``baseline``, in days on file) are there to be new against.

    ``usual`` is, per vocabulary, how many words a window like this one has on average that were never seen before.
    """

    novelties: tuple[Novelty, ...]
    unmapped: tuple[Unmapped, ...]
    usual: Mapping[Vocabulary, float]
    tested: int
    rate: float
    start: float
    end: float
    baseline: float
    basis: Basis


def find_novelties(
    frame: IncidentFrame,
    at: float,
    *,
    days: int = WINDOW_DAYS,
    complete_until: float | None = None,
    rate: float = FALSE_DISCOVERY_RATE,
) -> NoveltyFinding:
    """The novel words at ``at``, of what was known then. Raises ValueError for days or a rate out of bounds."""
    if days < 1 or not 0 < rate < 1:
        raise ValueError("the window needs whole days and the rate lies between 0 and 1")
    end = at if complete_until is None else min(at, complete_until)
    start = end - days * DAY_S
    known = frame.seen(frame.all_rows[: frame.until(end)], float("-inf"), end, at)
    evidence = reported(frame, known, at)
    first = float(frame.column["time"][evidence.rows[0]]) if len(evidence) else None
    covered = coverage_of(frame, known, first)
    since = start if first is None else max(first, start - HISTORY_DAYS * DAY_S)
    baseline = covered.days(since, start) if since < start else 0.0
    enough = baseline >= LEAST_BASELINE_DAYS
    views = [_view(frame, evidence.rows, name, since, end, days, covered) for name in VOCABULARIES] if enough else []
    novelties = [found for view in views for found in _firsts(frame, view, covered, start, days)]
    novelties.extend(_more(frame, views, baseline, days, rate))
    return NoveltyFinding(
        novelties=tuple(sorted(novelties, key=lambda found: (-found.count, found.vocabulary, found.word))),
        unmapped=_unmapped(frame, known, start),
        usual={view.vocabulary: _usual(view, days) for view in views},
        tested=sum(len(_testable(view)) for view in views),
        rate=rate,
        start=start,
        end=end,
        baseline=baseline,
        basis=basis_of(frame, evidence, METHOD, SOURCE, days=days, complete_until=end, rate=rate),
    )


@dataclass(frozen=True)
class _View:
    """One vocabulary: the records of each word per window back from the end (words x windows), the whole past in
    ``windows`` that are on file, and when each word was first and last seen."""

    vocabulary: Vocabulary
    words: tuple[str, ...]
    word: NDArray[np.intp]  # of each of ``rows``
    rows: Rows
    counts: NDArray[np.int64]
    on_file: NDArray[np.bool_]
    first_window: NDArray[np.intp]


def _view(
    frame: IncidentFrame, rows: Rows, vocabulary: Vocabulary, since: float, end: float, days: int, covered: Coverage
) -> _View:
    words = OFFENCES if vocabulary == "offence" else frame.words[vocabulary]
    word = (frame.offence if vocabulary == "offence" else frame.column[vocabulary])[rows].astype(np.intp)
    rows, word = rows[word >= 0], word[word >= 0]
    length = days * DAY_S
    windows = int((end - since) // length) + 1
    back = np.minimum((end - frame.column["time"][rows]) // length, windows - 1).astype(np.intp)
    counts = np.bincount(word * windows + back, minlength=len(words) * windows).reshape(len(words), windows)
    on_file = np.array([not covered.missing(end - (j + 1) * length, end - j * length) for j in range(windows)])
    oldest = np.where(counts.any(axis=1), windows - 1 - np.argmax(counts[:, ::-1] > 0, axis=1), -1)
    return _View(vocabulary, tuple(words), word, rows, counts, on_file, oldest)


def _firsts(frame: IncidentFrame, view: _View, covered: Coverage, start: float, days: int) -> list[Novelty]:
    """The words never seen before the window, and those not seen for a year on file."""
    found = []
    # What was seen in a window of the last year needs no closer look.
    silent = ~view.counts[:, 1 : SILENCE_DAYS // days + 1].any(axis=1)
    for word in np.flatnonzero((view.counts[:, 0] > 0) & silent).tolist():
        rows = view.rows[view.word == word]
        times = frame.column["time"][rows]
        before = times[times <= start]
        last = float(before[-1]) if len(before) else None
        if last is not None and covered.days(last, start) < SILENCE_DAYS:
            continue
        own = rows[times > start]
        found.append(
            Novelty(
                view.vocabulary,
                view.words[word],
                "new" if last is None else "returned",
                len(own),
                float(times[len(before)]),
                last,
                0.0,
                int(view.counts[word, 1:].max(initial=0)),
                None,
                None,
                own,
            )
        )
    return found


def _usual(view: _View, days: int) -> float:
    """How many words a window has on average that were never seen before it, over the last year on file."""
    year = np.arange(1, min(SILENCE_DAYS // days, len(view.on_file) - 1) + 1)
    # The oldest windows hold many firsts only because nothing lies before them.
    year = year[view.on_file[year] & (year * days < len(view.on_file) * days - LEAST_BASELINE_DAYS)]
    firsts = np.bincount(view.first_window[view.first_window >= 0], minlength=len(view.on_file))
    return float(firsts[year].mean()) if len(year) else float("nan")


def _testable(view: _View) -> NDArray[np.intp]:
    """The words that were seen before the window: only they have a past to be compared with."""
    return np.flatnonzero(view.counts[:, 1:].any(axis=1))


def more_than_before(count: Numbers, before: Numbers, share: float) -> Numbers:
    """The probability of ``count`` or more of ``count + before`` records in a window that is ``share`` of the whole
    time, where the rate is the same in all of it."""
    some = np.maximum(count, 1)
    return np.where(count > 0, betainc(some, before + 1, share), 1.0)


def _more(frame: IncidentFrame, views: list[_View], baseline: float, days: int, rate: float) -> list[Novelty]:
    found: list[Novelty] = []
    share = days / (days + baseline)
    tested = [(view, word) for view in views for word in _testable(view).tolist()]
    if not tested:
        return found
    count = np.array([view.counts[word, 0] for view, word in tested], dtype=np.float64)
    before = np.array([view.counts[word, 1:].sum() for view, word in tested], dtype=np.float64)
    most = np.array([view.counts[word, 1:].max() for view, word in tested])
    expected = before * days / baseline
    p = more_than_before(count, before, share)
    # What is no more than ever, or not much more, cannot pass, but was looked at.
    p[(count < LEAST_COUNT) | (count <= most) | (count < LEAST_RATIO * expected)] = 1.0
    q = adjust(p)
    for place in np.flatnonzero(q <= rate).tolist():
        view, word = tested[place]
        rows = view.rows[view.word == word]
        own = rows[len(rows) - int(count[place]) :]
        last = float(frame.column["time"][rows[len(rows) - len(own) - 1]])
        found.append(
            Novelty(
                view.vocabulary,
                view.words[word],
                "more",
                len(own),
                float(frame.column["time"][own[0]]),
                last,
                float(expected[place]),
                int(most[place]),
                float(p[place]),
                float(q[place]),
                own,
            )
        )
    return found


def _unmapped(frame: IncidentFrame, known: Rows, start: float) -> tuple[Unmapped, ...]:
    """The codes of the window that the offence map does not know, most frequent first; domestic and police-started
    records stay out."""
    rows = known[
        ~frame.mapped[known] & (frame.column["domestic"][known] != 1) & (frame.column["initiated"][known] != 1)
    ]
    rows = rows[frame.column["code"][rows] >= 0]
    codes, times = frame.column["code"][rows], frame.column["time"][rows]
    found = []
    for code in np.unique(codes[times > start]).tolist():
        own = codes == code
        recent = rows[own & (times > start)]
        found.append(Unmapped(frame.words["code"][code], len(recent), float(times[own][0]), recent))
    return tuple(sorted(found, key=lambda one: (-one.count, one.code)))
