"""Packs in the making, each in a thread of its own: it goes on when somebody turns to another page or closes the
window, whoever wants the same pack sees the same work, and it can be stopped between two papers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

from dashboard.briefing.content import Content
from dashboard.briefing.pack import Made, Pack, pack
from dashboard.packs.store import Kept, Store
from etl.errors import GridError

_one_at_a_time = Lock()
"""Drawing is bound to one processor and to settings of the whole process: two at once would only be slower."""
_guard = Lock()
_running: dict[tuple[Store, str], "Making"] = {}


class Stopped(Exception):
    """Somebody has stopped it."""


@dataclass
class Making:
    """Work on a pack, to be looked at while it goes on."""

    papers: tuple[str, ...]
    """All that are to be made, in their order."""
    made: list[Made] = field(default_factory=list)
    now: str = ""
    """The one being made; `zip` at the end; empty before the first."""
    begun: float = field(default_factory=time.monotonic)
    """When that one was begun."""
    is_waiting: bool = True
    """Another pack is being made first."""
    result: Kept | None = None
    error: GridError | None = None
    is_done: bool = False
    stopping: Event = field(default_factory=Event)

    def stop(self) -> None:
        """Ends it before the next paper."""
        self.stopping.set()

    def step(self, name: str, _done: int = 0, _of: int = 0) -> None:
        """Goes on to the next paper, if nobody has stopped it."""
        if self.stopping.is_set():
            raise Stopped
        self.now, self.begun = name, time.monotonic()


def find(store: Store, key: str) -> Making | None:
    """The work on that pack, going on or ended with an error."""
    return _running.get((store, key))


def running() -> list[Making]:
    """All the work that goes on."""
    with _guard:
        return [making for making in _running.values() if not making.is_done]


def start(
    store: Store,
    key: str,
    papers: tuple[str, ...],
    content: Callable[[], Content],
    after: Callable[[Content], None] = lambda _: None,
) -> Making:
    """Begins the work, or finds the one that somebody has begun. `after` is called once the pack is kept."""
    with _guard:
        there = _running.get((store, key))
        if there is not None and not there.is_done:
            return there
        making = _running[store, key] = Making(papers)

    def work(made: Making) -> Kept:
        with _one_at_a_time:
            made.is_waiting = False
            made.step("")
            told = content()

            def written(folder: Path) -> Pack:
                return pack(told, folder, papers, made.step, made.made.append)

            kept = store.make(key, written)
            after(told)
            return kept

    Thread(target=_run, args=(making, work, (store, key)), name=f"pack-{key[:8]}", daemon=True).start()
    return making


def forget(store: Store, key: str) -> None:
    """An error has been read."""
    with _guard:
        there = _running.get((store, key))
        if there is not None and there.is_done:
            del _running[store, key]


def _run(making: Making, work: Callable[[Making], Kept], name: tuple[Store, str]) -> None:
    """A trouble we know is kept to be shown; any other is shown as a program's fault."""
    try:
        making.result = work(making)
    except Stopped:
        making.error = None
    except GridError as error:
        making.error = error
    except BaseException as error:
        making.error = GridError(f"{type(error).__name__}: {error}")
        raise
    finally:
        making.is_done = True
        if making.error is None:
            with _guard:
                _running.pop(name, None)
