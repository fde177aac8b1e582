from pathlib import Path

import pandas as pd
import pytest

from dashboard.analysis.marks import marks
from etl.errors import SettingsError
from settings import Mark, Settings


def weeks(first: str, number: int) -> pd.DatetimeIndex:
    return pd.date_range(first, periods=number, freq="7D", name="week_end")


def test_weeks_that_hold_a_day_of_it() -> None:
    national = Mark("国庆", "10-01", "10-07")
    found = marks(weeks("2026-09-27", 4), [national])
    assert found.tolist() == [(), ("国庆",), ("国庆",), ()]  # 28 September … 4 October, 5 … 11 October
    assert found.index.name == "week_end"
    # One day is enough, be it the first or the last of the week.
    assert marks(weeks("2026-10-01", 1), [national]).tolist() == [("国庆",)]
    assert marks(weeks("2026-10-13", 1), [national]).tolist() == [("国庆",)]
    assert marks(weeks("2026-10-14", 1), [national]).tolist() == [()]


def test_over_the_turn_of_the_year_and_of_one_year_alone() -> None:
    cold, spring = Mark("冬季", "12-21", "03-20"), Mark("春节", "2026-02-15", "2026-02-23")
    found = marks(
        pd.DatetimeIndex(["2025-02-23", "2025-11-30", "2026-01-04", "2026-02-22", "2026-04-05"]), [cold, spring]
    )
    assert found.tolist() == [("冬季",), (), ("冬季",), ("冬季", "春节"), ()]


def test_a_season_begins_on_one_day_and_leap_days_pass() -> None:
    begins = Mark("入夏", "05-05", "05-05")
    assert marks(weeks("2026-05-03", 3), [begins]).tolist() == [(), ("入夏",), ()]
    assert marks(weeks("2027-03-07", 1), [Mark("闰日", "02-29", "02-29")]).tolist() == [()]
    assert marks(weeks("2027-03-01", 1), [Mark("闰日", "02-29", "02-29")]).tolist() == [("闰日",)]


def test_a_mark_twice_in_a_week_is_named_once() -> None:
    twice = [Mark("检查", "05-05", "05-05"), Mark("检查", "05-06", "05-06")]
    assert marks(weeks("2026-05-10", 1), twice).tolist() == [("检查",)]
    assert marks(weeks("2026-05-10", 0), twice).empty


def test_marks_are_read_from_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        '[[marks]]\nname = "国庆"\nfrom = "10-01"\nto = "10-07"\n\n[[marks]]\nname = "入冬"\nfrom = "11-07"\n', "utf-8"
    )
    read = Settings.read(environ={"GRID_SETTINGS": str(path)})
    assert read.marks == (Mark("国庆", "10-01", "10-07"), Mark("入冬", "11-07", "11-07"))
    assert Settings.read({"marks": read.marks}, environ={"GRID_SETTINGS": str(path)}).marks == read.marks


@pytest.mark.parametrize(
    "line",
    [
        'marks = "国庆"',
        'marks = [{name = "国庆"}]',
        'marks = [{name = "国庆", from = "10-32"}]',
        'marks = [{name = "国庆", from = "2026-10-01", to = "10-07"}]',
        'marks = [{name = "国庆", from = "2026-10-07", to = "2026-10-01"}]',
        'marks = [{name = "", from = "10-01"}]',
        'marks = [{name = "国庆", from = "10-01", until = "10-07"}]',
        "marks = [{name = 1, from = 2026-10-01}]",
        "relapse_radius_m = 0",
        "relapse_days = -1",
        "campaign_weeks = 0",
        "trend_weeks = 0",
    ],
)
def test_what_cannot_be_understood_is_said(tmp_path: Path, line: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(line, "utf-8")
    with pytest.raises(SettingsError):
        Settings.read(environ={"GRID_SETTINGS": str(path)})
