import re
from datetime import date

import pandas as pd
import pytest

from dashboard.analysis.figures import Figure
from dashboard.analysis.responsibility import Holder
from dashboard.screen import figures, lists
from dashboard.text import t

EVIL = '<img src=x onerror="alert(1)">&'


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML that a piece of screen gives."""
    found: list[str] = []
    monkeypatch.setattr("streamlit.html", found.append)
    return found


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_figures_stand_with_denominator_and_change(said: list[str]) -> None:
    found = {
        "overdue": Figure(61, of=314, change=5),
        "on_time_rate": Figure(0.758, of=412, change=-0.031, count=312),
        "open": Figure(1314, of=5000, change=-26),
        "closure_rate": Figure(None, of=0),
    }
    figures.line(found, tuple(found), "zh")
    assert "逾期61/ 314▲ 5" in text_of(said[0])
    assert "按期销号率 · 应销 412 件75.8%▼ 3.1" in text_of(said[0])
    assert "未销号1,314/ 5,000▼ 26" in text_of(said[0])
    assert "销号率 · 应销 0 件—" in text_of(said[0])


@pytest.mark.parametrize(
    ("name", "change", "kind"),
    [("overdue", 1, "worse"), ("overdue", -1, "better"), ("on_time_rate", 0.1, "better"), ("closed", -3, "worse")],
)
def test_green_is_only_for_what_got_better(said: list[str], name: str, change: float, kind: str) -> None:
    figures.line({name: Figure(0.5, of=10, change=change)}, (name,), "zh")
    assert f"is-{kind}" in said[0]


def test_no_change_says_nothing(said: list[str]) -> None:
    for change in (0, None, float("nan"), 0.0004):
        figures.line({"on_time_rate": Figure(0.5, of=10, change=change)}, ("on_time_rate",), "zh")
    assert not [html for html in said if "▲" in html or "▼" in html]


def test_a_red_tag_where_nobody_is() -> None:
    for nobody in (None, float("nan"), "", pd.NA):
        assert text_of(lists.person(nobody, "zh")) == "无人"
    assert text_of(lists.person("李建国", "zh")) == "李建国"


def test_text_of_files_is_never_markup(said: list[str]) -> None:
    lists.title(EVIL, EVIL)
    lists.nothing(EVIL)
    said.append(lists.holders((Holder("p", EVIL, "leader", post=EVIL, since=date(2026, 1, 1)),), "zh"))
    assert len(said) == 3
    assert not [html for html in said if "<img" in html]
    assert all("&lt;img" in html for html in said)


def test_many_names_are_counted() -> None:
    many = tuple(Holder(str(n), f"单位{n}", "member_unit") for n in range(9))
    assert text_of(lists.holders(many, "zh")).endswith("等 9 个")
    assert lists.holders((), "zh", empty="—") == "—"


def test_a_rate_of_some_states_alone_is_no_rate(said: list[str]) -> None:
    found = {"on_time_rate": Figure(None), "overdue": Figure(30, of=30)}
    figures.line(found, tuple(found), "zh")
    assert "按期销号率—" in text_of(said[0]) and "0.0%" not in text_of(said[0]) and "应销" not in text_of(said[0])
    assert f'title="{t("figure.hint.no_rate", "zh")}"' in said[0]
    assert "逾期30/ 30" in text_of(said[0])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_closed_and_closed_of_due_are_told_apart_on_hover(said: list[str], language: str) -> None:
    found = {
        "closed": Figure(183),
        "closure_rate": Figure(172 / 202, of=202, count=172),
        "on_time_rate": Figure(0.5, of=202, count=101),
        "unserved": Figure(7, of=90),
    }
    figures.line(found, tuple(found), language)
    hints = re.findall(r'class="figure" title="([^"]*)"', said[0])
    assert len(hints) == 4
    assert "202" in hints[1] and "172" in hints[1] and "101" in hints[2]
    assert hints[3] == t("figure.hint.unserved", language)
