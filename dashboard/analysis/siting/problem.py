"""The question of where to build as rows and weights: candidates against what existing sites leave uncovered."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.analysis.siting.incidence import (
    Bools,
    Floats,
    Places,
    Positions,
    checked_length,
    closer_than,
    demand_of,
    merged,
    reach,
    reached_by_any,
    sites_of,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Problem:
    """Candidates that may be chosen, existing sites that stay."""

    labels: pd.Index
    """Of the candidates that may be chosen, in their order."""
    positions: Positions
    """Of these among all candidates."""
    rows: "csr_array"
    """Candidates × demand."""
    existing: "csr_array"
    """Existing sites × demand."""
    weight: Floats
    clash: "csr_array | None"
    """Candidates × candidates, 1 where two are nearer than the spacing; None where none are."""

    @cached_property
    def before(self) -> Bools:
        """By demand: covered by an existing site."""
        return reached_by_any(self.existing)

    @cached_property
    def open(self) -> tuple["csr_array", Floats]:
        """Candidates × demand that is not covered yet, merged, and its weights."""
        return merged(self.rows, self.weight * ~self.before)

    @property
    def total(self) -> float:
        return float(self.weight.sum())

    def curve(self, order: Positions, *, length: int | None = None) -> Floats:
        """Weight covered with the first k = 0 … of these candidates, level to `length` entries."""
        taken = self.before.copy()
        covered = [float(self.weight[taken].sum())]
        for one in order:
            taken[self.rows.indices[self.rows.indptr[one] : self.rows.indptr[one + 1]]] = True
            covered.append(float(self.weight[taken].sum()))
        return np.array(covered + [covered[-1]] * max((length or 0) - len(covered), 0))


def problem(
    demand: gpd.GeoDataFrame,
    candidates: Places,
    existing: Places,
    *,
    radius_m: float,
    min_spacing_m: float = 0.0,
) -> Problem:
    """Checked and as rows; see `site_facilities` for what is refused. Candidates nearer than the spacing to an existing
    site are left out."""
    checked_length(radius_m, "radius_m")
    checked_length(min_spacing_m, "min_spacing_m", may_be_zero=True)
    wanted = demand_of(demand)
    points, standing = sites_of(candidates, "candidates", wanted), sites_of(existing, "existing", wanted)
    usable = np.arange(len(points))
    clash = None
    if min_spacing_m > 0:
        usable = usable[np.diff(closer_than(points, standing, spacing_m=min_spacing_m).indptr) == 0]
        near = closer_than(points[usable], points[usable], spacing_m=min_spacing_m)
        near.setdiag(0)
        near.eliminate_zeros()
        clash = near if near.nnz else None
    return Problem(
        candidates.index[usable],
        usable,
        reach(points[usable], wanted.points, radius_m=radius_m),
        reach(standing, wanted.points, radius_m=radius_m),
        wanted.weight,
        clash,
    )
