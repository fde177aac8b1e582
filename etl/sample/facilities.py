"""Markets, toilets, refuse rooms, bins and car parks: where people are, and in some zones too few."""

import numpy as np
import pandas as pd
import shapely

from etl.sample.county import FRINGE, URBAN_VILLAGE, County, whole_shares
from etl.sample.size import facts

_KEEPERS = {"SC": "市场监督管理局", "TC": "公安交通警察大队"}


def build_facilities(rng: np.random.Generator, county: County) -> dict[str, pd.DataFrame]:
    """Frames by kind (市场, 公厕, 垃圾房, 果皮箱, 停车场), all with code, name, x, y in metres, cell, address, unit."""
    cells, figures, size = county.cells, facts()["figures"], county.size
    people = cells["people"].to_numpy() + 20.0
    shops = cells["shopfronts"].to_numpy() + 1.0
    is_edge = cells["setting"].isin([FRINGE, URBAN_VILLAGE]).to_numpy()
    poor = county.zones["base"].isin(facts()["story"]["few_toilets"]).to_numpy()[cells["zone"]]

    kinds = np.repeat(list(figures["markets"]), [size.grown(n) for n in figures["markets"].values()])
    market = _placed(rng, county, people * np.where(is_edge, 0.6, 1) * shops**0.5, len(kinds), apart_m=330)
    market["subkind"] = rng.permutation(kinds)
    room = rng.lognormal(0, 0.5, len(market)) * market["subkind"].map({"自产自销点": 0.35}).fillna(1.0).to_numpy()
    market["capacity"] = whole_shares(room, size.grown(figures["stalls"]))
    floor = room * rng.uniform(0.85, 1.2, len(room))
    market["floor_area_m2"] = whole_shares(floor, size.grown(figures["market_area_m2"]))
    market["opened_on"] = _days(rng, len(market), "2009-01-01", "2026-04-30")
    market = _named(county, market, "SC", market["subkind"])

    kinds = np.repeat(list(figures["toilets"]), [size.grown(n) for n in figures["toilets"].values()])
    toilet = _placed(rng, county, shops * np.where(poor, 0.12, 1.0), len(kinds), apart_m=300)
    toilet["built"] = rng.permutation(kinds)
    new = toilet["built"].to_numpy() == "新建"
    better, usual = rng.choice(["一类", "二类"], len(new)), rng.choice(["二类", "二类", "三类"], len(new))
    toilet["grade"] = np.where(new, better, usual)
    toilet["capacity"] = rng.integers(6, 22, len(toilet))
    days = _days(rng, len(toilet), "2024-03-01", "2026-10-20")
    toilet["opened_on"] = np.where(new, np.maximum(days, np.datetime64("2025-06-01", "D")), days)
    toilet = _named(county, toilet, "GC", pd.Series("公厕", index=toilet.index))

    room_ = _placed(rng, county, people, size.grown(figures["refuse_rooms"]), apart_m=600)
    park = _placed(rng, county, shops, size.grown(figures["car_parks"]), apart_m=450)
    park["capacity"] = whole_shares(rng.lognormal(0, 0.4, len(park)), size.grown(figures["bays"]))
    return {
        "市场": market,
        "公厕": toilet,
        "垃圾房": _named(county, room_, "LJ", pd.Series("垃圾房", index=room_.index)),
        "果皮箱": _bins(rng, county, size.grown(figures["bins"])),
        "停车场": _named(county, park, "TC", pd.Series("停车场", index=park.index)),
    }


def _placed(
    rng: np.random.Generator, county: County, weight: np.ndarray, number: int, *, apart_m: float
) -> pd.DataFrame:
    """`number` cells drawn by `weight`, in the end nearer to each other than `apart_m` only where there is no room."""
    order = rng.choice(len(weight), size=len(weight), replace=False, p=weight / weight.sum())
    xy = county.points(rng, order, shake_m=0.5)
    chosen: list[int] = []
    while len(chosen) < number:
        for i in range(len(order)):
            if len(chosen) == number:
                break
            if i not in chosen and (not chosen or np.hypot(*(xy[chosen] - xy[i]).T).min() > apart_m):
                chosen.append(i)
        apart_m *= 0.8
    return pd.DataFrame({"cell": order[chosen], "x": xy[chosen, 0], "y": xy[chosen, 1]})


def _bins(rng: np.random.Generator, county: County, number: int) -> pd.DataFrame:
    """Bins along the main streets, closer together in the middle of the town."""
    mains = county.town.streets.mains
    far = np.hypot(*shapely.get_coordinates(shapely.centroid(mains)).T) / county.radius
    per = whole_shares(shapely.length(mains) * np.clip(1.25 - far, 0.08, None), number)
    piece = np.repeat(np.arange(len(mains)), per)
    place = np.arange(number) - np.repeat(np.cumsum(per) - per, per)
    share = (place + 0.5) / per[piece]
    at = shapely.get_coordinates(shapely.line_interpolate_point(mains[piece], share, normalized=True))
    tree = shapely.STRtree(county.town.cells)
    xy = at + rng.choice([-7.5, 7.5], (number, 2)) + rng.normal(0, 0.6, (number, 2))
    frame = pd.DataFrame({"cell": tree.nearest(shapely.points(xy)), "x": xy[:, 0], "y": xy[:, 1]})
    return _named(county, frame, "GP", pd.Series("果皮箱", index=frame.index))


def _days(rng: np.random.Generator, number: int, first: str, last: str) -> np.ndarray:
    start = np.datetime64(first, "D")
    return np.asarray(start + rng.integers(0, (np.datetime64(last, "D") - start).astype(int), number))


def _named(county: County, frame: pd.DataFrame, prefix: str, kind: pd.Series) -> pd.DataFrame:
    """The frame with codes, names after the street, an address, and the unit that keeps it."""
    place = facts()["place"]["name"]
    street = county.cells["street"].to_numpy(dtype=object)[frame["cell"]]
    house = (frame["cell"].to_numpy() * 37) % 290 + 1
    turn = frame.assign(street=street, kind=kind.to_numpy()).groupby(["street", "kind"]).cumcount()
    number = np.where(turn.to_numpy() > 0, (turn + 1).astype(str) + "号", "")
    return frame.assign(
        code=[f"{prefix}{number:04d}" for number in range(1, len(frame) + 1)],
        name=street + number.astype(object) + kind.to_numpy(dtype=object),
        address=[f"{place}{name}{at}号" for name, at in zip(street, house, strict=True)],
        unit=place + _KEEPERS.get(prefix, "环境卫生服务中心"),
    )
