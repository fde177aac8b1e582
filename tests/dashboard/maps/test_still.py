"""Pictures of a map: the app's colours, no name on a name, a character that no font has, the same bytes again."""

import io
import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
import shapely
from PIL import Image

from dashboard.analysis import density
from dashboard.maps import still, style, views
from dashboard.maps.layers import Extent, Frames, MapView, Points, Sight
from dashboard.maps.paper import furniture, ground, lettering, names
from dashboard.maps.paper.drawing import Drawing, shown_classes
from dashboard.maps.paper.placing import Taken, along, around
from dashboard.maps.paper.sheet import Sheet, drawing, picture_of
from dashboard.maps.paper.window import Window
from tests.dashboard.conftest import Town
from tests.town import NORTH, SOUTH, degrees


def view_of(town: Town, language: str = "zh", **more: object) -> MapView:
    cells = density.cells(town.county, town.snapshot, town.filters)
    made = views.heat(town.county, cells, look=views.MapStyle(language, "内部用图"))
    return replace(made, facts=("时点 2026-03-20 12:00",), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def view(town: Town) -> MapView:
    return view_of(town)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def colours(png: bytes) -> set[str]:
    found = np.unique(pixels(png).reshape(-1, 3), axis=0)
    return {f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in found}


def test_the_picture_has_the_size_asked_for(view: MapView) -> None:
    assert pixels(still.picture(view, width_mm=101.6, height_mm=76.2, dpi=100)).shape == (300, 400, 3)


def test_a_stretch_fills_the_picture_and_its_cells_have_their_names(
    view: MapView, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = Sight("1", Extent(*degrees(110, 210), *degrees(190, 290)))  # of C2
    assert view.polygons is not None
    colour = view.polygons.scale.swatches[view.polygons.classes[1]].colour
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    texts: list[str] = []
    write = Sheet.write
    monkeypatch.setattr(Sheet, "write", lambda *more, **look: (texts.append(more[3]), write(*more, **look))[1])
    share = {}
    for sight in (Sight("1"), inside):
        texts.clear()
        png = still.picture(replace(view, sight=sight), width_mm=120, height_mm=80, dpi=40, has_legend=False, facts=())
        share[sight] = (pixels(png) == rgb).all(axis=2).mean()
        assert ("网格 2" in texts, "网格 9" in texts) == (sight is inside, False)
    assert 3 * share[Sight("1")] < share[inside] and share[inside] > 0.3, share


def test_a_cell_has_the_colour_of_its_number_in_the_app(town: Town, view: MapView) -> None:
    """C1, C2, C3, C5 hold problems; the pixel in the middle of each cell's corner is the swatch of its class."""
    made = pixels(still.picture(view, width_mm=120, height_mm=90, dpi=200, has_legend=False))
    assert view.polygons is not None
    plane = ground.level(view.geometry)
    with drawing():
        sheet = Sheet(120, 90, "zh")
        window = still.Picture(sheet, view, plane).draw(view.facts, has_legend=False)
    seen = 0
    for position, which in enumerate(view.polygons.classes):
        swatch = view.polygons.scale.swatches[which]
        west, south, east, north = plane.cells.bounds[position]
        x, y = window.at(west + 0.2 * (east - west), south + 0.2 * (north - south))
        shown = made[round((90 - float(y)) / 25.4 * 200), round(float(x) / 25.4 * 200)]
        if swatch.hatch is None:
            assert "#{:02x}{:02x}{:02x}".format(*shown) == swatch.colour
            seen += which > 0
    assert seen >= 3


def test_only_the_chosen_zone_is_coloured(view: MapView) -> None:
    loud = {swatch.colour for swatch in view.polygons.scale.swatches[3:] if not swatch.hatch}  # type: ignore[union-attr]
    whole = colours(still.picture(view, width_mm=60, height_mm=48, dpi=80, has_legend=False))
    classes = {
        code: {
            view.polygons.scale.swatches[which].colour
            for which, cell in zip(view.polygons.classes, view.polygons.codes, strict=True)
            if view.geometry.cells["zone"][cell] == code
        }  # type: ignore[union-attr]
        for code in (NORTH, SOUTH)
    }
    assert loud & classes[SOUTH] and loud & whole
    for code, other in ((NORTH, SOUTH), (SOUTH, NORTH)):
        shown = colours(still.picture(view, width_mm=60, height_mm=48, dpi=80, has_legend=False, zone=code))
        assert not shown & (loud & classes[other] - classes[code])


def test_classes_grow_darker_in_grey() -> None:
    grey = [np.dot([0.299, 0.587, 0.114], list(bytes.fromhex(colour[1:]))) for colour in style.SEQUENTIAL]
    assert all(a - b > 7 for a, b in itertools.pairwise(grey))


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_same_view_gives_the_same_bytes(view: MapView, form: still.Form) -> None:
    made = [still.picture(view, width_mm=60, height_mm=50, dpi=72, form=form) for _ in range(2)]
    assert made[0] == made[1]
    assert b"CreationDate" not in made[0] and b"<dc:date>" not in made[0]


def test_a_character_that_no_font_has_is_an_error_that_names_it(view: MapView) -> None:
    with pytest.raises(lettering.GlyphMissing, match="U\\+13000") as found:
        still.picture(replace(view, mark="地图\U00013000"), width_mm=60, height_mm=50, dpi=72)
    assert "\U00013000" in str(found.value)


def test_letters_are_the_simplified_ones() -> None:
    """Japanese and Chinese write 骨 and 直 differently: with the language another glyph of the same font is drawn."""
    from matplotlib.textpath import text_to_path

    face = lettering.face("zh")
    assert face.language == "zh-Hans"
    if face.families[0] == lettering.CARRIED:
        plain, told = (
            text_to_path.get_text_path(face.properties(9), "直", language=each) for each in ("ja", "zh-Hans")
        )
        assert len(plain[0]) != len(told[0]) or not np.allclose(plain[0], told[0])


def test_control_characters_and_turned_writing_are_left_out() -> None:
    assert lettering.cleaned("东\u202e门\x07\n 1") == "东 门 1"


def test_lines_are_as_wide_as_they_are_measured() -> None:
    """Against matplotlib's own layout: never narrower than it, so nothing that fits is cut."""
    from matplotlib.textpath import text_to_path

    face = lettering.face("zh")
    for text in ("999900002002010", "学府片区", "AVA Washington", "1:15,000"):
        vertices, _ = text_to_path.get_text_path(face.properties(10), text, language=face.language)
        drawn = np.ptp(np.asarray(vertices)[:, 0]) / text_to_path.FONT_SCALE * 10 * lettering.MM_PER_PT
        assert drawn <= lettering.width_mm(text, 10, face) <= drawn * 1.15 + 0.5


def test_wrapped_lines_fit_and_lose_nothing() -> None:
    face = lettering.face("zh")
    text = "示范县城关镇学府片区第三网格，Massachusetts Avenue 与中山路交叉口。"
    for room in (8.0, 15.0, 40.0):
        lines = lettering.wrapped(text, room, 8, face)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(lettering.width_mm(line, 8, face) <= room for line in lines)
        assert not any(line[0] in "，。" for line in lines)


def test_no_name_stands_on_a_name_or_off_the_map(town: Town) -> None:
    """Six long names in a small picture; some are left out rather than overlap."""
    crowded = view_of(town)
    zones = crowded.geometry.zones.copy()
    zones["name"] = ["很长很长的北部示范片区名称", "很长很长的南部示范片区名称"]
    at = Points("market", "市场", *crowded.geometry.facilities[["lon", "lat"]].to_numpy().T,  # type: ignore[misc]
                crowded.geometry.facilities.index.to_numpy(), np.repeat("", 5))  # fmt: skip
    crowded = replace(crowded, geometry=replace(crowded.geometry, zones=zones), points=(at,))
    with drawing():
        sheet = Sheet(90, 60, "zh")
        still.Picture(sheet, crowded, ground.level(crowded.geometry)).draw(())
    assert sum("片区" in line.text for line in sheet.written) >= 1
    assert_apart(sheet)


def assert_apart(sheet: Sheet) -> None:
    """No text on another, also no turned one, and none beyond the paper; the halves of a millimetre of leading that
    letters leave free above and below themselves may meet."""
    boxes = np.array([line.box for line in sheet.written])
    assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= (sheet.width_mm, sheet.height_mm)).all()
    shapes = np.array([shapely.Polygon(line.corners).buffer(-0.25, join_style="mitre") for line in sheet.written])
    one, other = shapely.STRtree(shapes).query(shapes, "intersects")
    meets = [(sheet.written[a].text, sheet.written[b].text) for a, b in zip(one, other, strict=True) if a < b]
    assert not meets, meets[:4]


def test_scale_bar_is_as_long_as_it_says(view: MapView) -> None:
    """A cell of the town is 100 m wide: at 10 m a millimetre the bar of 200 m is 20 mm, two cells long."""
    assert furniture.bar_metres(10.0) == 200
    plane = ground.level(view.geometry)
    west, _, east, _ = plane.cells.bounds[0]
    assert east - west == pytest.approx(100, rel=2e-3)
    with drawing():
        sheet = Sheet(100, 80, "zh")
        window = Window.fitted((0, 0, 100, 80), plane.bounds, metres_per_mm=10.0)
        furniture.scale_bar(sheet, window, 10, 10, "zh")
    halves = [np.ptp(patch.get_path().vertices[:, 0]) for patch in sheet.figure.patches + sheet.figure.artists]
    assert sum(halves) == pytest.approx(20.0)
    assert any(line.text == "200 米" for line in sheet.written)


def test_points_stand_where_they_are_and_symbols_have_their_letters(town: Town) -> None:
    made = view_of(town)
    made = replace(made, points=views.facility_points(town.county, look=views.MapStyle("zh", "")))
    plane = ground.level(made.geometry)
    with drawing():
        sheet = Sheet(200, 180, "zh")
        window = Window.fitted((0, 0, 200, 180), plane.bounds)
        boxes = Drawing(sheet, window, plane, made).points()
    assert len(boxes) == 5
    signs = [line[2] for lines in sheet._lines.values() for line in lines]
    assert sorted(signs) == ["厕", "厕", "厕", "市", "市"]


def test_turned_names_are_held_by_their_boxes() -> None:
    boxes = along(10, 10, 20, 2, 30)
    taken = Taken(boxes)
    for part in np.linspace(-10, 10, 21):
        x, y = 10 + part * np.cos(np.radians(30)), 10 + part * np.sin(np.radians(30))
        assert not taken.is_free(around(x, y, 0.1, 0.1))
    assert taken.is_free(around(10, 16, 2, 2))


def test_names_are_shortened_and_broken_as_in_the_app() -> None:
    assert names.short_name("学府片区") == "学府" and names.short_name("片区") == "片区"
    assert names.lines_of("South Boston Waterfront") == ["South Boston", "Waterfront"]


def test_thirteen_pictures_take_well_under_six_seconds(view: MapView) -> None:
    started = time.process_time()
    for _ in range(13):
        still.picture(view, width_mm=160, height_mm=110, dpi=200, zone=NORTH)
    assert time.process_time() - started < 6


def test_what_is_clipped_by_a_park_or_river_stays_in_the_window_too(town: Town) -> None:
    """svg takes one clip path; a river that leaves the window must not run over the legend."""
    made = view_of(town)
    plane = ground.level(made.geometry)
    with drawing():
        sheet = Sheet(100, 80, "zh")
        window = Window.fitted((40, 20, 95, 75), (*plane.cells.bounds[4][:2], *plane.cells.bounds[4][2:]))
        drawn = Drawing(sheet, window, plane, made)
        path = drawn._cut(plane.zones.shapes)
    at = window.to_paper.transform(path.vertices)
    assert at.min(axis=0) == pytest.approx([40, 20], abs=0.01) and at.max(axis=0) == pytest.approx([95, 75], abs=0.01)


def test_a_bold_line_and_its_weight_are_the_same_letters() -> None:
    """The last letter stands where the outline that gives it weight ends, in pixels as in the pdf."""
    for text in ("South Boston Waterfront", "AVAVAVAV", "每平方公里问题数"):
        ends = []
        for is_bold in (False, True):
            with drawing("en"):
                sheet = Sheet(120, 12, "en")
                sheet.write(4, 6, text, 14, is_bold=is_bold)
                ink = pixels(sheet_png(sheet)).min(axis=2) < 128
            ends.append(np.flatnonzero(ink.any(axis=0))[[0, -1]])
        assert np.abs(ends[0] - ends[1]).max() <= 2


def sheet_png(sheet: Sheet) -> bytes:
    return picture_of(sheet, "png", dpi=150, title="")


def test_a_map_of_one_week_says_which(town: Town) -> None:
    made = view_of(town)
    assert made.polygons is not None
    classes = np.stack([np.zeros(9, "u1"), np.full(9, 4, "u1")])
    frames = Frames(classes, ["03-09", "03-16"], ["03-15", "03-22"], np.array([0, 9]), np.zeros(2, bool), 1)
    made = replace(made, polygons=replace(made.polygons, frames=frames))
    assert (shown_classes(made.polygons) == 4).all()  # type: ignore[arg-type]
    with drawing():
        sheet = Sheet(120, 90, "zh")
        still.Picture(sheet, made, ground.level(made.geometry)).draw(())
    assert any("03-16 — 03-22" in line.text for line in sheet.written)
