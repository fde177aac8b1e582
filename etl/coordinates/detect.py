"""Which datum, projection and column order a file's coordinates are in: every reading is tried, the evidence decides."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Reading:
    """The reading the evidence decided on."""

    reading: str
    """As `to_wgs84` takes it, e.g. `gcj02` or `EPSG:4547 swapped`."""
    share: float
    """Share of the pieces of evidence that agree with it."""
    evidence: str
    """Code of the note: coordinates_by_rows, coordinates_by_share, coordinates_only_reading, coordinates_by_range."""
    tried: tuple[tuple[str, float], ...] = ()
    """The best three readings with their shares."""

    @property
    def note(self) -> tuple[str, dict[str, Any]]:
        """What was decided and why, as a note (`etl.messages`)."""
        return self.evidence, {"reading": self.reading, "share": self.share}


def detect(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    zones: gpd.GeoSeries | None = None,
    named_zone: npt.ArrayLike | None = None,
    named_place: npt.ArrayLike | None = None,
    near: tuple[float, float] | None = None,
) -> Reading:
    """The reading of points as written (`parse`); raises `CoordinatesUnclear` with the shares of the best three.

    `zones`: polygons in EPSG:4326, index = zone code. `named_zone`: per row the code of the zone the row names, None
    or missing where it names none. `named_place`: per row the shapely geometry (EPSG:4326, point or line) of the
    facility or street the row names, None where unknown. `near`: longitude and latitude of the place, where there are
    no zones yet. The order of rows has no influence.
    """
    raise NotImplementedError


def detect_polygons(
    geometry: npt.NDArray[Any], *, zones: gpd.GeoSeries | None = None, near: tuple[float, float] | None = None
) -> Reading:
    """The reading of a polygon layer whose file says nothing about it (a shapefile without .prj).

    Degrees are taken for wgs84 unless the evidence speaks decisively for another reading: a file made by a GIS is
    seldom in GCJ-02, but it cannot be excluded, and the note says so. Raises `CoordinatesUnclear`.
    """
    raise NotImplementedError
