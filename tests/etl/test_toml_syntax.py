"""Broken TOML: where, and what was expected there, without a word of the parser's English."""

import re
import tomllib
from pathlib import Path

import pytest

from etl import messages
from etl.errors import SettingsError
from etl.sources import read_plan
from etl.toml_syntax import place_of
from settings import Settings

BROKEN = [
    ("a = 1\n[place\n", 2, 7, "toml_bracket_missing"),
    ("a b", 1, 3, "toml_equals_missing"),
    ("a = 1 b = 2", 1, 7, "toml_too_much"),
    ("a = [1,\n2", 2, 2, "toml_array_open"),
    ("a = {b = 1", 1, 11, "toml_brace_open"),
    ('a = "b\nc = 1', 1, 7, "toml_quote_open"),
    ('a = """b', 1, 9, "toml_quote_open"),
    ('path = "D:\\资料"', 1, 13, "toml_backslash"),
    ("[a]\nb = 1\n[a]\n", 3, 3, "toml_twice"),
    ("a = 1\na = 2", 2, 6, "toml_twice"),
    ("a = 示范县", 1, 5, "toml_value"),
    ("a = “示范县”", 1, 5, "toml_value"),
    ("名称 = 1", 1, 1, "toml_statement"),
    ("a = 2026-02-30", 1, 5, "toml_date"),
]


@pytest.mark.parametrize(("text", "line", "column", "code"), BROKEN)
def test_where_and_what(text: str, line: int, column: int, code: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    found = place_of(caught.value, text)
    assert found == (line, column, (code, {}))
    assert not re.search("[A-Z][a-z]+ ", messages.sentence(found[2], "zh"))


def test_both_files_are_told_alike(tmp_path: Path) -> None:
    for name in ("sources.toml", "settings.toml"):
        path = tmp_path / name
        path.write_text("a = 1\nb = {c = 1\n", encoding="utf-8")
        with pytest.raises(SettingsError) as caught:
            read_plan([path]) if name == "sources.toml" else Settings.read(environ={"GRID_SETTINGS": str(path)})
        told = messages.explain(caught.value, "zh")
        assert f"{name} 第 2 行第 11 列" in told
        assert "花括号 { 没有配对的 }" in told
        assert "closed by }" in messages.explain(caught.value, "en")
