"""Boosting: gradient-boosted trees on the features of the additive forecast (scikit-learn, Poisson loss).

Trees find what a sum cannot say: that a fresh record counts more where the year was quiet. They give no reasons, so
they never stand alone: the geometric mean of both (a logarithmic opinion pool) is tried beside the additive forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.additive import Weights, with_everywhere
from ilp_core.analyse.forecast.features import Surface
from ilp_core.analyse.forecast.training import WEEK_S, Examples

#: Trees are grown anew after this many weeks: they take seconds and change little [this project's choice].
QUARTER_WEEKS: Final = 13
#: Fewer records teach trees nothing that holds [this project's choice].
LEAST_RECORDS: Final = 2_000
#: Small trees, slowly: places are many and records few [this project's choice].
TREES: Final = 120
RATE: Final = 0.06
LEAVES: Final = 12
LEAST_IN_LEAF: Final = 200
HELD_BACK: Final = 10.0
#: Added before a logarithm is taken, in records a week.
FLOOR: Final = 0.003
SEED: Final = 20


def quarter_of(origin: int) -> int:
    """When the trees used at ``origin`` are grown: the same for all origins of a quarter, whole weeks apart."""
    return origin - (origin // WEEK_S) % QUARTER_WEEKS * WEEK_S


def grow(samples: Sequence[Examples], weights: Weights) -> tuple[Any, ...]:
    """Trees on each of ``samples``, with what the additive ``weights`` expect as one more thing to look at.

    None at all where the records are too few.
    """
    if samples[0].occurred.sum() < LEAST_RECORDS:
        return ()
    from sklearn.ensemble import HistGradientBoostingRegressor

    return tuple(
        HistGradientBoostingRegressor(
            loss="poisson",
            learning_rate=RATE,
            max_iter=TREES,
            max_leaf_nodes=LEAVES,
            min_samples_leaf=LEAST_IN_LEAF,
            l2_regularization=HELD_BACK,
            early_stopping=False,
            random_state=SEED,
        ).fit(_inputs(sample.surface, weights), sample.occurred, sample_weight=sample.stands_for)
        for sample in samples
    )


def boosted(forests: Sequence[Any], surface: Surface, weights: Weights) -> NDArray[np.float64]:
    """What ``forests`` expect in each cell, in records a week: their mean."""
    inputs = _inputs(surface, weights)
    return np.asarray(np.mean([trees.predict(inputs) for trees in forests], axis=0), dtype=np.float64)


def _inputs(surface: Surface, weights: Weights) -> NDArray[np.float32]:
    additive = with_everywhere(surface) @ weights
    return np.log(np.column_stack([surface, additive.astype(np.float32)]) + FLOOR)
