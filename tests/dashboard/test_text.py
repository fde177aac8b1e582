import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import text

ROOT = Path(__file__).resolve().parent.parent.parent
# Names and abbreviations an office writes in Latin letters itself.
LATIN = {
    "Gi*",
    " z",
    "Excel",
    "CSV",
    "GeoJSON",
    "Shapefile",
    "GeoPackage",
    "KML",
    "zip",
    "sources.toml",
    "MB",
    "GCJ",
    "km²",
    "WGS",
    "CGCS",
    "BD-",
    "EPSG",
    "UTM",
    "A3",
    "A1",
    "A0",
}

# What a command line or a file of standards calls its own things, whatever language it speaks.
PROGRAM = ("python -m etl load", "python -m etl history", "--start", "--end", "--as-of", "--since", "--help",
           "[toilet.radius]",
           "2026-11-20T18:00", "value", "unit", '"m"', "status", "by_setting", "new_town", "JSON", "HTML",
           "DATABASE_URL", "var/grid.sqlite", "zh", "en")  # fmt: skip


def _values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def _sources() -> Iterator[tuple[Path, ast.AST]]:
    paths = [*(ROOT / "dashboard").rglob("*.py"), ROOT / "streamlit_app.py"]
    for path in paths:
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def test_both_languages_have_the_same_keys_and_values() -> None:
    chinese, english = text.words("zh"), text.words("en")
    assert chinese.keys() == english.keys()
    assert {key: _values(chinese[key]) for key in chinese} == {key: _values(english[key]) for key in english}


def test_no_table_is_written_twice_and_nothing_is_empty_in_chinese() -> None:
    for language in text.LANGUAGES:
        tomllib.loads((ROOT / "dashboard" / "text" / f"{language}.toml").read_text(encoding="utf-8"))
    assert not [key for key, sentence in text.words("zh").items() if not sentence.strip()]


def test_chinese_holds_no_english_and_no_half_width_punctuation() -> None:
    wrong = []
    for key, sentence in text.words("zh").items():
        bare = "".join(part for part, *_ in string.Formatter().parse(sentence))
        for name in (*sorted(LATIN, key=len, reverse=True), *(PROGRAM if key.startswith(("error.", "cli.")) else ())):
            bare = bare.replace(name, "")
        if key.startswith("map.symbol."):
            continue  # the sign P of a car park is Latin in China too
        if any(letter in string.ascii_letters for letter in bare) or any(mark in bare for mark in ",;?!"):
            wrong.append((key, sentence))
    assert not wrong


def test_every_key_in_the_code_exists() -> None:
    known = text.words("zh").keys()
    heads = {key.split(".")[0] for key in known}
    missing = []
    for path, tree in _sources():
        for node in ast.walk(tree):
            is_look_up = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t"
            if not is_look_up or not node.args:
                continue
            for key in ast.walk(node.args[0]):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.split(".")[0] in heads:
                    is_whole = not isinstance(node.args[0], ast.JoinedStr)
                    found = key.value in known if is_whole else any(each.startswith(key.value) for each in known)
                    if "." in key.value and not found:
                        missing.append(f"{path}:{key.lineno} {key.value}")
    assert not missing


def test_a_word_unknown_to_the_dictionary_stands_as_written() -> None:
    assert text.word("kind", "toilet", "zh") == "公厕"
    assert text.word("kind", "流动摊点", "en") == "流动摊点"
    assert text.word("kind", None, "zh") == ""
    with pytest.raises(KeyError):
        text.t("tab.nothing", "zh")


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1071, "1,071"), (None, "—"), (float("nan"), "—"), (-3.0, "-3"), (1e6, "1,000,000")]
)
def test_numbers(value: float | None, shown: str) -> None:
    assert text.number(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.7582, "75.8%"), (1, "100.0%"), (None, "—"), (float("nan"), "—")])
def test_shares(value: float | None, shown: str) -> None:
    assert text.percent(value) == shown


@pytest.mark.parametrize(
    ("name", "code", "language", "shown"),
    [
        ("示范县", "999900", "en", "示范县"),
        ("000000", "000000", "zh", "未命名（000000）"),
        ("130102", "130102", "en", "Unnamed place (130102)"),
        ("", "999900", "zh", "未命名（999900）"),
    ],
)
def test_a_place_without_a_name_is_said_to_have_none(name: str, code: str, language: str, shown: str) -> None:
    assert text.place_name(name, code, language) == shown


def test_text_from_outside_is_no_format_string() -> None:
    assert text.t("coverage.last", "zh", day="{secret}") == "最近巡查 {secret}"
