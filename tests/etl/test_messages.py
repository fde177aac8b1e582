"""Sentences: both languages for every code, nothing a database may hold breaks them, errors carry their note."""

import json
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import messages
from etl.errors import FileUnreadable, GridError, SettingsError
from etl.messages import error, explain, sentence

ROOT = Path(__file__).resolve().parents[2]
TEXTS = messages._texts()


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_code_has_both_languages_with_the_same_values() -> None:
    for code, told in TEXTS.items():
        assert set(told) == {"zh", "en"}, code
        assert _fields(told["zh"]) == _fields(told["en"]), code
        assert all(name.isidentifier() for name in _fields(told["zh"])), code
        assert re.search("[\u4e00-\u9fff]", told["zh"]) and not re.search("[\u4e00-\u9fff]", told["en"]), code


@pytest.mark.parametrize("module", sorted((ROOT / "etl").rglob("*.py")), ids=lambda path: path.name)
def test_every_code_that_is_raised_exists(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    raised = re.findall(r"\berror\(\s*[A-Z]\w+,\s*\"([a-z0-9_]+)\"", source)
    assert [code for code in raised if code not in TEXTS] == []


def test_values_are_filled_in_and_lists_joined() -> None:
    note = ("sheet_missing", {"file": "台账.xlsx", "sheet": "三月", "sheets": ["一月", "二月"]})
    assert sentence(note) == "文件“台账.xlsx”里没有工作表“三月”，现有工作表：一月、二月；请更正 sheet。"
    assert "it has: 一月, 二月." in sentence(note, "en")


def test_a_note_survives_json() -> None:
    note = ("sheet_missing", {"file": "a.xlsx", "sheet": "x", "sheets": ["y"]})
    code, values = json.loads(json.dumps(note, ensure_ascii=False))
    assert sentence((code, values)) == sentence(note)


def test_a_missing_value_and_an_unknown_code_are_shown_not_raised() -> None:
    assert "“?”" in sentence(("file_empty", {}))
    assert sentence(("code_of_the_future", {"a": 1}), "en") == "code_of_the_future: a=1"


def test_hostile_values_stay_values() -> None:
    told = sentence(("file_empty", {"file": "{0.__class__}\u202e\r\n\x1b[31m{file!r}" + "长" * 5000}))
    assert "{0.__class__}" in told
    assert "<class" not in told
    assert not re.search("[\x00-\x1f\u202e]", told)
    assert len(told) < 300


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
)


@given(
    st.dictionaries(st.sampled_from(["file", "line", "found", "sheets", "area_m2"]), ANYTHING),
    st.sampled_from(sorted(TEXTS)),
    st.sampled_from(["zh", "en"]),
)
def test_no_value_breaks_a_sentence(values: dict[str, object], code: str, language: str) -> None:
    assert sentence((code, values), language)


def test_an_error_is_chinese_and_can_be_told_in_english() -> None:
    problem = error(FileUnreadable, "file_empty", file=Path("台账") / "a.csv")
    assert isinstance(problem, GridError) and isinstance(problem, OSError)
    assert str(problem) == "文件“台账/a.csv”是空的，请重新导出后再试。"
    assert problem.note == ("file_empty", {"file": "台账/a.csv"})
    assert explain(problem, "en") == "The file “台账/a.csv” is empty; export it again."
    assert explain(SettingsError("as it is"), "en") == "as it is"


def test_a_code_nobody_wrote_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        error(FileUnreadable, "no_such_code")


def test_one_row_is_no_rows_in_english() -> None:
    one = messages.sentence(("undone", {"run": 3, "removed": 0, "restored": 1}), "en")
    assert one.endswith("0 rows removed, 1 row given their earlier values.")
    assert messages.sentence(("undone", {"run": 3, "removed": 1, "restored": 21}), "en").count("1 row ") == 1
    assert "21 rows" in messages.sentence(("undone", {"run": 3, "removed": 1, "restored": 21}), "en")
    assert not [code for code in messages.words("") if "1 rows" in messages.sentence((code, {"rows": 1}), "en")]
