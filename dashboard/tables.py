"""The tables of the pages as text for other programs: CSV, JSON, GeoJSON."""

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.analysis import campaigns, coverage, density, hotspots, ranking, relapse, responsibility, trends
from dashboard.analysis.proposal import Proposal, Question, propose
from etl.formulas import disarmed

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standards
    from settings import Settings

NAMES = ("zones", "cells", "hotspots", "trends", "relapse", "campaigns", "coverage", "siting", "responsibility",
         "ranking")  # fmt: skip
FORMATS = ("csv", "json", "geojson")

_DEGREE_DECIMALS = 7  # about a centimetre


def table(
    name: str,
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    *,
    settings: "Settings",
    standards: "Standards",
    asked: Question | None = None,
) -> pd.DataFrame:
    """The frame a page shows under that name, its index as first column `code`.

    zones, cells: `analysis.density`. hotspots: `analysis.hotspots.cells`, with radius_m and refusal (empty: none) on
    every row. coverage: `analysis.coverage.cells`. responsibility: `analysis.responsibility.table`. ranking:
    `analysis.ranking.zones`, then `.units`, told apart by the column `of` (zone or unit). Zones and then cells, with
    `of` (zone or cell): trends, `analysis.trends.cells` with weeks (how many were used) and refusal (of categories,
    empty: none); relapse, `analysis.relapse.relapses`; campaigns, `analysis.campaigns.effects`. siting: see `sited`,
    of the question `asked`.
    """
    if name == "zones":
        frame = density.zones(county, snapshot, filters)
    elif name == "cells":
        frame = density.cells(county, snapshot, filters)
    elif name == "hotspots":
        found = hotspots.cells(county, snapshot, filters)
        frame = found.frame.assign(radius_m=found.radius_m, refusal=pd.Series(found.refusal, found.frame.index, "str"))
    elif name == "coverage":
        shares = coverage.shares(county, county.place.local_day(filters.moment), standards)
        frame = coverage.cells(county, filters, shares=shares, unserved_share=settings.unserved_share)
    elif name == "siting":
        frame = sited(propose(county, snapshot, filters, asked or Question(), standards=standards))
    elif name == "responsibility":
        frame = responsibility.table(county, snapshot, filters)
    elif name == "ranking":
        at_least = settings.rank_at_least
        zones = ranking.zones(county, snapshot, filters, at_least=at_least)
        units = ranking.units(county, snapshot, filters, at_least=at_least)
        frame = _told_apart(zone=zones, unit=units)
    elif name in ("trends", "relapse", "campaigns"):
        frame = _over_time(name, county, snapshot, filters, settings)
    else:
        raise ValueError(f"there is no table {name!r}; there are {', '.join(NAMES)}")
    return frame.rename_axis("code").reset_index()


def sited(found: Proposal) -> pd.DataFrame:
    """A row for each proposed site, by its cell's code, in order of gain, after one for the place as it is (code `*`,
    site 0). Columns: site, name, zone, zone_name, gain, covered, share, lon, lat (of `proposal.Proposal.sites`), bound
    (no choice of so many sites covers more), total, weight (what is counted), radius_m, refusal (empty: none)."""
    rows = found.sites.reset_index().set_index("cell")
    today = pd.DataFrame(
        {"site": [0], "gain": [0.0], "covered": [found.before], "share": [found.share(found.before)]}, index=["*"]
    )
    frame = today.reindex(columns=rows.columns) if rows.empty else pd.concat([today, rows])[list(rows.columns)]
    return frame.assign(
        bound=list(found.bounds[: len(frame)]),
        total=found.total,
        weight=found.denominator,
        radius_m=found.radius_m,
        refusal=pd.Series(found.refusal, frame.index, "str"),
    )


def _over_time(
    name: str, county: "County", snapshot: "Snapshot", filters: "Filters", settings: "Settings"
) -> pd.DataFrame:
    """Trends, relapse or campaigns by zone and by cell."""
    if name == "relapse":
        found = relapse.relapses(
            county, snapshot, filters, radius_m=settings.relapse_radius_m, within_days=settings.relapse_days
        )
        return _told_apart(zone=found.zones, cell=found.cells)
    frames = {}
    for layer in ("zones", "cells"):
        if name == "campaigns":
            frame = campaigns.effects(county, snapshot, filters, layer=layer, weeks=settings.campaign_weeks)
        else:
            told = trends.cells(county, snapshot, filters, layer=layer, count=settings.trend_weeks, with_slope=True)
            refusal = pd.Series(told.reason, told.frame.index, "str")
            frame = told.frame.assign(weeks=len(told.weeks), refusal=refusal)
        frames[layer.removesuffix("s")] = frame
    return _told_apart(**frames)


def _told_apart(**frames: pd.DataFrame) -> pd.DataFrame:
    """One below the other, the first column saying of what."""
    return pd.concat(
        [pd.concat([pd.Series(of, frame.index, name="of"), frame], axis=1) for of, frame in frames.items()]
    )


def as_csv(frame: pd.DataFrame) -> str:
    """Comma-separated, one heading row of field names; no text is a formula (`etl.formulas`)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_plain(disarmed(frame[name])) for name in frame), strict=True))
    return out.getvalue()


def as_json(name: str, frame: pd.DataFrame, county: "County", filters: "Filters") -> str:
    """One object: what the numbers are of, and `rows`."""
    rows = _records(frame)
    return json.dumps({"table": name, **_said(county, filters), "rows": rows}, ensure_ascii=False, indent=1) + "\n"


def as_geojson(name: str, frame: pd.DataFrame, county: "County", filters: "Filters") -> str:
    """A FeatureCollection in EPSG:4326 (RFC 7946), one feature a row: a point where the table has lon and lat, else the
    zone or cell it is of; a row without any has no geometry."""
    import shapely

    polygons = pd.concat([county.zones.geometry, county.cells.geometry]).to_crs("EPSG:4326")
    polygons = polygons[~polygons.index.duplicated()]
    if "lon" in frame:
        there = frame["lon"].notna().to_numpy()
        shapes = np.full(len(frame), None, dtype=np.object_)
        shapes[there] = shapely.points(frame.loc[there, ["lon", "lat"]].to_numpy(np.float64))
    else:
        is_unit = (frame["of"] == "unit") if "of" in frame else pd.Series(data=False, index=frame.index)
        shapes = shapely.transform(
            polygons.reindex(frame["code"].where(~is_unit)).to_numpy(), lambda xy: xy.round(_DEGREE_DECIMALS)
        )
        shapes[~shapely.is_missing(shapes)] = shapely.orient_polygons(shapes[~shapely.is_missing(shapes)])
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(text) if text else None}
        for row, text in zip(_records(frame), shapely.to_geojson(shapes), strict=True)
    ]
    whole = {"type": "FeatureCollection", "table": name, **_said(county, filters), "features": features}
    return json.dumps(whole, ensure_ascii=False) + "\n"


def _said(county: "County", filters: "Filters") -> dict[str, Any]:
    start, end = filters.period
    return {
        "place": county.place.code,
        "place_name": county.place.name,
        "data_version": county.data_version,
        "as_of": filters.moment.isoformat(),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "filters": filters.to_query(),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [_plain(frame[name]) for name in frame]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(values: pd.Series) -> list[Any]:
    """Values as JSON knows them: None for none, days as text."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return [None if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]
