"""The map on the wall: true to its scale, every name in it or in a list, nothing on anything, text that is text."""

import io
import re
import time
from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pypdf
import pytest
import shapely

from dashboard.briefing import wallmap, wallpage, walltables
from dashboard.briefing.formats import FORMATS
from dashboard.briefing.wallmap import People, wall_map
from dashboard.county import Place
from dashboard.maps import layers, style
from dashboard.maps.geometry import Geometry
from dashboard.maps.layers import MapView
from dashboard.maps.paper import cell_names, streets
from dashboard.maps.paper.lettering import GlyphMissing
from dashboard.maps.paper.listing import Flow, Listing, boxes_of
from dashboard.maps.paper.reference import Reference
from dashboard.maps.paper.sheet import Sheet, drawing
from dashboard.maps.paper.window import Window
from tests.dashboard.briefing.conftest import Briefed
from tests.dashboard.maps.test_still import assert_apart

CRS = "EPSG:4547"
PLACE = Place("999900", "示范县", "Asia/Shanghai", CRS, "sunday")
X0, Y0 = 500_000.0, 4_140_000.0
POINTS_PER_MM = 72 / 25.4
ACROSS, DOWN = 18, 12
ZONES = ("999900001", "999900002")


def dense_view(language: str = "zh") -> MapView:
    """Two zones of 108 cells each, 40 to 120 m wide, a street between every third row and column."""
    rng = np.random.default_rng(5)
    xs, ys = (np.append(0, np.cumsum(rng.uniform(40, 120, count))) for count in (ACROSS, DOWN))
    boxes = [shapely.box(x0, y0, x1, y1) for x0, x1 in pairwise(xs)
             for y0, y1 in pairwise(ys)]  # fmt: skip
    half = len(boxes) // 2
    codes = [f"{ZONES[at >= half]}{1 + at % 4:03}{at % half // 4 + 1:03}" for at in range(len(boxes))]
    frame = {"name": [f"第{at}网格" for at in range(len(boxes))], "zone": [code[:9] for code in codes]}
    cells = gpd.GeoDataFrame(frame, geometry=boxes, index=pd.Index(codes, name="code"), crs=CRS).sort_index()
    zones = cells.dissolve("zone")[["geometry"]].assign(name=["学府片区", "老街片区"])
    roads = [shapely.LineString([(x, ys[0]), (x, ys[-1])]) for x in xs[2:-1:3]]
    roads += [shapely.LineString([(xs[0], y), (xs[-1], y)]) for y in ys[2:-1:3]]
    base = gpd.GeoDataFrame(
        {"kind": "road_main", "name": [f"示范{'一二三四五六七八九十'[at]}路" for at in range(len(roads))]},
        geometry=roads, crs=CRS,
    )  # fmt: skip
    turned = [gpd.GeoDataFrame(each.set_geometry(each.geometry.translate(X0, Y0)), crs=CRS).to_crs(4326)
              for each in (zones, cells, base)]  # fmt: skip
    west, south, east, north = turned[0].total_bounds
    place = Geometry("999900", "示范县", 1, turned[0], turned[1], pd.DataFrame({"kind": [], "name": [], "lon": [],
                     "lat": []}), turned[2], (west, south, east, north), b"")  # fmt: skip
    scale = style.amount("problems", "cells", language)
    classes = rng.integers(0, 7, len(cells)).astype("u1")
    drawn = layers.Polygons("cells", place.codes("cells").to_numpy(), classes, scale)
    return MapView(place, "热力图", language, "内部用图", polygons=drawn, legend=layers.legend(scale),
                   facts=("时点 2026-11-20 18:00", "时段 2026-10-24 — 2026-11-20"))  # fmt: skip


def dense_people(view: MapView) -> People:
    codes = view.geometry.cells.index
    workers = pd.DataFrame(
        {"worker": [None if at % 17 == 0 else f"张{'东西南北'[at % 4]}{at % 10}" for at in range(len(codes))]},
        index=codes,
    )
    zones = pd.DataFrame(
        {"leader": ["赵北", None], "deputies": ["孙副; 钱副", "李副"], "units": ["城管局", None]}, index=list(ZONES)
    )
    return People(workers, zones, pd.Series({"赵北": "县政府 副县长"}))


@pytest.fixture(scope="module")
def view() -> MapView:
    return dense_view()


@pytest.fixture(scope="module")
def people(view: MapView) -> People:
    return dense_people(view)


@pytest.fixture(scope="module")
def pdf(view: MapView, people: People) -> bytes:
    return wall_map(view, PLACE, people)


@pytest.fixture(scope="module")
def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def paper(view: MapView, people: People) -> wallpage.Paper:
    """The sheets of the whole place and of both zones, not yet written."""
    with drawing():
        made = wallpage.Paper(view, PLACE, people, *wallmap.SIZES["A3"])
        wallpage.whole_page(made)
        wallpage.zone_page(made, 0)
        wallpage.zone_page(made, 1)
        made.number_pages()
    return made


def lines_of(page: pypdf.PageObject) -> list[tuple[str, float, float]]:
    """Vertices of the paths of a page, in order, in points."""
    found = []
    for values, operator in pypdf.generic.ContentStream(page.get_contents(), page.pdf).operations:
        if operator in (b"m", b"l"):
            found.append((operator.decode(), float(values[0]), float(values[1])))
    return found


def test_pages_have_the_paper_size_and_their_text_can_be_searched(pdf: bytes, texts: list[str], view: MapView) -> None:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 3
    for page in pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((1190.55, 841.89), abs=0.1)
    assert "示范县创卫网格挂图" in texts[0] and "内部用图" in texts[0] and "时点 2026-11-20 18:00" in texts[0]
    assert "学府片区" in texts[1] and "赵北 县政府 副县长" in texts[1] and "无人" in texts[2]
    for number, zone in enumerate(ZONES, start=1):
        own = [code[9:] for code in view.geometry.cells.index if code.startswith(zone)]
        assert zone in texts[number]
        assert not [code for code in own if texts[number].count(code) < 2 and code[:3] not in texts[number]]


def test_every_font_is_embedded_and_says_which_characters_it_draws(pdf: bytes) -> None:
    fonts = pypdf.PdfReader(io.BytesIO(pdf)).pages[1]["/Resources"]["/Font"]
    assert fonts
    for font in (each.get_object() for each in fonts.values()):
        assert "/ToUnicode" in font
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        embedded = "/CharProcs" in inner or "/FontFile2" in inner["/FontDescriptor"]
        assert embedded
        if "/FontDescriptor" in inner and "/FontFile2" in inner["/FontDescriptor"]:
            assert inner["/FontDescriptor"]["/FontFile2"].get_data()[:4] != b"OTTO"


@pytest.mark.parametrize("number", [0, 1])
def test_the_scale_that_is_said_is_true_on_paper(pdf: bytes, texts: list[str], view: MapView, number: int) -> None:
    """The drawn outline of the zones (the zone) is as wide in points as it is in metres at the scale."""
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[number]
    said = re.search(r"比例尺 1:([\d,]+)", texts[number])
    assert said
    scale = int(said[1].replace(",", ""))
    shape = view.geometry.zones.to_crs(CRS).geometry
    shape = shape if number == 0 else shape.iloc[[number - 1]]
    west, south, east, north = shape.total_bounds
    wide, high = ((side * 1000 / scale) * POINTS_PER_MM for side in (east - west, north - south))
    at = np.array([(x, y) for _, x, y in lines_of(page)])
    left = {round(x, 1) for x, _ in at}
    assert any(round(x + wide, 1) in left or round(x + wide + 0.1, 1) in left for x in left)
    low = {round(y, 1) for _, y in at}
    assert any(round(y + high, 1) in low or round(y + high + 0.1, 1) in low for y in low)


@pytest.mark.parametrize(
    ("wide_m", "scale"), [(2_700, 10_000), (2_720, 11_000), (28_000, 110_000), (100, 400), (24_900, 100_000)]
)
def test_scales_are_round_and_the_largest_that_fit(wide_m: float, scale: float) -> None:
    """On 270.4 mm: 2,704 m with their margin are 1:10,000."""
    found = wallpage.round_scale((0, 0, 270.4, 200), (0, 0, wide_m / 1.04, 10))
    assert found == scale


def test_nothing_overlaps_and_nothing_is_cut(paper: wallpage.Paper) -> None:
    for sheet in paper.sheets:
        assert_apart(sheet)


def test_every_cell_is_named_on_its_page_or_listed(paper: wallpage.Paper) -> None:
    for zone in (0, 1):
        texts = " ".join(line.text for line in paper.sheets[zone + 1].written)
        rows = walltables.cells(paper, page_of(paper, zone), np.flatnonzero(paper.zone_of == zone), "").rows
        assert len(rows) == 108
        assert all(row[0] in texts for row in rows)


def page_of(paper: wallpage.Paper, zone: int) -> wallpage.Page:
    """A page of that zone's window, with nothing on it."""
    with drawing():
        sheet = Sheet(420, 297, "zh")
    west, south, east, north = paper.ground.zones.bounds[zone]
    window = Window.fitted((10, 10, 300, 270), (west, south, east, north))
    return wallpage.Page(sheet, window, Reference.over(window), (300, 10, 410, 270), [])


def test_nobody_is_no_name(content_of: Briefed) -> None:
    content = content_of()
    # What a table says in place of a name would be written on the map as somebody's.
    words = content.cells.frame["worker"]
    workers = People.in_content(content).cells["worker"]
    assert workers.isna().tolist() == (words == "无人").tolist() and workers.isna().any()


def test_the_index_has_every_street_with_its_squares(view: MapView, paper: wallpage.Paper) -> None:
    texts = [line.text for line in paper.sheets[0].written]
    assert set(view.geometry.base["name"]) <= set(texts)
    page = page_of(paper, 0)
    for name, squares in streets.index(paper.ground, page.reference):
        assert name in set(view.geometry.base["name"])
        assert re.fullmatch(r"[A-Z]\d+( [A-Z]\d+)*|[A-Z]\d+–[A-Z]\d+", squares)


def test_the_index_is_in_the_order_of_a_dictionary(paper: wallpage.Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(paper, 0)
    west, south, east, north = page.window.bounds
    line = shapely.LineString([(west, south), (east, north)])
    # By pinyin: bei, jie, ren, wen, zhong; Unicode has 中 and 人 first.
    wanted = ["Main Street", "北关游园", "解放大街", "人民路", "文昌路", "中山路"]
    found = [streets.Named(name, "road", line) for name in reversed(wanted)]
    monkeypatch.setattr(streets, "named", lambda ground: found)
    assert [name for name, _ in streets.index(paper.ground, page.reference)] == wanted


def test_squares_count_from_the_upper_left_corner() -> None:
    window = Window((10, 10, 210, 110), 0, 0, 10.0)
    squares = Reference(window, 50)
    assert [squares.of(*at) for at in ((11, 109), (61, 109), (209, 11), (159, 61))] == ["A1", "B1", "D2", "C1"]
    assert squares.of_line(shapely.LineString([(10, 990), (1990, 990)])) == "A1–D1"
    assert squares.of_line(shapely.LineString([(10, 990), (10, 10)])) == "A1 A2"
    assert squares.of_line(shapely.LineString([(-50, -50), (-10, -10)])) == ""


def test_a_code_too_large_for_its_cell_stands_beside_it_with_a_line(paper: wallpage.Paper) -> None:
    with drawing():
        sheet = Sheet(420, 297, "zh")
    west, south, east, north = paper.ground.cells.bounds[0]
    window = Window.fitted((10, 10, 400, 280), paper.ground.bounds)
    wanted = {0: [cell_names.Variant(("很长很长很长的编码",), 9.0)]}
    none = cell_names.write(sheet, window, paper.ground, wanted, colours={0: ("#000000", 0)}, taken=cell_names.Taken())
    assert none == [] and len(sheet.written) == 1
    x, y = window.at((west + east) / 2, (south + north) / 2)
    left, low, right, high = sheet.written[0].box
    assert not (left < x < right and low < y < high)


def test_letters_read_on_every_colour() -> None:
    scale = style.amount("problems", "cells", "zh")
    polygons = layers.Polygons("cells", np.array(list("abcdefg")), np.arange(7, dtype="u1"), scale)
    colours = cell_names.colours_of(polygons, range(7), loud={0, 5, 6})
    assert colours[5][0] == "#ffffff" and colours[1] == (style.TEXT, 0.0) and colours[0] == (style.LOUD, 0.0)
    assert colours[6][0] == style.TEXT and colours[6][1] > 0


def test_tables_go_on_in_the_next_box_and_lose_no_row() -> None:
    rows = [(f"{at:03}", f"名称{at}") for at in range(150)]
    with drawing():
        sheets = [Sheet(200, 100, "zh")]

        def more() -> list[tuple[Sheet, tuple[float, float, float, float]]]:
            sheets.append(Sheet(200, 100, "zh"))
            return [(sheets[-1], box) for box in boxes_of((5, 5, 195, 95), 2)]

        flow = Flow([(sheets[0], (5, 5, 60, 60))], more, size_pt=7)
        flow.add(Listing("表", ("编码", "名称"), rows))
        flow.add(Listing("又一表", ("编码", "名称"), rows[:3]))
    written = [line.text for sheet in sheets for line in sheet.written]
    assert len(sheets) > 1
    assert [text for text in written if re.fullmatch(r"\d{3}", text)] == [row[0] for row in [*rows, *rows[:3]]]
    for sheet in sheets:
        assert_apart(sheet)


def test_the_same_map_gives_the_same_bytes_within_its_time(view: MapView, people: People, pdf: bytes) -> None:
    """Three pages of 216 cells; the sample's fourteen take about 3.5 s of one core."""
    started = time.process_time()
    assert wall_map(view, PLACE, people) == pdf
    assert time.process_time() - started < 3
    assert b"CreationDate" not in pdf


def test_one_zone_alone_and_larger_paper(view: MapView, people: People) -> None:
    made = pypdf.PdfReader(io.BytesIO(wall_map(view, PLACE, people, size="A1", zone=ZONES[1])))
    assert len(made.pages) == 1 and float(made.pages[0].mediabox.width) == pytest.approx(841 * POINTS_PER_MM, abs=0.1)
    with pytest.raises(ValueError, match="B5"):
        wall_map(view, PLACE, people, size="B5")
    with pytest.raises(ValueError, match="no zone"):
        wall_map(view, PLACE, people, zone="x")


def test_a_name_that_no_font_has_is_an_error(view: MapView, people: People) -> None:
    strange = people.cells.assign(worker="\U00013000")
    with pytest.raises(GlyphMissing, match="U\\+13000"):
        wall_map(view, PLACE, replace(people, cells=strange), zone=ZONES[0])


def test_english_paper_says_nothing_in_chinese_of_its_own(people: People) -> None:
    english = dense_view("en")
    with drawing("en"):
        paper = wallpage.Paper(
            replace(english, title="Heat", mark="For internal use", facts=()), PLACE, people, 420, 297
        )
        wallpage.zone_page(paper, 1)
    own = {line.text for line in paper.sheets[0].written if re.search(r"[\u4e00-\u9fff]", line.text)}
    ours = [text for text in own if not re.search("网格|片区|路|学府|[张李钱孙赵]|示范|局", text)]
    assert not ours


def test_a_place_that_keeps_no_names_shows_none(view: MapView) -> None:
    bare = People(
        pd.DataFrame(index=view.geometry.cells.index), pd.DataFrame(index=list(ZONES)), pd.Series(dtype="str")
    )
    text = pypdf.PdfReader(io.BytesIO(wall_map(view, PLACE, bare, zone=ZONES[0]))).pages[0].extract_text()
    assert "无人" not in text and "网格员" not in text and "片长" not in text and "001001" in text


def test_the_pack_has_the_map(content_of: Briefed, tmp_path: object) -> None:
    content = content_of("zh")
    made = FORMATS["pdf"](content, tmp_path)  # type: ignore[arg-type]
    assert [path.name for path in made] == [wallmap.NAME]
    pages = pypdf.PdfReader(made[0]).pages
    assert len(pages) == 3 and "李一" in pages[1].extract_text()
