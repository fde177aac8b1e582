"""One chart has the same colours on the page, in the browser's slides and in those of the office."""

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pptx
import pytest
from PIL import ImageColor

from dashboard.briefing.content import Content
from dashboard.briefing.deck.page import html_of
from dashboard.briefing.slides import presentation
from dashboard.maps import style
from dashboard.screen.briefing_charts import drawn
from tests.dashboard.briefing.conftest import Briefed

EXPECTED = [*style.SERIES[:3], style.LOUD]
"""Of reported, closed, open, overdue."""


def of_weeks(content: Content) -> Content:
    """Its first section alone, without maps."""
    section = next(one for one in content.whole if one.chart is not None and one.chart.key == "weeks")
    return replace(content, sections=(replace(section, map=None, weeks=None),))


def test_a_series_has_one_colour_on_every_paper(content_of: Briefed, tmp_path: Path) -> None:
    content = of_weeks(content_of())
    chart = content.sections[0].chart
    assert chart is not None and len(chart.series) == len(EXPECTED)

    assert re.findall(r'<i style="background:(#\w+)"', drawn(chart))[: len(EXPECTED)] == EXPECTED

    light = html_of(content)
    plain = [re.search(rf"--{name}: (#\w+)", light) for name in ("first", "second", "third", "alarm")]
    assert [found and found[1] for found in plain] == EXPECTED
    assert f"--band: {style.CAMPAIGN};" in light

    (file,) = presentation(content, tmp_path)
    deck = pptx.Presentation(str(file))
    theme = next(part for part in deck.part.package.iter_parts() if part.partname.startswith("/ppt/theme/theme1"))
    colours = dict(re.findall(r'<a:(\w+)>\s*<a:srgbClr val="(\w+)"', theme.blob.decode()))
    slots = {"tx1": "dk1", "tx2": "dk2"}
    made = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    named = [
        re.search(r'schemeClr val="(\w+)"', series._element.xml)[1]  # type: ignore[index]
        for plot in made.plots
        for series in plot.series
    ]
    assert [f"#{colours[slots.get(name, name)]}".lower() for name in named] == EXPECTED


@pytest.mark.parametrize("series", [style.SERIES, style.SERIES_IN_THE_DARK])
def test_series_differ_in_grey_print(series: tuple[str, ...]) -> None:
    greys = [ImageColor.getcolor(colour, "L") for colour in series]
    assert min(abs(one - other) for one, other in combinations(greys, 2)) >= 25
