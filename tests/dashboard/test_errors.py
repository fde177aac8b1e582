"""What goes wrong is told in the reader's language, whoever raised it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.text import errors, words
from etl import errors as family
from etl import messages
from etl.errors import DatabaseAway, GridError, NoData, SettingsError
from settings import Settings

ROOT = Path(__file__).resolve().parents[2]
KINDS = {name for name, kind in vars(family).items() if isinstance(kind, type) and issubclass(kind, GridError)}
CODES = {key.removeprefix("error.") for key in words("zh") if key.startswith("error.")}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_nobody_in_the_dashboard_has_a_sentence_of_its_own() -> None:
    # What a thread of ours died of is no trouble we know, so it has no code: in these two places.
    wrong = [
        where
        for where, call in _calls()
        if isinstance(call.func, ast.Name)
        and call.func.id in KINDS
        and not where.startswith(("dashboard/screen/jobs.py", "dashboard/packs/making.py"))
    ]
    assert wrong == []


def test_every_code_that_is_raised_exists_and_every_code_is_raised() -> None:
    raised = {
        call.args[1].value
        for _, call in _calls()
        if isinstance(call.func, ast.Name | ast.Attribute)
        and (call.func.id if isinstance(call.func, ast.Name) else call.func.attr) == "error"
        and len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
    }
    assert raised == CODES


def test_an_error_is_told_in_either_language() -> None:
    error = errors.error(NoData, "no_such_place", code="330000", known=["999900", "110000"])
    assert isinstance(error, NoData)
    assert errors.explain(error, "zh") == str(error) == "数据库里没有区划代码为“330000”的地方，现有：999900、110000。"
    assert errors.explain(error, "en") == "The database holds no place “330000”; it has 999900, 110000."


def test_errors_of_the_loading_side_are_told_as_well() -> None:
    away = messages.error(DatabaseAway, "database_away", url="postgresql://server/grid", reason="timeout")
    assert errors.explain(away, "en") == messages.explain(away, "en") != errors.explain(away, "zh")
    assert errors.explain(GridError("as it is"), "en") == "as it is"


def test_a_code_that_no_file_has_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        errors.error(NoData, "nonsense")


def test_hostile_values_stay_values() -> None:
    evil = "{0.__class__}\u202e\r\n\x1b[31m{code!r}" + "长" * 5000
    for language in ("zh", "en"):
        told = errors.explain(errors.error(SettingsError, "no_day", option="start", text=evil), language)
        assert "{0.__class__}" in told and "<class" not in told
        assert not re.search("[\x00-\x1f\u202e]", told) and len(told) < 300


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"language": "fr"}, "fr"),
        ({"tile_datum": "bd09"}, "gcj02"),
        ({"unserved_share": 0}, "0"),
        ({"colour": "red"}, "map_mark"),
        ({"rank_at_least": "ten"}, "ten"),
    ],
)
def test_a_wrong_setting_is_told_in_either_language(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read(given, environ={})
    told = [errors.explain(caught.value, language) for language in ("zh", "en")]
    assert all(said in text for text in told)
    assert re.search("[\u4e00-\u9fff]", told[0]) and not re.search("[\u4e00-\u9fff]", told[1])


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("language = ", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings.read(environ={"GRID_SETTINGS": str(path)})
    assert "settings.toml" in errors.explain(caught.value, "en")
