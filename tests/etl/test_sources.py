"""Which files are read, as what; every wrong `sources.toml` is told in one sentence with its line."""

from pathlib import Path

import pytest

from etl.errors import SettingsError
from etl.messages import explain
from etl.sources import PlaceEntry, Source, read_plan

PLACE = '[place]\nname = "示范县"\ndivision_code = "999900"\n'


def _write(folder: Path, *names: str, toml: str | None = None) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"type": "FeatureCollection"}' if name.endswith("json") else "a,b\n1,2\n", encoding="utf-8")
    if toml is not None:
        (folder / "sources.toml").write_text(toml, encoding="utf-8")
    return folder


def _names(folder: Path, **kwargs: object) -> list[str]:
    return [path.relative_to(folder).as_posix() for path, _ in read_plan([folder]).files]


def _refused(folder: Path, toml: str) -> str:
    _write(folder, "a.csv", toml=toml)
    with pytest.raises(SettingsError) as caught:
        read_plan([folder])
    assert caught.value.note is not None
    assert explain(caught.value, "en") != str(caught.value)
    return str(caught.value)


def test_a_folder_without_declarations_gives_every_readable_file_once(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "b/网格.shp",
        "b/网格.dbf",
        "b/网格.shx",
        "b/网格.prj",
        "b/网格.shp.xml",
        "a.csv",
        "片区.zip",
        "c.geojson",
    )
    _write(tmp_path, "~$a.xlsx", ".hidden/x.csv", "__MACOSX/y.csv", "说明.txt", "a.docx", "a.tsv")
    (tmp_path / "meta.json").write_text('{"license": "MIT"}', encoding="utf-8")
    plan = read_plan([tmp_path])
    assert _names(tmp_path) == ["a.csv", "a.tsv", "b/网格.shp", "c.geojson", "片区.zip"]
    assert plan.place is None
    assert plan.files[0][1] == Source("a.csv", is_declared=False)


def test_entries_patterns_and_order(tmp_path: Path) -> None:
    toml = PLACE + (
        '[[source]]\npath = "台账/*.xlsx"\nlayer = "problems"\ncoordinates = "GCJ-02"\n'
        'complete = true\nencoding = "GBK"\n'
        'columns = { "发现时间" = "reported_at" }\nvalues = { source = "摸底" }\ndates = "%Y年%m月%d日"\n'
        'states = { "已办结" = "closed" }\n'
        '[[source]]\npath = "片区.geojson"\nlayer = "zones"\n[grid]\nsize_m = 100\n'
    )
    _write(tmp_path, "台账/2.xlsx", "台账/1.xlsx", "片区.geojson", "多余.csv", toml=toml)
    plan = read_plan([tmp_path])
    assert [path.name for path, _ in plan.files] == ["1.xlsx", "2.xlsx", "片区.geojson"]
    assert plan.place == PlaceEntry("示范县", "999900")
    assert plan.grid_size_m == 100.0
    assert [path.name for path in plan.unnamed] == ["多余.csv"]
    source = plan.files[0][1]
    assert (source.entry, source.coordinates, source.encoding, source.complete) == (
        "台账/*.xlsx",
        "gcj02",
        "gb18030",
        True,
    )
    assert plan.files[0][1] is plan.files[1][1]


def test_place_alone_leaves_the_files_to_recognition(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv", toml=PLACE)
    assert _names(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("written", ["周五", "星期五", "礼拜五", "Friday", "fri"])
def test_the_end_of_the_week_in_many_words(tmp_path: Path, written: str) -> None:
    _write(tmp_path, "a.csv", toml=PLACE + f'week_ends = "{written}"\n')
    place = read_plan([tmp_path]).place
    assert place is not None and place.week_ends == "friday"


def test_sheets_of_one_workbook_are_entries_of_their_own(tmp_path: Path) -> None:
    toml = '[[source]]\npath = "a.xlsx"\nsheet = "人员"\n[[source]]\npath = "a.xlsx"\nsheet = "单位"\n'
    _write(tmp_path, "a.xlsx", toml=toml)
    assert [source.entry for _, source in read_plan([tmp_path]).files] == ["a.xlsx#人员", "a.xlsx#单位"]


def test_a_file_named_outright_is_not_taken_by_a_pattern(tmp_path: Path) -> None:
    toml = '[[source]]\npath = "*.csv"\nlayer = "visits"\n[[source]]\npath = "a.csv"\nlayer = "problems"\n'
    _write(tmp_path, "a.csv", "b.csv", toml=toml)
    assert {path.name: source.layer for path, source in read_plan([tmp_path]).files} == {
        "a.csv": "problems",
        "b.csv": "visits",
    }


def test_names_with_brackets_folders_backslashes_and_parents(tmp_path: Path) -> None:
    toml = "".join(f"[[source]]\npath = '{path}'\n" for path in ("a[1].csv", "子\\b.csv", "../外/*.csv", "界"))
    folder = tmp_path / "县"
    _write(folder, "a[1].csv", "子/b.csv", "界/x.shp", "界/x.dbf", toml=toml)
    _write(tmp_path, "外/c.csv")
    assert [path.name for path, _ in read_plan([folder]).files] == ["a[1].csv", "b.csv", "c.csv", "x.shp"]


def test_a_single_file_follows_the_declaration_above_it(tmp_path: Path) -> None:
    _write(tmp_path, "台账/a.csv", "b.csv", toml=PLACE + '[[source]]\npath = "台账/*.csv"\nlayer = "problems"\n')
    plan = read_plan([tmp_path / "台账" / "a.csv"])
    assert plan.files[0][1] == Source("台账/*.csv", layer="problems")
    assert (plan.root, plan.place is not None) == (tmp_path, True)
    alone = read_plan([tmp_path / "b.csv"])
    assert (alone.files[0][1], alone.place) == (Source("b.csv", is_declared=False), None)


@pytest.mark.parametrize(
    "written",
    ["../外/c.csv", "../外/*.csv", "..\\外\\c.csv", "../外", "/etc/passwd", "/etc/*", "*/../../外/c.csv", "../无"],
)
def test_a_folder_that_must_not_be_left(tmp_path: Path, written: str) -> None:
    folder = _write(tmp_path / "县", "a.csv", "子/b.csv", toml=f"[[source]]\npath = '{written}'\n")
    _write(tmp_path, "外/c.csv")
    for paths in ([folder], [folder / "a.csv"]):
        with pytest.raises(SettingsError) as caught:
            read_plan(paths, within=folder)
        assert caught.value.note is not None
        assert caught.value.note[0] == "path_outside"
        assert caught.value.note[1]["path"] == written
        assert caught.value.note[1]["line"] == 2


def test_what_lies_within_is_read_and_links_are_followed_to_where_they_lead(tmp_path: Path) -> None:
    folder = _write(tmp_path / "县", "子/b.csv", toml='[[source]]\npath = "子/../子/*.csv"\n')
    assert [path.name for path, _ in read_plan([folder], within=folder).files] == ["b.csv"]
    _write(tmp_path, "外/c.csv")
    (folder / "子" / "c.csv").symlink_to(tmp_path / "外" / "c.csv")
    for paths in ([folder], [folder / "子"]):
        with pytest.raises(SettingsError) as caught:
            read_plan(paths, within=folder)
        assert caught.value.note == ("file_outside", {"path": "c.csv"})


def test_no_declaration_above_the_folder_is_followed(tmp_path: Path) -> None:
    toml = PLACE + '[[source]]\npath = "**/*.csv"\nlayer = "problems"\n'
    folder = _write(tmp_path, "县/a.csv", "c.csv", toml=toml) / "县"
    assert read_plan([folder / "a.csv"], within=folder).place is None
    assert read_plan([folder / "a.csv"]).place is not None


def test_the_same_file_twice_on_the_command_line_is_one(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv")
    assert len(read_plan([tmp_path, tmp_path / "a.csv"]).files) == 1


def test_equal_declarations_give_equal_text() -> None:
    one = Source("a", columns={"甲": "code", "乙": "name"}, complete=True)
    other = Source("a", columns={"乙": "name", "甲": "code"}, complete=True)
    assert one.as_json() == other.as_json()
    assert one.as_json() != Source("a").as_json() == '{"entry": "a"}'


EVIL = {
    "broken toml": ("[place]\nname = \n", "第 2 行"),
    "duplicate key": ('[place]\nname = "a"\nname = "b"\n', "第 3 行"),
    "unknown table": ("[places]\n", "没有“places”这一项，可用的有：place"),
    "unknown key": (
        '[[source]]\npath = "a.csv"\n\nlayers = "problems"\n',
        "第 4 行：没有“layers”这一项，可用的有：layer、",
    ),
    "second source": ('[[source]]\npath="a.csv"\n[[source]]\npath="a.csv"\nsheets="x"\n', "第 5 行"),
    "wrong layer": ('[[source]]\npath = "a.csv"\nlayer = "problem"\n', "没有图层“problem”，可用的有：problems、"),
    "wrong type": ('[[source]]\npath = "a.csv"\ncomplete = "yes"\n', "请写成 complete = true"),
    "number for text": ('[[source]]\npath = "a.csv"\nsheet = 3\n', "第 3 行"),
    "column to number": ('[[source]]\npath = "a.csv"\n[source.columns]\n"甲" = 5\n', "columns.甲"),
    "value is a list": ('[[source]]\npath = "a.csv"\nvalues = { source = ["x"] }\n', "values.source"),
    "no path": ('[[source]]\nlayer = "zones"\n', "缺少“path”"),
    "empty path": ('[[source]]\npath = ""\n', "不能为空"),
    "single bracket": ('[source]\npath = "a.csv"\n', "[[source]]"),
    "nothing fits": ('[[source]]\npath = "b*.csv"\n', "第 2 行：没有文件符合“b*.csv”，文件夹里有：a.csv"),
    "named twice": ('[[source]]\npath = "a.csv"\n[[source]]\npath = "a.csv"\n', "已经写过"),
    "coordinates": ('[[source]]\npath = "a.csv"\ncoordinates = "火星"\n', "坐标“火星”无法识别"),
    "no such epsg": ('[[source]]\npath = "a.csv"\ncoordinates = "EPSG:99999"\n', "EPSG:99999"),
    "encoding": ('[[source]]\npath = "a.csv"\nencoding = "gkb"\n', "没有编码“gkb”"),
    "dates": ('[[source]]\npath = "a.csv"\ndates = "年月日"\n', "没有年份"),
    "state": ('[[source]]\npath = "a.csv"\nstates = { "已办结" = "done" }\n', "没有状态“done”"),
    "division code": ('[place]\nname = "x"\ndivision_code = "9999"\n', "应为六位数字"),
    "full-width digits": ('[place]\nname = "x"\ndivision_code = "９９９９００"\n', "应为六位数字"),
    "code as number": ('[place]\nname = "x"\ndivision_code = 999900\n', 'division_code = "…"'),
    "no name": ('[place]\ndivision_code = "999900"\n', "缺少“name”"),
    "time zone": (PLACE + 'time_zone = "Asia/Beijing"\n', "没有时区“Asia/Beijing”"),
    "time zone path": (PLACE + 'time_zone = "../../etc/passwd"\n', "没有时区"),
    "weekday": (PLACE + 'week_ends = "周八"\n', "不是星期几"),
    "degrees": (PLACE + 'measure_crs = "EPSG:4326"\n', "不是以米为单位"),
    "feet": (PLACE + 'measure_crs = "EPSG:2249"\n', "不是以米为单位"),
    "no crs": (PLACE + 'measure_crs = "地方坐标"\n', "不是以米为单位"),
    "grid": ("[grid]\nsize_m = -5\n", "大于 0"),
    "grid text": ('[grid]\nsize_m = "100"\n', "size_m = 100"),
    "grid infinite": ("[grid]\nsize_m = inf\n", "大于 0"),
    "grid true": ("[grid]\nsize_m = true\n", "size_m = 100"),
}


@pytest.mark.parametrize("name", EVIL)
def test_every_fault_is_one_sentence_with_its_line(tmp_path: Path, name: str) -> None:
    toml, told = EVIL[name]
    message = _refused(tmp_path, toml)
    assert told in message
    assert "sources.toml 第 " in message
    assert "\n" not in message


def test_declarations_in_gbk_are_told_not_guessed(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv")
    (tmp_path / "sources.toml").write_bytes(PLACE.replace("示范县", "示范县城区街道办事处").encode("gbk"))
    with pytest.raises(SettingsError, match="UTF-8"):
        read_plan([tmp_path])


def test_declarations_of_notepad_with_a_byte_order_mark(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv")
    (tmp_path / "sources.toml").write_bytes(b"\xef\xbb\xbf" + PLACE.replace("\n", "\r\n").encode())
    assert read_plan([tmp_path]).place == PlaceEntry("示范县", "999900")


def test_nothing_there(tmp_path: Path) -> None:
    for paths in ([], [tmp_path / "none"], [tmp_path]):
        with pytest.raises(SettingsError):
            read_plan(paths)


def test_two_places_in_one_run_are_refused(tmp_path: Path) -> None:
    one = _write(tmp_path / "1", "a.csv", toml=PLACE)
    other = _write(tmp_path / "2", "a.csv", toml=PLACE.replace("示范县", "另一县"))
    with pytest.raises(SettingsError, match="另一县"):
        read_plan([one, other])


def test_a_symlink_that_circles_ends(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert _names(tmp_path) == ["a.csv"]


def test_a_declaration_alone_in_its_folder_asks_for_the_files(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\npath = "a.csv"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"除 sources.toml 外没有可读的数据文件；请把数据文件放进这个文件夹"):
        read_plan([tmp_path])
