"""A made town in which something was done at two places: what the tests of evaluations share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ilp_core.analyse.effect.controls import Locked, lock
from ilp_core.analyse.effect.evaluate import (
    Effect,
    Operation,
    evaluate,
)
from ilp_core.analyse.effect.history import (
    history_of,
)
from ilp_core.analyse.effect.ring import circle
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.frame import IncidentFrame
from tests.frames import DAY, NOW, Made, frame_of

#: A town of places a kilometre apart; the operation began half a year ago and is over.
BEGINS = NOW - 182 * DAY
BEFORE = (BEGINS - 182.0 * DAY, float(BEGINS))
AFTER = (float(BEGINS), float(NOW))
EDGES = [BEGINS - 28.0 * DAY * step for step in range(13, -1, -1)]
PLACES = [circle(f"place {n:02d}", 1_000.0 * (n % 6), 1_000.0 * (n // 6), 100) for n in range(24)]
TREATED, CANDIDATES = PLACES[:2], PLACES[2:]
OPERATION = Operation("burglary, autumn", BEFORE, AFTER, Limits())


def town(seed: int, *, effect: float = 0.0, moved: float = 0.0, rate: float = 0.3) -> list[Made]:
    """Records of 24 places of one rate a day and of their rings; ``effect`` changes the treated from BEGINS on."""
    draw = np.random.default_rng(seed)
    rows = []
    for number, place in enumerate(PLACES):
        middle = place.shape.centroid
        for time in BEGINS - 364 * DAY + np.sort(draw.integers(1, 546 * DAY, draw.poisson(rate * 546))):
            gone = number < 2 and time > BEGINS and draw.random() < -effect
            if gone and draw.random() >= moved:
                continue
            rows.append(Made(int(time), x=middle.x + (150 if gone else 5), y=middle.y))
        rows += [Made(int(BEGINS + day * DAY), x=middle.x - 150, y=middle.y) for day in (-100, -20, 20, 100)]
    return rows


def locked_on(frame: IncidentFrame, *, at: float = BEGINS - DAY, **how: Any) -> Locked:
    edges = [edge - 2 * DAY for edge in EDGES]
    history = history_of(frame, PLACES, Limits(), edges=edges, begins=BEGINS, at=at)
    return lock(history, TREATED, CANDIDATES, at=at, **how)


def judged(rows: Iterable[Made], operation: Operation = OPERATION, **how: Any) -> Effect:
    frame = frame_of(rows)
    return evaluate(frame, operation, locked_on(frame), NOW, **how)
