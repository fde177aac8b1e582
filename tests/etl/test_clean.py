"""Cells → values: dates of every spelling, states that agree with them, identities that hold."""

import datetime as dt
import doctest
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from etl.clean import Cleaned, Context, as_json, clean, dates, people, spellings, values
from etl.clean.reasons import Reasons
from etl.messages import sentence
from etl.words import vocabulary
from tests.examples import examples

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
SINCE, UNTIL = dt.datetime.fromisoformat("1992-01-01"), dt.datetime.fromisoformat("2099-12-31")
CONTEXT = Context("台账/*.xlsx", SHANGHAI)


def texts(*cells: Any) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


def local(*cells: Any, declared: str | None = None, zone: str = SHANGHAI) -> list[str | None]:
    found = dates.read_dates(pd.Series(list(cells)), time_zone=zone, declared=declared)
    return [None if np.isnat(moment) else str(moment) for moment in found.local]


def problems(*rows: dict[str, Any], context: Context = CONTEXT) -> Cleaned:
    return clean("problems", pd.DataFrame(rows), context)


def reasons_of(cleaned: Cleaned) -> list[list[tuple[str, dict[str, str]]]]:
    return [[(code, told) for code, told in json.loads(text)] for text in cleaned.refused["reasons"]]


def shown(cleaned: Cleaned, column: str) -> list[str]:
    return [str(moment) for moment in cleaned.rows[column].dt.tz_convert(SHANGHAI).dt.tz_localize(None)]


@pytest.mark.parametrize("module", [values, dates, people, as_json, spellings])
def test_examples_in_docstrings(module: Any) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-03", "2026-11-03T00:00:00"),
        ("2026年11月3日", "2026-11-03T00:00:00"),
        ("2026 年 11 月 3 日", "2026-11-03T00:00:00"),
        ("2026.11.3", "2026-11-03T00:00:00"),
        ("2026/11/3 8:05", "2026-11-03T08:05:00"),
        ("20261103", "2026-11-03T00:00:00"),
        ("20261103083000", "2026-11-03T08:30:00"),
        ("２０２６－１１－０３", "2026-11-03T00:00:00"),
        ("11/03/2026 02:36:52 PM", "2026-11-03T14:36:52"),
        ("11/03/2026 12:00:01 AM", "2026-11-03T00:00:01"),
        ("2026年11月3日 下午3时20分", "2026-11-03T15:20:00"),
        ("2026年11月3日星期二 上午8点", "2026-11-03T08:00:00"),
        ("2026-11-03T08:30:00.123", "2026-11-03T08:30:00"),
        ("2026-11-03T00:30:00Z", "2026-11-03T08:30:00"),
        ("2026-11-03 08:30:00+09:00", "2026-11-03T07:30:00"),
        ("2026-11-03 24:00", "2026-11-04T00:00:00"),
        ("3 Nov 2026", "2026-11-03T00:00:00"),
        ("Nov 3, 2026", "2026-11-03T00:00:00"),
        ("26年11月3日", "2026-11-03T00:00:00"),
        ("46329", "2026-11-03T00:00:00"),
        ("46329.5", "2026-11-03T12:00:00"),
        ("1793664000", "2026-11-03T08:00:00"),
        ("2024-02-29", "2024-02-29T00:00:00"),
    ],
)
def test_spellings_of_one_day(written: str, expected: str) -> None:
    assert local(written) == [expected]
    assert local(f"　{written} ") == [expected]


@pytest.mark.parametrize(
    "written",
    ["2026-13-45", "2026-02-29", "2026年13月5日", "0000-00-00", "2026-11-03 25:00", "2026.9.31", "20261032", "待定",
     "11月3日", "1026-11-03", "2026-11", "99999999", "2026-11-03至2026-11-05", "=1+1", "١٢/٠٣/٢٠٢٦ط"],
)  # fmt: skip
def test_no_dates(written: str) -> None:
    found = dates.read_dates(texts(written), time_zone=SHANGHAI)
    assert np.isnat(found.local).all()
    assert found.is_bad.all()


@pytest.mark.parametrize("written", ["", "  ", "无", "/", "—", None, "NaN"])
def test_empty_is_not_bad(written: str | None) -> None:
    found = dates.read_dates(texts(written), time_zone=SHANGHAI)
    assert np.isnat(found.local).all()
    assert not found.is_bad.any()


def test_all_kinds_in_one_column() -> None:
    cells = [
        dt.datetime.fromisoformat("2026-01-02 08:00"),
        46024.25,
        "2026/1/2",
        dt.date(2026, 1, 2),
        None,
        20260102,
        pd.NaT,
        np.nan,
    ]
    day, hour = "2026-01-02T00:00:00", "2026-01-02T0{}:00:00"
    assert local(*cells) == [hour.format(8), hour.format(6), day, day, None, day, None, None]


def test_order_of_day_and_month() -> None:
    both = ["03/11/2026", "13/11/2026"]
    assert local(*both) == ["2026-11-03T00:00:00", "2026-11-13T00:00:00"]
    assert local("03/11/2026") == ["2026-03-11T00:00:00"]
    assert local("03/11/2026", declared="%d/%m/%Y") == ["2026-11-03T00:00:00"]
    said = dates.read_dates(texts("03/11/2026"), time_zone=SHANGHAI).notes
    assert said == [("dates_month_first_assumed", {"rows": 1})]
    assert not dates.read_dates(texts(*both), time_zone=SHANGHAI).notes


def test_declared_format_leads_and_usual_ones_still_hold() -> None:
    assert local("3.11.2026 8h15", "2026-11-03", declared="%d.%m.%Y %Hh%M") == [
        "2026-11-03T08:15:00",
        "2026-11-03T00:00:00",
    ]


def test_a_system_that_writes_midnight_means_the_day() -> None:
    found = dates.read_dates(texts("2026-11-03 00:00:00", "2026-11-04 00:00:00"), time_zone=SHANGHAI)
    assert not found.has_time.any()
    found = dates.read_dates(texts("2026-11-03 00:00:00", "2026-11-04 09:00:00"), time_zone=SHANGHAI)
    assert found.has_time.all()
    says = dates.read_dates(
        texts("2026-11-03 00:00", "2026-11-04 00:00"), time_zone=SHANGHAI, declared="%Y-%m-%d %H:%M"
    )
    assert says.has_time.all()


def test_clock_changes_never_fail() -> None:
    moments = np.array(["2015-03-08T02:30:00", "2015-11-01T01:30:00", "NaT"], "datetime64[s]")
    skipped, twice, none = dates.to_utc(moments, NEW_YORK)
    assert str(skipped) == "2015-03-08T07:00:00"
    assert str(twice) == "2015-11-01T05:30:00"
    assert np.isnat(none)


FORMS = ["%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d%H%M%S"]


@examples(50)
@given(st.lists(st.datetimes(SINCE, UNTIL), min_size=1, max_size=20), st.sampled_from(FORMS))
def test_what_is_written_is_read(moments: list[dt.datetime], form: str) -> None:
    written = [moment.strftime(form) for moment in moments]
    expected = np.array(moments, "datetime64[s]")
    read = dates.read_dates(texts(*written), time_zone=SHANGHAI, declared=form if "%I" in form else None)
    assert (read.local == expected).all()
    utc = dates.to_utc(read.local, SHANGHAI)
    assert (dates.to_local(utc, SHANGHAI) == expected).all()


@examples(60)
@given(st.lists(st.text(max_size=30), max_size=8))
def test_no_text_breaks_the_reading(cells: list[str]) -> None:
    column = texts(*(cell.encode("utf-8", "ignore").decode() for cell in cells))
    found = dates.read_dates(column, time_zone=SHANGHAI)
    assert len(found.local) == len(cells)
    assert not (found.is_bad & ~np.isnat(found.local)).any()
    values.text(column), values.code(column), values.numbers(column)


def test_text_is_tidied_and_keeps_its_punctuation() -> None:
    assert (
        values.text(texts("  人民路　１２号\r\n（东侧），\u200b ", "无", "x")).tolist()[0] == "人民路 １２号 （东侧），"
    )
    assert values.text(texts("无", "-", "")).isna().all()


def test_codes_of_a_spreadsheet() -> None:
    assert values.code(texts("1001.0", " Ａ－１ ", "007", "1e3")).tolist() == ["1001", "A-1", "007", "1e3"]
    assert values.code(pd.Series([1001.0, np.nan, 3.0])).tolist()[0] == "1001"
    assert values.code(pd.Series([1001.0, "1001", 1001], dtype=object)).nunique() == 1
    assert values.code(pd.Series([999900001001001.0])).tolist() == ["999900001001001"]


def test_numbers() -> None:
    found, is_bad = values.numbers(texts("1,200", "35.5㎡", "约30人", "12m2", "1,234,567", "三十", "3-4", "", "inf"))
    assert found.tolist()[:5] == [1200, 35.5, 30, 12, 1234567]
    assert is_bad.tolist() == [False] * 5 + [True, True, False, True]


def test_truths() -> None:
    found = values.truth(texts("是", "否", "√", "", "也许"), vocabulary("truth"))
    assert found.isna().tolist() == [False, False, False, True, True]
    assert found[:3].tolist() == [True, False, True]


def test_days_without_times() -> None:
    cleaned = problems(
        {"reported_at": "2026-11-03", "due_at": "2026-11-05", "closed_at": "2026-11-04"},
        {"reported_at": "2026-11-03 15:00", "due_at": "2026-11-05 12:00", "closed_at": "2026-11-03"},
    )
    assert shown(cleaned, "reported_at") == ["2026-11-03 00:00:00", "2026-11-03 15:00:00"]
    assert shown(cleaned, "due_at") == ["2026-11-05 23:59:59", "2026-11-05 12:00:00"]
    assert shown(cleaned, "closed_at") == ["2026-11-04 00:00:00", "2026-11-03 15:00:00"]
    assert not cleaned.rows["has_dates_in_conflict"].any()


def test_deadlines_as_spans_and_words() -> None:
    said = ["7天", "24小时", "立行立改", "2026-11-31"]
    cleaned = problems(*({"reported_at": "2026-11-03 08:00", "due_at": due} for due in said))
    assert shown(cleaned, "due_at") == ["2026-11-10 08:00:00", "2026-11-04 08:00:00", "NaT"]
    (reasons,) = reasons_of(cleaned)
    assert cleaned.refused["position"].tolist() == [3]
    assert reasons == [("date_not_read", {"field": "due_at", "found": "2026-11-31"})]
    assert "2026-11-31" in sentence(reasons[0], "zh")


@pytest.mark.parametrize(
    ("state", "closed", "reopened", "expected"),
    [
        ("已销号", "2026-11-04", None, ("closed", True, False)),
        ("整改中", None, None, ("in_progress", False, False)),
        (None, None, None, ("reported", False, False)),
        (None, "2026-11-04", None, ("closed", True, False)),
        (None, "2026-11-04", "2026-11-06", ("in_progress", True, True)),
        ("已办结", None, None, ("closed", False, False)),
        ("整改中", "2026-11-04", None, ("closed", True, False)),
        ("待核查", "2026-11-04", None, ("submitted", False, False)),
        ("已销号", "2026-11-04", "2026-11-06", ("in_progress", True, True)),
        ("待核查", "2026-11-04", "2026-11-06", ("submitted", True, True)),
        ("已销号", "2026-11-08", "2026-11-06", ("closed", True, True)),
        ("返工", "2026-11-04", None, ("in_progress", True, True)),
        ("缓办", None, None, ("deferred", False, False)),
    ],
)
def test_state_and_dates_agree(
    state: str | None, closed: str | None, reopened: str | None, expected: tuple[Any, ...]
) -> None:
    row = {"reported_at": "2026-11-03", "state": state, "closed_at": closed, "reopened_at": reopened}
    rows = problems(row).rows
    assert (rows["state"].item(), rows["closed_at"].notna().item(), rows["reopened_at"].notna().item()) == expected
    # The dates alone must say whether it is closed, but where a closure has no date.
    by_dates = rows["closed_at"].notna() & ~(rows["reopened_at"] >= rows["closed_at"]).fillna(False)
    if rows["closed_at"].notna().item():
        assert by_dates.item() == (rows["state"].item() == "closed")


@pytest.mark.parametrize(
    ("reported", "due", "expected"),
    [
        ("2026-11-03 08:00", "3天内", "2026-11-06 08:00:00"),
        ("2026-11-03", "三日内", "2026-11-06 23:59:59"),
        ("2026-11-03", "十五天", "2026-11-18 23:59:59"),
        ("2026-11-03", "一周", "2026-11-10 23:59:59"),
        ("2026-11-03 08:00", "48 hours", "2026-11-05 08:00:00"),
        ("2026-11-03 08:00", "当天", "2026-11-03 23:59:59"),
        ("2026-11-03 08:00", "5个工作日", "2026-11-10 23:59:59"),  # a Tuesday
        ("2026-11-06 08:00", "1个工作日内", "2026-11-09 23:59:59"),  # a Friday
        ("2026-11-07", "1个工作日", "2026-11-09 23:59:59"),  # a Saturday
        ("2026-11-03", "11月10日", "2026-11-10 23:59:59"),
        ("2026-11-03", "11月3日前", "2026-11-03 23:59:59"),
        ("2026-11-03", "11.10", "2026-11-10 23:59:59"),
        ("2026-12-28", "1月5日前", "2027-01-05 23:59:59"),
        ("2027-11-03", "2月29日", "2028-02-29 23:59:59"),
        ("2026-11-03", "2月29日", None),
        ("2026-11-03", "11月底", "2026-11-30 23:59:59"),
        ("2026-11-03", "月底前", "2026-11-30 23:59:59"),
        ("2026-12-03", "2027年2月底", "2027-02-28 23:59:59"),
        ("2026-11-03", "年底前", "2026-12-31 23:59:59"),
        ("2026-11-03", "2026年11月10日前", "2026-11-10 23:59:59"),
        ("2026-11-03", "2026-11-10 12:00前", "2026-11-10 12:00:00"),
        ("2026-11-03", "2026.11.10以前", "2026-11-10 23:59:59"),
        ("2026-11-03", "第13月40日", None),
        ("2026-11-03", "13月1日", None),
    ],
)
def test_deadlines_of_every_spelling(reported: str, due: str, expected: str | None) -> None:
    cleaned = problems({"reported_at": reported, "due_at": due}, {"reported_at": "2026-01-01", "due_at": None})
    if expected is None:
        assert cleaned.refused["position"].tolist() == [0]
    else:
        assert shown(cleaned, "due_at") == [expected, "NaT"]


def test_numbers_under_a_heading_of_days_are_days() -> None:
    for cells in (["7", "10"], [7, 10], [7, "10"]):
        frame = pd.DataFrame({"reported_at": ["2026-11-03"] * 2, "due_at": cells})
        assert clean("problems", frame.copy(), CONTEXT).rows.empty
        frame.attrs["headings"] = {"due_at": "整改时限（天）"}
        assert shown(clean("problems", frame, CONTEXT), "due_at") == ["2026-11-10 23:59:59", "2026-11-13 23:59:59"]
    frame = pd.DataFrame({"reported_at": ["2026-11-03"], "due_at": ["2026-11-10"]})
    frame.attrs["headings"] = {"due_at": "完成时限(工作日)"}
    assert shown(clean("problems", frame, CONTEXT), "due_at") == ["2026-11-10 23:59:59"]


def test_dates_and_spans_mixed_with_typed_cells() -> None:
    due = [dt.datetime.fromisoformat("2026-11-09T12:00"), 46_336, "3天", "2026-11-08前", None]
    cleaned = problems(*({"reported_at": "2026-11-03", "due_at": cell} for cell in due))
    assert shown(cleaned, "due_at") == [
        "2026-11-09 12:00:00", "2026-11-10 23:59:59", "2026-11-06 23:59:59", "2026-11-08 23:59:59", "NaT",
    ]  # fmt: skip
    assert {code: told["rows"] for code, told in cleaned.notes if code.startswith("deadlines")} == {
        "deadlines_from_spans": 1
    }


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("二〇二六年十一月五日", "2026-11-05"),
        ("二○二六年十月三十一日", "2026-10-31"),
        ("二零二六年一月廿五日 08:30", "2026-01-25"),
        ("二O二六年十二月二十号", "2026-12-20"),
        ("二Ｏ二六年十三月二十号", None),
        ("2026年十一月5日", "2026-11-05"),
        ("二六年三月十日", "2026-03-10"),
        ("26.11.5", "2026-11-05"),
        ("26-11-05", "2026-11-05"),
        ("15.3.2 上午9:30", "2015-03-02"),
        ("二〇二六年十三月五日", None),
        ("二〇二六年二月三十日", None),
        ("二〇二六年十一月", None),
        ("75.3.2", None),
        ("26.13.5", None),
        ("11/05/26", None),
        ("5.11.26", None),
        ("26.11.5.3", None),
    ],
)
def test_years_of_two_digits_and_chinese_numerals(written: str, day: str | None) -> None:
    found = dates.read_dates(texts(written, written, "2026-11-03"), time_zone=SHANGHAI)
    assert found.is_bad.tolist() == [day is None] * 2 + [False]
    assert found.days[:2].astype("datetime64[D]").astype(str).tolist() == [day or "NaT"] * 2


def test_which_year_is_meant_is_told_where_it_cannot_be_known() -> None:
    for written in ("75.3.2", "11/05/26", "5.11.26"):
        ((reason,),) = reasons_of(problems({"reported_at": written}))
        assert reason[0] == "date_year_of_two_digits"
        assert written in sentence(reason)
    for written, code in (
        ("十一月五日", "date_without_year"),
        ("二Ｏ二六年十三月五日", "date_not_read"),
        ("二〇二六年十三月五日", "date_not_read"),
    ):
        ((reason,),) = reasons_of(problems({"reported_at": written}))
        assert reason[0] == code


def test_deadlines_in_chinese_numerals() -> None:
    due = ("二〇二六年十一月十日前", "十一月十日前", "二〇二六年十一月十日", "26.11.10")
    cleaned = problems(*({"reported_at": "2026-11-03", "due_at": written} for written in due))
    assert shown(cleaned, "due_at") == ["2026-11-10 23:59:59"] * len(due)


def test_a_day_without_a_year_is_told_as_such() -> None:
    for cell in ("11.3", 11.3, "11月3日 8:30", "3/11"):
        ((reason,),) = reasons_of(problems({"reported_at": cell}))
        assert reason[0] == "date_without_year"


def test_states_declared_unknown_and_remarks() -> None:
    context = Context("e", SHANGHAI, states={"搞定了": "closed"})
    row = {"reported_at": "2026-11-03"}
    assert problems({**row, "state": "搞定了"}, context=context).rows["state"].tolist() == ["closed"]
    some = problems(*({**row, "state": word} for word in ("整改中", "已销号", "搞定了")))
    assert reasons_of(some) == [[("state_word_unknown", {"found": "搞定了"})]]
    remarks = problems(*({**row, "state": f"第{n}次劝离"} for n in range(5)))
    assert remarks.refused.empty
    assert remarks.rows["state"].tolist() == ["reported"] * 5


def test_closed_before_reported_is_kept_and_flagged() -> None:
    cleaned = problems({"reported_at": "2026-11-03 10:00", "closed_at": "2026-11-03 09:00"})
    assert cleaned.rows["has_dates_in_conflict"].tolist() == [True]
    assert ("dates_in_conflict", {"rows": 1}) in cleaned.notes


def test_every_reason_of_a_row_is_told() -> None:
    cleaned = problems({"reported_at": "2026-13-01", "due_at": "2026-02-30", "x": "甲", "y": "乙"})
    (reasons,) = reasons_of(cleaned)
    assert {code for code, _ in reasons} == {"date_not_read", "coordinate_not_read"}
    assert [told["field"] for _, told in reasons[:2]] == ["reported_at", "due_at"]
    assert cleaned.rows.empty


ROW = {"category": "占道经营", "reported_at": "2026-11-03 08:00", "description": "门前堆物", "x": "114.5", "y": "38.0"}


def test_identity_without_a_code() -> None:
    code = problems(ROW).rows["code"].item()
    same = [
        {**ROW, "description": " 门前 堆物。"},
        {**ROW, "x": "114.50"},
        {**ROW, "state": "已销号", "closed_at": "2026-11-09"},
        {**ROW, "reported_at": "2026/11/3 17:00"},
    ]
    assert [problems(row).rows["code"].item() for row in same] == [code] * 4
    other = [
        {**ROW, "description": "门前堆物2"},
        {**ROW, "x": "114.51"},
        {**ROW, "category": "乱贴"},
        {**ROW, "reported_at": "2026-11-04"},
    ]
    assert len({problems(row).rows["code"].item() for row in other} | {code}) == 5
    assert problems(ROW, context=Context("另一个.xlsx", SHANGHAI)).rows["code"].item() != code


def test_identity_is_what_it_was() -> None:
    """A key in databases: if this fails, every load doubles what it brings."""
    assert problems(ROW).rows["code"].tolist() == ["b7520b0de6a5af43728f"]


@examples(10)
@given(st.permutations(range(6)))
def test_identity_does_not_know_the_order_of_rows(order: list[int]) -> None:
    rows = [
        ROW,
        ROW,
        {**ROW, "unit": "城管局"},
        {**ROW, "state": "已销号", "closed_at": "2026-11-05"},
        {**ROW, "x": "1"},
        ROW,
    ]
    straight = problems(*rows).rows
    turned = problems(*(rows[at] for at in order)).rows
    assert straight["code"].is_unique
    told = ["code", "unit", "x"]
    pd.testing.assert_frame_equal(
        straight[told].sort_values("code", ignore_index=True), turned[told].sort_values("code", ignore_index=True)
    )


def test_the_state_of_equals_does_not_number_them() -> None:
    """Of two like rows the second is closed; by the next load it is the first one that stays open, as before."""
    second = {**ROW, "work_group": "二组"}
    before = problems(ROW, {**second, "due_at": "2026-11-10"}).rows
    closed = {"state": "已销号", "closed_at": "2026-11-05", "due_at": "2026-12-20"}
    after = problems({**second, **closed}, {**ROW, "due_at": "2026-11-30"}).rows
    assert before.set_index("work_group")["code"].to_dict() == after.set_index("work_group")["code"].to_dict()
    only_state = [problems(*rows).rows["code"].tolist() for rows in ((ROW, ROW), (ROW, {**ROW, **closed}))]
    assert only_state[0] == only_state[1]


def test_line_numbers_are_no_codes() -> None:
    rows = [{**ROW, "code": str(n), "x": str(100 + n)} for n in range(1, 5)]
    cleaned = problems(*rows)
    assert ("code_is_serial", {"rows": 4}) in cleaned.notes
    assert not set(cleaned.rows["code"]) & {"1", "2", "3", "4"}
    assert set(problems(*({**row, "code": f"A{row['code']}"} for row in rows)).rows["code"]) == {"A1", "A2", "A3", "A4"}


def test_reasons_of_a_row_stand_together_in_the_order_they_were_found() -> None:
    reasons = Reasons(5)
    found = pd.Series(['say "甲"\\', None, "x\ny", "", "z"], dtype="str")
    reasons.add(np.array([1, 0, 1, 0, 0], bool), "first", found=found, field="列")
    reasons.add(np.array([0, 0, 1, 0, 1], bool), "second")
    reasons.add(np.array([0, 1, 1, 0, 0], bool), "third", x=pd.Series([1.5, 114.25, 7.0, 0, 0]), found=found)
    frame = reasons.frame()
    assert frame["position"].tolist() == [0, 1, 2, 4]
    assert [json.loads(text) for text in frame["reasons"]] == [
        [["first", {"found": 'say "甲"\\', "field": "列"}]],
        [["third", {"x": "114.25", "found": ""}]],
        [["first", {"found": "x\ny", "field": "列"}], ["second", {}], ["third", {"x": "7", "found": "x\ny"}]],
        [["second", {}]],
    ]
    assert reasons.is_refused.tolist() == [True, True, True, False, True]
    assert list(Reasons(3).frame()) == ["position", "reasons"]


CELL = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)


@examples(40)
@given(st.lists(CELL, min_size=1, max_size=8))
def test_cells_as_json_mean_what_they_were(cells: list[Any]) -> None:
    mixed = pd.Series(cells, dtype=object)
    assert [json.loads(text) for text in as_json.cells(mixed).to_pylist()] == cells
    for kind, dtype in ((str, "str"), (float, "float64"), (bool, "boolean"), (int, "Int64")):
        same = [cell if type(cell) is kind else None for cell in cells]
        told = [json.loads(text) for text in as_json.cells(pd.Series(same, dtype=dtype)).to_pylist()]
        assert told == same


def test_days_as_json_have_no_midnight() -> None:
    days = pd.Series(pd.to_datetime(["2026-11-03", "2026-11-03 08:30", None], format="ISO8601"))
    for column in (days, days.astype(object)):
        told = [json.loads(text) for text in as_json.cells(column).to_pylist()]
        assert told == ["2026-11-03", "2026-11-03 08:30:00", None]


def test_facilities() -> None:
    frame = pd.DataFrame(
        [
            {
                "kind": "公厕",
                "name": "东街公厕",
                "grade": "二类",
                "capacity": "12个",
                "opened_on": "2019年",
                "status": "在用",
            },
            {"kind": "便民市场", "name": "西街", "floor_area_m2": "1,200㎡", "opened_on": "2020.5"},
            {"kind": "直饮水点", "name": "南街"},
            {"kind": None, "name": "无类"},
        ]
    )
    cleaned = clean("facilities", frame, CONTEXT)
    rows = cleaned.rows
    assert rows["kind"].tolist() == ["toilet", "market", "直饮水点"]
    assert rows["subkind"].tolist()[1] == "convenience"
    assert (rows["grade"].iloc[0], rows["status"].iloc[0], rows["capacity"].iloc[0]) == ("2", "in_use", 12)
    assert rows["floor_area_m2"].iloc[1] == 1200
    assert [str(day.date()) for day in rows["opened_on"].iloc[:2]] == ["2019-01-01", "2020-05-01"]
    assert reasons_of(cleaned) == [[("field_missing", {"field": "kind"})]]


def test_assignments_in_an_offices_wide_table() -> None:
    frame = pd.DataFrame(
        [
            {"zone": "城南片区", "leader": "王 强", "deputy": "李梅、赵云\n钱七", "member_unit": "城管局，住建局"},
            {"zone": "城北片区", "leader": "无", "deputy": None, "member_unit": ""},
        ]
    )
    cleaned = clean("assignments", frame, CONTEXT)
    told = cleaned.rows[["role", "party_named", "is_person"]].values.tolist()
    assert told == [
        ["leader", "王强", True], ["deputy", "李梅", True], ["deputy", "赵云", True], ["deputy", "钱七", True],
        ["member_unit", "城管局", False], ["member_unit", "住建局", False],
    ]  # fmt: skip
    assert set(cleaned.rows["target_named"]) == {"城南片区"}
    assert cleaned.refused.empty
    assert ("rows_left_blank", {"rows": 1}) in cleaned.notes


def test_assignments_in_long_form() -> None:
    frame = pd.DataFrame(
        [
            {
                "zone": "城南片区",
                "role": "副片长",
                "party": "李梅",
                "valid_from": "2026-01-01",
                "valid_to": "2026-06-30",
            },
            {"zone": "城南片区", "role": "片长", "party": "王强", "valid_from": "2026-06-01", "valid_to": "2026-05-01"},
            {"zone": None, "role": "片长", "party": "王强"},
        ]
    )
    cleaned = clean("assignments", frame, CONTEXT)
    assert cleaned.rows[["role", "party_named"]].values.tolist() == [["deputy", "李梅"]]
    assert cleaned.refused["position"].tolist() == [1, 2]


def test_parties_of_one_name() -> None:
    frame = pd.DataFrame({"name": ["张 伟", "张伟", "李梅"], "unit": ["城管局", "住建局", "城管局"], "is_person": True})
    assert clean("parties", frame, CONTEXT).rows["code"].tolist() == ["张伟（城管局）", "张伟（住建局）", "李梅"]


def test_visits_need_a_moment_and_a_place() -> None:
    frame = pd.DataFrame(
        {"visited_at": ["2026-11-03 08:30", "x", "2026-11-03"], "cell_named": ["1.0", "2", None], "party": "王强"}
    )
    cleaned = clean("visits", frame, CONTEXT)
    assert cleaned.rows["cell_named"].tolist() == ["1"]
    assert cleaned.refused["position"].tolist() == [1, 2]


def test_exposures_and_campaigns() -> None:
    exposed = clean("exposures", pd.DataFrame({"media": ["日报", None], "exposed_at": ["2026-11-03"] * 2}), CONTEXT)
    assert (len(exposed.rows), len(exposed.refused)) == (1, 1)
    weeks = pd.DataFrame(
        {"name": ["七月", "八月"], "starts_on": ["2026-07-01", "2026-08-09"], "ends_on": ["2026-07-07", "2026-08-01"]}
    )
    cleaned = clean("campaigns", weeks, CONTEXT)
    assert cleaned.rows["code"].tolist() == ["七月 2026-07-01"]
    assert cleaned.refused["position"].tolist() == [1]


def test_notices_with_dates_as_offices_write_them() -> None:
    frame = pd.DataFrame(
        {
            "code": ["创卫督办〔2026〕1号", "Ａ２", "3.0", "4", None, None, None],
            "unit": ["城管局", " 环卫所", None, None, "城管局", "城管局", None],
            "sent_at": [
                "二〇二六年十一月五日",
                46_331,
                "2026-11-05 09:30",
                "2026-11-31",
                "2026.11.5",
                None,
                "2026-11-05",
            ],
            "due_at": ["7日内", "2026/11/10", "立即", "", "三日内", "", ""],
            "back_at": ["2026年11月8日", "2026-11-06", "2026-11-05", "", "2026-11-01", "", ""],
        }
    )
    cleaned = clean("notices", frame, CONTEXT)
    rows = cleaned.rows
    assert rows["code"].tolist()[:3] == ["创卫督办〔2026〕1号 城管局", "A2 环卫所", "3"]
    local = {name: rows[name].dt.tz_convert("Asia/Shanghai").dt.strftime("%m-%d %H:%M").fillna("").tolist()
             for name in ("sent_at", "due_at", "back_at")}  # fmt: skip
    assert local["sent_at"] == ["11-05 00:00", "11-05 00:00", "11-05 09:30", "11-05 00:00"]
    assert local["due_at"] == ["11-12 23:59", "11-10 23:59", "", "11-08 23:59"]
    # A reply on the day of sending is not before it; the last one was, and is kept.
    assert local["back_at"] == ["11-08 00:00", "11-06 00:00", "11-05 09:30", "11-01 00:00"]
    assert cleaned.refused["position"].tolist() == [3, 5, 6]
    assert ("notice_dates_in_conflict", {"rows": 1}) in cleaned.notes


def test_who_has_answered_without_a_day_is_not_taken_for_unanswered() -> None:
    said = ["已回复", " 未回复", "逾期未回复", "逾期已回复", "2026-11-08", "", "见附件", "2026年11月9日已回复"]
    frame = pd.DataFrame({"code": [f"督{n}号" for n in range(8)], "sent_at": ["2026-11-05"] * 8, "back_at": said})
    cleaned = clean("notices", frame, CONTEXT)
    # Only words that say "not yet" are no reply; of what nobody can read it is not known.
    assert cleaned.rows["code"].tolist() == ["督1号", "督2号", "督4号", "督5号"]
    assert cleaned.rows["back_at"].notna().tolist() == [False, False, True, False]
    assert [code for told in reasons_of(cleaned) for code, _ in told] == [
        "reply_without_date", "reply_without_date", "date_not_read", "date_not_read",
    ]  # fmt: skip
    assert [code for code, _ in cleaned.notes] == []


def test_one_number_to_two_units_is_two_notices_whatever_stands_first() -> None:
    frame = pd.DataFrame(
        {"code": ["督 1号", "督1号", "督1号", "督2号"], "unit": ["城管局", " 环卫所", "城管局", None],
         "sent_at": ["2026-11-05"] * 4}
    )  # fmt: skip
    codes = clean("notices", frame, CONTEXT).rows["code"]
    assert codes.tolist() == ["督1号 城管局", "督1号 环卫所", "督1号 城管局", "督2号"]
    again = clean("notices", frame.iloc[[1]].reset_index(drop=True), CONTEXT)
    assert again.rows["code"].tolist() == [codes[1]]


def test_numbers_of_lines_are_no_numbers_of_notices() -> None:
    frame = pd.DataFrame({"code": ["1", "2", "3"], "unit": ["甲", "乙", "丙"], "sent_at": ["2026-11-05"] * 3})
    cleaned = clean("notices", frame, CONTEXT)
    assert set(cleaned.rows["code"]).isdisjoint({"1", "2", "3"})
    assert [code for code, _ in cleaned.notes] == ["code_is_serial", "codes_made"]


def test_shapes_must_be_there_and_be_polygons() -> None:
    shapes = [shapely.box(0, 0, 1, 1), None, shapely.Point(0, 0), shapely.Polygon()]
    frame = pd.DataFrame({"name": list("甲乙丙丁"), "geometry": np.array(shapes, dtype=object)})
    cleaned = clean("zones", frame, CONTEXT)
    assert cleaned.rows["code"].tolist() == ["甲"]
    assert [[code for code, _ in said] for said in reasons_of(cleaned)] == [
        ["no_geometry"],
        ["no_polygon"],
        ["no_geometry"],
    ]


@pytest.mark.parametrize(
    "layer", ["problems", "facilities", "visits", "parties", "assignments", "exposures", "notices", "campaigns"]
)
def test_an_empty_table_is_an_empty_layer(layer: str) -> None:
    names = {"problems": "reported_at", "facilities": "kind", "visits": "visited_at", "parties": "name",
             "assignments": "zone", "exposures": "exposed_at", "notices": "sent_at", "campaigns": "name"}  # fmt: skip
    cleaned = clean(layer, pd.DataFrame({names[layer]: pd.Series([], dtype="str")}), CONTEXT)
    assert cleaned.rows.empty
    assert cleaned.refused.empty
