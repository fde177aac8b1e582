"""Classes by scheme: readable, ascending, of the data version alone, the same in the app and in a file."""

import itertools
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import mapclassify
import numpy as np
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some

import settings
from dashboard import cached
from dashboard.analysis import density, usual
from dashboard.filters import Filters
from dashboard.maps import classes, page, style, views
from dashboard.standards import read_standards
from dashboard.text import t
from etl.errors import SettingsError
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town

SCHEMES = ("quantiles", "equal", "jenks")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_to_part(scheme: str) -> None:
    assert classes.edges([], scheme, is_whole=True) == ()
    assert classes.edges(np.zeros(500), scheme, is_whole=False) == ()
    assert classes.edges([7] * 40, scheme, is_whole=True) == (1,)
    assert classes.edges([0, 0.3, 0.3], scheme, is_whole=False) == (0.1,)
    assert classes.edges([1, 2, 3] * 9, scheme, is_whole=True) == (1, 2, 3)
    assert classes.edges([10, 20, 30] * 9, scheme, is_whole=False) == (10, 20, 30)


def test_known_breaks() -> None:
    """1 … 100: quantiles and equal width are the same twenties."""
    values = np.arange(1, 101)
    assert classes.edges(values, "quantiles", is_whole=True) == (1, 20, 40, 60, 80)
    assert classes.edges(values, "equal", is_whole=True) == (1, 20, 40, 60, 80)
    assert classes.edges([1, 2, 3, 4, 5, 6, 7], "equal", is_whole=True) == (1, 2, 3, 4, 5)
    # Five heaps with nothing between them are the natural breaks, and the roundest numbers that keep them apart.
    heaps = np.concatenate([np.arange(least, least + 4) for least in (1, 50, 200, 700, 3_000)])
    found = classes.edges(heaps, "jenks", is_whole=True)
    assert found == (1, 50, 200, 500, 2_000)
    assert np.bincount(np.searchsorted(found, heaps, side="right")).tolist() == [0, 4, 4, 4, 4, 4]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_classes_are_nearly_those_of_mapclassify(scheme: str) -> None:
    values = np.random.default_rng(3).lognormal(3, 1, 300)
    theirs = {"quantiles": mapclassify.Quantiles, "equal": mapclassify.EqualInterval, "jenks": mapclassify.FisherJenks}
    with pytest.warns(UserWarning) if scheme == "jenks" else st.spinner(""):
        bins = theirs[scheme](values, 5).bins
    ours = np.searchsorted(classes.edges(values, scheme, is_whole=False), values, side="right")
    expected = np.searchsorted(bins, values) + 1
    # Edges are rounded, so some values lie on the other side of one.
    assert np.abs(ours - expected).max() <= 1
    assert (ours != expected).mean() < 0.15


@given(
    some.lists(some.one_of(some.integers(0, 9), some.integers(0, 400), some.floats(0, 9_000)), max_size=120),
    some.sampled_from(("quantiles", "equal")),
    some.booleans(),
)
def test_edges_ascend_and_are_as_few_as_the_numbers(values: list[float], scheme: str, is_whole: bool) -> None:
    numbers = [float(int(value)) for value in values] if is_whole else [value for value in values if value > 1e-6]
    found = classes.edges(numbers, scheme, is_whole=is_whole)
    above = {value for value in numbers if value > 0}
    assert len(found) <= min(5, max(len(above), 1))
    assert bool(found) == bool(above)
    assert all(low < high for low, high in itertools.pairwise(found))
    if is_whole:
        assert all(float(low).is_integer() for low in found)
    if found:
        scale = style.amount("problems" if is_whole else "problems_per_km2", "cells", "zh", edges=found)
        assert len(scale.edges) == len(found) and len(scale.swatches) == len(found) + 2
        told = scale.classes([0, *numbers], np.zeros(len(numbers) + 1, bool))
        assert told[0] == 0
        assert ((told == 0) == np.array([True, *(number == 0 for number in numbers)])).all()


def test_the_windows_are_what_the_page_shows_unfiltered(town: Town) -> None:
    found = usual.amounts(town.county, town.snapshot)
    # The data begin on 01-05: the window of 01-26 lies in them, the one of 2025-12-29 does not.
    windows = [town.filters, town.filters.moved(-28)]
    assert density.cells(town.county, town.snapshot, windows[1])["problems"].sum() == 1
    for measure in usual.MEASURES:
        for layer, frames in (
            ("cells", [density.cells(town.county, town.snapshot, each) for each in windows]),
            ("zones", [density.zones(town.county, town.snapshot, each).iloc[:-1] for each in windows]),
        ):
            values = np.sort(np.concatenate([frame[measure].to_numpy() for frame in frames]))
            assert found[measure, layer] == pytest.approx(values[values > 0]), (measure, layer)


@pytest.mark.parametrize("chosen", [*SCHEMES, "own"])
def test_filters_dates_pages_and_files_have_the_same_edges(town: Town, tmp_path: Path, chosen: str) -> None:
    own = (("problems", "cells", (1.0, 2.0, 30.0)), ("open", "cells", (1.0, 7.0)))
    wanted = Settings(
        database_url=f"sqlite:///{tmp_path / 'grid.sqlite'}",
        classes="jenks" if chosen == "own" else chosen,
        class_edges=own if chosen == "own" else (),
    )
    engine = classes_engine(wanted)
    towns.write_town(engine)
    engine.dispose()
    st.cache_data.clear()
    st.cache_resource.clear()
    found = {}
    for measure in ("problems", "problems_per_km2"):
        scales = []
        for filters in (Filters(), Filters(category=("垃圾",)), Filters(as_of=towns.at("03-10 12:00")),
                        Filters(zone=(towns.NORTH,), start=date(2026, 3, 1))):  # fmt: skip
            look = cached.look(wanted, filters)
            on_screen = views.MapStyle.of(wanted, "zh", cached.classes(look))
            drawn = views.heat(look.county, cached.cells(look), look=on_screen, measure=measure).polygons
            file = page.page_view("heat", look.county, look.snapshot, look.filters, settings=wanted,
                                  standards=read_standards(), measure=measure)  # fmt: skip
            assert drawn is not None and file.polygons is not None and file.legend is not None
            assert t(f"map.classes.{look_name(chosen, measure)}", "zh") in file.legend.note
            scales += [drawn.scale, file.polygons.scale]
        assert all(scale == scales[0] for scale in scales)
        found[measure] = scales[0].edges
    assert found["problems"] == ((1, 2, 30) if chosen == "own" else (1, 2, 4))
    assert len(found["problems_per_km2"]) == 3


def classes_engine(wanted: Settings):  # type: ignore[no-untyped-def]
    from etl.database import connect

    return connect(wanted.url)


def look_name(chosen: str, measure: str) -> str:
    return "jenks" if chosen == "own" and measure == "problems_per_km2" else chosen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_legend_names_the_scheme(town: Town, language: str) -> None:
    told = {}
    for scheme in settings.CLASSES:
        wanted = Settings(language=language, classes=scheme)
        for layer in ("cells", "zones", "points"):
            view = page.page_view("heat", town.county, town.snapshot, town.filters, settings=wanted,
                                  standards=read_standards(), layer=layer)  # fmt: skip
            assert view.legend is not None
            told[scheme, layer] = view.legend.note
            assert t(f"map.classes.{scheme}", language) in view.legend.note
    assert len(set(told.values())) == 12


def test_without_a_problem_the_fixed_classes_hold(town: Town) -> None:
    empty = {key: np.empty(0) for key in usual.amounts(town.county, town.snapshot)}
    made = classes.of(Settings(classes="jenks"), style.NO_LIFT, empty)
    assert made.edges == ()
    assert made.scale("problems", "cells", "zh") == style.amount("problems", "cells", "zh")
    assert made.named("problems", "cells", "en") == "Fixed classes"


def test_own_edges_come_first_and_no_factor_moves_them() -> None:
    own = Settings(class_edges=(("problems_per_km2", "cells", (1.0, 20.0, 50.0, 100.0, 200.0)),))
    made = classes.of(own, replace(style.NO_LIFT, per_km2_cells=5.0, cells=5.0), {})
    scale = made.scale("problems_per_km2", "cells", "en")
    assert scale.edges == (1, 20, 50, 100, 200)
    assert [swatch.label for swatch in scale.swatches[1:6]] == ["1–19", "20–49", "50–99", "100–199", "200 or more"]
    assert scale.classes([0, 0.2, 19.9, 20, 5_000]).tolist() == [0, 1, 1, 2, 5]
    assert made.heat("en").edges == (5, 20, 50, 100, 200)
    assert made.scale("problems", "cells", "en").edges == (1, 10, 20, 35, 50)


def test_edges_in_a_file_of_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        'classes = "quantiles"\n[class_edges]\nproblems_per_km2.cells = [1, 20.5]\nopen.zones = [3]\n', encoding="utf-8"
    )
    found = Settings.read(environ={"GRID_SETTINGS": str(path)})
    assert found.classes == "quantiles"
    assert found.class_edges == (("problems_per_km2", "cells", (1.0, 20.5)), ("open", "zones", (3.0,)))


@pytest.mark.parametrize(
    "wrong",
    [
        "problems.cells = [2, 1]",
        "problems.cells = [1, 1]",
        "problems.cells = [0, 1]",
        "problems.cells = [nan]",
        "problems.cells = [1, inf]",
        "problems.cells = []",
        "problems.cells = [1, 2, 3, 4, 5, 6]",
        'problems.cells = ["1"]',
        "problems.cells = [true]",
        "problems.cells = 3",
        "problems.streets = [1]",
        "problems = [1]",
        "litter.cells = [1]",
    ],
)
def test_edges_that_make_no_classes_are_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="class_edges"):
        Settings.read(tomllib.loads(f"[class_edges]\n{wrong}\n"), environ={"GRID_SETTINGS": "/dev/null"})


def test_names_of_the_settings_are_those_of_the_maps() -> None:
    assert style.MEASURES == settings.CLASSED
    assert set(usual.MEASURES) < set(settings.CLASSED)
    with pytest.raises(SettingsError, match="quantiles"):
        Settings(classes="pretty")
