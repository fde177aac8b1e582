"""Sentences on the Data page lead to a step that can be taken there."""

from pathlib import Path

import pandas as pd
import pytest

from dashboard.loading import batch, checked, sentences
from etl import messages
from settings import Settings

DROPPED = [code for code in messages.words("") if code.endswith("_dropped")]


@pytest.mark.parametrize("code", DROPPED)
def test_a_sentence_of_the_page_has_the_values_of_its_own_and_no_declaration(code: str) -> None:
    plain = messages.words("")[code.removesuffix("_dropped")]
    for language in ("zh", "en"):
        assert "sources.toml" in plain[language]
        assert "sources.toml" not in sentences.told((code.removesuffix("_dropped"), {}), language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_that_is_nothing_is_told_without_a_declaration(tmp_path: Path, language: str) -> None:
    (tmp_path / "菜单.csv").write_text("菜,价\n豆腐,3\n", encoding="utf-8")
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'g.sqlite'}", var_dir=tmp_path, language=language)
    ((name, why),) = batch.check([tmp_path / "菜单.csv"], settings, progress=lambda _: None).unusable
    assert name == "菜单.csv"
    assert "sources.toml" not in why
    assert ("重新拖进来" if language == "zh" else "drop it again") in why


def test_an_empty_map_is_announced_at_the_top(tmp_path: Path) -> None:
    rows: dict[str, object] = {"问题编号": [f"a{n}" for n in range(9)], "问题类别": "乱堆", "发现时间": "2026-11-03"}
    rows |= {"定位甲": [114.5 + n / 987 for n in range(9)], "定位乙": [38.0 + n / 987 for n in range(9)]}
    pd.DataFrame(rows).to_csv(tmp_path / "台账.csv", index=False)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'g.sqlite'}", var_dir=tmp_path)
    report = batch.check([tmp_path / "台账.csv"], settings, progress=lambda _: None).report
    assert report is not None
    ((path, said),) = checked.warnings(report, "zh")
    assert path == "台账.csv"
    assert "地图上不会有" in said
