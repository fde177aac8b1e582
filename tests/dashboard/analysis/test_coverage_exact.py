"""Coverage of the sample county, equal to geopandas' overlay and to PostGIS."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.analysis.coverage import KINDS, coverage_share, serving
from dashboard.county import County
from dashboard.standards import read_standards
from tests.by_overlay import by_overlay, by_postgis


@pytest.mark.parametrize("kind", [*KINDS, "litter_bin"])
def test_the_sample_equal_to_overlay(sample_county: County, kind: str) -> None:
    places, radius = serving(sample_county, kind, date(2026, 11, 20)).geometry, read_standards().radius(kind)
    assert radius is not None and len(places) > 10
    found = coverage_share(sample_county.cells.geometry, places, radius_m=radius.value)
    expected = by_overlay(sample_county.cells.geometry, places, radius.value)
    pd.testing.assert_series_equal(found, expected, rtol=0, atol=1e-9)
    assert np.count_nonzero((found > 0.01) & (found < 0.99)) > 100, "many cells are cut by a circle"


@pytest.mark.postgis
@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_equal_to_postgis(sample_county: County, postgis_url: str, kind: str) -> None:
    places, radius = serving(sample_county, kind, date(2026, 11, 20)).geometry, read_standards().radius(kind)
    assert radius is not None
    found = coverage_share(sample_county.cells.geometry, places, radius_m=radius.value)
    expected = by_postgis(postgis_url, sample_county.cells.geometry, places, radius.value)
    pd.testing.assert_series_equal(found, expected, rtol=0, atol=1e-9)
