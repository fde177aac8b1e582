"""Rankings stay one line a row where the names fit beside the map."""

import pandas as pd
import pytest

from dashboard.screen import columns, rankings

_SIZES = {"rank": 1, "due": 20, "closed": 18, "on_time": 17, "open": 5, "overdue": 3, "closure_rate": 0.9,
          "on_time_rate": 0.85, "on_time_low": 0.6, "on_time_high": 0.95}  # fmt: skip


def fitted(name: str, language: str) -> tuple[int, int]:
    """Height of a row and width of the table."""
    found = pd.DataFrame({"name": [name], **_SIZES})
    headings = rankings._headings("units", language)
    shown = rankings._in_words(found, "on_time_rate", has_rates=True).rename(columns=headings)
    made = columns.fitted(shown, rankings._widths(shown, "units", language))
    return made["row_height"], sum(column["width"] for column in made["column_config"].values())


@pytest.mark.parametrize("name", ["城管局", "城市管理综合行政执法局", "市场监督管理局"])
def test_a_unit_takes_one_line(name: str) -> None:
    height, width = fitted(name, "zh")
    assert height == 35
    assert width <= 46 * 14 - 36  # the room beside the map on a screen of 1366


def test_a_name_too_long_for_one_line_is_not_cut() -> None:
    height, width = fitted("示范县住房和城乡建设局市容环境卫生服务中心第一管理所", "zh")
    assert height > 35 and width <= 46 * 14 - 36
