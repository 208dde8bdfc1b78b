"""The run: every method on every offence at every origin, side by side on threads or on a cluster.

The work is cut into units that do not depend on how many workers there are, so that the result does not either: all
rivals of an offence together, a quarter of a year at a time, and each learned method of an offence alone through all
origins in order, because what it learnt at one origin it may use at the next.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ilp_core.analyse.backtest.methods import kind_of
from ilp_core.analyse.backtest.scores import Scores, base_counts, joined, landed, score_week
from ilp_core.analyse.backtest.study import Study
from ilp_core.analyse.forecast.history import Method

if TYPE_CHECKING:
    from distributed import Client

#: Hears how many forecasts of all forecasts are done, also from other threads.
Progress = Callable[[int, int], None]
#: (offence, method) to scores.
Table = dict[tuple[str, str], Scores]

#: Origins of rivals in one unit: a quarter of a year [this project's choice].
CHUNK: Final = 13


@dataclass(frozen=True)
class Unit:
    """One piece of work: some methods on one offence at some origins, by their place in the study."""

    offence: str
    methods: tuple[Method, ...]
    first: int
    end: int

    @property
    def forecasts(self) -> int:
        """How many forecasts it makes."""
        return len(self.methods) * (self.end - self.first)


def units_of(study: Study, methods: Sequence[Method]) -> list[Unit]:
    """The work, the longest first, so that no worker is left alone with it at the end."""
    weeks = len(study.origins)
    rivals = tuple(method for method in methods if kind_of(method.name) != "learned")
    learned = [method for method in methods if kind_of(method.name) == "learned"]
    alone = [Unit(offence, (method,), 0, weeks) for offence in study.offences for method in learned]
    together = [
        Unit(offence, rivals, first, min(first + CHUNK, weeks))
        for offence in study.offences
        for first in range(0, weeks if rivals else 0, CHUNK)
    ]
    return sorted(alone, key=lambda unit: -study.events[unit.offence]) + together


def score_unit(study: Study, unit: Unit, heard: Callable[[int], None] = lambda _forecasts: None) -> list[Scores]:
    """The scores of each method of a unit. Every method is a fresh copy: what it remembers stays in its unit.

    ``heard`` is told after each origin how many forecasts were made; what it raises ends the work.
    """
    methods = copy.deepcopy(unit.methods)
    weeks: list[list[Scores]] = [[] for _ in methods]
    for origin in study.origins[unit.first : unit.end]:
        target = study.target(unit.offence, origin)
        past = study.history.before(origin)
        observed, harm = landed(study.history, target)
        base = base_counts(past, target)
        for scored, method in zip(weeks, methods, strict=True):
            scored.append(score_week(method.expect(past, target), observed, harm, base))
        heard(len(methods))
    return [joined(scored) for scored in weeks]


def run_study(
    study: Study,
    methods: Sequence[Method],
    *,
    workers: int | None = None,
    cluster: Client | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Table:
    """The scores of all ``methods`` on all offences of ``study``.

    Runs on ``workers`` threads (None: one for each processor), or on ``cluster``, a client of Dask's scheduler whose
    workers have this program. The result is the same for any number of either. What ``progress`` raises ends the
    run. Raises ValueError where two methods share a name.
    """
    if len({method.name for method in methods}) < len(methods):
        raise ValueError("two methods share a name")
    units = units_of(study, methods)
    scored = _on_cluster(study, units, cluster, progress) if cluster else _on_threads(study, units, workers, progress)
    parts: dict[tuple[str, str], list[tuple[int, Scores]]] = {}
    for unit, scores in zip(units, scored, strict=True):
        for method, score in zip(unit.methods, scores, strict=True):
            parts.setdefault((unit.offence, method.name), []).append((unit.first, score))
    return {
        (offence, method.name): joined([score for _, score in sorted(parts[offence, method.name], key=_first)])
        for offence in study.offences
        for method in methods
    }


def _first(part: tuple[int, Scores]) -> int:
    return part[0]


class _Tally:
    """Counts forecasts that are done, from several threads."""

    def __init__(self, units: Sequence[Unit], progress: Progress) -> None:
        self._all, self._done = sum(unit.forecasts for unit in units), 0
        self._progress, self._lock = progress, threading.Lock()

    def add(self, forecasts: int) -> None:
        """So many more are done."""
        with self._lock:
            self._done += forecasts
            self._progress(self._done, self._all)


def _on_threads(study: Study, units: Sequence[Unit], workers: int | None, progress: Progress) -> Sequence[Any]:
    from dask.base import compute
    from dask.delayed import delayed

    tally = _Tally(units, progress)

    def work(number: int) -> list[Scores]:
        return score_unit(study, units[number], tally.add)

    # Dask has no types of its own.
    typed_delayed: Any = delayed
    typed_compute: Any = compute
    tasks = [typed_delayed(work, pure=False)(number) for number in range(len(units))]
    return list(typed_compute(*tasks, scheduler="threads", num_workers=workers))


def _on_cluster(study: Study, units: Sequence[Unit], cluster: Any, progress: Progress) -> Sequence[Any]:
    import distributed

    as_completed: Any = distributed.as_completed
    tally = _Tally(units, progress)
    everywhere = cluster.scatter(study, broadcast=True)
    futures = [cluster.submit(score_unit, everywhere, unit, pure=False) for unit in units]
    places = {future.key: number for number, future in enumerate(futures)}
    for future in as_completed(futures, loop=cluster.loop):
        tally.add(units[places[future.key]].forecasts)
    return list(cluster.gather(futures))
