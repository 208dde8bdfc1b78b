"""Made towns without near repeats: hot places and a busy season, but no event that has to do with another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def null_town(seed: int, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Positions in 3 km x 3 km, half of them at 15 hot places, and days of two years, more of them in summer."""
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(0, 3_000, (2, size))
    spots = draw.uniform(0, 3_000, (2, 15))
    hot = draw.integers(0, 15, size // 2)
    x[: size // 2] = spots[0, hot] + draw.normal(0, 60, size // 2)
    y[: size // 2] = spots[1, hot] + draw.normal(0, 60, size // 2)
    season = 1 + 0.5 * np.sin(np.arange(730) / 365 * 2 * np.pi)
    return x, y, draw.choice(730, size, p=season / season.sum())
