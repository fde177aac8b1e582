from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.packs import meetings
from etl.errors import FileUnreadable
from tests.dashboard.conftest import Town
from tests.town import at

FRIDAY = at("03-20 12:00")


def test_the_last_meeting_is_of_an_earlier_day(town: Town, tmp_path: Path) -> None:
    place = town.county.place
    assert meetings.before(tmp_path, place, FRIDAY) is None
    for held in ("03-06 12:00", "03-13 12:00", "03-13 14:00", "03-20 09:00", "03-27 12:00"):
        meetings.hold(tmp_path, place, at(held))
    # Made anew on the same day it is the same meeting, and one after it is none before it.
    assert meetings.before(tmp_path, place, FRIDAY) == at("03-13 14:00")
    assert meetings.before(tmp_path, place, at("03-06 12:00")) is None


def test_days_are_the_place_s_own(town: Town, tmp_path: Path) -> None:
    late = datetime(2026, 3, 19, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    meetings.hold(tmp_path, town.county.place, late)
    assert meetings.before(tmp_path, town.county.place, late + timedelta(minutes=2)) == late
    assert meetings.before(tmp_path, town.county.place, late.replace(hour=15, minute=59, second=30)) is None


def test_not_endlessly_many(town: Town, tmp_path: Path) -> None:
    place = town.county.place
    for days in range(70):
        meetings.hold(tmp_path, place, FRIDAY - timedelta(days=70 - days))
    assert (tmp_path / "saved" / place.code / "meetings.json").read_text(encoding="utf-8").count("2026") <= 60
    assert meetings.before(tmp_path, place, FRIDAY) == FRIDAY - timedelta(days=1)


@pytest.mark.parametrize("left", ["{", "[1]", '["Friday"]', '["2026-03-13T12:00:00"]', '"x"'])
def test_a_broken_file_is_as_if_there_were_none(town: Town, tmp_path: Path, left: str) -> None:
    place = town.county.place
    path = tmp_path / "saved" / place.code / "meetings.json"
    path.parent.mkdir(parents=True)
    path.write_text(left, encoding="utf-8")
    assert meetings.before(tmp_path, place, FRIDAY) is None
    meetings.hold(tmp_path, place, at("03-13 12:00"))
    assert meetings.before(tmp_path, place, FRIDAY) == at("03-13 12:00")


def test_a_folder_that_cannot_be_written_to(town: Town, tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("", encoding="utf-8")
    with pytest.raises(FileUnreadable):
        meetings.hold(tmp_path, town.county.place, FRIDAY)
