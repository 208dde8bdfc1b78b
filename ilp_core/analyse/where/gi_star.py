"""Getis-Ord Gi*: cells that with their neighbours hold more than chance lets expect.

The statistic of Ord & Getis (1995, Geographical Analysis 27:286), with binary weights and each cell its own
neighbour, in closed form by convolution. Its z stands on a normal approximation, which thin counts break; so the
chance of as high a sum can also be had exactly, or by permutation. All cells are tested at once: ``q`` is the
false-discovery adjusted p (Benjamini & Hochberg 1995), and it alone says which cells are hot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import Evidence
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.micro_time import FALSE_DISCOVERY_RATE, adjust
from ilp_core.analyse.where.chance import MOST_STEPS, Tails, drawn_tails, exact_steps, exact_tails, is_whole
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.lattice import QUEEN, Lattice, Reach, Values

METHOD: Final = "Gi* 1: binary weights, the cell its own neighbour, FDR 5 %"
SOURCE: Final = "Ord & Getis 1995, Geographical Analysis 27:286; Benjamini & Hochberg 1995, JRSS B 57:289"

#: Draws where none are named: a p of 0.0001 and less can be told apart [this project's choice].
DRAWS: Final = 9_999

#: How a p is had: by the normal approximation of z; exactly for whole numbers; by draws, all cells dealt out anew;
#: or by draws that leave each cell its own value, the permutation that esda calls p_sim.
Inference = Literal["normal", "exact", "draws", "conditional"]


@dataclass(frozen=True)
class GiStar:
    """Per cell of the study area: ``z``, the one-sided ``p`` of as high a sum, ``q`` as adjusted for all cells, the
    ``sums`` over the neighbourhoods and how many cells (``members``) each of them holds."""

    z: Values
    p: Values
    q: Values
    sums: Values
    members: Values
    inference: Inference

    def hot(self, rate: float = FALSE_DISCOVERY_RATE) -> NDArray[np.bool_]:
        """The cells that stand out with the false-discovery rate held at ``rate``."""
        return np.asarray((self.q <= rate) & (self.z > 0))


def gi_star_z(lattice: Lattice, values: Values) -> Values:
    """The standardised Gi* of every cell; zero where nothing varies or a neighbourhood holds the whole city."""
    return _standardised(lattice, lattice.sums(values), values)


def _standardised(lattice: Lattice, sums: Values, values: Values) -> Values:
    cells = len(values)
    mean = values.sum() / max(cells, 1)
    variance = (values @ values) / max(cells, 1) - mean**2
    # Equal values have no spread but that of rounding.
    if variance <= mean**2 * 1e-14:
        return np.zeros(cells)
    z: Values = lattice.unspread * (1 / np.sqrt(variance))
    z *= sums - lattice.members * mean
    return z


def gi_star(
    lattice: Lattice,
    values: NDArray[Any],
    *,
    inference: Inference = "exact",
    draws: int = DRAWS,
    generator: np.random.Generator | None = None,
) -> GiStar:
    """Gi* of ``values``, one number per cell of the study area, whole or not.

    ``exact`` falls back to ``draws`` where values are not whole or so large that draws are quicker; the result names
    what was done. Draws come from ``generator``, by default one of the seed 0.
    """
    given = np.asarray(values, dtype=np.float64)
    sums, members = lattice.sums(given), lattice.members
    z = _standardised(lattice, sums, given)
    if inference == "exact" and not _can_be_exact(given, members):
        inference = "draws"
    p = _chances(given, sums, members, z, inference, draws, generator)
    return GiStar(z, p, adjust(p), sums, members, inference)


def _can_be_exact(values: Values, members: Values) -> bool:
    return len(values) == 0 or (is_whole(values) and exact_steps(values, int(members.max())) <= MOST_STEPS)


def _chances(
    values: Values,
    sums: Values,
    members: Values,
    z: Values,
    inference: Inference,
    draws: int,
    generator: np.random.Generator | None,
) -> Values:
    if len(values) < 2:
        return np.ones(len(values))
    if inference == "normal":
        from scipy.special import ndtr

        return np.asarray(ndtr(-z))
    if inference == "exact":
        return exact_tails(values, members, sums, own=False).upper
    drawn = generator if generator is not None else np.random.default_rng(0)
    if inference == "draws":
        return drawn_tails(values, members, sums, draws, drawn, own=False).upper
    return conditional_tails(values, sums, members, draws, drawn).upper


def conditional_tails(
    values: Values, sums: Values, members: Values, draws: int, generator: np.random.Generator
) -> Tails:
    """The chances with each cell's own value held: its neighbours alone are dealt out anew, from all other cells."""
    return drawn_tails(values, members - 1, sums - values, draws, generator, own=True)


@dataclass(frozen=True)
class HotCells:
    """Gi* of a city: the ``counts`` (or harm) of every cell of ``grid``, and what stands out."""

    grid: Grid
    counts: Values
    gi: GiStar
    basis: Basis


def find_hot_cells(
    frame: IncidentFrame,
    evidence: Evidence,
    grid: Grid,
    *,
    reach: Reach = QUEEN,
    harm: bool = False,
    inference: Inference = "exact",
    draws: int = DRAWS,
    seed: int = 0,
) -> HotCells:
    """Gi* of the evidence's counts on ``grid``, or of its harm in days of sentence."""
    rows = evidence.rows
    weights = frame.harm[rows].astype(np.float64) if harm else None
    counts = grid.counts(frame.column["x"][rows], frame.column["y"][rows], weights)
    generator = np.random.default_rng(seed)
    gi = gi_star(Lattice(grid, reach), counts, inference=inference, draws=draws, generator=generator)
    basis = basis_of(
        frame, evidence, METHOD, SOURCE,
        cell_m=grid.size, cells=len(grid), reach=str(reach.widths), harm=harm, inference=gi.inference,
        draws=draws if gi.inference in ("draws", "conditional") else None, seed=seed,
    )  # fmt: skip
    return HotCells(grid, counts, gi, basis)
