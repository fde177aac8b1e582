"""Files → intakes: the counts add up, names find their codes, and the order of rows and files says nothing."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import CoordinatesUnclear, NotRecognised
from etl.intake import Intake, Known, duplicates, take_in
from etl.intake.references import Directory
from etl.messages import explain, sentence
from etl.schema import LAYERS
from etl.sources import PlaceEntry, read_plan

PLACE = PlaceEntry("示范县", "999900", measure_crs="EPSG:4547")
WEST, SOUTH, STEP = 114.0, 38.0, 0.01
HEADINGS = "问题编号,问题类别,发现时间,整改时限,办理状态,所在片区,经度,纬度"


def square(column: int, row: int = 0) -> shapely.Polygon:
    return shapely.box(WEST + STEP * column, SOUTH + STEP * row, WEST + STEP * (column + 1), SOUTH + STEP * (row + 1))


def geojson(path: Path, features: Sequence[tuple[dict[str, object], object]]) -> None:
    told = [
        {"type": "Feature", "properties": said, "geometry": None if shape is None else shapely.geometry.mapping(shape)}
        for said, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": told}, ensure_ascii=False), encoding="utf-8")


def csv(path: Path, heading: str, *lines: str) -> None:
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Three zones in a row, four cells to the first of them."""
    zones = [
        ({"片区编码": f"0{n}", "片区名称": name}, square(n))
        for n, name in enumerate(["城西片区", "城中片区", "城东片区"])
    ]
    geojson(tmp_path / "片区.geojson", zones)
    quarters = [
        shapely.box(x, y, x + STEP / 2, y + STEP / 2)
        for y in (SOUTH, SOUTH + STEP / 2)
        for x in (WEST, WEST + STEP / 2)
    ]
    cells = [({"网格编码": f"C{n}", "所属片区": "城西片区", "商铺数": 3}, shape) for n, shape in enumerate(quarters)]
    geojson(tmp_path / "网格.geojson", cells)
    return tmp_path


def declare(town: Path, ledgers: str = "台账.csv") -> None:
    """Says that the ledgers are in WGS 84: a line or two is no evidence."""
    (town / "sources.toml").write_text(
        '[place]\nname = "县"\ndivision_code = "999900"\n[[source]]\npath = "*.geojson"\n'
        f'[[source]]\npath = "{ledgers}"\nlayer = "problems"\ncoordinates = "wgs84"\n',
        encoding="utf-8",
    )


def taken(*paths: Path, known: Known | None = None, place: PlaceEntry = PLACE) -> list[Intake]:
    told: list[str] = []
    intakes = take_in(read_plan(paths), place=place, known=known or Known(), language="zh", progress=told.append)
    assert told
    for intake in intakes:
        assert intake.read == len(intake.rows) + len(intake.refused) + intake.duplicates
        for code, values in intake.notes:
            assert not sentence((code, values), "zh").startswith(code), f"{code} has no sentence"
        for reasons in intake.refused["reasons"]:
            assert all(not sentence((code, values), "en").startswith(code) for code, values in json.loads(reasons))
    for layer in LAYERS:
        codes = pd.concat([pd.Series(dtype="str"), *(i.rows["code"] for i in intakes if i.layer == layer)])
        assert codes.is_unique
        assert codes.notna().all()
    return intakes


def of(intakes: list[Intake], layer: str, path: str | None = None) -> Intake:
    (found,) = [intake for intake in intakes if intake.layer == layer and path in (None, intake.path)]
    return found


def reasons(intake: Intake) -> list[str]:
    return [code for told in intake.refused["reasons"] for code, _ in json.loads(told)]


def test_a_town_and_its_ledger(town: Path) -> None:
    declare(town)
    csv(
        town / "台账.csv",
        HEADINGS,
        "A1,占道经营,2026-11-03,2026-11-05,整改中,城西,114.001,38.001",
        "A2,占道经营,2026-13-45,,整改中,城中片区,114.012,38.002",
        "A1,占道经营,2026-11-03,2026-11-05,整改中,城西,114.001,38.001",
        "A3,乱贴乱画,2026年11月4日,,已销号,城东片区,,",
        "A4,乱贴乱画,2026-11-04,,已销号,城东片区,0,0",
    )
    intakes = taken(town)
    ledger = of(intakes, "problems")
    assert (ledger.read, len(ledger.rows), len(ledger.refused), ledger.duplicates) == (5, 2, 2, 1)
    assert ledger.refused["row_number"].tolist() == [3, 6]
    assert json.loads(ledger.refused["row"].iloc[0])["发现时间"] == "2026-13-45"
    assert reasons(ledger) == ["date_not_read", "coordinate_zero"]
    told = json.loads(ledger.refused["reasons"].iloc[0])[0]
    assert sentence((told[0], told[1]), "zh") == "“发现时间”的“2026-13-45”不是有效日期，请改成如 2026-11-03 的写法。"
    assert ledger.rows.set_index("code").loc["A3", ["lon", "lat"]].isna().all()
    assert ("rows_without_coordinates", {"rows": 1}) in ledger.notes
    cells = of(intakes, "cells").rows
    assert cells["zone"].tolist() == ["00"] * 4
    assert cells["is_zone_declared"].all()
    whole = of(intakes, "zones").rows["area_m2"].iloc[0]
    assert cells["area_m2"].sum() == pytest.approx(whole, rel=1e-6)
    # A hundredth of a degree at 38° N: 878 m by 1,110 m.
    assert whole == pytest.approx(878 * 1110, rel=0.01)


def test_exact_columns_and_types(town: Path) -> None:
    declare(town)
    csv(town / "台账.csv", HEADINGS, "A1,占道经营,2026-11-03,2026-11-05,整改中,城西,114.001,38.001")
    intakes = taken(town)
    rows = of(intakes, "problems").rows
    left_out = {"place", "created_run", "changed_run", "source_id", "cell", "zone", "is_default_point"}
    assert list(rows) == [column.name for column in LAYERS["problems"].columns if column.name not in left_out]
    assert {str(rows[name].dtype) for name in rows if name.endswith("_at")} == {"datetime64[s, UTC]"}
    assert str(rows["is_listed"].dtype) == "boolean"
    assert (rows["reported_at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%m-%d %H:%M") == "11-03 00:00").all()
    cells = of(intakes, "cells").rows
    assert str(cells["shopfronts"].dtype) == "Int64"
    assert cells["valid_from"].dtype == "datetime64[s]"


def test_nothing_depends_on_the_order_of_rows(town: Path) -> None:
    declare(town)
    lines = [f"A{n % 4},占道经营,2026-11-0{n % 5 + 1},,整改中,城西,114.00{n},38.001" for n in range(9)]
    lines += [",占道经营,2026-11-03,,整改中,城西,114.001,38.001"] * 2
    results = []
    for order in (lines, lines[::-1]):
        csv(town / "台账.csv", HEADINGS, *order)
        ledger = of(taken(town), "problems")
        results.append(ledger.rows.sort_values("code", ignore_index=True))
        assert ledger.duplicates == 5
    pd.testing.assert_frame_equal(*results)
    assert results[0]["code"].tolist()[-4:] == ["A0", "A1", "A2", "A3"]


def test_the_latest_of_unequal_rows_wins_across_files(town: Path) -> None:
    declare(town, "台账*.csv")
    csv(town / "台账1.csv", HEADINGS + ",销号时间", "A1,占道经营,2026-11-03,,已销号,城西,114.001,38.001,2026-11-09")
    csv(town / "台账2.csv", HEADINGS, "A1,占道经营,2026-11-03,,整改中,城西,114.001,38.001")
    first, second = (intake for intake in taken(town) if intake.layer == "problems")
    assert first.rows["state"].tolist() == ["closed"]
    assert (len(second.rows), second.duplicates) == (0, 1)
    assert ("same_code_different", {"rows": 1, "examples": ["A1"]}) in second.notes


def test_rows_without_code_in_two_exports_of_one_entry_are_one(town: Path) -> None:
    declare(town, "台账*.csv")
    line = ",占道经营,2026-11-03,,整改中,城西,114.001,38.001"
    csv(town / "台账1.csv", HEADINGS, line, line)
    csv(town / "台账2.csv", HEADINGS, line)
    first, second = (intake for intake in taken(town) if intake.layer == "problems")
    assert (len(first.rows), first.duplicates) == (2, 0)
    assert (len(second.rows), second.duplicates) == (0, 1)


def test_a_zone_list_names_people_and_units(town: Path) -> None:
    csv(
        town / "片区责任.csv",
        "片区,片长,副片长,成员单位",
        "城西片区,王 强,李梅、赵云,城管局；住建局",
        "城外片区,钱七,,",
    )
    csv(town / "单位名录.csv", "单位名称,单位类别,所属片区", "城管局,职能部门,城西片区")
    intakes = taken(town)
    assignments = of(intakes, "assignments")
    assert (assignments.read, len(assignments.rows), reasons(assignments)) == (6, 5, ["zone_unknown"])
    assert set(assignments.rows["code"]) == {
        "zone/00/leader/王强/", "zone/00/deputy/李梅/", "zone/00/deputy/赵云/",
        "zone/00/member_unit/城管局/", "zone/00/member_unit/住建局/",
    }  # fmt: skip
    made = of(intakes, "parties", "片区责任.csv").rows.set_index("code")["is_person"]
    assert made.to_dict() == {"住建局": False, "李梅": True, "王强": True, "赵云": True}
    assert of(intakes, "parties", "单位名录.csv").rows["zone"].tolist() == ["00"]
    assert [intake.layer for intake in intakes] == sorted((i.layer for i in intakes), key=list(LAYERS).index)


def test_shapes_that_name_their_people(town: Path) -> None:
    cells = [({"网格编码": f"C{n}", "所属片区": "城中", "网格员": "周八", "商铺数": 1}, square(1, n)) for n in range(2)]
    geojson(town / "网格.geojson", cells)
    intakes = taken(town)
    assert of(intakes, "assignments").rows["code"].tolist() == [
        "cell/C0/grid_worker/周八/",
        "cell/C1/grid_worker/周八/",
    ]
    csv(town / "网格员.csv", "网格编码,网格员,任职起", "C0,周八,2026-01-01")
    ledger, derived = (intake for intake in taken(town) if intake.layer == "assignments")
    assert ledger.path == "网格员.csv" or derived.path == "网格员.csv"
    codes = sorted([*ledger.rows["code"], *derived.rows["code"]])
    assert codes == ["cell/C0/grid_worker/周八/2026-01-01", "cell/C1/grid_worker/周八/"]
    assert ledger.duplicates + derived.duplicates == 1


def test_two_people_of_one_name(town: Path) -> None:
    csv(town / "人员名册.csv", "姓名,工作单位,职务", "张伟,城管局,科员", "张伟,住建局,科员")
    csv(town / "责任分工.csv", "片区名称,职责,责任人,工作单位", "城西片区,片长,张伟,住建局", "城中片区,片长,张伟,")
    assignments = of(taken(town), "assignments")
    assert assignments.rows["party"].tolist() == ["张伟（住建局）"]
    assert reasons(assignments) == ["party_ambiguous"]


def test_visits_find_cells_and_people(town: Path) -> None:
    csv(town / "人员名册.csv", "人员编码,姓名,职务", "P7,周八,网格员")
    csv(
        town / "巡查.csv",
        "巡查时间,网格编码,巡查人",
        "2026-11-03 08:30,C1,周八",
        "2026-11-03 08:30,C1,周八",
        "2026-11-03 09:00,9.99E+14,周八",
        "2026-11-03 09:30,C2,吴九",
    )
    intakes = taken(town)
    visits = of(intakes, "visits")
    assert visits.duplicates == 1
    assert sorted(visits.rows["party"]) == ["P7", "吴九"]
    assert reasons(visits) == ["code_rounded"]
    assert of(intakes, "parties", "巡查.csv").rows["code"].tolist() == ["吴九"]


def test_what_the_database_holds_is_known(town: Path) -> None:
    first = taken(town)
    layers = {layer: of(first, layer).rows.set_index("code") for layer in ("zones", "cells")}
    person = pd.DataFrame({"name": ["周八"], "is_person": [True]}, index=pd.Index(["P7"], name="code"))
    for file in town.glob("*.geojson"):
        file.unlink()
    csv(town / "巡查.csv", "巡查时间,网格编码,巡查人", "2026-11-03 08:30,C1,周八")
    (visits,) = taken(town, known=Known(**layers, parties=person))
    assert visits.rows[["cell_named", "party"]].values.tolist() == [["C1", "P7"]]


def test_campaign_weeks_and_exposures(town: Path) -> None:
    csv(
        town / "攻坚周.csv",
        "攻坚周名称,开始日期,结束日期,参与片区",
        "七月,2026-07-01,2026-07-07,城西片区、城东",
        "八月,2026-08-01,2026-08-07,",
        "九月,2026-09-01,2026-09-07,城外",
    )
    csv(
        town / "媒体曝光.csv",
        "曝光媒体,标题,曝光时间,所在片区",
        "日报,垃圾,2026-07-02,城外",
        "日报,广告,2026-07-02,城中片区",
    )
    intakes = taken(town)
    weeks = of(intakes, "campaigns")
    assert weeks.rows["zones"].fillna("").tolist() == ["00;02", ""]
    assert reasons(weeks) == ["zone_unknown"]
    assert of(intakes, "exposures").rows["zone"].fillna("").tolist() == ["", "01"]


def test_a_ledger_of_notices_without_a_word_of_what_it_is(town: Path) -> None:
    csv(
        town / "整改通知书台账.csv",
        "文号,事项,受文单位,片区,下发时间,整改期限,回复时间",
        "督〔2026〕1号,占道经营,城管局,城中片区,2026年7月2日,7日内,2026年7月6日",
        "督〔2026〕2号,垃圾,环卫所,城外,2026-07-02,2026-06-30,",
        "督〔2026〕3号,垃圾,环卫所,城中片区,2026-02-30,,",
    )
    notices = of(taken(town), "notices")
    assert notices.rows["zone"].fillna("").tolist() == ["01", ""]
    assert ("zones_named_unknown", {"rows": 1, "examples": ["城外"]}) in notices.notes
    assert reasons(notices) == ["date_not_read"]


@pytest.mark.parametrize("reading", ["wgs84 swapped", "EPSG:4547"])
def test_coordinates_told_apart_by_the_zones_that_rows_name(town: Path, reading: str) -> None:
    from etl.coordinates.readings import transformer

    rng = np.random.default_rng(7)
    lines = []
    for n in range(60):
        lon, lat = WEST + STEP * 3 * rng.random(), SOUTH + STEP * rng.random()
        zone = ["城西片区", "城中片区", "城东片区"][int((lon - WEST) / STEP)]
        x, y = (lat, lon) if "swapped" in reading else transformer("EPSG:4326", reading).transform(lon, lat)
        lines.append(f"A{n},占道,2026-11-03,,整改中,{zone},{x:.6f},{y:.6f}")
    csv(town / "台账.csv", HEADINGS, *lines)
    ledger = of(taken(town), "problems")
    assert ledger.coordinates == reading
    assert ledger.rows["lon"].between(WEST, WEST + 3 * STEP).all()


def test_unclear_coordinates_are_refused_with_their_shares(town: Path) -> None:
    lines = [f"A{n},占道,2026-11-03,,整改中,,114.0{n:02},38.005" for n in range(10, 20)]
    csv(town / "台账.csv", HEADINGS, *lines)
    with pytest.raises(CoordinatesUnclear) as caught:
        taken(town)
    for language in ("zh", "en"):
        told = explain(caught.value, language)
        assert "台账.csv" in told
        assert "wgs84 100.0%" in told


def test_one_row_with_its_columns_exchanged_is_told(town: Path) -> None:
    declare(town, "台账.csv")
    lines = ["A1,占道,2026-11-03,,整改中,,114.001,38.001", "A2,占道,2026-11-03,,整改中,,38.001,114.001",
             "A3,占道,2026-11-03,,整改中,,11.4,38.001", "A4,占道,2026-11-03,,整改中,,114.1,38.1"]  # fmt: skip
    csv(town / "台账.csv", HEADINGS, *lines)
    ledger = of(taken(town), "problems")
    assert sorted(ledger.rows["code"]) == ["A1", "A4"]  # outside all zones is kept
    assert reasons(ledger) == ["coordinate_swapped", "coordinate_far"]


def test_polygons_are_repaired_measured_and_refused(town: Path) -> None:
    bow_tie = shapely.Polygon([(114.1, 38), (114.11, 38.01), (114.11, 38), (114.1, 38.01)])
    geojson(
        town / "片区.geojson",
        [({"片区名称": "甲片区"}, square(0)), ({"片区名称": "乙片区"}, bow_tie), ({"片区名称": "丙片区"}, None)],
    )
    zones = of(taken(town / "片区.geojson"), "zones")
    assert zones.rows["code"].tolist() == ["甲片区", "乙片区"]
    assert all(shapely.is_valid(zones.rows["geometry"].to_numpy()))
    assert "polygon_repaired" in [code for code, _ in zones.notes]
    assert reasons(zones) == ["no_geometry"]


def test_cells_without_codes_are_numbered_and_holes_are_told(town: Path) -> None:
    geojson(town / "网格.geojson", [({"网格名称": f"第{n}格"}, square(n)) for n in range(2)])
    cells = of(taken(town), "cells")
    assert cells.rows["code"].str.fullmatch(r"999900\d{9}").all()
    told = dict(cells.notes)
    assert told["cells_numbered"] == {"rows": 2}
    assert told["cells_leave_holes"]["zones"] == ["02"]


def test_a_list_of_cells_without_shapes_fills_in_those_of_the_run(town: Path) -> None:
    csv(
        town / "网格清单.csv",
        "网格编码,人口,商铺数,网格员",
        "C0,120,,王强",
        "C1,约130人,8,李梅",
        "C1,约130人,8,李梅",
        "C9,1,1,赵云",
    )
    intakes = taken(town)
    shapes, listed = of(intakes, "cells", "网格.geojson"), of(intakes, "cells", "网格清单.csv")
    assert (listed.read, len(listed.rows), listed.duplicates, reasons(listed)) == (4, 0, 3, ["cell_unknown"])
    assert ("cells_listed", {"rows": 3}) in listed.notes
    rows = shapes.rows.set_index("code")
    assert rows.index.tolist() == ["C0", "C1", "C2", "C3"]
    assert rows["people"].tolist()[:2] == [120, 130]
    assert rows["people"].isna().tolist() == [False, False, True, True]
    assert rows["shopfronts"].tolist() == [3, 8, 3, 3]  # what the list leaves empty stays
    assert rows["zone"].tolist() == ["00"] * 4
    assert str(rows["people"].dtype) == "Int64"
    workers = [intake for intake in intakes if intake.layer == "assignments" and intake.path == "网格清单.csv"]
    assert workers[0].rows["code"].tolist() == ["cell/C0/grid_worker/王强/", "cell/C1/grid_worker/李梅/"]


def test_a_list_of_cells_without_shapes_updates_those_of_the_database(town: Path) -> None:
    before = {layer: of(taken(town), layer).rows.set_index("code") for layer in ("zones", "cells")}
    for file in town.glob("*.geojson"):
        file.unlink()
    csv(town / "网格清单.csv", "网格编码,所属片区,人口,区域类型", "C0,城中,120,老城区", "c2,,70,")
    intakes = taken(town, known=Known(**before))
    rows = of(intakes, "cells").rows.set_index("code")
    assert rows["people"].to_dict() == {"C0": 120, "C2": 70}
    assert rows["zone"].tolist() == ["01", "00"]
    assert rows["setting"].fillna("").tolist() == ["old_town", ""]
    for name in ("geometry", "area_m2", "shopfronts", "is_zone_declared"):
        assert rows[name].tolist() == before["cells"].loc[["C0", "C2"], name].tolist()
    assert list(rows.reset_index()[list(before["cells"].reset_index())]) == list(before["cells"].reset_index())
    alone = of(taken(town), "cells")
    assert reasons(alone) == ["cell_unknown"] * 2


def test_a_strange_file_stops_the_run_and_a_strange_sheet_does_not(town: Path) -> None:
    with pd.ExcelWriter(town / "台账.xlsx") as book:
        pd.DataFrame({"说明": ["请认真填写"], "要求": ["按时"]}).to_excel(book, sheet_name="填表说明", index=False)
        pd.DataFrame(
            [dict(zip(HEADINGS.split(","), ["A1", "占道", "2026-11-03", "", "整改中", "城西", "", ""], strict=True))]
        ).to_excel(book, sheet_name="台账", index=False)
    ledger = of(taken(town), "problems")
    assert ledger.sheet == "台账"
    assert ("sheets_skipped", {"sheets": ["填表说明"]}) in ledger.notes
    csv(town / "别的.csv", "甲,乙", "1,2")
    with pytest.raises(NotRecognised, match=r"别的\.csv"):
        taken(town)


def test_names_find_codes() -> None:
    directory = Directory(
        pd.DataFrame({"name": ["城南片区", "城北片区", "同名", "同名"]}, index=["01", "02", "03", "04"])
    )
    named = pd.Series(["城南片区", "城 南", "０２", "同名", "", None, "03"], dtype="str")
    assert directory.codes(named).fillna("").tolist() == ["01", "01", "02", "", "", "", "03"]
    assert directory.is_shared(named).tolist() == [False, False, False, True, False, False, False]


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 3), st.sampled_from(["x", "y", None])), max_size=12),
    st.integers(0, 12),
)
def test_merging_keeps_every_code_once(rows: list[tuple[str, int, str | None]], cut: int) -> None:
    def frame(part: list[tuple[str, int, str | None]]) -> pd.DataFrame:
        moments = pd.to_datetime([f"2026-11-0{day + 1}" for _, day, _ in part]).as_unit("s").tz_localize("UTC")
        texts = pd.Series([text for *_, text in part], dtype="str")
        return pd.DataFrame({"code": pd.Series([code for code, *_ in part], dtype="str"), "at": moments, "text": texts})

    def kept(parts: list[pd.DataFrame]) -> pd.DataFrame:
        masks, _ = duplicates.merge(parts)
        whole = pd.concat([part.loc[mask] for part, mask in zip(parts, masks, strict=True)])
        return whole.sort_values("code", ignore_index=True)

    together = kept([frame(rows)])
    assert sorted(together["code"]) == sorted({code for code, *_ in rows})
    if rows:
        pd.testing.assert_frame_equal(together, kept([frame(rows[::-1])]))
        pd.testing.assert_frame_equal(together, kept([frame(rows[:cut]), frame(rows[cut:])]), check_dtype=False)
        latest = frame(rows).groupby("code")["at"].max()
        assert (together.set_index("code")["at"] == latest).all()


def test_a_note_on_several_refused_rows_quotes_several_values(town: Path) -> None:
    rows = [f"2026-11-03 08:3{n},C1,周八" for n in range(3)]
    bad = [f"{day},C1,周八" for day in ("2026-02-30", "2026-06-31", "2026-02-30", "1899-01-01")]
    csv(town / "巡查.csv", "巡查时间,网格编码,巡查人", *rows, *bad, "46000,C1,周八")
    visits = of(taken(town), "visits")
    told = [values for code, values in visits.notes if code == "rows_refused"]
    assert [note["why"][0] for note in told] == ["date_not_read", "date_out_of_range"]
    assert told[0]["why"][1]["found"] == ["2026-02-30", "2026-06-31"]
    assert told[1]["why"][1]["found"] == "1899-01-01"
    assert "不在 1949 至 2100 年之间" in sentence(("rows_refused", told[1]))
    assert dict(visits.notes)["dates_from_serials"] == {
        "field": "巡查时间", "rows": 1, "found": "46000", "day": "2025-12-09"
    }  # fmt: skip
