"""Zones, and units inside their class, by closure and on-time rate, with denominators and intervals."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.analysis.cases import cases

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

RATES = ("on_time_rate", "closure_rate")

_Z95 = 1.959963984540054  # 0.975 quantile of the normal distribution

_COUNTS = {
    "due": "due",
    "closed": "closed_of_due",
    "on_time": "on_time",
    "open": "open",
    "overdue": "overdue",
    "deferred": "deferred",
    "without_deadline": "without_deadline",
}


def zones(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, at_least: int, by: str = "on_time_rate"
) -> pd.DataFrame:
    """Zones in the filters, best first, those with too few due at the end. Index `code`.

    Columns: name; rank (Int64; equal rates share one; NA: too few to rank), due, closed, on_time (of due);
    closure_rate, on_time_rate (NaN: none due), closure_low, closure_high, on_time_low, on_time_high (Wilson, 95 %);
    open, overdue (at the moment); deferred, without_deadline (shown beside, in no rate); is_ranked.
    """
    frame = _counted(county, snapshot, filters, snapshot.zone, county.zones.index.rename("code"))
    frame.insert(0, "name", county.zones["name"])
    if filters.zone:
        frame = frame[frame.index.isin(filters.zone)]
    frame = _rated(frame, at_least)
    frame.insert(1, "rank", _rank(frame, by))
    return frame.sort_values(["rank", "due"], ascending=[True, False], na_position="last", kind="stable")


def units(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, at_least: int, by: str = "on_time_rate"
) -> pd.DataFrame:
    """Units with a problem, ranked inside their class; index `unit` (name). Columns as `zones`, and `class` (NaN: the
    unit is in no list), ordered by class, then rank."""
    frame = _counted(county, snapshot, filters, snapshot.unit, pd.Index(snapshot.units, name="unit", dtype="str"))
    frame = _rated(frame[frame.pop("all") > 0], at_least)
    listed = county.parties[~county.parties["is_person"].to_numpy(dtype=bool)].drop_duplicates("name")
    classes = frame.index.to_series().map(listed.set_index("name")["class"])
    frame.insert(0, "name", frame.index)
    frame.insert(1, "class", classes)
    ranks = [_rank(group, by) for _, group in frame.groupby("class", dropna=False)]
    frame.insert(2, "rank", pd.concat(ranks).reindex(frame.index) if ranks else pd.Series(dtype="Int64"))
    return frame.sort_values(["class", "rank", "due"], ascending=[True, True, False], na_position="last", kind="stable")


def wilson(
    count: npt.ArrayLike, of: npt.ArrayLike, *, z: float = _Z95
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Ends of the Wilson score interval of count/of, at 95 % unless `z` says otherwise; NaN where `of` is 0.

    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Wilson, E. B. (1927), Probable inference, the law of succession,
    and statistical inference, Journal of the American Statistical Association 22, 209-212.

    >>> low, high = wilson([8], [10])
    >>> [round(float(end[0]), 4) for end in (low, high)]
    [0.4902, 0.9433]
    """
    n = np.asarray(of, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.asarray(count, dtype=np.float64) / n
        middle = p + z * z / (2 * n)
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        low, high = (middle - half) / scale, (middle + half) / scale
    return np.where(n > 0, np.clip(low, 0, 1), np.nan), np.where(n > 0, np.clip(high, 0, 1), np.nan)


def _counted(
    county: "County", snapshot: "Snapshot", filters: "Filters", codes: npt.NDArray[np.int32], index: pd.Index
) -> pd.DataFrame:
    found = cases(county, snapshot, filters)
    names: dict[str, str] = _COUNTS if index.name == "code" else _COUNTS | {"all": "all"}
    counted: dict[str, Any] = {
        name: np.bincount(codes[found.mask(which)] + 1, minlength=len(index) + 1)[1:] for name, which in names.items()
    }
    return pd.DataFrame(counted, index=index)


def _rated(frame: pd.DataFrame, at_least: int) -> pd.DataFrame:
    frame = frame.copy()
    due = frame["due"].to_numpy(dtype=np.float64)
    for name, count in (("closure", "closed"), ("on_time", "on_time")):
        with np.errstate(divide="ignore", invalid="ignore"):
            frame[f"{name}_rate"] = frame[count].to_numpy() / due
        frame[f"{name}_low"], frame[f"{name}_high"] = wilson(frame[count], due)
    frame["is_ranked"] = frame["due"] >= max(at_least, 1)
    return frame


def _rank(frame: pd.DataFrame, by: str) -> pd.Series:
    if by not in RATES:
        raise ValueError(f"by is {by!r}; it must be one of {', '.join(RATES)}")
    return frame[by].where(frame["is_ranked"]).rank(method="min", ascending=False).astype("Int64")
