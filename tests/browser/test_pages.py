"""Every page in both languages in a real Chromium: drawn, whole, and without asking any other machine for anything."""

import json
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.__main__ import main
from dashboard.text import number, percent, t
from tests import serving

pytestmark = pytest.mark.browser

MAP_PAGES = ("overview", "heat", "coverage", "responsibility")


def opened(reader: Callable[..., Any], address: str, page: str, language: str = "zh", query: str = "") -> Any:
    window, witness = reader(address, language)
    window.goto(address + serving.path_of(page) + query)
    serving.settle(window, has_map=page in MAP_PAGES)
    return window, witness


def query_of(window: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(window.url).query)


def figures(window: Any) -> str:
    text: str = window.locator(".figures").inner_text()
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, str], str]:
    return {}


@pytest.fixture
def usual(reader: Callable[..., Any], address: str, known: dict[tuple[str, str], str]) -> Callable[..., str]:
    """The figures of a page for who asks for nothing else, by page and query; each is opened once."""

    def of(page: str, query: str = "") -> str:
        if (page, query) not in known:
            known[page, query] = figures(opened(reader, address, page, query=query)[0])
        return known[page, query]

    return of


def go(window: Any, page: str, language: str = "zh") -> None:
    """To another page by its tab."""
    window.get_by_text(t(f"tab.{page}", language), exact=True).first.click()
    window.locator(".st-key-current_tab", has_text=t(f"tab.{page}", language)).wait_for()
    serving.settle(window, has_map=page in MAP_PAGES)


def choose(window: Any, name: str, option: str, label: str) -> None:
    """Presses a button of a row that the address keeps."""
    window.locator(f".st-key-choice_{name}").get_by_text(label, exact=True).click()
    window.wait_for_function(f"location.search.includes('{name}={option}')")
    serving.settle(window)


def is_whole(window: Any, page: str, language: str) -> None:
    window.locator(".st-key-current_tab", has_text=t(f"tab.{page}", language)).wait_for()
    assert window.locator(".topline-facts").inner_text().endswith(t("map.mark", language))
    assert window.evaluate("document.documentElement.lang").startswith(language)
    assert not window.locator("[data-testid=stException], .state").count()
    if page in MAP_PAGES:
        assert window.locator(".figure").count() >= 4
        # The answer is on the screen: nothing to scroll to on the commonest office screen.
        assert window.evaluate("(e => e.scrollHeight - e.clientHeight)(document.querySelector('.stMain'))") <= 1
        box = window.locator(".gm-stage").bounding_box()
        assert box["width"] * box["height"] > 0.36 * 1366 * 768
    if language == "zh":
        assert serving.english_on(window) == set()


def click_a_cell(window: Any) -> None:
    box = window.locator(".gm-map").bounding_box()
    window.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.42)
    window.locator(".card").wait_for()
    serving.settle(window)


@pytest.mark.parametrize("page", serving.PAGES)
def test_every_page_in_chinese_and_the_card_that_a_click_on_its_map_opens(
    reader: Callable[..., Any], address: str, page: str
) -> None:
    window, witness = opened(reader, address, page)
    is_whole(window, page, "zh")
    if page in MAP_PAGES:
        click_a_cell(window)
        window.wait_for_function("location.search.includes('at=')")
        code = query_of(window)["at"][0].partition(":")[2]
        assert code in window.locator(".card h3").inner_text()
        assert "网格员" in window.locator(".card").inner_text()
        assert "问题清单" in window.locator(".st-key-reasons").inner_text()
        window.locator(".st-key-let_go button").click()
        window.locator(".card").wait_for(state="detached")
    assert witness.complaints() == []


def test_every_page_in_english_by_its_tab(reader: Callable[..., Any], address: str) -> None:
    first, *others = serving.PAGES
    window, witness = opened(reader, address, first, "en")
    is_whole(window, first, "en")
    for page in others:
        go(window, page, "en")
        is_whole(window, page, "en")
    assert witness.complaints() == []


def test_language_and_clicked_place_go_along_to_the_next_page(reader: Callable[..., Any], address: str) -> None:
    window, witness = opened(reader, address, "overview")
    window.locator(".st-key-language button").click()
    window.get_by_text("Coverage", exact=True).wait_for()
    serving.settle(window)
    assert query_of(window)["lang"] == ["en"]
    window.get_by_text("Coverage", exact=True).click()
    window.get_by_text("Unassigned cells").first.wait_for()
    serving.settle(window)
    assert query_of(window)["lang"] == ["en"]
    window.reload()
    serving.settle(window)
    assert window.locator(".st-key-current_tab").inner_text() == "Coverage"
    click_a_cell(window)
    title = window.locator(".card h3").inner_text()
    go(window, "responsibility", "en")
    assert window.locator(".card h3").inner_text() == title
    assert witness.complaints() == []


def test_a_filter_is_in_the_address_goes_along_and_shows_a_colleague_the_same(
    reader: Callable[..., Any], address: str
) -> None:
    window, witness = opened(reader, address, "overview")
    everything = figures(window)
    window.locator(".st-key-filter_zone input").click()
    window.get_by_role("option").first.click()
    window.wait_for_function("location.search.includes('zone=')")
    serving.settle(window)
    chosen, zone = figures(window), query_of(window)["zone"]
    assert chosen != everything
    window.get_by_text("热力", exact=True).click()
    window.get_by_text("最差网格").wait_for()
    serving.settle(window)
    assert query_of(window)["zone"] == zone
    window.go_back()
    window.get_by_text("最该处理的网格").wait_for()
    serving.settle(window)
    assert (figures(window), query_of(window)["zone"]) == (chosen, zone)
    colleague, _ = reader(address, "zh")
    colleague.goto(window.url)
    serving.settle(colleague)
    assert figures(colleague) == chosen
    window.locator(".st-key-reset button").click()
    window.wait_for_function("!location.search.includes('zone=')")
    serving.settle(window)
    assert figures(window) == everything
    assert witness.complaints() == []


def test_a_hostile_address_is_a_default_page(
    reader: Callable[..., Any], address: str, usual: Callable[..., str]
) -> None:
    query = (
        "?zone=%3Cscript%3Ealert(1)%3C/script%3E&start=9999-99-99&as_of=tomorrow&lang=xx&at=cells:%27%3B--&show=no&week=1"
        "&layer=%00&version=-1&unit=%E2%80%AE&state=open%2C%2C&cell=x&embed_options=&zone=../../etc"
        "&category=%3Cscript%3Ealert(1)%3C/script%3E"
    )
    window, witness = opened(reader, address, "heat", query=query)
    assert figures(window) == usual("heat")
    said = window.locator(".unknown").inner_text()
    assert "类别“<script>alert(1)</script>”" in said and "责任单位“□”" in said
    assert window.evaluate("(e => e.scrollHeight - e.clientHeight)(document.querySelector('.stMain'))") <= 1
    assert witness.complaints() == []


def test_what_a_link_asks_for_and_is_not_there_is_said_until_it_is_taken_out(
    reader: Callable[..., Any], address: str, usual: Callable[..., str]
) -> None:
    query = "?zone=999900002,99&unit=%E6%B2%A1%E6%9C%89%E5%B1%80&state=foo&cell=7&start=2026-02-30&version=999"
    window, witness = opened(reader, address, "overview", query=query)
    said = window.locator(".unknown").inner_text()
    for item in ("片区“99”", "责任单位“没有局”", "状态“foo”", "网格“7”", "时段起始日“2026-02-30”", "数据版本“999”"):
        assert item in said
    assert figures(window) == usual("overview", "?zone=999900002")
    assert window.evaluate("(e => e.scrollHeight - e.clientHeight)(document.querySelector('.stMain'))") <= 1
    window.reload()
    serving.settle(window)
    assert window.locator(".unknown").inner_text() == said
    window.locator(".st-key-remove_unknown button").click()
    window.locator(".unknown").wait_for(state="detached")
    window.wait_for_function("!location.search.includes('foo')")
    assert query_of(window) == {"zone": ["999900002"]}
    assert witness.complaints() == []


def test_the_cell_of_a_link_can_be_taken_out_and_what_is_left_out_be_seen(
    reader: Callable[..., Any], address: str, usual: Callable[..., str]
) -> None:
    window, witness = opened(reader, address, "overview", query="?cell=999900002002002")
    assert figures(window) != usual("overview")
    chip = window.locator(".st-key-filter_cell")
    assert re.search(r"学府\d+号网格\s*999900002002002", chip.inner_text())
    chip.locator("button").click()
    chip.wait_for(state="detached")
    serving.settle(window)
    assert figures(window) == usual("overview")
    assert "cell" not in query_of(window)
    assert "默认坐标" in window.locator(".st-key-filters").inner_text()
    window.locator(".st-key-left_out button").click()
    window.get_by_role("dialog").locator("canvas").first.wait_for()
    assert witness.complaints() == []


def test_the_week_is_moved_and_kept(reader: Callable[..., Any], address: str) -> None:
    window, witness = opened(reader, address, "heat", query="?span=week")
    before, counted = window.locator(".reasons-title").inner_text(), figures(window)
    assert "本周上报" in counted and window.locator(".gm-period").inner_text() in counted
    window.locator(".gm-bars").focus()
    window.keyboard.press("ArrowLeft")
    window.wait_for_function("location.search.includes('week=')")
    serving.settle(window)
    assert window.locator(".reasons-title").inner_text() != before
    shown = window.locator(".gm-period").inner_text()
    assert shown in window.locator(".reasons-title").inner_text()
    assert shown in figures(window)
    assert figures(window).partition("无人负责")[0] != counted.partition("无人负责")[0]
    window.reload()
    serving.settle(window)
    assert window.locator(".gm-period").inner_text() == shown
    assert witness.complaints() == []


def test_measures_of_heat(reader: Callable[..., Any], address: str) -> None:
    window, witness = opened(reader, address, "heat")
    for name in ("problems", "open", "overdue", "points"):
        label = t(f"heat.{name}", "zh")
        window.locator(".gm-choice", has_text=label).click()
        window.locator(f".gm-choice[aria-pressed=true]:has-text('{label}')").wait_for()
        window.wait_for_function(f"location.search.includes('show={name}')")
        serving.settle(window)
        assert witness.complaints() == []


_CUT = """() => [...document.querySelectorAll(".worst *, .card *, .figures *, .reasons-title, .unknown, .trend *")]
  .filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow !== "visible")
  .filter((e) => !e.closest("[title]") || getComputedStyle(e).textOverflow !== "ellipsis")
  .map((e) => e.textContent)"""


_DRAWN_UNDER_LEGEND = """(canvas) => {
  const legend = canvas.getRootNode().querySelector(".gm-legend").getBoundingClientRect()
  const box = canvas.getBoundingClientRect()
  const ratio = canvas.width / box.width
  const pixels = (length) => Math.round(length * ratio)
  const [x, y, w, h] = [legend.x - box.x, legend.y - box.y, legend.width, legend.height].map(pixels)
  return canvas.getContext("2d").getImageData(x, y, w, h).data.some((value, i) => i % 4 === 3 && value > 0)
}"""


def nothing_is_cut(window: Any) -> None:
    """Off without a word of it, and nothing stands on something else."""
    assert window.evaluate(_CUT) == []
    chosen, buttons = (window.locator(each).bounding_box() for each in (".st-key-choices", ".gm-top"))
    assert chosen["x"] + chosen["width"] <= buttons["x"]


@pytest.mark.parametrize("language", serving.LOCALES)
def test_heat_is_whole_by_weeks_by_zones_and_by_cells(reader: Callable[..., Any], address: str, language: str) -> None:
    window, witness = opened(reader, address, "heat", language, "?span=week")
    nothing_is_cut(window)
    assert window.locator(".gm-legend").bounding_box()["width"] <= 191
    assert not window.locator(".gm-map canvas").first.evaluate(_DRAWN_UNDER_LEGEND)
    assert t("map.unvisited_week", language) in window.locator(".gm-legend").inner_text()
    window.locator(".st-key-choice_span").get_by_text(t("heat.period", language), exact=True).click()
    window.wait_for_function("!location.search.includes('span=')")
    serving.settle(window)
    nothing_is_cut(window)
    choose(window, "layer", "zones", t("layer.zones", language))
    nothing_is_cut(window)
    # All thirteen, and each with its code beside its name.
    lines = window.locator("ol.worst > li")
    assert lines.count() == 13
    assert lines.first.locator(".place").inner_text().split()[-1].isdigit()
    assert witness.complaints() == []


def test_coverage_never_mixes_and_gives_its_lists(reader: Callable[..., Any], address: str, tmp_path: Path) -> None:
    window, witness = opened(reader, address, "coverage")
    for kind in ("未巡查", "公厕", "果皮箱"):
        window.locator(".gm-choice", has_text=kind).click()
        window.locator(".reasons-title", has_text=kind).wait_for()
        serving.settle(window)
        text = window.locator(".st-key-reasons").inner_text()
        assert ("米" in text and ("待核" in text or "已核" in text)) == (kind != "未巡查")
        count = int(re.search(r"([\d,]+) 个", text)[1].replace(",", ""))  # type: ignore[index]
        assert len(downloaded(window, tmp_path)) == count
        assert serving.english_on(window) == set()
        assert witness.complaints() == []


def downloaded(window: Any, folder: Path) -> list[dict[str, Any]]:
    """The list of the coverage page as it is given out, by heading."""
    import openpyxl

    with window.expect_download() as download:
        window.locator(".st-key-coverage_download button").click()
    path = folder / "list.xlsx"
    download.value.save_as(path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_coverage_on_foot_is_what_the_table_says(
    reader: Callable[..., Any], address: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = ("--kind", "market", "--standard", "life_circle.ten_minutes", "--method", "on_foot")

    def rows_of(name: str) -> list[dict[str, Any]]:
        url = f"sqlite:///{folder / 'sample.sqlite'}"
        assert main(["table", name, *rule, "--format", "json", "--database", url]) == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    cells, (whole, *zones) = [row for row in rows_of("coverage") if not row["is_served"]], rows_of("served")
    assert (whole["method"], whole["cells_unserved"]) == ("on_foot", len(cells))
    window, witness = opened(
        reader, address, "coverage", query="?lack=unserved_market&standard=life_circle.ten_minutes"
    )
    window.locator(".st-key-choice_method").get_by_text("步行").click()
    window.wait_for_function("location.search.includes('method=on_foot')")
    window.get_by_text(t("coverage.from_on_foot", "zh")).wait_for()
    serving.settle(window)
    text = window.locator(".st-key-reasons").inner_text()
    count = t("coverage.count", "zh", count=number(len(cells)), of=number(whole["cells"]),
              share=percent(len(cells) / whole["cells"]))  # fmt: skip
    assert count in text and "连成一片" in text and t("coverage.headline", "zh") in text
    assert (
        f"覆盖 {number(whole['served'])} 人，占 {number(whole['total'])} 人的 {percent(whole['share_served'])}" in text
    )
    given = downloaded(window, tmp_path)
    known = {row["code"]: row for row in cells}
    assert {row["网格编码"] for row in given} == set(known)
    for row in given:
        told = known[row["网格编码"]]
        assert row["最近设施"] == told["facility_name"] and row["半径内可选（处）"] == told["choices"]
        assert row["总量"] == told["weight"] and row["覆盖面积比例"] == pytest.approx(told["share"], abs=6e-4)
        assert (
            row["距离（米）"] is None if told["distance_m"] is None else row["距离（米）"] == round(told["distance_m"])
        )
    assert [row["总量"] for row in given] == sorted((row["weight"] for row in cells), reverse=True)
    window.locator(".st-key-choice_list").get_by_text("片区排名").click()
    window.get_by_text(t("coverage.order.zones", "zh")).wait_for()
    serving.settle(window)
    shown = window.locator(".pick").evaluate_all(
        "picks => picks.map(pick => [pick.dataset.code, pick.querySelector('.count').innerText.trim()])"
    )
    expected = sorted(zones, key=lambda row: (row["share_served"], -row["cells_unserved"]))
    assert shown == [[row["code"], percent(row["share_served"])] for row in expected]
    window.locator(".pick").first.click()
    window.wait_for_function(f"location.search.includes('zones%3A{expected[0]['code']}')")
    window.locator(".card").wait_for()
    told = f"覆盖 {number(expected[0]['served'])} 人，占 {number(expected[0]['total'])} 人的"
    assert told in window.locator(".st-key-reasons").inner_text()
    assert witness.complaints() == []


def test_a_number_of_the_ranking_opens_its_cases_and_each_panel_its_list(
    reader: Callable[..., Any], address: str
) -> None:
    window, witness = opened(reader, address, "responsibility", query="?panel=zones")
    canvas = window.locator(".st-key-ranking_zones canvas").first
    canvas.wait_for()
    window.wait_for_timeout(1500)
    box = canvas.bounding_box()
    window.mouse.click(box["x"] + 175, box["y"] + 55)
    dialog = window.get_by_role("dialog")
    dialog.wait_for()
    dialog.locator("canvas").first.wait_for()
    dialog.get_by_text("下载清单").wait_for()
    window.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    for panel in ("nobody", "workload", "units"):
        choose(window, "panel", panel, t(f"panel.{panel}", "zh"))
        window.locator(".st-key-reasons canvas").first.wait_for()
    assert witness.complaints() == []


def test_paper_says_what_it_shows(reader: Callable[..., Any], address: str) -> None:
    window, _ = opened(reader, address, "heat", query="?overdue=1&zone=999900002")
    line = window.locator(".printout")
    assert not line.is_visible()
    window.emulate_media(media="print")
    assert re.fullmatch(r"时点 .*；时段 .* — .*；片区：学府片区；只看逾期；数据第 1 版", line.inner_text())
    assert not window.locator("section[data-testid=stSidebar]").is_visible()


def test_type_grows_with_the_screen(reader: Callable[..., Any], address: str) -> None:
    sizes = {}
    window, _ = opened(reader, address, "heat")
    for width, height in ((1366, 768), (1920, 1080)):
        window.set_viewport_size({"width": width, "height": height})
        window.wait_for_function(f"document.querySelector('.stMain').getBoundingClientRect().right === {width}")
        serving.settle(window)
        read = "(e) => parseFloat(getComputedStyle(e).fontSize)"
        sizes[width] = [window.locator(each).first.evaluate(read) for each in (".why", ".gm-class", ".figure .label")]
        assert window.evaluate("(e => e.scrollHeight - e.clientHeight)(document.querySelector('.stMain'))") <= 1
    small, large = sizes.values()
    # From the back row a picture of 1080 lines is as large as one of 768: its type has to be a third larger.
    assert all(a >= 11 and b >= 1.25 * a for a, b in zip(small, large, strict=True))
    # On an old projector nothing that is chosen lies over anything else.
    window.set_viewport_size({"width": 1024, "height": 768})
    window.wait_for_function("document.querySelector('.stMain').getBoundingClientRect().right === 1024")
    serving.settle(window)
    rows = (".gm-tools", ".gm-top .gm-toggle", ".gm-choices", ".st-key-choices")
    read = "(e) => (({ left, top, right, bottom }) => [left, top, right, bottom])(e.getBoundingClientRect())"
    boxes = [window.locator(each).evaluate(read) for each in rows]
    assert all(right > left and bottom > top for left, top, right, bottom in boxes)
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
