"""The same colour means the same number everywhere; zero is not "nobody looked"."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps import style


@pytest.mark.parametrize(("measure", "layer"), style.EDGES)
def test_every_scale_has_six_classes_and_a_hatched_one(measure: str, layer: str) -> None:
    scale = style.amount(measure, layer, "zh")
    assert [swatch.colour for swatch in scale.swatches[:6]] == list(style.SEQUENTIAL)
    assert len(scale.swatches) == 7
    assert scale.swatches[6].hatch
    assert scale.unvisited == 6
    assert list(scale.edges) == sorted(set(scale.edges))


def test_classes_of_density_on_their_borders() -> None:
    scale = style.amount("problems_per_km2", "cells", "zh")
    values = [0, 0.4, 59.9, 60, 149.9, 150, 299.9, 300, 599.9, 600, 1e9, np.nan]
    assert scale.classes(values).tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, style.NOT_DRAWN]


def test_unvisited_hatches_zero_and_nothing_else() -> None:
    scale = style.amount("problems", "cells", "zh")
    assert scale.classes([0, 0, 3, 3], [True, False, True, False]).tolist() == [6, 0, 2, 2]


def test_labels_say_what_the_classes_hold() -> None:
    zh = [swatch.label for swatch in style.amount("problems", "cells", "zh").swatches]
    assert zh == ["0（已巡查）", "1", "2–3", "4–6", "7–9", "10 及以上", "本期未巡查"]
    en = [swatch.label for swatch in style.amount("problems_per_km2", "cells", "en").swatches]
    assert en[1:6] == ["1–59", "60–149", "150–299", "300–599", "600 or more"]


def test_a_colour_means_the_same_amount_in_heat_and_choropleth() -> None:
    areas, points = style.amount("problems_per_km2", "cells", "zh"), style.heat("zh")
    assert points.edges[1:] == areas.edges[1:]
    assert [s.colour for s in points.swatches] == [s.colour for s in areas.swatches[:6]]
    assert [s.label for s in points.swatches[2:]] == [s.label for s in areas.swatches[2:6]]


@pytest.mark.parametrize(
    ("share", "label"), [(1, "100%"), (0.9, "75–99%"), (0.75, "75–99%"), (0.74, "50–74%"), (0.5, "50–74%"),
                         (0.499, "25–49%，未覆盖"), (0.25, "25–49%，未覆盖"), (0.24, "1–24%，未覆盖"),
                         (0.0, "0%，未覆盖")],
)  # fmt: skip
def test_reach_in_quarters(share: float, label: str) -> None:
    scale = style.reach("zh", "x")
    assert scale.swatches[scale.classes([1 - share])[0]].label == label


@given(share=st.floats(0, 1), least=st.floats(0.001, 1))
def test_what_is_outlined_is_unserved_whatever_share_is_set(share: float, least: float) -> None:
    scale = style.reach("zh", "x", unserved_share=least)
    swatch = scale.swatches[scale.classes([1 - share])[0]]
    # The lowest two classes are told apart by a share that nobody reads: 0.5 %.
    if abs(share - least) > 1e-6 and max(share, least) > 0.005:
        assert bool(swatch.edge) is (share < least)
    assert ("未覆盖" in swatch.label) is bool(swatch.edge)
    assert len({each.label for each in scale.swatches}) == len(scale.swatches) == len(scale.edges) + 1


def test_another_share_parts_a_quarter() -> None:
    labels = [swatch.label for swatch in style.reach("zh", "x", unserved_share=0.6).swatches]
    assert labels[1:5] == ["75–99%", "60–74%", "50–59%，未覆盖", "25–49%，未覆盖"]


def test_lacks_look_different_from_each_other() -> None:
    looks = {kind: style.lacking(kind, "zh").swatches[1] for kind in ("unassigned", "unvisited")}
    assert len({(each.colour, each.hatch) for each in looks.values()}) == 2


@pytest.mark.parametrize(("layer", "highest"), [("cells", 2), ("zones", 3)])
@pytest.mark.parametrize("measure", ["problems_per_km2", "problems"])
@given(usual=st.floats(0.01, 1e7))
def test_factor_puts_what_is_usual_among_the_pale_classes(measure: str, layer: str, highest: int, usual: float) -> None:
    factor = style.factor_for(usual, measure, layer)
    scale = style.amount(measure, layer, "zh", factor=factor)
    assert scale.classes([usual])[0] <= highest
    # A step further down (2 or 2.5 times) it would stand among the loud ones; counts never go below one.
    if measure == "problems_per_km2" or factor > 1:
        assert scale.classes([usual])[0] >= 1
        assert usual / factor * 2.5 >= style.USUAL_BELOW[measure, layer] * (1 - 1e-9)
    else:
        assert factor == 1


@given(usual=st.floats(0.01, 1e7), layer=st.sampled_from(["cells", "zones"]))
def test_labels_of_a_sparse_or_busy_place_are_told_apart_and_leave_no_gap(usual: float, layer: str) -> None:
    factor = style.factor_for(usual, "problems_per_km2", layer)
    scale = style.amount("problems_per_km2", layer, "en", factor=factor)
    assert list(scale.edges) == sorted(set(scale.edges))
    lows = [float(each.label.split("–")[0].split(" ")[0].replace(",", "")) for each in scale.swatches[1:6]]
    assert lows == pytest.approx(scale.edges, rel=1e-9)


def test_a_town_of_large_cells_is_not_all_pale() -> None:
    # Boston: 18 problems of four weeks per km² in cells of a quarter of a km²; its ten worst cells then.
    factor = style.Factors.for_means(18.1, 3.76, 88.3, per_km2_of_one=4.04).per_km2_cells
    scale = style.amount("problems_per_km2", "cells", "en", factor=factor)
    assert set(scale.classes([255, 119, 70, 67, 60, 54, 50, 46, 45, 16, 8])) == {1, 2, 3, 4, 5}
    assert [each.label for each in scale.swatches[1:6]] == ["1–11", "12–29", "30–59", "60–119", "120 or more"]


def test_one_problem_in_a_small_cell_is_no_alarm() -> None:
    # The sample: 8 per km², but one problem in a cell of 12,600 m² makes 79.
    assert style.Factors.for_means(8.1, 0.13, 11.9, per_km2_of_one=79.2).per_km2_cells == 1


def test_a_place_without_problems_has_the_usual_classes() -> None:
    assert style.Factors.for_means(0, 0, 0) == style.NO_LIFT


def test_zones_of_a_usual_county_fall_into_different_classes() -> None:
    # Densities of four weeks in the sample's thirteen zones: with the classes of cells all of them were one colour.
    densities = [4.9, 5.1, 6, 6.1, 6.2, 6.4, 8.1, 8.1, 9.1, 9.2, 12.4, 22.9, 57.2]
    assert set(style.amount("problems_per_km2", "zones", "zh").classes(densities)) == {2, 3, 4, 5}
    assert set(style.amount("problems", "zones", "zh").classes([2, 6, 9, 13, 30, 72])) == {1, 2, 3, 4, 5}


def test_a_lift_goes_with_what_it_counts() -> None:
    factors = style.Factors.for_means(per_km2=445.5, per_cell=7.8, per_zone=2964.5)
    assert factors == style.Factors(per_km2_cells=5, per_km2_zones=50, cells=2, zones=200)
    assert [factors.of(*key) for key in (("overdue", "zones"), ("open", "cells"), ("workload", "cells"))] == [200, 2, 1]


def test_a_week_is_called_a_week() -> None:
    period, week = (style.amount("problems", "cells", "zh", is_week=each) for each in (False, True))
    assert (period.swatches[6].label, week.swatches[6].label) == ("本期未巡查", "本周未巡查")
    assert period.edges == week.edges


def _grey(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_amounts_get_darker_in_grey() -> None:
    greys = [_grey(colour) for colour in style.SEQUENTIAL]
    assert all(a - b > 5 for a, b in pairwise(greys))
