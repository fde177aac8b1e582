import json
import os
import threading
from pathlib import Path

import pytest

from dashboard.briefing.pack import Made, Pack
from dashboard.packs.store import KEPT, LIST, Store
from etl.errors import FileUnreadable


def work(text: str = "told"):
    def written(folder: Path) -> Pack:
        (folder / "maps").mkdir()
        files = (folder / "a.txt", folder / "maps" / "b.txt")
        for file in files:
            file.write_text(text, encoding="utf-8")
        whole = folder / "all.zip"
        whole.write_bytes(b"zip")
        return Pack((Made("txt", files, 1.234), Made("none", (), 0.0)), whole)

    return written


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.of(tmp_path, "999900")


def test_a_pack_is_kept_under_its_key_and_found_again(store: Store, tmp_path: Path) -> None:
    assert store.find("one") is None
    made = store.make("one", work())
    assert made == store.find("one")
    paper, none = made.papers
    assert (paper.name, paper.bytes, paper.seconds, none.files) == ("txt", 8, 1.23, ())
    assert [file.relative_to(tmp_path).as_posix() for file in paper.files] == [
        "packs/999900/one/a.txt", "packs/999900/one/maps/b.txt",
    ]  # fmt: skip
    assert made.zip.read_bytes() == b"zip"
    assert [path.name for path in store.folder.iterdir()] == ["one"]


def test_only_the_newest_are_kept_and_use_counts(store: Store) -> None:
    for number in range(KEPT):
        store.make(f"p{number}", work())
        os.utime(store.folder / f"p{number}" / LIST, (1_000 + number,) * 2)
    store.used("p0")
    store.make("new", work())
    assert sorted(path.name for path in store.folder.iterdir()) == sorted(
        ["new", "p0", *(f"p{number}" for number in range(2, KEPT))]
    )
    store.used("gone")  # and says nothing


def test_two_who_make_the_same_at_once_end_up_with_one(store: Store) -> None:
    together = threading.Barrier(2)
    found = []

    def both(folder: Path) -> Pack:
        made = work()(folder)
        together.wait(timeout=10)
        return made

    threads = [threading.Thread(target=lambda: found.append(store.make("one", both))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert found == [store.find("one")] * 2
    assert [path.name for path in store.folder.iterdir()] == ["one"]


@pytest.mark.parametrize("left", ["{", "[]", '{"format": 1}', '{"format": 1, "zip": "../../x", "papers": []}'])
def test_half_a_pack_is_none_and_is_made_anew(store: Store, left: str) -> None:
    store.make("one", work("old"))
    (store.folder / "one" / LIST).write_text(left, encoding="utf-8")
    assert store.find("one") is None
    assert store.make("one", work("new")).papers[0].files[0].read_text(encoding="utf-8") == "new"


def test_a_file_that_somebody_took_away_is_no_pack(store: Store) -> None:
    store.make("one", work()).papers[0].files[0].unlink()
    assert store.find("one") is None


def test_a_list_never_leads_out_of_its_folder(store: Store, tmp_path: Path) -> None:
    store.make("one", work())
    (tmp_path / "secret").write_text("", encoding="utf-8")
    path = store.folder / "one" / LIST
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | {"papers": [["txt", ["../../../secret"], 1]]}), encoding="utf-8")
    assert store.find("one") is None


def test_what_a_dead_program_left_is_swept_and_nothing_of_a_living_one(store: Store) -> None:
    for name, age in ((".part-old", 0), (".part-new", None)):
        (store.folder / name).mkdir(parents=True)
        if age is not None:
            os.utime(store.folder / name, (age, age))
    store.make("one", work())
    assert sorted(path.name for path in store.folder.iterdir()) == [".part-new", "one"]


def test_what_fails_leaves_nothing_behind(store: Store) -> None:
    def broken(folder: Path) -> Pack:
        (folder / "half").write_text("", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(FileUnreadable, match="No space left"):
        store.make("one", broken)
    assert not list(store.folder.iterdir())
