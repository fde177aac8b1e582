"""Which datum, projection and column order a file is in: every reading is tried, the evidence decides or nobody does.

The rule, in the order in which it is applied to the distinct coordinates of a file (a default point that thousands of
rows share is one coordinate, and has no say where its rows name several zones):

1. Readings that put fewer than half of the points within 20 km of the place are out. If one is left, it is it.
2. Rows that name their zone (or a facility or street whose place is known): a reading agrees with a row whose point
   lies in that zone (within 100 m of that place). GCJ-02 moves a point 100-700 m, a third of the width of a zone of
   1-2 km², so a few dozen rows tell. The best reading must agree with half of the rows and beat each other one in
   McNemar's exact test on the rows on which the two differ (p < 0.001 one-sided), four to one: where a file mixes two
   datums, the second best wins more than a fifth of those rows, and neither is right for the file. By the streets of
   the sample's addresses alone, 60 rows decided 57 times in 60, never wrongly.
3. Else the share inside the zones' union. A shift of 400 m leaves nine points in ten inside a county, and a village
   just outside may come inside by a wrong reading. So the bar is higher: 95 % inside; points that span two fifths of
   the place in both directions; and in the test all points of a tile of 500 m have one voice (p < 10⁻⁴, ten to one),
   so that the wins must lie all along the border. On 2,400 random ledgers of a few clusters, many of them beyond the
   border, counting points gave about as many wrong answers as right ones, counting tiles three wrong ones, and with
   the span none.
4. Else `CoordinatesUnclear`. Also when 2 (though too few rows to decide) and 3 prefer different readings.
"""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.special import betainc

from etl.coordinates.candidates import candidates
from etl.coordinates.evidence import (
    Bools,
    Positions,
    converted,
    distinct,
    inside_zones,
    region_of,
    row_agreement,
    sample_rows,
    spans,
    tiles_of,
    zone_positions,
)
from etl.coordinates.readings import SWAPPED, to_wgs84
from etl.errors import CoordinatesUnclear
from etl.messages import Note, error


@dataclass(frozen=True)
class _Bar:
    """What a kind of evidence must reach: share of the best, chance of the test, wins for one loss."""

    share: float
    chance: float
    ratio: float


_BY_ROWS = _Bar(share=0.5, chance=1e-3, ratio=4.0)
_BY_SHARE = _Bar(share=0.95, chance=1e-4, ratio=10.0)


@dataclass(frozen=True)
class Reading:
    """The reading the evidence decided on."""

    reading: str
    """As `to_wgs84` takes it, e.g. `gcj02` or `EPSG:4547 swapped`."""
    share: float
    """Share of the pieces of evidence that agree with it."""
    evidence: str
    """Code of the note: coordinates_by_rows, _by_share, _only_reading, _by_range or _by_zone_number."""
    points: int = 0
    """Distinct coordinates that were asked."""
    tried: tuple[tuple[str, float], ...] = ()
    """The best three readings with their shares."""

    @property
    def note(self) -> Note:
        """What was decided and why, as a note (`etl.messages`)."""
        values = {"reading": self.reading, "share": self.share, "points": self.points, "tried": _told(self.tried)}
        return self.evidence, values


def detect(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    zones: gpd.GeoSeries | None = None,
    named_zone: npt.ArrayLike | None = None,
    named_place: npt.ArrayLike | None = None,
    places: npt.NDArray[Any] | None = None,
    near: tuple[float, float] | None = None,
) -> Reading:
    """The reading of points as written (`parse`); raises `CoordinatesUnclear` with the shares of the best three.

    `zones`: polygons in EPSG:4326, index = zone code. `named_zone`: per row the code of the zone the row names, None
    or missing where it names none; `named_place`: per row the position in `places` (shapely points, lines or polygons,
    EPSG:4326) of the facility or street the row names, -1 for none, heard where no zone is named. `near`: longitude and
    latitude of the county, where there are no zones yet. The order of rows has no influence.
    """
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    polygons = None if zones is None or not len(zones) else zones[zones.notna() & ~zones.is_empty]
    region = region_of(polygons, near)
    zone = zone_positions(named_zone, polygons, east.size)
    there = np.array([], dtype=object) if places is None else places
    place = np.full(east.size, -1) if named_place is None else np.asarray(named_place, dtype=np.int64)
    rows = sample_rows(east, north)
    east, north, zone, place = distinct(east[rows], north[rows], zone[rows], place[rows])
    if not east.size:
        raise error(CoordinatesUnclear, "coordinates_none")
    names = candidates(east, north, None if region is None else region.centre)
    if not names:
        raise error(CoordinatesUnclear, "coordinates_impossible", x=float(np.median(east)), y=float(np.median(north)))
    if region is None:
        return _by_range(names, east.size)
    points = converted(names, east, north)
    shares = {name: float(region.holds(*at).mean()) for name, at in points.items()}
    points = {name: at for name, at in points.items() if shares[name] >= 0.5}
    if not points:
        raise error(CoordinatesUnclear, "coordinates_elsewhere", tried=_told(_best(shares)))
    if len(points) == 1:
        (name,) = points
        return Reading(name, shares[name], "coordinates_only_reading", east.size, _best(shares))
    agreement = row_agreement(points, polygons, zone, there, place)
    inside = inside_zones(points, polygons)
    by_rows = _decided(agreement, _BY_ROWS)
    if by_rows is not None:
        return replace(by_rows, evidence="coordinates_by_rows")
    by_share = _decided(inside, _BY_SHARE, tiles=tiles_of(points))
    is_sound = by_share is not None and not _contradicts(agreement, by_share.reading)
    if by_share is not None and is_sound and spans(*points[by_share.reading], polygons):
        return replace(by_share, evidence="coordinates_by_share")
    told = agreement if _count(agreement) >= 10 else inside
    if not told:
        raise error(CoordinatesUnclear, "coordinates_no_zones", tried=list(points)[:3])
    tried = _told(_best({name: float(rows.mean()) for name, rows in told.items()}))
    raise error(CoordinatesUnclear, "coordinates_unclear", points=_count(told), tried=tried)


def detect_polygons(
    geometry: npt.NDArray[Any], *, zones: gpd.GeoSeries | None = None, near: tuple[float, float] | None = None
) -> Reading:
    """The reading of a polygon layer whose file says nothing about it (a shapefile without .prj).

    Degrees are taken for wgs84 unless the evidence speaks decisively for another reading: a file made by a GIS is
    seldom in GCJ-02, but it cannot be excluded, and the note says so. Raises `CoordinatesUnclear`.
    """
    geometry = np.asarray(geometry, dtype=object)
    centroid = shapely.centroid(geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))])
    x, y = shapely.get_x(centroid), shapely.get_y(centroid)
    try:
        return detect(x, y, zones=zones, near=near)
    except CoordinatesUnclear:
        x, y, *_ = distinct(x, y, *(np.full(x.size, -1) for _ in range(2)))
        region = region_of(zones if zones is not None and len(zones) else None, near)
        names = candidates(x, y, None if region is None else region.centre) if x.size else []
        for name in (name for name in names if name.removesuffix(SWAPPED) == "wgs84"):
            if region is None or region.holds(*to_wgs84(x, y, name)).mean() >= 0.5:
                return Reading(name, 1.0, "coordinates_by_range", x.size)
        raise


def _decided(agreement: dict[str, Bools], bar: _Bar, tiles: Positions | None = None) -> Reading | None:
    """The reading that beats every other one decisively; None when there is none.

    With `tiles`, the points of one tile have one voice in the test.
    """
    if not _count(agreement):
        return None
    wins = {name: int(rows.sum()) for name, rows in agreement.items()}
    best = max(wins, key=lambda name: wins[name])
    rows = agreement[best]
    if rows.mean() < bar.share:
        return None
    for other in (other for name, other in agreement.items() if name != best):
        voices = np.arange(rows.size) if tiles is None else tiles
        won, lost = np.unique(voices[rows & ~other]).size, np.unique(voices[~rows & other]).size
        # P(at least so many wins of a fair coin), by the beta function: scipy.stats takes a second to import.
        if won < max(1, bar.ratio * lost) or not betainc(won, lost + 1, 0.5) < bar.chance:
            return None
    shares = {name: float(other.mean()) for name, other in agreement.items()}
    return Reading(best, shares[best], "", rows.size, _best(shares))


def _contradicts(agreement: dict[str, Bools], reading: str) -> bool:
    """Whether the rows that name their place, few as they are, prefer another reading."""
    wins = {name: int(rows.sum()) for name, rows in agreement.items()}
    return bool(_count(agreement)) and max(wins.values()) > wins[reading]


def _by_range(names: list[str], points: int) -> Reading:
    """The reading when nothing is known of the place: only where the numbers themselves leave one."""
    straight = [name for name in names if not name.endswith(SWAPPED)] or names
    if len(straight) == 1 and straight[0] != "EPSG:3857":
        evidence = "coordinates_by_range" if straight[0].startswith("wgs84") else "coordinates_by_zone_number"
        return Reading(straight[0], 1.0, evidence, points)
    raise error(CoordinatesUnclear, "coordinates_no_zones", tried=names[:3])


def _count(agreement: dict[str, Bools]) -> int:
    return next((rows.size for rows in agreement.values()), 0)


def _best(shares: dict[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(shares.items(), key=lambda pair: -pair[1])[:3])


def _told(tried: tuple[tuple[str, float], ...]) -> list[str]:
    return [f"{name} {share:.1%}" for name, share in tried]
