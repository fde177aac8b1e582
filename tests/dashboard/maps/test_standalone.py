"""One file, no request, and texts that stay texts."""

from pathlib import Path

import folium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.service import Rule
from dashboard.maps import reached, standalone, views
from dashboard.maps.layers import Card
from tests.dashboard.maps import bent
from tests.dashboard.maps.bent import bent_county, figures

LOOK = views.MapStyle("zh", "审图号：示S（2026）001号")
EVIL = (
    "</script><script>window.evil=1</script>${window.evil=1}`<img src=x onerror=\"window.evil=1\">'+(window.evil=1)+'\\"
)


@given(st.text())
def test_safe_leaves_nothing_that_a_template_or_a_page_reads(text: str) -> None:
    found = standalone.safe(text)
    assert not set(found) & set("<>\"'$`{}\\")


def test_safe_is_read_back_as_it_was() -> None:
    from html import unescape

    assert unescape(standalone.safe(EVIL)) == EVIL


def test_an_analyst_can_go_on_with_it(tmp_path: Path) -> None:
    county = bent_county(12)
    made = standalone.folium_map(views.heat(county, figures(county), look=LOOK))
    assert isinstance(made, folium.Map)
    folium.CircleMarker([38.0, 114.0]).add_to(made)
    made.save(str(tmp_path / "more.html"))
    assert "circleMarker" in (tmp_path / "more.html").read_text(encoding="utf-8")


def _views(name: str | None = None) -> dict[str, object]:
    county = bent_county(14, name=name)
    frame = figures(county)
    if name:
        frame["worker"] = name
    x, y = county.cells.geometry.centroid.x.to_numpy(), county.cells.geometry.centroid.y.to_numpy()
    made = {
        "overview": views.overview(county, frame, frame, look=LOOK, card=Card(name or "")),
        "heat": views.heat(county, frame, look=LOOK),
        "points": views.heat_points(county, x, y, look=LOOK),
        "coverage": reached.served(county, bent.service(county), rule=Rule(), look=LOOK, unserved_share=0.5),
        "responsibility": views.responsibility(county, frame, look=LOOK),
    }
    return {page: made[page] for page in (("overview", "responsibility") if name else ("heat", "points", "coverage"))}


@pytest.mark.browser
@pytest.mark.parametrize("name", [None, EVIL], ids=["names", "hostile"])
def test_drawn_without_a_request_and_without_running_a_name(chromium: str, tmp_path: Path, name: str | None) -> None:
    from playwright.sync_api import sync_playwright

    for page_name, view in _views(name).items():
        standalone.write(view, tmp_path / f"{page_name}.html")  # type: ignore[arg-type]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for file in sorted(tmp_path.glob("*.html")):
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            asked: list[str] = []
            said: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.goto(file.as_uri())
            page.wait_for_selector("path.leaflet-interactive, img.leaflet-image-layer", state="attached")
            page.wait_for_timeout(200)
            if file.stem != "points":
                page.mouse.move(683, 300)
                page.wait_for_selector(".leaflet-tooltip")
                if name:
                    assert "window.evil" in page.inner_text(".leaflet-tooltip")
            assert page.evaluate("window.evil") is None, file.stem
            assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()], file.stem
            assert said == [], file.stem
            assert LOOK.mark in page.inner_text("body")
            page.close()
        browser.close()
