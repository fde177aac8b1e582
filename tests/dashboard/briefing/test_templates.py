import re
import string
import tomllib
from pathlib import Path

import pytest

from dashboard.briefing import templates
from dashboard.briefing.templates import Templates, placeholders, read_templates
from dashboard.text import LANGUAGES
from dashboard.text.errors import explain
from etl.errors import SettingsError
from tests.dashboard.briefing.conftest import briefed
from tests.dashboard.conftest import Town

FOLDER = Path(templates.__file__).parent
LATIN = {"deck.html", "QGIS", "data.gpkg"}


def entries(language: str) -> dict[str, str]:
    def flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in table.items():
            found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: str(value)}
        return found

    return flat(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")))


def test_both_languages_have_the_same_entries_and_placeholders() -> None:
    chinese, english = entries("zh"), entries("en")
    assert chinese.keys() == english.keys()
    assert {key: placeholders(text) for key, text in chinese.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_typed(language: str) -> None:
    assert not [key for key, text in entries(language).items() if re.search("[0-9]", re.sub(r"\{\w+\}", "", text))]


def test_chinese_is_chinese() -> None:
    wrong = []
    for key, text in entries("zh").items():
        bare = "".join(part for part, *_ in string.Formatter().parse(text))
        for word in LATIN:
            bare = bare.replace(word, "")
        if re.search("[A-Za-z,;?!()]", bare):
            wrong.append((key, text))
    assert not wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[headline]\nlate = '{due.__class__}'", "headline.late"),
        ("[headline]\nlate = '{due[0]}'", "headline.late"),
        ("[headline]\nlate = '{due!r}'", "headline.late"),
        ("[headline]\nlate = '{due:>10}'", "headline.late"),
        ("[headline]\nlate = '{}'", "headline.late"),
        ("[headline]\nlate = '{due'", "headline.late"),
        ("[headline]\nlate = 'due}'", "headline.late"),
        ("[headline]\nlate = '{secret} {due}'", "{secret}"),
        ("[headline]\nlate = 3", "headline.late"),
        ("[headline]\nlater = 'x'", "headline.later"),
        ("headline = 'x'", "headline"),
        ("[headline\nlate = 'x'", "1"),
    ],
)
def test_a_broken_template_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "zh.toml"
    path.write_text(text, encoding="utf-8")
    for asked in LANGUAGES:
        with pytest.raises(SettingsError) as caught:
            read_templates(tmp_path, asked)
        for language in LANGUAGES:
            sentence = explain(caught.value, language)
            assert path.as_posix() in sentence
            assert said in sentence
            assert "\n" not in sentence


def test_files_of_no_language_and_of_no_text(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"zh\.toml"):
        read_templates(tmp_path, "zh")
    (tmp_path / "ours.toml").unlink()
    (tmp_path / "zh.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="读不出来"):
        read_templates(tmp_path, "zh")
    assert read_templates(tmp_path / "nothing", "zh").own == {}


def test_a_place_lays_its_own_over_entry_by_entry(town: Town, tmp_path: Path) -> None:
    (tmp_path / "zh.toml").write_text(
        "[headline]\nmessage_more = '全县逾期 {overdue} 件 {{注}}'\n[figure]\noverdue = '超期'\n", encoding="utf-8"
    )
    (tmp_path / "part.zh.toml").write_text("[part]\nheadline = '一周情况'\n", encoding="utf-8")
    (tmp_path / "en.toml").write_text("[part]\nheadline = 'The week'\n", encoding="utf-8")
    own = read_templates(tmp_path, "zh")
    content = briefed(town, templates=own)
    first = content.sections[0]
    assert (first.title, first.message.text) == ("一周情况", "全县逾期 4 件 {注}")
    assert next(figure for figure in first.large if figure.name == "overdue").label == "超期"
    assert first.lines[0].text == briefed(town).sections[0].lines[0].text
    assert Templates("zh").say("part.headline") == "总体情况"


def test_a_value_is_no_template() -> None:
    assert Templates("zh").say("zone.leader", {"leader": "{leader}{0}"}) == "片长{leader}{0}。"
