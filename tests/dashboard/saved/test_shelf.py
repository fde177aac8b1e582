"""Things kept by name: what comes back, two writers at once, names that mean harm, files that are broken."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.saved import shelf as shelves
from dashboard.saved.shelf import Shelf
from dashboard.saved.thing import LONGEST_NAME, MOST_BYTES, Made, Saved, as_json, cleaned, from_json
from dashboard.text.errors import explain
from etl.errors import FileUnreadable, NotSaved, SavedMeanwhile

ROOT = Path(__file__).resolve().parents[3]
MADE = Made(3, datetime(2026, 3, 20, 4, tzinfo=UTC), {"zone": "999900001"})


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf.of(tmp_path, "999900", "siting")


def names(shelf: Shelf) -> list[str]:
    return [thing.name for thing in shelf.listed().things]


def test_what_is_saved_comes_back_with_the_data_it_was_made_on(shelf: Shelf) -> None:
    shelf.save("三座公厕", {"closed": ["f1"]}, MADE)
    shelf.save("两座公厕", {"closed": []}, replace(MADE, data_version=4))
    first, second = shelf.listed().things
    assert (first.name, first.content, first.made) == ("三座公厕", {"closed": ["f1"]}, MADE)
    assert (second.name, second.made.data_version, second.order) == ("两座公厕", 4, 2)
    assert shelf.find("三座公厕") == first and shelf.find("没有") is None
    text = next(shelf.folder.glob("*.json")).read_text(encoding="utf-8")
    assert "公厕" in text  # a person can read it


def test_nothing_saved_yet_is_an_empty_list(shelf: Shelf) -> None:
    assert shelf.listed() == shelves.Listed(())
    assert not shelf.folder.exists()  # looking makes nothing


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.text(min_size=1, max_size=30).filter(lambda name: any(char.isprintable() and char != " " for char in name)),
    st.dictionaries(_TEXTS, _JSON, max_size=4),
    st.dictionaries(_TEXTS, _TEXTS, max_size=3),
    st.datetimes(timezones=st.just(UTC)),
    st.booleans(),
)
def test_anything_survives_being_written_down(
    name: str, content: dict[str, Any], filters: dict[str, str], moment: datetime, is_marked: bool
) -> None:
    thing = Saved("siting", cleaned(name), content, Made(1, moment, filters), 1, 1, moment, is_marked)
    assert from_json(as_json(thing), kind="siting") == thing


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "C:\\con", "nul", "a/b", ".", "..", "*?<>|\"'", "<img src=x>",
        "${alert(1)}", "=1+1", "'; DROP TABLE cell;--", "方案", "A", "a", "é", "👨‍👩‍👧", "﷽" * 20, "a\x00b", "name\n",
    ],
)  # fmt: skip
def test_no_name_leaves_the_folder_or_meets_another(shelf: Shelf, name: str) -> None:
    for one in ("B", name):
        shelf.save(one, {}, MADE)
    assert sorted(names(shelf)) == sorted(["B", cleaned(name)])
    assert {path.parent for path in shelf.folder.rglob("*")} == {shelf.folder}
    assert all(path.stem.isalnum() for path in shelf.folder.glob("*.json"))


def test_names_that_look_the_same_are_the_same(shelf: Shelf) -> None:
    shelf.save("caf\u00e9 一", {}, MADE)
    for same in ("cafe\u0301 一", " caf\u00e9\t\u3000一 ", "caf\u00e9 \u202e一\u200b"):
        with pytest.raises(SavedMeanwhile):
            shelf.save(same, {}, MADE)
    assert len(names(shelf)) == 1


@pytest.mark.parametrize("name", ["", "  \n", "\u200b\u202e", "长" * (LONGEST_NAME + 1)])
def test_a_name_that_cannot_be_is_told(shelf: Shelf, name: str) -> None:
    with pytest.raises(NotSaved) as caught:
        shelf.save(name, {}, MADE)
    assert explain(caught.value, "zh") != explain(caught.value, "en")
    assert not shelf.folder.exists()


def test_a_place_with_a_hostile_code_stays_inside(tmp_path: Path) -> None:
    shelf = Shelf.of(tmp_path, "../../x", "siting")
    assert tmp_path in shelf.folder.resolve().parents and ".." not in shelf.folder.parts


def test_saving_over_a_name_must_be_meant(shelf: Shelf) -> None:
    first = shelf.mark(shelf.save("方案", {"n": 1}, MADE), is_for_briefing=True)
    with pytest.raises(SavedMeanwhile):
        shelf.save("方案", {"n": 2}, MADE)
    assert shelf.find("方案") == first
    over = shelf.save("方案", {"n": 2}, MADE, over=first.revision)
    assert (over.content, over.order, over.is_for_briefing) == ({"n": 2}, first.order, True)


def test_what_somebody_else_has_changed_is_not_lost(shelf: Shelf) -> None:
    seen = shelf.save("方案", {"n": 1}, MADE)
    shelf.save("方案", {"n": 2}, MADE, over=seen.revision)
    for attempt in (
        lambda: shelf.save("方案", {"n": 3}, MADE, over=seen.revision),
        lambda: shelf.delete(seen),
        lambda: shelf.mark(seen, is_for_briefing=True),
    ):
        with pytest.raises(SavedMeanwhile):
            attempt()
    found = shelf.find("方案")
    assert found is not None and found.content == {"n": 2} and not found.is_for_briefing


def test_a_deletion_can_be_taken_back_until_the_name_is_given_anew(shelf: Shelf) -> None:
    seen = shelf.save("方案", {"n": 1}, MADE)
    deleted = shelf.delete(seen)
    assert names(shelf) == [] and shelf.find("方案") is None
    restored = shelf.restore(deleted)
    assert names(shelf) == ["方案"] and restored.content == {"n": 1}
    deleted = shelf.delete(restored)
    with pytest.raises(SavedMeanwhile):
        shelf.save("方案", {"n": 9}, MADE, over=restored.revision)  # still on somebody's screen
    shelf.save("方案", {"n": 2}, MADE)
    with pytest.raises(SavedMeanwhile):
        shelf.restore(deleted)
    assert [thing.content for thing in shelf.listed().things] == [{"n": 2}]


def test_only_the_last_deletions_are_kept(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "_DELETED_KEPT", 2)
    clock = iter(range(100))
    monkeypatch.setattr(shelves, "_now", lambda: datetime(2026, 1, 1, 0, next(clock), tzinfo=UTC))
    deleted = [shelf.delete(shelf.save(f"方案{n}", {}, MADE)) for n in range(4)]
    with pytest.raises(SavedMeanwhile):
        shelf.restore(deleted[0])
    assert shelf.restore(deleted[3]).name == "方案3"


def test_they_stand_in_the_order_somebody_gave_them(shelf: Shelf) -> None:
    for name in "甲乙丙丁":
        shelf.save(name, {}, MADE)
    shelf.arrange(["丙", "甲", "没有"])
    assert names(shelf) == ["丙", "甲", "乙", "丁"]


def test_there_is_a_limit_to_number_and_size(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSaved):
        shelf.save("大", {"text": "长" * MOST_BYTES}, MADE)
    monkeypatch.setattr(shelves, "MOST", 2)
    kept = [shelf.save(name, {}, MADE) for name in "甲乙"]
    with pytest.raises(NotSaved):
        shelf.save("丙", {}, MADE)
    shelf.save("乙", {}, MADE, over=kept[1].revision)
    assert names(shelf) == ["甲", "乙"]
    assert not list(shelf.folder.glob("*.part"))


def _spoilt(text: str, **changes: object) -> str:
    return json.dumps(json.loads(text) | changes, ensure_ascii=False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "[" * 100_000,
        lambda text: "{}" + " " * MOST_BYTES,
        lambda text: _spoilt(text, format=2),
        lambda text: _spoilt(text, kind="views"),
        lambda text: _spoilt(text, name="另一个"),
        lambda text: _spoilt(text, name="方案\n"),
        lambda text: _spoilt(text, revision="1"),
        lambda text: _spoilt(text, saved_at="yesterday"),
        lambda text: _spoilt(text, made={"data_version": 1, "as_of": "2026-01-01", "filters": {}}),
        lambda text: _spoilt(text, content=[1]),
        lambda text: text.replace('"data_version": 3', '"data_version": NaN'),
    ],
)
def test_a_broken_file_is_told_and_takes_no_other_down(shelf: Shelf, spoil: Any) -> None:
    shelf.save("好的", {}, MADE)
    path = shelf.folder / f"{shelf.save('方案', {}, MADE).key}.json"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    found = shelf.listed()
    assert [thing.name for thing in found.things] == ["好的"]
    assert len(found.broken) == 1
    for language in ("zh", "en"):
        assert path.name in explain(found.broken[0], language)
    with pytest.raises(FileUnreadable):
        shelf.save("方案", {}, MADE)  # what stands there may still be brought back


def test_foreign_files_beside_them(shelf: Shelf) -> None:
    kept = shelf.folder / f"{shelf.save('方案', {}, MADE).key}.json"
    (shelf.folder / "方案 - 副本.json").write_bytes(kept.read_bytes())
    (shelf.folder / "folder.json").mkdir()
    (shelf.folder / "readme.txt").write_text("x", encoding="utf-8")
    found = shelf.listed()
    assert [thing.name for thing in found.things] == ["方案"] and len(found.broken) == 2
    (shelf.folder / "gbk.json").write_bytes("方案".encode("gbk"))
    assert len(shelf.listed().broken) == 3


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("no folder", encoding="utf-8")
    shelf = Shelf.of(tmp_path, "999900", "siting")
    with pytest.raises(FileUnreadable) as caught:
        shelf.save("方案", {}, MADE)
    assert "方案" in explain(caught.value, "zh")
    with pytest.raises(FileUnreadable):
        shelf.listed()


def test_of_many_writers_at_once_none_is_lost(shelf: Shelf) -> None:
    def write(number: int) -> str:
        try:
            shelf.save(f"方案{number // 2}", {"n": number}, MADE)
        except SavedMeanwhile:
            return "told"
        return "kept"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(write, range(24)))
    assert (said.count("kept"), said.count("told")) == (12, 12)
    assert len(names(shelf)) == 12 and len({thing.order for thing in shelf.listed().things}) == 12


_ADDS = """
import sys
from pathlib import Path
from dashboard.saved.shelf import Shelf
from etl.errors import SavedMeanwhile
from tests.dashboard.saved.test_shelf import MADE
shelf, added = Shelf.of(Path(sys.argv[1]), "999900", "siting"), 0
while added < 40:
    seen = shelf.find("方案")
    try:
        shelf.save("方案", {"n": seen.content["n"] + 1}, MADE, over=seen.revision)
        added += 1
    except SavedMeanwhile:
        pass
"""


def test_several_programs_count_without_losing_one(tmp_path: Path, shelf: Shelf) -> None:
    shelf.save("方案", {"n": 0}, MADE)
    writers = [subprocess.Popen([sys.executable, "-c", _ADDS, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    found = shelf.find("方案")
    assert found is not None and found.content == {"n": 80}


_DIES = """
import os, sys
from pathlib import Path
from dashboard.saved.shelf import Shelf
from tests.dashboard.saved.test_shelf import MADE
shelf = Shelf.of(Path(sys.argv[1]), "999900", "siting")
os.replace = lambda *_: os.kill(os.getpid(), 9)
shelf.save("方案", {"n": 2}, MADE, over=1)
"""


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_killed_half_way_the_old_one_stands_and_the_next_writer_goes_on(tmp_path: Path, shelf: Shelf) -> None:
    seen = shelf.save("方案", {"n": 1}, MADE)
    died = subprocess.run([sys.executable, "-c", _DIES, str(tmp_path)], cwd=ROOT, check=False)
    assert died.returncode == -9 and len(list(shelf.folder.glob("*.part"))) == 1
    assert shelf.find("方案") == seen
    shelf.save("方案", {"n": 3}, MADE, over=seen.revision)
    assert not list(shelf.folder.glob("*.part"))
