"""A year of Boston: its counts against an independent join, its on-time figures against the city's own."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.__main__ import main
from etl import schema
from etl.database import connect, read_frame
from etl.load import load
from settings import Settings

HERE = Path(__file__).parent
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def raw(boston_dir: Path) -> pd.DataFrame:
    """The city's rows as they are, by its own case number."""
    files = sorted(boston_dir.glob("*.csv"))
    frame = pd.concat([pd.read_csv(path, encoding="utf-8", low_memory=False) for path in files])
    return frame.drop_duplicates("CASE_ENQUIRY_ID").set_index(frame["CASE_ENQUIRY_ID"].drop_duplicates().astype(str))


@pytest.fixture(scope="module")
def url(boston_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("boston")
    address = f"sqlite:///{folder / 'boston.sqlite'}"
    report = load([HERE / "boston311"], Settings(database_url=address, var_dir=folder), progress=lambda _: None)
    problems = [source for source in report.as_dict()["sources"] if source["layer"] == "problems"]
    assert sum(source["read"] for source in problems) == 29_935
    for source in problems:
        assert source["read"] == source["accepted"] + source["refused"] + source["duplicates"]
    return address


@pytest.fixture(scope="module")
def problems(url: str) -> pd.DataFrame:
    return read_frame(connect(url), sa.select(*schema.problem.columns)).set_index("code")


def test_all_rows_are_problems(problems: pd.DataFrame, raw: pd.DataFrame) -> None:
    assert len(problems) == len(raw)
    assert set(problems.index) == set(raw.index)


def test_counts_by_zone_equal_an_independent_join(
    url: str, problems: pd.DataFrame, raw: pd.DataFrame, boston_dir: Path
) -> None:
    zones = gpd.read_file(boston_dir / "zones" / "boston.geojson")
    zones["geometry"] = zones.geometry.make_valid()
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(raw["LONGITUDE"], raw["LATITUDE"]), crs=4326)
    joined = points.sjoin(zones[["name", "geometry"]], predicate="intersects")
    expected = joined.loc[~joined.index.duplicated(), "name"].value_counts()
    ours = problems["zone"].map(_zone_names(url)).value_counts()
    assert int(ours.sum()) == int(expected.sum())
    pd.testing.assert_series_equal(ours.sort_index(), expected.sort_index(), check_names=False, check_dtype=False)


def _zone_names(url: str) -> dict[str, str]:
    frame = read_frame(connect(url), sa.select(schema.zone.c.code, schema.zone.c.name))
    return dict(zip(frame["code"], frame["name"], strict=True))


def test_the_default_point_is_named_and_city_hall_is_not(problems: pd.DataFrame) -> None:
    at_default = problems[problems["is_default_point"].fillna(False).astype(bool)]
    on_it = (problems["lon"].round(4) == -71.0587) & (problems["lat"].round(4) == 42.3594)
    assert int(on_it.sum()) == 2_429
    assert at_default.index.isin(problems.index[on_it]).sum() == 2_429
    city_hall = (problems["lon"].round(4) == -71.0579) & (problems["lat"].round(4) == 42.3601)
    assert not at_default.index.isin(problems.index[city_hall]).any()


def test_dates_in_conflict_are_kept_and_flagged(problems: pd.DataFrame, raw: pd.DataFrame) -> None:
    opened, closed = (pd.to_datetime(raw[name], format="%m/%d/%Y %I:%M:%S %p") for name in ("OPEN_DT", "CLOSED_DT"))
    expected = set(raw.index[closed < opened])
    assert len(expected) == 42
    assert set(problems.index[problems["has_dates_in_conflict"].fillna(False).astype(bool)]) == expected


def test_on_time_agrees_with_the_citys_own_word(problems: pd.DataFrame, raw: pd.DataFrame) -> None:
    both = problems.dropna(subset=["due_at", "closed_at"])
    city = raw["OnTime_Status"].reindex(both.index)
    ours = np.where(both["closed_at"] <= both["due_at"], "ONTIME", "OVERDUE")
    assert len(both) > 15_000
    assert (ours == city.to_numpy()).all()


def test_open_ones_are_open(problems: pd.DataFrame, raw: pd.DataFrame) -> None:
    assert int((problems["state"] != "closed").sum()) == int((raw["CASE_STATUS"] == "Open").sum()) == 1_566


def test_a_briefing_says_what_a_place_keeps_and_why_the_rest_is_missing(url: str, tmp_path: Path) -> None:
    assert main(["briefing", "--format", "json", "-o", str(tmp_path), "--database", url, "--language", "en"]) == 0
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert told["sections"]["headline"]["figures"]["open"]["of"] == 29_935
    assert sum(name.startswith("zone-") for name in told["sections"]) == 26
    assert {name: told["left_out"][name] for name in ("uncovered", "notices", "exposures", "campaigns")} == {
        "uncovered": "not_recorded", "notices": "no_notices", "exposures": "no_exposures", "campaigns": "no_campaigns",
    }  # fmt: skip
    assert told["sections"]["headline"]["figures"]["unvisited"]["missing"] == "no_visits"
