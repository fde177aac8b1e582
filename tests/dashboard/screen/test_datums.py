import pytest

from dashboard.screen import datums


@pytest.mark.parametrize(
    ("reading", "zh"),
    [
        ("wgs84", "WGS 84（经纬度）"),
        ("wgs84 swapped", "WGS 84（经纬度填反）"),
        ("gcj02", "GCJ-02（高德、腾讯）"),
        ("bd09", "BD-09（百度）"),
        ("EPSG:4526", "CGCS2000 投影 EPSG:4526"),
        ("EPSG:4547 swapped", "CGCS2000 投影 EPSG:4547（横纵坐标填反）"),
        ("EPSG:32650", "UTM 投影 EPSG:32650"),
        ("EPSG:2249", "EPSG:2249"),
        ('PROJCS["Beijing_1954_GK_20N",GEOGCS["GCS"]]', "Beijing_1954_GK_20N"),
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_a_reading_in_words(reading: object, zh: str) -> None:
    assert datums.name(reading, "zh") == zh


def test_readings_within_a_sentence() -> None:
    told = datums.spoken("按wgs84 swapped读，EPSG:4526 12%；表 mywgs84 不动。", "zh")
    assert told == "按WGS 84（经纬度填反）读，CGCS2000 投影 EPSG:4526 12%；表 mywgs84 不动。"


def test_every_choice_has_words_of_its_own() -> None:
    for language in ("zh", "en"):
        names = [datums.name(reading, language) for reading in datums.CHOICES]
        assert len(set(names)) == len(names)
        assert not set(names) & set(datums.CHOICES)
