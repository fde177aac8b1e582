"""A county in memory for the maps: streets bent by sine waves, a river, a ring road, thirteen zones; no database."""

from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.analysis.service import Service
from dashboard.county import County, Place

CRS = "EPSG:4547"
X0, Y0 = 500_000.0, 4_210_000.0
PLACE = Place("999900", "示范县", "Asia/Shanghai", CRS, "sunday")
NAMES = ("河东", "柳溪", "东门", "城北", "学府", "站前", "北关", "老街", "滨江", "西门", "园区", "桥南", "新城")


def _bend(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Unit square → metres of a town about five kilometres wide, turned a little."""
    grown = lambda t: np.sign(t) * (0.75 * np.abs(t) + 0.5 * np.abs(t) ** 2)  # noqa: E731 - wider blocks at the edge
    x, y = grown(2 * u - 1) * 2100, grown(2 * v - 1) * 2000
    x, y = x + 110 * np.sin(y / 900), y + 130 * np.sin(x / 1100 + 1)
    return np.stack([X0 + 0.98 * x - 0.17 * y, Y0 + 0.17 * x + 0.98 * y], axis=-1)


def bent_county(side: int = 34, *, seed: int = 7, version: int = 1, name: str | None = None) -> County:
    """About 0.8 × side² cells; `name` stands for every name (for hostile texts)."""
    rng = np.random.default_rng(seed)
    lines = np.linspace(0, 1, side + 1)
    step = 1 / side
    u, v = np.meshgrid(lines, lines)
    u = u + rng.normal(0, 0.12 * step, (1, side + 1)) + rng.normal(0, 0.05 * step, u.shape)
    v = v + rng.normal(0, 0.12 * step, (side + 1, 1)) + rng.normal(0, 0.05 * step, v.shape)
    nodes = _bend(u, v)
    squares = [
        shapely.Polygon([nodes[j, i], nodes[j, i + 1], nodes[j + 1, i + 1], nodes[j + 1, i]])
        for j in range(side)
        for i in range(side)
    ]
    centre = shapely.centroid(squares)
    at = np.stack([shapely.get_x(centre) - X0, shapely.get_y(centre) - Y0], axis=1)
    angle = np.arctan2(at[:, 1], at[:, 0])
    kept = np.hypot(*at.T) < 2550 + 180 * np.sin(3 * angle) + 120 * np.sin(5 * angle + 1)
    along = np.linspace(-4000, 4000, 200)
    river = shapely.LineString(np.stack([X0 + along, Y0 - 350 + 260 * np.sin(along / 1000)], axis=1)).buffer(45)
    cells = shapely.difference(np.asarray(squares, object)[kept], river)
    at, cells = at[kept][shapely.area(cells) > 400], cells[shapely.area(cells) > 400]
    seats = np.array([(-1500, 1100), (0, 1600), (1100, 1400), (-1700, 200), (-700, 500), (250, 400), (1700, 600),
                      (-1700, -700), (-600, -250), (1500, -500), (-700, -1500), (500, -900), (900, -1800)])  # fmt: skip
    zone = np.argmin(np.hypot(*(at[:, None] - seats[None]).transpose(2, 0, 1)), axis=1)
    codes = [
        f"{PLACE.code}{zone[i] + 1:03d}001{i % 1000:03d}" + ("" if i < 1000 else f"-{i // 1000}")
        for i in range(len(cells))
    ]
    zone_codes = [f"{PLACE.code}{i + 1:03d}" for i in range(13)]
    shapes = [shapely.union_all(cells[zone == i]).buffer(0.5).buffer(-0.5) for i in range(13)]
    outline = shapely.union_all(shapes).buffer(60).buffer(-60)
    return County(
        place=PLACE,
        data_version=version,
        loaded_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
        zones=_frame(zone_codes, shapes, name=[name or f"{each}片区" for each in NAMES], area_m2=shapely.area(shapes)),
        cells=_frame(
            codes, cells, name=[name] * len(cells), zone=np.array(zone_codes)[zone], area_m2=shapely.area(cells)
        ).sort_index(),
        facilities=_facilities(rng, outline, name),
        base=_base(nodes, river, outline),
        parties=pd.DataFrame(),
        assignments=pd.DataFrame(),
        campaigns=pd.DataFrame(),
        exposures=pd.DataFrame(),
        notices=pd.DataFrame(),
        visits=pd.DataFrame(),
    )


def _frame(codes: list[str], shapes: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, index=pd.Index(codes, name="code"), geometry=np.asarray(shapes, object), crs=CRS)


def _facilities(rng: np.random.Generator, outline: shapely.Geometry, name: str | None) -> gpd.GeoDataFrame:
    kinds = ["market"] * 21 + ["toilet"] * 37 + ["refuse_room"] * 10 + ["litter_bin"] * 400 + ["parking"] * 9
    west, south, east, north = outline.bounds
    found = shapely.points(rng.uniform((west, south), (east, north), (2000, 2)))
    found = found[shapely.contains(outline, found)][: len(kinds)]
    codes = [f"f{i:03d}" for i in range(len(kinds))]
    return _frame(codes, found, kind=kinds, name=[name or f"设施 {code}" for code in codes])


def _base(nodes: np.ndarray, river: shapely.Geometry, outline: shapely.Geometry) -> gpd.GeoDataFrame:
    side = len(nodes)
    roads = [shapely.LineString(nodes[j]) for j in range(3, side, 6)]
    roads += [shapely.LineString(nodes[:, i]) for i in range(3, side, 6)]
    ring = shapely.Point(X0 + 100, Y0 + 100).buffer(1350).exterior
    lanes = [shapely.LineString(nodes[j]) for j in range(side) if j % 6 != 3]
    shapes = [shapely.intersection(shape, outline) for shape in [*roads, ring, *lanes, river]]
    kinds = ["road_main"] * len(roads) + ["road_ring"] + ["road_lane"] * len(lanes) + ["water"]
    codes = [f"b{i}" for i in range(len(shapes))]
    return _frame(codes, shapes, kind=kinds, name=[None] * len(shapes))


def figures(county: County, seed: int = 3, *, mean: float = 0.5) -> pd.DataFrame:
    """Invented figures of the cells as of `analysis.density.cells`, with two bad quarters."""
    rng = np.random.default_rng(seed)
    centre = county.cells.geometry.centroid
    x, y = centre.x.to_numpy() - X0, centre.y.to_numpy() - Y0
    bad = 7 * np.exp(-((x + 700) ** 2 + (y - 500) ** 2) / 300**2) + 5 * np.exp(
        -((x - 500) ** 2 + (y + 900) ** 2) / 250**2
    )
    problems = rng.poisson(mean * 0.5 + mean * bad)
    area = county.cells["area_m2"].to_numpy() / 1e6
    return pd.DataFrame(
        {
            "problems": problems,
            "open": rng.binomial(problems, 0.5),
            "overdue": rng.binomial(problems, 0.2),
            "area_km2": area,
            "problems_per_km2": problems / area,
            "is_unvisited": rng.random(len(problems)) < 0.13,
            "worker": np.where(rng.random(len(problems)) < 0.02, None, "李建国"),
            "worker_open": rng.integers(0, 40, len(problems)),
            "is_unassigned": rng.random(len(problems)) < 0.02,
            "share_toilet": np.clip(rng.normal(0.7, 0.4, len(problems)), 0, 1),
            "nearest_toilet_m": rng.uniform(20, 900, len(problems)),
        },
        index=county.cells.index,
    )


def service(county: County, seed: int = 3) -> Service:
    """Invented service by the toilets, 300 m straight."""
    told = figures(county, seed)
    toilets = county.facilities.index[county.facilities["kind"] == "toilet"]
    cells = pd.DataFrame(
        {
            "radius_m": 300.0, "share": told["share_toilet"], "facility": toilets[0],
            "facility_name": county.facilities["name"][toilets[0]], "distance_m": told["nearest_toilet_m"],
            "choices": pd.array([1] * len(told), dtype="Int64"), "weight": 100.0,
        }
    )  # fmt: skip
    return Service(None, "straight_line", None, "people", tuple(toilets), 0, cells, pd.DataFrame())


def counts_by_week(county: County, weeks: int = 26, seed: int = 5) -> np.ndarray:
    """Invented counts, weeks × cells."""
    base = figures(county)["problems"].to_numpy()
    return np.random.default_rng(seed).poisson(base * 0.3 + 0.05, (weeks, len(base)))
