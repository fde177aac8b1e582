"""Headings → layer and fields, over the spellings offices use and against files that say nothing."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import words
from etl.columns import matches, recognise, rename
from etl.errors import NotRecognised, SettingsError
from etl.messages import explain
from etl.read.raw import RawTable
from etl.schema import LAYERS
from etl.sources import Source


def table(
    headings: list[str], rows: list[list[object]] | None = None, *, name: str = "表.csv", shape: object = None
) -> RawTable:
    frame = pd.DataFrame(rows or [["1"] * len(headings)], columns=headings)
    geometry = None if shape is None else np.array([shape] * len(frame), dtype=object)
    return RawTable(Path(name), None, frame, np.arange(2, len(frame) + 2), geometry)


def fields(headings: list[str], layer: str, columns: Mapping[str, str] | None = None) -> dict[str, str]:
    return {m.heading: m.field for m in matches(headings, layer, Source("e", columns=columns or {}))}


SQUARE, LINE, POINT = shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)]), shapely.Point(0, 0)


@pytest.mark.parametrize(
    ("layer", "headings", "shape"),
    [
        ("problems", ["序号", "问题编号", "问题类别", "发现时间", "整改时限", "责任单位", "办理状态"], None),
        ("problems", ["任务号", "案件小类", "立案时间", "处置截止时间", "结案时间", "处置部门"], None),
        ("problems", ["工单编号", "诉求内容", "受理时间", "承办单位", "办结时限"], None),
        ("problems", ["CASE_ENQUIRY_ID", "OPEN_DT", "TARGET_DT", "CLOSED_DT", "CASE_STATUS", "TYPE", "LATITUDE"], None),
        ("problems", ["问题位置/经度", "问题位置/纬度", "时限要求/发现时间", "时限要求/整改时限", "问题描述"], None),
        ("facilities", ["公厕名称", "公厕等级", "厕位数", "经度", "纬度"], None),
        ("facilities", ["编码", "公厕等级", "厕位数", "使用状态"], POINT),
        ("facilities", ["点号", "设施类型", "设施名称", "东坐标", "北坐标", "高程"], None),
        ("visits", ["巡查时间", "网格编码", "巡查人"], None),
        ("visits", ["签到时间", "巡查员", "经度", "纬度"], None),
        ("parties", ["序号", "单位名称", "单位类别", "所属片区", "联系电话"], None),
        ("parties", ["序号", "姓名", "工作单位", "职务", "联系电话"], None),
        ("assignments", ["片区名称", "职责", "责任人", "任职起", "任职止"], None),
        ("assignments", ["片区", "片长", "副片长", "成员单位"], None),
        ("assignments", ["网格编码", "网格员", "联系电话", "任职起", "任职止"], None),
        ("exposures", ["曝光媒体", "标题", "曝光时间", "所在片区", "责任单位", "问题编号"], None),
        ("notices", ["序号", "文号", "事项", "受文单位", "所在片区", "下发时间", "整改期限", "回复时间"], None),
        ("notices", ["督办单编号", "整改内容", "责任单位", "发文日期", "整改期限", "反馈时间"], None),
        ("notices", ["文号", "督办事项", "督办单位", "责任单位", "督办日期", "回复期限", "回复日期"], None),
        ("notices", ["notice no", "subject", "addressee", "date sent", "reply by", "replied"], None),
        ("campaigns", ["攻坚周名称", "开始日期", "结束日期", "参与片区"], None),
        ("zones", ["片区编码", "片区名称", "片长"], SQUARE),
        ("zones", ["NAME", "PYNAME", "ADMINCODE", "Shape_Leng", "Shape_Area"], SQUARE),
        ("cells", ["网格编码", "网格名称", "所属片区", "区域类型", "人口数", "商铺数"], SQUARE),
        ("cells", ["网格编码", "人口", "商铺数", "网格员"], None),
        ("cells", ["网格编码", "片区", "区域类型"], None),
        ("base", ["编码", "类别", "名称"], LINE),
    ],
)  # fmt: skip
def test_layer_by_headings(layer: str, headings: list[str], shape: object) -> None:
    assert recognise(table(headings, shape=shape), Source("表.csv")) == layer
    assert recognise(table(headings[::-1], shape=shape), Source("表.csv")) == layer


def test_nothing_known_lists_found_and_expected() -> None:
    with pytest.raises(NotRecognised) as caught:
        recognise(table(["甲", "乙"]), Source("表.csv"))
    for language in ("zh", "en"):
        told = explain(caught.value, language)
        assert "甲" in told
        assert "发现时间" in told
        assert "表.csv" in told


def test_one_column_is_no_table() -> None:
    with pytest.raises(NotRecognised) as caught:
        recognise(table(["示范县创卫问题台账"]), Source("表.csv"))
    assert caught.value.note is not None
    assert caught.value.note[0] == "table_of_one_column"


def test_a_list_that_lacks_one_thing_is_told_which() -> None:
    with pytest.raises(NotRecognised) as caught:
        recognise(table(["问题编号", "问题类别", "地址"], name="x.csv"), Source("x.csv"))
    assert explain(caught.value, "zh").startswith("文件“x.csv”看上去是“问题台账”，但缺少：发现时间。")
    assert "looks like a list of problems but lacks: 发现时间." in explain(caught.value, "en")
    with pytest.raises(NotRecognised, match=r"reported_at"):
        recognise(table(["problem code", "problem type", "address"], name="x.csv"), Source("x.csv"))


def test_numbers_and_kinds_without_shapes_are_no_cells() -> None:
    with pytest.raises(NotRecognised):
        recognise(table(["编号", "人数", "商铺"], name="x.csv"), Source("x.csv"))
    assert recognise(table(["编号", "名称", "类型", "人数"], name="x.csv"), Source("x.csv")) == "parties"


ROW = [shapely.box(n, 0, n + 1, 1) for n in range(4)]
APART = [shapely.box(2 * n, 0, 2 * n + 1, 1) for n in range(4)]


@pytest.mark.parametrize(
    ("headings", "shapes", "name", "layer"),
    [
        (["name"], ROW, "x.geojson", "zones"),
        (["NAME", "Shape_Area"], [shapely.box(n, 0, n + 0.99, 1) for n in range(4)], "x.zip", "zones"),
        (["name"], APART, "x.geojson", None),  # parks
        (["name", "类别"], ROW, "x.geojson", None),
        (["name", "人口"], ROW, "x.geojson", None),
        (["name"], ROW, "绿地公厕.geojson", None),
        (["name"], [shapely.box(n, 0, n + 1, 1) for n in range(201)], "x.geojson", None),
        (["name"], ROW[:1], "x.geojson", None),
        (["甲"], ROW, "x.geojson", None),
    ],
)
def test_a_few_named_polygons_side_by_side_are_zones(
    headings: list[str], shapes: list[object], name: str, layer: str | None
) -> None:
    raw = table(headings, [["1"] * len(headings)] * len(shapes), name=name)
    raw.geometry = np.array(shapes, dtype=object)
    if layer is None:
        with pytest.raises(NotRecognised):
            recognise(raw, Source(name))
    else:
        assert recognise(raw, Source(name)) == layer
        assert raw.notes == [("taken_for_zones", {"polygons": len(shapes)})]


def test_declared_layer_is_believed_but_for_what_it_needs() -> None:
    assert recognise(table(["甲", "发现时间"]), Source("e", layer="problems")) == "problems"
    with pytest.raises(NotRecognised, match="发现时间"):
        recognise(table(["甲", "乙"]), Source("e", layer="problems"))
    with pytest.raises(NotRecognised, match="没有图形"):
        recognise(table(["片区名称"]), Source("e", layer="zones"))
    assert recognise(table(["网格编码", "备注"]), Source("e", layer="cells")) == "cells"
    with pytest.raises(NotRecognised, match="网格编码"):
        recognise(table(["备注"]), Source("e", layer="cells"))


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("经度", "x"),
        ("经度（°）", "x"),
        (" 经 度 ", "x"),
        ("经\n度", "x"),
        ("位置/经度(E)", "x"),
        ("ＬＯＮＧＩＴＵＤＥ", "x"),
        ("现场问题描述", "description"),
        ("发现时间（年月日）", "reported_at"),
        ("整改完成时限", "due_at"),
        ("是否挂牌督办", "is_listed"),
    ],
)
def test_spellings(heading: str, field: str) -> None:
    assert fields([heading], "problems").get(heading) == field


def test_line_number_is_no_code() -> None:
    assert "序号" not in fields(["序号", "发现时间"], "problems")


def test_declared_heading_wins() -> None:
    found = fields(["现场情况", "问题描述"], "problems", {"现场情况": "description"})
    assert found == {"现场情况": "description"}


def test_better_of_two_headings_and_a_note() -> None:
    raw = table(["大类名称", "小类名称", "发现时间"], [["市容", "占道经营", "2026-01-02"]])
    frame = rename(raw, "problems", Source("e"))
    assert frame["category"].tolist() == ["占道经营"]
    assert ("headings_share_field", {"used": "小类名称", "left": ["大类名称"]}) in raw.notes


@pytest.mark.parametrize("addressee", ["责任单位", "受文单位", "承办单位", "被督办单位"])
def test_who_supervises_is_not_who_is_to_answer(addressee: str) -> None:
    raw = table(["文号", "督办单位", addressee, "发文日期"], [["督〔2026〕1号", "县创卫办", "城管局", "2026-11-05"]])
    assert rename(raw, "notices", Source("e"))["unit"].tolist() == ["城管局"]


def test_state_is_the_column_that_holds_states() -> None:
    raw = table(
        ["整改情况", "办理状态", "发现时间"], [["已清运三车", "整改中", "2026-1-1"], ["已劝离", "已销号", "2026-1-1"]]
    )
    assert rename(raw, "problems", Source("e"))["state"].tolist() == ["整改中", "已销号"]


def test_day_and_time_in_two_columns() -> None:
    raw = table(["巡查日期", "巡查时间", "网格编码"], [["2026-11-03", "08:30", "1"]])
    assert rename(raw, "visits", Source("e"))["visited_at"].tolist() == ["2026-11-03 08:30"]


def test_unknown_headings_are_told_and_everyday_ones_are_not() -> None:
    raw = table(["发现时间", "督办单号", "备注", "序号"])
    rename(raw, "problems", Source("e"))
    assert raw.notes == [("headings_unknown", {"headings": ["督办单号"]})]


def test_a_column_without_heading_is_told_once() -> None:
    raw = table(["[A]", "发现时间", "督办单号"])
    rename(raw, "problems", Source("e"))
    assert raw.notes == [("headings_unknown", {"headings": ["督办单号"]})]


def test_values_for_every_row_and_wrong_fields() -> None:
    raw = table(["市场名称", "经度", "纬度"])
    assert rename(raw, "facilities", Source("e", values={"kind": "市场"}))["kind"].tolist() == ["市场"]
    with pytest.raises(SettingsError, match="colour"):
        rename(raw, "facilities", Source("e", values={"colour": "红"}))
    with pytest.raises(SettingsError, match="nonsense"):
        rename(raw, "facilities", Source("e", columns={"经度": "nonsense"}))


def test_people_and_units_by_heading() -> None:
    people, units = table(["姓名", "职务"]), table(["单位名称", "单位类别"])
    assert rename(people, "parties", Source("e"))["is_person"].tolist() == [True]
    assert rename(units, "parties", Source("e"))["is_person"].tolist() == [False]


def test_unit_may_be_the_name() -> None:
    assert fields(["单位", "单位类别"], "parties")["单位"] == "name"
    assert fields(["姓名", "单位"], "parties") == {"姓名": "name", "单位": "unit"}


@pytest.mark.parametrize("layer", list(LAYERS))
def test_dictionary_speaks_of_fields_that_exist(layer: str) -> None:
    known = set(words.fields(layer)) | {"geometry"}
    assert set(words.signs(layer).telling) <= known
    assert all(group & known for group in words.signs(layer).needs)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_any_text_is_a_heading(heading: str) -> None:
    found = matches([heading], "problems", Source("e"))
    assert len(found) <= 1


# What both Unicode tables have known for decades: Latin, Greek, Cyrillic, CJK, full-width forms.
OLD_LETTERS = st.characters(codec="gb2312") | st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E)


@settings(deadline=None, max_examples=60)
@given(st.text(OLD_LETTERS, max_size=30))
def test_both_ways_to_compare_agree(text: str) -> None:
    assert words.comparable(pa.array([text], type=pa.large_string()))[0].as_py() == words.key(text)
