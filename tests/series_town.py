"""A made town for the tests of series: cases with codes, premises and hours that differ from place to place."""

from __future__ import annotations

import numpy as np

from ilp_core.analyse.patterns.cases import Cases
from ilp_core.domain.offences import OFFENCE_CODE
from tests.frames import DAY, HOUR, NOW, Made

CODES = ("forced door", "forced window", "open door", "handgun", "knife", "snatched", "hot wired", "smashed glass")
OFFENCE_OF = ("burglary",) * 3 + ("robbery",) * 3 + ("vehicle_theft", "criminal_damage")
PREMISES = ("STREET", "APARTMENT", "HOUSE", "GARAGE", "SHOP", "PARK", "BAR", "SCHOOL")


def made_cases(seed: int, count: int = 1_500, *, days: int = 84, side: float = 5_000.0) -> Cases:
    """``count`` cases over ``days`` days and a square of ``side`` metres, without any series."""
    draw = np.random.default_rng(seed)
    code = draw.choice(len(CODES), count, p=(0.2, 0.1, 0.15, 0.1, 0.05, 0.1, 0.2, 0.1))
    local = np.sort(NOW - draw.integers(0, days * DAY, count)) // 60 * 60
    # Half of the cases stand at the corners of few streets, as records do.
    corners = draw.uniform(0, side, (60, 2))
    spot = np.where(
        (draw.random(count) < 0.5)[:, None], corners[draw.integers(0, 60, count)], draw.uniform(0, side, (count, 2))
    )
    length = np.where(draw.random(count) < 0.3, draw.integers(0, 10 * HOUR, count), 0)
    return Cases(
        x=spot[:, 0],
        y=spot[:, 1],
        start=local,
        end=local + length,
        local=local,
        timed=draw.random(count) < 0.95,
        offence=np.array([OFFENCE_CODE[OFFENCE_OF[k]] for k in code]),
        code=code,
        premise=draw.choice(
            np.arange(-1, len(PREMISES)), count, p=(0.05, 0.35, 0.2, 0.12, 0.08, 0.08, 0.06, 0.04, 0.02)
        ),
        words=tuple(frozenset(text.split()) for text in CODES),
    )


def town_rows(seed: int, count: int = 1_500) -> list[Made]:
    """The same as rows of a frame; the made source knows offences only by their slugs."""
    cases = made_cases(seed, count, side=8_000.0)
    return [
        Made(
            int(cases.start[k]) - DAY,
            OFFENCE_OF[cases.code[k]],
            x=float(cases.x[k]),
            y=float(cases.y[k]),
            premise=PREMISES[cases.premise[k]] if cases.premise[k] >= 0 else "",
            timed=int(cases.timed[k]),
        )
        for k in range(len(cases))
    ]


def planted(size: int = 8, *, premise: str = "SCHOOL", code: str = "robbery") -> list[Made]:
    """One series: most nights about 23:00 within 300 m, the last one yesterday."""
    draw = np.random.default_rng(99)
    rows = []
    for n in range(size):
        night = NOW // DAY * DAY - (1 + n) * DAY - n // 3 * DAY + 23 * HOUR + int(draw.integers(-1_200, 1_200))
        east, north = 2_500 + draw.uniform(-200, 200, 2)
        rows.append(Made(night, code, x=float(east), y=float(north), premise=premise))
    return rows
