"""From an empty database to the map by hand, and back; and a database that goes away."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import serving
from tests.cluster import Cluster
from tests.town import write_town

pytestmark = pytest.mark.browser

SAMPLE = serving.ROOT / "data" / "sample"
WORDS = "[data-testid=stMain]"


@pytest.fixture(scope="module")
def own(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard whose database nobody has loaded anything into yet."""
    folder = tmp_path_factory.mktemp("own")
    with serving.served(f"sqlite:///{folder / 'own.sqlite'}", folder) as address:
        yield address


def drop(window: Any, *paths: Path) -> None:
    window.locator("[data-testid=stFileUploader] input[type=file]").set_input_files([str(path) for path in paths])
    window.locator(".st-key-check button").click()
    window.get_by_text("核对结果").wait_for(timeout=60_000)


def finish(window: Any) -> None:
    window.locator(".st-key-load button").click()
    window.get_by_text("导入完成").wait_for(timeout=90_000)
    window.locator(".st-key-discard button").click()
    window.get_by_text("退回的行").wait_for()


def test_files_are_dropped_checked_loaded_and_taken_back(reader: Callable[..., Any], own: str, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "示范县"), "zip", SAMPLE)
    window, witness = reader(own)
    window.goto(own)
    window.get_by_text("还没有数据").wait_for()
    window.get_by_text("去“数据”页").click()
    window.get_by_text("还没有导入过数据").wait_for()
    drop(window, Path(packed))
    window.locator("[data-testid=stDataFrame]").first.wait_for()
    finish(window)
    assert "第 1 次" in window.locator(WORDS).inner_text()
    window.get_by_text("总览", exact=True).click()
    window.get_by_text("最该处理的网格").wait_for(timeout=60_000)
    serving.settle(window)
    assert "222" in window.locator(".figures").inner_text()
    window.get_by_text("数据", exact=True).click()
    window.get_by_text("撤销最近一次导入").click()
    window.locator(".st-key-undo button").click()
    window.get_by_text("已撤销，记为第 2 次。").wait_for(timeout=60_000)
    window.locator(".st-key-discard button").click()
    # The only load is taken back: no date of 1970, no page of zeros, but where to begin.
    window.get_by_text("热力", exact=True).click()
    window.get_by_text("还没有数据").wait_for()
    assert "1970" not in window.locator(".topline-facts").inner_text()
    assert witness.complaints() == []


def test_files_that_cannot_be_used_are_put_aside_and_the_others_go_on(
    reader: Callable[..., Any], own: str, tmp_path: Path
) -> None:
    import openpyxl

    menu, picture = tmp_path / "菜单.csv", tmp_path / "照片.xlsx"
    menu.write_text("菜,价\n豆腐,3\n", encoding="utf-8")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    roster = tmp_path / "攻坚周.csv"
    roster.write_text(
        "攻坚周名称,开始日期,结束日期\n第一周,2026-09-01,2026-09-07\n第二周,2026-13-01,2026-10-07\n", encoding="utf-8"
    )
    window, witness = reader(own)
    window.goto(f"{own}/data")
    drop(window, menu, picture, roster)
    unusable = window.locator(".unusable li")
    assert sorted(text[:4] for text in unusable.all_inner_texts()) == ["照片.x", "菜单.c"]
    assert "读入 2 行：收下 1 行，退回 1 行" in window.locator(".sum").inner_text()
    with window.expect_download() as download:
        window.locator(".st-key-refused_0_download button").click()
    path = tmp_path / "退回.xlsx"
    download.value.save_as(path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert sheet.max_row == 2
    rows = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert "2026-13-01" in rows[1][2] and "2026-13-01" in rows[1][4:]
    window.locator(".st-key-load button").click()
    window.get_by_text("导入完成").wait_for(timeout=30_000)
    assert "Traceback" not in window.locator(WORDS).inner_text()
    assert witness.complaints() == []


@pytest.mark.postgis
def test_one_sentence_while_the_database_is_away_and_the_page_when_it_is_back(
    reader: Callable[..., Any], cluster: Cluster, chromium: str, tmp_path: Path
) -> None:
    from etl.database import connect

    url = cluster.fresh()
    engine = connect(url)
    write_town(engine)
    engine.dispose()
    door = cluster.folder / ".s.PGSQL.5432"
    hidden = cluster.folder / "hidden"
    with serving.served(url, tmp_path) as address:
        window, _ = reader(address)
        window.goto(address)
        serving.settle(window)
        try:
            cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()", "postgres"
            )
            door.rename(hidden)
            window.reload()
            window.get_by_text("数据库暂时连不上").wait_for()
            assert "Traceback" not in window.locator(WORDS).inner_text()
        finally:
            hidden.rename(door)
        window.get_by_text("最该处理的网格").wait_for(timeout=30_000)
        serving.settle(window)
