"""What is to be done counts everything that is somebody's; heat leaves default points out and says so."""

import pytest

from dashboard import cached
from dashboard.analysis import responsibility
from dashboard.screen import counted, lacking, picks, reasons
from dashboard.text import t
from tests.dashboard.screen.conftest import LookAt


@pytest.mark.parametrize("with_default_points", [False, True])
def test_cells_to_act_on_are_counted_as_on_their_cards(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str], with_default_points: bool
) -> None:
    look = look_at(with_default_points=with_default_points)
    reasons.to_act_on(look, "zh")
    assert {line.code for line in lines} == {"C2", "C3", "C5", "C6"}  # C6 has p14 and p15 on a default point
    for line in lines:
        card = responsibility.card(look.county, look.snapshot, look.filters, "cells", line.code)
        counts = {"problems": card.problems, "open": card.open, "overdue": card.overdue}
        assert line.why == t("list.counts", "zh", **counts)


def test_gaps_are_ordered_by_everything_in_them(look_at: LookAt) -> None:
    found = lacking.lacking(look_at(), "unvisited")
    assert found.loc["C6", ["problems", "open"]].tolist() == [2, 2]


@pytest.mark.parametrize("layer", ["cells", "zones"])
def test_a_list_of_heat_says_what_it_leaves_out(
    look_at: LookAt, lines: list[picks.Line], sentences: list[str], layer: str
) -> None:
    reasons.worst(look_at(), layer, "problems", "zh")
    assert "C6" not in {line.code for line in lines}
    said = t("list.not_counted", "zh", counts=t("list.counts", "zh", problems=2, open=2, overdue=0))
    assert said in sentences
    sentences.clear()
    reasons.worst(look_at(with_default_points=True), layer, "problems", "zh")
    assert said not in sentences and not [one for one in sentences if "默认坐标" in one]


@pytest.mark.parametrize(
    ("chosen", "has_rates"), [({}, True), ({"is_overdue_only": True}, False), ({"state": ("closed",)}, False)]
)
def test_some_states_alone_have_no_rate(look_at: LookAt, chosen: dict[str, object], has_rates: bool) -> None:
    found = counted.headline(look_at(**chosen))
    for name in ("closure_rate", "on_time_rate"):
        assert (found[name].value is not None) is has_rates and (found[name].of is not None) is has_rates


def test_nothing_of_the_cache_is_mixed_up(look_at: LookAt) -> None:
    look = look_at()
    assert cached.cells(look).loc["C6", "open"] == 0
