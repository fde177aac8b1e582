"""Boston's 29,935 requests through the intake, against a reading of the same files that shares no code with it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.intake import Intake, Known, take_in
from etl.sources import read_plan

pytestmark = pytest.mark.real
HERE = Path(__file__).parent
DATES = "%m/%d/%Y %I:%M:%S %p"


@pytest.fixture(scope="module")
def intakes(boston_dir: Path) -> list[Intake]:
    assert boston_dir.is_dir()
    plan = read_plan([HERE / "boston311"])
    assert plan.place is not None
    return take_in(plan, place=plan.place, known=Known(), language="en", progress=lambda _: None)


@pytest.fixture(scope="module")
def rows(intakes: list[Intake]) -> pd.DataFrame:
    return pd.concat([i.rows for i in intakes if i.layer == "problems"]).set_index("code").sort_index()


@pytest.fixture(scope="module")
def written(boston_dir: Path) -> pd.DataFrame:
    files = sorted(boston_dir.glob("*.csv"))
    frame = pd.concat([pd.read_csv(file, dtype=str, encoding="utf-8") for file in files])
    return frame.set_index("CASE_ENQUIRY_ID").sort_index()


def test_every_row_is_accounted_for(intakes: list[Intake], rows: pd.DataFrame, written: pd.DataFrame) -> None:
    problems = [intake for intake in intakes if intake.layer == "problems"]
    assert len(problems) == 27
    assert sum(intake.read for intake in problems) == 29_935
    assert all(i.read == len(i.rows) + len(i.refused) + i.duplicates for i in problems)
    assert sum(len(intake.refused) for intake in problems) == 0
    assert rows.index.tolist() == written.index.unique().tolist()


def test_dates_are_those_of_the_file(rows: pd.DataFrame, written: pd.DataFrame) -> None:
    for field, heading in (("reported_at", "OPEN_DT"), ("due_at", "TARGET_DT"), ("closed_at", "CLOSED_DT")):
        expected = pd.to_datetime(written[heading], format=DATES)
        local = rows[field].dt.tz_convert("America/New_York").dt.tz_localize(None)
        assert (local.isna() == expected.isna()).all()
        # Nobody reports at a moment the clocks skip, so what is written is what comes back.
        assert (local.dropna().to_numpy() == expected.dropna().to_numpy()).all()


def test_states_and_conflicts(rows: pd.DataFrame, written: pd.DataFrame) -> None:
    assert ((rows["state"] == "closed") == (written["CASE_STATUS"] == "Closed")).all()
    assert (rows["state"] != "closed").sum() == 1_566
    assert rows["has_dates_in_conflict"].sum() == 42


def test_on_time_as_the_city_says(rows: pd.DataFrame, written: pd.DataFrame) -> None:
    is_judged = ((rows["state"] == "closed") & rows["due_at"].notna()).to_numpy()
    on_time = (rows["closed_at"] <= rows["due_at"]).to_numpy()
    says = (written["OnTime_Status"] == "ONTIME").to_numpy()
    assert is_judged.sum() > 15_000
    assert (on_time == says)[is_judged].all()


def test_points_and_words_are_untouched(rows: pd.DataFrame, written: pd.DataFrame) -> None:
    assert np.allclose(rows["lon"], written["LONGITUDE"].astype(float))
    assert np.allclose(rows["lat"], written["LATITUDE"].astype(float))
    assert (rows["category"] == written["TYPE"].str.strip()).all()
    assert (rows["unit"] == written["QUEUE"].str.strip()).all()
    assert ((rows["lon"] == -71.0587) & (rows["lat"] == 42.3594)).sum() == 2_429


def test_neighbourhoods_are_repaired(intakes: list[Intake]) -> None:
    (zones,) = [intake for intake in intakes if intake.layer == "zones"]
    assert len(zones.rows) == 26
    assert sum(code == "polygon_repaired" for code, _ in zones.notes) == 4
    # Boston has about 125 km² of land; the drawing leaves a little of it out.
    assert zones.rows["area_m2"].sum() / 1e6 == pytest.approx(125, rel=0.05)


def test_without_a_declaration_the_headings_and_the_evidence_say_the_same(
    boston_dir: Path, intakes: list[Intake], rows: pd.DataFrame, tmp_path: Path
) -> None:
    zones = next(intake.rows for intake in intakes if intake.layer == "zones").set_index("code")
    (tmp_path / "requests.csv").symlink_to(boston_dir / "CE Collection.csv")
    place = read_plan([HERE / "boston311"]).place
    assert place is not None
    plan = read_plan([tmp_path])
    (problems,) = take_in(plan, place=place, known=Known(zones=zones), language="en", progress=lambda _: None)
    assert problems.layer == "problems"
    assert problems.coordinates == "wgs84"
    same = rows.loc[problems.rows["code"]]
    for column in ("category", "reported_at", "due_at", "closed_at", "state", "lon", "lat"):
        pd.testing.assert_series_equal(problems.rows.set_index("code")[column], same[column])
