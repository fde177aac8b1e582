"""How much there usually is in a cell or zone: the numbers classes are made from, of the data version and no filter."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dashboard.analysis import density
from dashboard.filters import Filters

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.snapshot import Snapshot

MEASURES = ("problems_per_km2", "problems", "open", "overdue")
WINDOWS = 13
"""Of four weeks each: a year, so that every season is in it once."""

Floats = npt.NDArray[np.float64]


def amounts(county: "County", snapshot: "Snapshot") -> dict[tuple[str, str], Floats]:
    """What `density.cells` and `.zones` show where nothing is filtered, by measure and layer (cells, zones): all
    numbers above zero, ascending, of the last four weeks and the windows before them, each as of its own end.

    Windows that begin before the data do are left out, but for the last one; at most `WINDOWS`.
    """
    found: dict[tuple[str, str], list[Any]] = {
        (measure, layer): [] for measure in MEASURES for layer in ("cells", "zones")
    }
    latest = Filters().resolved(county.place, snapshot)
    first = int(snapshot.reported_day.min(initial=np.iinfo(np.int32).max))
    days = (latest.period[1] - latest.period[0]).days + 1
    for number in range(WINDOWS):
        filters = latest.moved(-days * number)
        if number and int(np.datetime64(filters.period[0], "D").astype(np.int64)) < first:
            break
        for layer, frame in (
            ("cells", density.cells(county, snapshot, filters)),
            ("zones", density.zones(county, snapshot, filters).drop(density.OUTSIDE, errors="ignore")),
        ):
            for measure in MEASURES:
                found[measure, layer].append(frame[measure].to_numpy(np.float64))
    told = {key: np.sort(np.concatenate(values)) for key, values in found.items()}
    return {key: values[values > 0] for key, values in told.items()}
