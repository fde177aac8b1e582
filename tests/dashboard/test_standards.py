from pathlib import Path

import pytest

from dashboard.standards import read_standards
from etl.errors import SettingsError


def test_every_number_carries_clause_source_and_status_in_both_languages() -> None:
    entries = read_standards().entries
    assert {"toilet.radius", "market.radius", "litter_bin.radius"} <= set(entries)
    for entry in entries.values():
        for texts in (entry.title, entry.clause, entry.source):
            assert texts["zh"] and texts["en"] and texts["zh"] != texts["en"], entry.key


def test_what_was_only_remembered_or_derived_is_to_be_verified() -> None:
    standards = read_standards().entries
    assert not any(
        standards[key].is_verified for key in ("toilet.radius", "sweeping.main_road", "life_circle.five_minutes")
    )
    assert standards["litter_bin.radius"].is_verified and standards["litter_bin.radius"].value == 70
    assert (standards["market.radius"].value, dict(standards["market.radius"].by_setting)) == (500, {"new_town": 800})


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "standards.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_places_own_file_lies_over_ours(tmp_path: Path) -> None:
    path = own(
        tmp_path,
        '[market.radius]\nvalue = 1000\n\n[parking.radius]\nvalue = 300\nunit = "m"\nclause = "县办〔2026〕3号"\n',
    )
    ours, standards = read_standards(), read_standards(path)
    market = standards.entries["market.radius"]
    assert (market.value, market.is_own, market.is_verified, dict(market.by_setting)) == (1000, True, False, {})
    assert market.title == ours.entries["market.radius"].title
    assert standards.entries["toilet.radius"] == ours.entries["toilet.radius"]
    parking = standards.radius("parking")
    assert parking is not None and parking.clause == {"zh": "县办〔2026〕3号", "en": "县办〔2026〕3号"}
    assert standards.digest() != ours.digest() and ours.digest() == read_standards().digest()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[toilet.radius]\nvalue = -1", "toilet.radius"),
        ("[toilet.radius]\nvalue = true", "toilet.radius"),
        ("[toilet.radius]\nvalue = nan", "toilet.radius"),
        ("[toilet.radius]\nvalue = 1e999", "toilet.radius"),
        ('[toilet.radius]\nvalue = "400"', "toilet.radius"),
        ("[toilet.radius]\nradius = 400", "radius"),
        ('[toilet.radius]\nstatus = "sure"', "sure"),
        ("[parking.radius]\nunit = 'm'", "parking.radius"),
        ("[toilet.radius]\nvalue = 1\nby_setting = { new_town = 0 }", "new_town"),
        ("[toilet.radius]\nvalue = 1\nby_setting = 5", "by_setting"),
        ('[toilet.radius]\nvalue = 0.4\nunit = "km"', "km"),
        ("toilet = 400", "toilet"),
        ("[toilet]\nradius = 400", "toilet.radius"),
        ("[toilet", "读不出来"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_sentence_that_names_it(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as raised:
        read_standards(own(tmp_path, text))
    assert "standards.toml" in str(raised.value) and "\n" not in str(raised.value).strip()


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        read_standards(tmp_path / "nowhere.toml")


def test_one_quantity_by_what_it_is_for(tmp_path: Path) -> None:
    standards = read_standards()
    density = {name: (one.low, one.high) for name, one in standards.of("toilet", "per_km2").items()}
    assert density == {"residential": (3, 5), "public": (4, 11), "industrial": (1, 2)}
    apart = {name: (one.low, one.high) for name, one in standards.of("toilet", "spacing").items()}
    assert apart["residential"] == (500, 800) and apart["industrial"] == (800, 1000)
    assert apart["dense_street"] == (None, 300) and apart["ordinary_street"] == (750, 1000)
    assert all(one.is_verified for one in (*standards.of("toilet", "spacing").values(),))
    assert list(standards.of("toilet", "radius")) == [""]
    assert standards.of("toilet", "rad") == {} == standards.of("parking", "radius")
    local = read_standards(own(tmp_path, "[toilet.spacing_old_street]\nvalue = 200\n"))
    assert local.of("toilet", "spacing")["old_street"].is_own


def test_numbers_without_a_source_are_to_be_verified() -> None:
    entries = read_standards().entries
    for key in ("toilet.beside", "market.people_per_stall", "market.people_per_1000_m2", "visit.rhythm"):
        assert not entries[key].is_verified, key


def test_the_digest_knows_the_ends_of_a_range(tmp_path: Path) -> None:
    entries = read_standards().entries
    narrower = own(tmp_path, "[toilet.per_km2_public]\nlow = 5\n")
    assert read_standards(narrower).entries["toilet.per_km2_public"].value == entries["toilet.per_km2_public"].value
    assert read_standards(narrower).digest() != read_standards().digest()


def test_a_circle_in_minutes_is_another_key_than_one_in_metres(tmp_path: Path) -> None:
    told = {
        unit: read_standards(own(tmp_path, f'[life_circle.own]\nvalue = 10\nunit = "{unit}"')) for unit in ("m", "min")
    }
    assert [("life_circle.own" in one.reaches("toilet")) for one in told.values()] == [True, False]
    assert told["m"].digest() != told["min"].digest()
