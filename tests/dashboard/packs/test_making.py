import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.briefing import formats
from dashboard.briefing.content import Content
from dashboard.packs import making
from dashboard.packs.making import Making
from dashboard.packs.store import Store
from etl.errors import FileUnreadable, GridError

Gate = Callable[[], None]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Two papers, the second of which waits until the gate is opened."""
    opened = threading.Event()

    def slow(_content: Content, folder: Path) -> list[Path]:
        assert opened.wait(timeout=20)
        (folder / "slow.txt").write_text("", encoding="utf-8")
        return [folder / "slow.txt"]

    papers = {"slow": slow, "json": formats.FORMATS["json"]}
    monkeypatch.setattr("dashboard.briefing.pack.FORMATS", papers)
    yield opened.set
    opened.set()


def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def begun(tmp_path: Path, content: Content, key: str = "one") -> tuple[Store, Making]:
    store = Store.of(tmp_path, "999900")
    return store, making.start(store, key, ("slow", "json"), lambda: content)


def test_it_goes_on_by_itself_and_is_found_again(gate: Gate, tmp_path: Path, content: Content) -> None:
    store, made = begun(tmp_path, content)
    until(lambda: made.now == "slow")
    assert making.find(store, "one") is made
    assert begun(tmp_path, content)[1] is made  # whoever wants the same sees the same work
    gate()
    until(lambda: made.is_done)
    assert [one.name for one in made.made] == ["slow", "json"]
    assert made.result == store.find("one") is not None
    assert making.find(store, "one") is None


def test_it_stops_between_papers_and_leaves_nothing(gate: Gate, tmp_path: Path, content: Content) -> None:
    store, made = begun(tmp_path, content)
    until(lambda: made.now == "slow")
    made.stop()
    gate()
    until(lambda: made.is_done)
    assert [one.name for one in made.made] == ["slow"]
    assert (made.error, made.result, store.find("one"), making.find(store, "one")) == (None, None, None, None)
    assert not list(store.folder.iterdir())


def test_one_waits_for_the_other_and_can_be_stopped_before(gate: Gate, tmp_path: Path, content: Content) -> None:
    _, first = begun(tmp_path, content)
    until(lambda: first.now == "slow")
    store, second = begun(tmp_path, content, "two")
    assert second.is_waiting and not first.is_waiting
    second.stop()
    gate()
    until(lambda: first.is_done and second.is_done)
    assert second.made == [] and store.find("two") is None and store.find("one") is not None


def test_a_trouble_is_kept_until_it_was_read(tmp_path: Path) -> None:
    def away() -> Content:
        raise FileUnreadable("away")

    store = Store.of(tmp_path, "999900")
    made = making.start(store, "one", ("json",), away)
    until(lambda: made.is_done)
    assert isinstance(made.error, FileUnreadable) and making.find(store, "one") is made
    making.forget(store, "one")
    assert making.find(store, "one") is None


def test_a_fault_of_the_program_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged = threading.Event()
    monkeypatch.setattr("threading.excepthook", lambda _: logged.set())
    store = Store.of(tmp_path, "999900")
    made = making.start(store, "one", ("json",), lambda: {}["nothing"])
    until(lambda: made.is_done)
    assert isinstance(made.error, GridError) and "KeyError" in str(made.error)
    assert logged.wait(timeout=10)
    making.forget(store, "one")


def test_what_follows_is_done_once_the_pack_is_kept(tmp_path: Path, content: Content) -> None:
    store, told = Store.of(tmp_path, "999900"), []
    made = making.start(store, "one", ("json",), lambda: content, lambda of: told.append((of, store.find("one"))))
    until(lambda: made.is_done)
    assert told == [(content, made.result)]
