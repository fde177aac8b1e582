"""Who shares the first place is not told as the only one there."""

import pandas as pd
import pytest

from dashboard.briefing.content.known import Known
from dashboard.briefing.content.places import worst
from dashboard.briefing.content.shape import Section
from dashboard.briefing.content.standing import changes
from dashboard.briefing.templates import Templates
from dashboard.standards import read_standards
from tests.dashboard.briefing.conftest import MEETING, SINCE, briefed
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH


def known(town: Town, language: str = "zh") -> Known:
    assert SINCE is not None
    return Known(
        town.county, town.snapshot, town.filters, SINCE, MEETING, read_standards(), language, Templates(language)
    )


@pytest.mark.parametrize(
    ("north", "south", "said"),
    [
        (2, 2, "南片区等 2 个片区逾期增加并列最多，各多 2 件，没有片区减少"),
        (1, 2, "南片区逾期增加最多，多 2 件，没有片区减少"),
        (-1, 1, "南片区逾期增加最多，多 1 件；北片区减少最多，少 1 件"),
        (-1, -1, "等 2 个片区逾期减少并列最多，各少 1 件，没有片区增加"),
        (0, -1, "南片区逾期减少最多，少 1 件，没有片区增加"),
    ],
)
def test_zones_that_share_the_most(town: Town, north: int, south: int, said: str) -> None:
    asked = known(town)
    frame = asked.zone_changes.copy()
    for zone, change in {NORTH: north, SOUTH: south}.items():
        frame.loc[zone, ["overdue_before", "overdue"]] = [5, 5 + change]
    asked.__dict__["zone_changes"] = frame
    one = changes(asked)
    assert isinstance(one, Section)
    assert one.message.text.endswith(said)


@pytest.mark.parametrize(
    ("overdue", "said"),
    [
        ({"C2": 2, "C5": 2}, "网格 5等 2 个网格逾期并列最多，各 2 件"),
        ({"C2": 1, "C5": 2}, "网格 5：逾期 2 件，为各网格最多，无人负责"),
        ({"C2": 0, "C5": 0}, "没有逾期；网格 5等 2 个网格未销号并列最多，各 3 件"),
    ],
)
def test_cells_that_share_the_most(town: Town, overdue: dict[str, int], said: str) -> None:
    asked = known(town)
    frame: pd.DataFrame = asked.cell_density.copy()
    frame[["overdue", "open"]] = 0
    for code, count in overdue.items():
        frame.loc[code, ["overdue", "open", "problems"]] = [count, 3, 9 if code == "C5" else 3]
    asked.__dict__["cell_density"] = frame
    one = worst(asked)
    assert isinstance(one, Section)
    assert one.message.text == said
    assert one.message.tag == ("" if "并列" in said else "无人")


def test_states_that_are_left_aside_are_told(town: Town) -> None:
    for language, said in {"zh": "简报不按状态和“只看逾期”筛选，以下统计全部问题。", "en": "“Overdue only”"}.items():
        for chosen in ({"state": ("closed",)}, {"is_overdue_only": True}):
            content = briefed(town, language, parts=("headline",), zones=(), filters=town.at(**chosen))
            assert said in content.sections[0].remarks[0].text
    content = briefed(town, parts=("headline",), zones=())
    assert not any("只看逾期" in remark.text for remark in content.sections[0].remarks)
