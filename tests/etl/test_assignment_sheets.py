"""A list of assignments that is handed out, filled in and loaded back: left blank, renewed, ended, replaced."""

from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from etl import schema
from etl.clean import Context, clean
from etl.load import load, undo
from etl.load.report import Report
from settings import Settings
from tests.etl.office import CELLS, ZONES, quiet, rows_of, settings_for, write_office

CONTEXT = Context("e", "Asia/Shanghai")
HEADINGS = "网格编码,网格名称,片区,角色,责任人,工作单位,电话,起始日期,终止日期,备注,分派编号"
FIRST, SECOND, THIRD, FOURTH = CELLS


def a_county(url: str, folder: Path, ledger: str) -> Settings:
    """The office with its ledger of grid workers loaded."""
    settings = settings_for(url, folder)
    load([write_office(folder / "office", zones=ZONES, cells=CELLS)], settings, progress=quiet)
    path = folder / "网格员.csv"
    path.write_text(ledger, encoding="utf-8")
    load([path], settings, progress=quiet)
    return settings


def loaded(settings: Settings, folder: Path, *lines: str, name: str = "分派表.csv") -> Report:
    path = folder / name
    path.write_text("\n".join([HEADINGS, *lines, ""]), encoding="utf-8")
    return load([path], settings, progress=quiet)


def terms(url: str) -> dict[str, tuple[str, str, str, str]]:
    """By code: target, party, first and last day ("": open)."""
    rows = rows_of(url, schema.assignment).set_index("code")
    days = {name: rows[name].astype("str").str[:10].replace("NaT", "") for name in ("valid_from", "valid_to")}
    told = zip(rows["target"], rows["party"], days["valid_from"].fillna(""), days["valid_to"].fillna(""), strict=True)
    return dict(zip(rows.index, told, strict=True))


def of(report: Report) -> tuple[int, int, int, int]:
    (source,) = [source for source in report.sources if source.layer == "assignments"]
    return source.new, source.changed, source.unchanged, source.refused


def test_rows_without_a_name_are_left_blank_and_not_refused() -> None:
    frame = pd.DataFrame(
        [
            {"cell": FIRST, "role": "网格员", "party": None, "valid_from": None, "valid_to": None},
            {"cell": SECOND, "role": "网格员", "party": "王强", "valid_from": "2026-01-01", "valid_to": None},
            {"cell": THIRD, "role": "", "party": "无", "valid_from": "", "valid_to": ""},
            {"cell": FOURTH, "role": "网格员", "party": "", "valid_from": "2026-01-01", "valid_to": None},
            {"cell": None, "role": "网格员", "party": None, "valid_from": None, "valid_to": None},
        ]
    )
    cleaned = clean("assignments", frame, CONTEXT)
    assert cleaned.rows["party_named"].tolist() == ["王强"]
    assert cleaned.refused["position"].tolist() == [3], "a day without a name is a slip"
    assert ("rows_left_blank", {"rows": 3}) in cleaned.notes


def test_an_empty_role_is_the_usual_one_of_its_target() -> None:
    frame = pd.DataFrame(
        [
            {"cell": FIRST, "facility": None, "zone": "城西", "role": None, "party": "王强"},
            {"cell": None, "facility": "中心公厕", "zone": "城西", "role": "", "party": "李梅"},
            {"cell": None, "facility": None, "zone": "城西", "role": None, "party": "赵云"},
        ]
    )
    cleaned = clean("assignments", frame, CONTEXT)
    assert cleaned.rows["role"].tolist() == ["grid_worker", "manager"]
    assert cleaned.refused["position"].tolist() == [2]
    assert ("roles_assumed", {"rows": 2}) in cleaned.notes
    # Without such a column nobody has said that these are people at all.
    bare = clean("assignments", frame.drop(columns="role"), CONTEXT)
    assert bare.rows.empty and len(bare.refused) == 3


@given(st.lists(st.tuples(st.sampled_from(["", "王强", "无", None]), st.sampled_from(["", "2026-01-01"])), max_size=8))
def test_every_row_is_taken_refused_or_left_blank(rows: list[tuple[str | None, str]]) -> None:
    frame = pd.DataFrame(
        [{"cell": FIRST, "role": "网格员", "party": name, "valid_from": day} for name, day in rows],
        columns=["cell", "role", "party", "valid_from"],
    )
    cleaned = clean("assignments", frame, CONTEXT)
    blank = sum(values["rows"] for code, values in cleaned.notes if code == "rows_left_blank")
    assert len(cleaned.rows) + len(cleaned.refused) + blank == len(rows)
    assert blank == sum(name != "王强" and not day for name, day in rows)


def test_a_sheet_is_loaded_back(tmp_path: Path, any_url: str) -> None:
    ledger = f"网格编码,网格员,任职起\n{FIRST},王强,2025-01-01\n{SECOND},李梅,2025-01-01\n"
    settings = a_county(any_url, tmp_path, ledger)
    before = terms(any_url)
    own = f"cell/{FIRST}/grid_worker/王强/2025-01-01"
    lines = (
        f"{THIRD},,城东,网格员,赵云,环卫所,13800000000,2026-02-01,,,",
        f"{FOURTH},,城东,网格员,,,,,,待填,",
        f"{FIRST},,城西,网格员,王强,,,2025-01-01,2026-01-31,,{own}",
        f"{FIRST},,,,钱七,,,2026-02-01,,,",
        f"{SECOND},,城西,网格员,李梅,,,2025-01-01,,,cell/{SECOND}/grid_worker/李梅/2025-01-01",
    )
    report = loaded(settings, tmp_path, *lines)
    assert of(report) == (2, 1, 1, 0)
    assert terms(any_url) == {
        own: (FIRST, "王强", "2025-01-01", "2026-01-31"),
        f"cell/{SECOND}/grid_worker/李梅/2025-01-01": (SECOND, "李梅", "2025-01-01", ""),
        f"cell/{THIRD}/grid_worker/赵云/2026-02-01": (THIRD, "赵云", "2026-02-01", ""),
        f"cell/{FIRST}/grid_worker/钱七/2026-02-01": (FIRST, "钱七", "2026-02-01", ""),
    }
    assert rows_of(any_url, schema.party).set_index("code").loc["赵云", ["unit", "phone"]].tolist() == [
        "环卫所", "13800000000",
    ]  # fmt: skip
    after = terms(any_url)
    again = loaded(settings, tmp_path, *lines, name="分派表 (1).csv")
    assert of(again) == (0, 0, 4, 0) and terms(any_url) == after
    undo(settings)
    assert terms(any_url) == before


def test_a_row_with_a_number_stays_the_assignment_it_is(tmp_path: Path, any_url: str) -> None:
    """A day that was missing, a name that two people have, a name with a stroke in it."""
    settings = a_county(any_url, tmp_path, f"网格编码,网格员\n{FIRST},王强\n{SECOND},甲/乙公司\n{THIRD},张伟\n")
    with sa.create_engine(any_url).begin() as connection:
        party, held = schema.party, schema.assignment
        whole = {"code": "P1", "name": "甲/乙公司"}
        connection.execute(sa.update(party).where(party.c.code == "甲").values(**whole))
        connection.execute(sa.update(held).where(held.c.party == "甲").values(party="P1"))
        connection.execute(sa.delete(held).where(held.c.party == "乙公司"))
        connection.execute(sa.update(party).where(party.c.code == "乙公司").values(code="P2", name="张伟"))
    before = terms(any_url)
    code = {target: code for code, (target, *_) in before.items()}
    lines = (
        f"{FIRST},,,网格员,王 强,,,2026-01-01,2026-03-31,,{code[FIRST]}",
        f"{SECOND},,,网格员,甲/乙公司,,,,2026-03-31,,{code[SECOND]}",
        f"{THIRD},,,网格员,张伟,,,,2026-03-31,,{code[THIRD]}",
    )
    report = loaded(settings, tmp_path, *lines)
    assert of(report) == (0, 3, 0, 0)
    after = terms(any_url)
    assert set(after) == set(before)
    assert after[code[FIRST]] == (FIRST, "王强", "2026-01-01", "2026-03-31")
    assert {party for _, party, *_ in after.values()} == {"王强", "P1", "张伟"}


def test_a_number_that_belongs_to_somebody_else_is_refused(tmp_path: Path, any_url: str) -> None:
    settings = a_county(any_url, tmp_path, f"网格编码,网格员,任职起\n{FIRST},王强,2025-01-01\n")
    before = terms(any_url)
    own = f"cell/{FIRST}/grid_worker/王强/2025-01-01"
    report = loaded(
        settings, tmp_path,
        f"{FIRST},,,网格员,赵云,,,2026-01-01,,,{own}",  # written over the name
        f"{SECOND},,,网格员,王强,,,2026-01-01,,,{own}",  # copied to another cell
        f"{THIRD},,,网格员,王强,,,2026-01-01,,,cell/{THIRD}/grid_worker/谁/2020-01-01",  # a number nobody has
    )  # fmt: skip
    assert of(report) == (1, 0, 0, 2)
    (reasons,) = set(rows_of(any_url, schema.refused_row)["reasons"].str[:30])
    assert reasons.startswith('[["assignment_of_another"')
    assert terms(any_url) == before | {f"cell/{THIRD}/grid_worker/王强/2026-01-01": (THIRD, "王强", "2026-01-01", "")}


def test_a_list_that_names_workers_in_passing_does_not_take_days_away(tmp_path: Path, any_url: str) -> None:
    settings = a_county(any_url, tmp_path, f"网格编码,网格员\n{FIRST},王强\n")
    own = f"cell/{FIRST}/grid_worker/王强/"
    loaded(settings, tmp_path, f"{FIRST},,,网格员,王强,,,2026-01-01,2026-03-31,,{own}")
    path = tmp_path / "网格清单.csv"
    path.write_text(f"网格编码,人口,网格员\n{FIRST},120,王强\n{SECOND},80,李梅\n", encoding="utf-8")
    load([path], settings, progress=quiet)
    assert terms(any_url) == {
        own: (FIRST, "王强", "2026-01-01", "2026-03-31"),
        f"cell/{SECOND}/grid_worker/李梅/": (SECOND, "李梅", "", ""),
    }


def test_a_cell_is_found_by_its_name_where_the_code_is_left_out(tmp_path: Path, any_url: str) -> None:
    settings = a_county(any_url, tmp_path, f"网格编码,网格员\n{FIRST},王强\n")
    with sa.create_engine(any_url).begin() as connection:
        connection.execute(sa.update(schema.cell).where(schema.cell.c.code == SECOND).values(name="北街口"))
    report = loaded(settings, tmp_path, ",北街口,城西,网格员,李梅,,,2026-01-01,,,")
    assert of(report) == (1, 0, 0, 0)
    (source,) = [source for source in report.sources if source.layer == "assignments"]
    assert not {"headings_share_field", "headings_unknown"} & {code for code, _ in source.notes}
    assert f"cell/{SECOND}/grid_worker/李梅/2026-01-01" in terms(any_url)
    assert np.all([len(target) == 15 for target, *_ in terms(any_url).values()])
