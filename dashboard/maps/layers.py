"""What to draw, independent of who draws it: the live component, folium, or pictures.

Everything that changes with a filter is an array by position: the n-th class belongs to the n-th zone or cell of the
county, in the order of its frames. Where things lie is in `geometry.Geometry`, made once per data version.
Texts are plain; each renderer escapes them its own way, in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Self

import numpy as np
import pandas as pd

from dashboard.maps.geometry import Geometry
from dashboard.maps.style import NOT_DRAWN, Scale, Swatch

_POLE = 85.06
"""Degrees at which Web Mercator ends; no map shows more."""
POINTS_AT_MOST = 2_000
"""More points than this are never sent as single points; a raster or counts by cell stand for them."""


@dataclass(frozen=True)
class Row:
    """One line of a tooltip for every polygon: `label` and a value each (numbers, or texts; missing: no line)."""

    label: str
    values: np.ndarray

    @classmethod
    def of(cls, label: str, column: pd.Series | np.ndarray) -> "Row":
        """From a frame's column, in the order of the polygons."""
        return cls(label, np.asarray(column))


@dataclass(frozen=True)
class Frames:
    """Classes of the polygons for many weeks, so that sliding through them needs no server.

    `classes` is uint8, weeks × polygons; `starts` and `ends` are texts of the days, `totals` the bars.
    """

    classes: np.ndarray
    starts: Sequence[str]
    ends: Sequence[str]
    totals: np.ndarray
    is_campaign: np.ndarray
    current: int
    values: np.ndarray | None = None
    """Counts behind the classes (uint16, weeks × polygons), for the tooltip."""
    has_visits: bool = False
    """The classes tell zero from "nobody looked"."""
    marks: Sequence[Sequence[str]] = ()
    """Names of the holidays and seasons of each week, where the place has told any."""


@dataclass(frozen=True)
class Polygons:
    """The coloured layer: `layer` is `zones` or `cells`, `classes` index `scale.swatches` (255: left blank)."""

    layer: str
    codes: np.ndarray
    classes: np.ndarray
    scale: Scale
    rows: tuple[Row, ...] = ()
    frames: Frames | None = None


@dataclass(frozen=True)
class Points:
    """Single points of one kind in EPSG:4326, at most `POINTS_AT_MOST`; `radius_m` draws a circle of reach."""

    kind: str
    label: str
    lon: np.ndarray
    lat: np.ndarray
    codes: np.ndarray
    titles: np.ndarray
    radius_m: float | None = None
    is_shown: bool = True
    is_numbered: bool = False
    """The codes are numbers, which stand in the symbols."""
    in_geometry: bool = False
    """A whole kind of the county's facilities: the browser has their places already."""


@dataclass(frozen=True)
class Raster:
    """A picture of density; `bounds` is west, south, east, north in EPSG:4326, rows even in Web Mercator."""

    png: bytes
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class Legend:
    """What the card in the corner says: a title with the unit, the classes, a line below."""

    title: str
    swatches: tuple[Swatch, ...]
    note: str = ""


@dataclass(frozen=True)
class Card:
    """The card of what is selected: a title and lines; `tag` is the filled red one (无人)."""

    title: str
    lines: tuple[str, ...] = ()
    tag: str = ""


@dataclass(frozen=True)
class Compare:
    """An earlier moment that can be held against the one shown, left of a divider on the same scale.

    `moments`: key (the last day) and label of each that can be chosen, oldest first; with frames, all of their weeks.
    """

    moments: tuple[tuple[str, str], ...]
    now: str
    """Label of the moment shown."""
    usual: str = ""
    """Key of the moment to begin with."""
    chosen: str = ""
    """Key of the one compared with; empty: none."""
    classes: np.ndarray | None = None
    """Classes then (uint8, in the order of the polygons); with frames they are those of its week."""
    values: np.ndarray | None = None
    """Values behind them, of the tooltip's first row."""


@dataclass(frozen=True)
class Arrange:
    """Points that can be dragged, taken away and added to; what was done comes back as `Events.arranged`."""

    kind: str
    """Their kind; their codes are their numbers."""
    most: int
    """No more of them are added."""


@dataclass(frozen=True)
class Extent:
    """A stretch of a map, in degrees of EPSG:4326."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, told: Any) -> Self | None:
        """From four numbers in this order; None where they bound no stretch of the earth."""
        if not isinstance(told, list | tuple) or len(told) != 4 or not all(type(one) in (int, float) for one in told):
            return None
        west, south, east, north = told
        is_one = all(isfinite(one) for one in told) and -180 <= west < east <= 180 and -_POLE <= south < north <= _POLE
        return cls(*(float(one) for one in told)) if is_one else None

    @classmethod
    def read(cls, text: str) -> Self | None:
        """From an address, as `written` gives it.

        >>> Extent.read("114.5,38,114.6,38.1").written
        '114.5,38.0,114.6,38.1'
        >>> Extent.read("114.6,38,114.5,38.1") is None
        True
        """
        try:
            return cls.of([float(part) for part in text.split(",")])
        except ValueError:
            return None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north

    @property
    def written(self) -> str:
        """For an address, to about a metre."""
        return ",".join(str(round(degrees, 5)) for degrees in self.bounds)


@dataclass(frozen=True)
class Sight:
    """A stretch to bring into view; another `turn` than the last one does so."""

    turn: str
    extent: Extent | None = None
    """None: the whole town."""


@dataclass(frozen=True)
class MapView:
    """One map, ready to draw."""

    geometry: Geometry
    title: str
    language: str
    mark: str
    polygons: Polygons | None = None
    raster: Raster | None = None
    points: tuple[Points, ...] = ()
    legend: Legend | None = None
    card: Card | None = None
    selected: tuple[str, str] | None = None
    """Layer and code of the outlined polygon, or kind and code of the ringed point."""
    fly: str = ""
    """Another text than the last one brings what is selected into view."""
    sight: Sight | None = None
    """What to bring into view, once."""
    is_presented: bool = False
    """On a projector: all but what is selected is dimmed, and there is a pen."""
    ask: str = ""
    """Another text than the last one asks which stretch is in view; the answer is `Events.seen`."""
    choices: tuple[tuple[str, str], ...] = ()
    """Key and label of the buttons on the map (密度, 件数 …); the one pressed comes back as `Events.choice`."""
    chosen: str | None = None
    compare: Compare | None = None
    arrange: Arrange | None = None
    tile_url: str = ""
    tile_mark: str = ""
    """Said on the map when its tiles are GCJ-02 and lie hundreds of metres off."""
    facts: tuple[str, ...] = ()
    """Of which moment, period, filters and data version it is, for a map that leaves the app."""
    hidden: tuple[str, ...] = field(default=())
    """Switches that are off at first: `cells`, `zones`, `base`, `labels`, or a kind of points."""


def polygons(
    geometry: Geometry,
    layer: str,
    frame: pd.DataFrame,
    measure: str,
    scale: Scale,
    *,
    unvisited: str | None = "is_unvisited",
    rows: Sequence[tuple[str, str]] = (),
    frames: Frames | None = None,
) -> Polygons:
    """The zones or cells coloured by `frame[measure]`; what the frame does not have is left blank.

    `frame` is indexed by code, in any order; `unvisited` names its boolean column, if it has it; `rows` are (label,
    column) of the tooltip.
    """
    codes = geometry.codes(layer)
    aligned = frame if frame.index.equals(codes) else frame.reindex(codes)
    looked = _truths(aligned[unvisited]) if unvisited and unvisited in aligned else None
    classes = scale.classes(aligned[measure].to_numpy(dtype="f8", na_value=np.nan), looked)
    lines = tuple(Row.of(label, aligned[column]) for label, column in rows if column in aligned)
    return Polygons(layer, codes.to_numpy(), classes, scale, lines, frames)


def _truths(column: pd.Series) -> np.ndarray:
    """True where the column says so; what is not known (or not in the frame) counts as no."""
    return column.astype("boolean").to_numpy(dtype=bool, na_value=False)


def blank(geometry: Geometry, layer: str, scale: Scale) -> Polygons:
    """The zones or cells without any colour, for a page that has no figures yet."""
    codes = geometry.codes(layer).to_numpy()
    return Polygons(layer, codes, np.full(len(codes), NOT_DRAWN, "u1"), scale)


def legend(scale: Scale, *, note: str = "") -> Legend:
    """The legend of a scale: hatched classes first, as they say what the colours cannot."""
    hatched = [swatch for swatch in scale.swatches if swatch.hatch]
    plain = [swatch for swatch in scale.swatches if not swatch.hatch]
    return Legend(scale.title, (*hatched, *plain), note)


def points(kind: str, label: str, frame: pd.DataFrame, *, radius_m: float | None = None) -> Points:
    """Single points from a frame with `lon`, `lat` (EPSG:4326) and `title`, by code; the first 2,000 of them."""
    kept = frame[np.isfinite(frame["lon"]) & np.isfinite(frame["lat"])].iloc[:POINTS_AT_MOST]
    titles = kept["title"].fillna("").astype(str).to_numpy()
    return Points(
        kind,
        label,
        kept["lon"].to_numpy("f8"),
        kept["lat"].to_numpy("f8"),
        kept.index.astype(str).to_numpy(),
        titles,
        radius_m,
    )
