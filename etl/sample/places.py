"""The files of the place itself: zones, cells, base map, facilities."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from etl.sample import geofiles, sheets
from etl.sample.county import County
from etl.sample.geofiles import Ground
from etl.sample.size import facts
from etl.sample.spelling import dms
from etl.sample.words import MARKETS

SURVEY_ZONE = 38
"""Number of the 3-degree zone (central meridian 114° E) that a surveyor writes in front of the easting."""


def write_places(
    directory: Path, county: County, ground: Ground, facilities: dict[str, pd.DataFrame]
) -> Iterator[tuple[Path, int]]:
    """Write them, and give each path with its number of rows as it is done."""
    yield _zones(directory / "片区/片区界线.zip", county, ground)
    yield _cells(directory / "网格/单元网格.geojson", county, ground)
    yield _base(directory / "底图/底图.gpkg", county, ground)
    yield _toilets(directory / "设施/公厕.kml", ground, facilities["公厕"])
    yield _markets(directory / "设施/市场.xls", ground, facilities["市场"])
    yield _survey(directory / "设施/环卫设施测量成果.xlsx", ground, facilities)
    yield _car_parks(directory / "设施/停车场.csv", ground, facilities["停车场"])


def _zones(path: Path, county: County, ground: Ground) -> tuple[Path, int]:
    zones = county.zones
    frame = pd.DataFrame(
        {
            "片区编码": zones["code"],
            "片区名称": zones["name"],
            "面积公顷": np.round(shapely.area(county.town.zones) / 10_000, 1),
            # 制作单位名称 in full; a field name of a shapefile holds ten bytes, five characters.
            "制作单位名": f"{facts()['place']['name']}自然资源和规划局",
        }
    )
    geofiles.write_gbk_shapefile(path, frame, ground.shapes(county.town.zones))
    return path, len(frame)


def _cells(path: Path, county: County, ground: Ground) -> tuple[Path, int]:
    cells, zones = county.cells, county.zones
    in_zone = cells.groupby("zone").cumcount() + 1
    frame = pd.DataFrame(
        {
            "网格编码": cells["code"],
            "网格名称": zones["base"].to_numpy()[cells["zone"]] + in_zone.astype(str) + "号网格",
            "所属片区": zones["name"].to_numpy()[cells["zone"]],
            "区域类型": cells["setting"],
            "人口数": cells["people"],
            "商铺数": cells["shopfronts"],
            "启用日期": f"{str(county.size.first_day)[:4]}-01-01",
        }
    )
    geofiles.write_geojson(path, frame, ground.shapes(county.town.cells))
    return path, len(frame)


def _base(path: Path, county: County, ground: Ground) -> tuple[Path, int]:
    base = county.base
    layers = {"道路": ["环路", "主干道", "支路"], "水系": ["河流"], "绿地": ["公园绿地"], "边界": ["建成区边界"]}
    tables = {}
    for layer, kinds in layers.items():
        part = base[base["kind"].isin(kinds)]
        frame = pd.DataFrame({"类别": part["kind"].to_numpy(), "名称": part["name"].to_numpy()})
        tables[layer] = (frame, ground.shapes(part["geometry"].to_numpy()))
    geofiles.write_geopackage(path, tables)
    return path, len(base)


def _toilets(path: Path, ground: Ground, toilets: pd.DataFrame) -> tuple[Path, int]:
    lon, lat = ground.degrees(toilets[["x", "y"]].to_numpy()).T
    frame = pd.DataFrame(
        {
            "name": toilets["name"],
            "lon": lon,
            "lat": lat,
            "编码": toilets["code"],
            "公厕等级": toilets["grade"],
            "厕位数": toilets["capacity"],
            "启用日期": toilets["opened_on"].dt.strftime("%Y-%m-%d"),
            "使用状态": "在用",
            "管理单位": toilets["unit"],
            "地址": toilets["address"],
        }
    )
    folders = {str(built): frame[toilets["built"] == built] for built in ("改造", "新建")}
    geofiles.write_kml(path, folders, title=f"{facts()['place']['name']}公共厕所")
    return path, len(frame)


def _markets(path: Path, ground: Ground, markets: pd.DataFrame) -> tuple[Path, int]:
    lon, lat = ground.degrees(markets[["x", "y"]].to_numpy()).T
    frame = markets.assign(lon=np.round(lon, 6), lat=np.round(lat, 6))
    columns = ["code", "name", "subkind", "capacity", "floor_area_m2", "opened_on", "address", "unit", "lon", "lat"]
    frame = frame[columns].rename(columns=MARKETS)
    days = sheets.day_cells(markets["opened_on"].to_numpy())
    frame["启用日期"] = pd.Series(days, dtype=object)
    sheets.write_xls(path, frame, title=f"{facts()['place']['name']}城区市场一览表", sheet="市场")
    return path, len(frame)


def _survey(path: Path, ground: Ground, facilities: dict[str, pd.DataFrame]) -> tuple[Path, int]:
    """Refuse rooms and bins as surveyed: easting with zone number; one point listed twice, two without a number."""
    points = pd.concat([facilities[kind].assign(kind=kind) for kind in ("垃圾房", "果皮箱")], ignore_index=True)
    metres = ground.metres(points[["x", "y"]].to_numpy())
    frame = pd.DataFrame(
        {
            "点号": points["code"].astype(object),
            "设施类型": points["kind"],
            "设施名称": points["name"],
            "东坐标": np.round(metres[:, 0] + SURVEY_ZONE * 1_000_000, 3),
            "北坐标": np.round(metres[:, 1], 3),
            "高程": np.round(71.5 - metres[:, 0] % 1_000 / 900 + metres[:, 1] % 700 / 500, 2),
            "管理单位": points["unit"],
        }
    )
    frame.loc[frame.index[[40, 222]], "点号"] = None
    frame = pd.concat([frame, frame.iloc[[120]]], ignore_index=True)
    title = "环卫设施测量成果表（2000国家大地坐标系，3度带，中央经线114°）"
    sheets.write_xlsx(path, frame, titles=[title], sheet="成果")
    return path, len(frame)


def _car_parks(path: Path, ground: Ground, parks: pd.DataFrame) -> tuple[Path, int]:
    lon, lat = ground.degrees(parks[["x", "y"]].to_numpy()).T
    frame = pd.DataFrame(
        {
            "编码": parks["code"],
            "停车场名称": parks["name"],
            "泊位数": parks["capacity"],
            "经度": [dms(value) for value in lon],
            "纬度": [dms(value) for value in lat],
            "地址": parks["address"],
            "管理单位": parks["unit"],
        }
    )
    sheets.write_csv(path, frame, encoding="gb18030")
    return path, len(frame)
