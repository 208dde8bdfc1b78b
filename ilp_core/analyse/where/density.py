"""Kernel density: events per square kilometre, smoothed, and right up to the city's boundary.

Each event is spread over its surroundings by a kernel. ``Smoother`` does it for a whole grid at once by fast Fourier
transform of binned events, ``density_at`` exactly at any points. Part of the kernel of an event near the boundary
falls outside, where nothing is recorded; dividing by the kernel's mass inside the study area (Diggle 1985, Applied
Statistics 34:138) takes the dip at the edge away: an evenly spread city comes out even.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import Evidence
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.where.grid import Grid, Positions

Values = NDArray[np.float64]

#: Gaussian; or quartic (biweight), which ends at one bandwidth, as crime mapping mostly has it (Silverman 1986, 76).
Kernel = Literal["gaussian", "quartic"]
#: How a position is put on the grid: into its cell, or shared among the four nearest middles (Wand 1994).
Binning = Literal["simple", "linear"]

METHOD: Final = "kernel density 1"
SOURCE: Final = "Silverman 1986; edge correction Diggle 1985, Applied Statistics 34:138; linear binning Wand 1994"

#: The standard deviation of the Gaussian in metres: a few blocks [this project's choice].
BANDWIDTH_M: Final = 250.0
#: On the grid the Gaussian ends at so many bandwidths: beyond lies 2e-8 of its mass.
_GAUSSIAN_ENDS: Final = 6.0
SQUARE_KM: Final = 1e6
#: Distances computed in one go by ``density_at``: 32 MB of them.
_STRETCH: Final = 4_000_000


def kernel_values(distance: Values, bandwidth: float, kernel: Kernel) -> Values:
    """The kernel's height per square kilometre at distances in metres; its volume is one."""
    scaled = (distance / bandwidth) ** 2
    if kernel == "gaussian":
        return np.asarray(np.exp(-scaled / 2) * (SQUARE_KM / (2 * np.pi * bandwidth**2)))
    return np.asarray(np.maximum(1 - scaled, 0.0) ** 2 * (3 * SQUARE_KM / (np.pi * bandwidth**2)))


@dataclass(frozen=True)
class Smoother:
    """A kernel on a grid, made once and used for any number of surfaces.

    ``bandwidth`` in metres: the Gaussian's standard deviation, or the quartic's radius. Raises ValueError where it is
    smaller than a cell, which the grid could not show.
    """

    grid: Grid
    bandwidth: float = BANDWIDTH_M
    kernel: Kernel = "gaussian"

    def __post_init__(self) -> None:
        if not self.bandwidth >= self.grid.size:
            raise ValueError(f"a bandwidth of {self.bandwidth:g} m is finer than cells of {self.grid.size:g} m")

    @cached_property
    def _reach(self) -> int:
        """How many cells the kernel reaches to each side."""
        ends = self.bandwidth * (_GAUSSIAN_ENDS if self.kernel == "gaussian" else 1.0)
        return int(min(np.ceil(ends / self.grid.size), max(self.grid.shape) + 1))

    @cached_property
    def _size(self) -> tuple[int, int]:
        """The rectangle that the transform works on: a margin of a cell round the grid, and room for the kernel."""
        rows, columns = (_easy(cells + 2 + self._reach) for cells in self.grid.shape)
        return rows, columns

    @cached_property
    def _spectrum(self) -> NDArray[np.complex128]:
        steps = np.arange(-self._reach, self._reach + 1) * self.grid.size
        heights = kernel_values(np.hypot(steps[:, None], steps[None, :]), self.bandwidth, self.kernel)
        laid = np.zeros(self._size)
        # Steps farther than the grid is wide may share a place here; no step within the grid shares one with any.
        at_rows, at_columns = (np.arange(-self._reach, self._reach + 1) % side for side in self._size)
        laid[np.ix_(at_rows, at_columns)] = heights
        return np.fft.rfft2(laid)

    @cached_property
    def mass(self) -> Values:
        """Per cell of the study area, how much of a kernel at its middle falls inside the study area."""
        cell = self.grid.size**2 / SQUARE_KM
        return np.asarray(self._smooth(self._laid(np.ones(len(self.grid)))) * cell)

    def of_cells(self, values: Values, *, edge: bool = True) -> Values:
        """Density per km² at every cell's middle, of counts or weights per cell of the study area."""
        return self._corrected(self._laid(values), edge=edge)

    def of_positions(
        self,
        x: Positions,
        y: Positions,
        weights: Values | None = None,
        *,
        binning: Binning = "simple",
        edge: bool = True,
    ) -> Values:
        """Density per km² at every cell's middle, of positions in the study area; others do not count."""
        if binning == "simple":
            return self.of_cells(self.grid.counts(x, y, weights), edge=edge)
        on = self.grid.cell_of(x, y) >= 0
        return self._corrected(self._shared(x[on], y[on], None if weights is None else weights[on]), edge=edge)

    def _corrected(self, laid: Values, *, edge: bool) -> Values:
        density = np.maximum(self._smooth(laid), 0.0)
        return np.asarray(density / self.mass) if edge else density

    def _laid(self, values: Values) -> Values:
        """Values per cell with the margin of a cell round them."""
        return np.pad(self.grid.spread(values), 1)

    def _shared(self, x: Positions, y: Positions, weights: Values | None) -> Values:
        """Each position shared among the four nearest middles; the margin takes what lies over the edge."""
        rows, columns = self.grid.shape[0] + 2, self.grid.shape[1] + 2
        east = x / self.grid.size - self.grid.west + 0.5
        north = y / self.grid.size - self.grid.south + 0.5
        column, row = np.floor(east).astype(np.intp), np.floor(north).astype(np.intp)
        right, up = east - column, north - row
        each = np.ones(len(x)) if weights is None else weights
        laid = np.zeros(rows * columns)
        for over, share in ((0, 1 - up), (1, up)):
            for along, part in ((0, 1 - right), (1, right)):
                place = (row + over) * columns + column + along
                laid += np.bincount(place, weights=each * share * part, minlength=rows * columns)
        return laid.reshape(rows, columns)

    def _smooth(self, laid: Values) -> Values:
        rows, columns = self.grid.shape
        smooth = np.fft.irfft2(np.fft.rfft2(laid, self._size) * self._spectrum, self._size)
        return np.asarray(smooth[1 : rows + 1, 1 : columns + 1].ravel()[self.grid.flat])


def _easy(least: int) -> int:
    """The next number from ``least`` on that a fast transform splits into small factors."""
    number = least
    while True:
        rest = number
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return number
        number += 1


def density_at(
    at_x: Positions,
    at_y: Positions,
    x: Positions,
    y: Positions,
    bandwidth: float,
    *,
    kernel: Kernel = "gaussian",
    weights: Values | None = None,
) -> Values:
    """Density per km² at the points ``at``, exactly and without any edge correction: for checks and for few points.

    The quartic kernel looks only at events within a bandwidth, the Gaussian at all of them, in stretches.
    """
    each = np.ones(len(x)) if weights is None else weights
    if not len(x) or not len(at_x):
        return np.zeros(len(at_x))
    if kernel == "quartic":
        return _quartic_at(np.column_stack([at_x, at_y]), np.column_stack([x, y]), bandwidth, each)
    density = np.empty(len(at_x))
    step = max(1, _STRETCH // len(x))
    for start in range(0, len(at_x), step):
        part = slice(start, start + step)
        apart = np.hypot(at_x[part, None] - x, at_y[part, None] - y)
        density[part] = kernel_values(apart, bandwidth, kernel) @ each
    return density


def _quartic_at(at: Values, events: Values, bandwidth: float, weights: Values) -> Values:
    from scipy.spatial import cKDTree

    tree, density = cKDTree(events), np.zeros(len(at))
    step = max(1, _STRETCH // len(events))
    for start in range(0, len(at), step):
        part = cKDTree(at[start : start + step])
        pairs = part.sparse_distance_matrix(tree, bandwidth, output_type="ndarray")
        heights = kernel_values(pairs["v"], bandwidth, "quartic") * weights[pairs["j"]]
        density[start : start + step] = np.bincount(pairs["i"], weights=heights, minlength=part.n)
    return density


@dataclass(frozen=True)
class Surface:
    """A density of a city: per cell of ``grid``, events (or days of sentence, with harm) per km²."""

    grid: Grid
    density: Values
    basis: Basis


def density_of(
    frame: IncidentFrame,
    evidence: Evidence,
    grid: Grid,
    *,
    bandwidth: float = BANDWIDTH_M,
    kernel: Kernel = "gaussian",
    binning: Binning = "simple",
    harm: bool = False,
    edge: bool = True,
) -> Surface:
    """The density of the evidence on ``grid``, or of its harm in days of sentence per km²."""
    rows = evidence.rows
    weights = frame.harm[rows].astype(np.float64) if harm else None
    smoother = Smoother(grid, bandwidth, kernel)
    x, y = frame.column["x"][rows], frame.column["y"][rows]
    density = smoother.of_positions(x, y, weights, binning=binning, edge=edge)
    basis = basis_of(
        frame, evidence, METHOD, SOURCE,
        bandwidth_m=bandwidth, kernel=kernel, binning=binning, harm=harm, edge=edge,
        cell_m=grid.size, cells=len(grid),
    )  # fmt: skip
    return Surface(grid, density, basis)
