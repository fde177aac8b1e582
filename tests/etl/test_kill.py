"""Fifty loads killed at random moments on each database: all of a run is there, or nothing of it."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pandas as pd
import pytest
import sqlalchemy as sa

from etl import schema
from etl.database import file_of
from etl.database.engine import LOCK
from etl.load import load
from tests.etl.office import ZONES, engine_of, problem, quiet, rows_of, settings_for, write_office

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50
ROWS = 40


class Nursery:
    """The program whose children are killed."""

    def __init__(self, url: str, var: Path) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "-m", "tests.etl.killed", url, str(var)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.program.stdout is not None
        return self.program.stdout.readline().strip()

    def load(self, folder: Path, *, kill_after: float | None) -> int:
        """Exit code of a load of the folder, -9 when it was killed in time."""
        assert self.program.stdin is not None
        self.program.stdin.write(f"{folder}\n")
        self.program.stdin.flush()
        child = int(self._line())
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        self.program.stdin.write("\n")
        self.program.stdin.flush()
        return int(self._line())

    def close(self) -> None:
        assert self.program.stdin is not None
        self.program.stdin.close()
        self.program.wait(10)


def _office(folder: Path, number: int) -> Path:
    """The folder of a try: rows of its own, and one that every try changes."""
    rows = [problem(f"{number:03}-{i:03}", 114.50 + i / 2000) for i in range(ROWS)]
    shared = problem("shared", 问题描述=f"try {number}")
    return write_office(folder / "office", [*rows, shared], zones=ZONES, ledger=f"{number}.csv")


def _settle(url: str) -> None:
    """Waits until the server has noticed that its client is dead, and has rolled back or committed."""
    if file_of(engine_of(url)) is None:
        with engine_of(url).connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def _assert_whole(url: str, tries: int) -> int:
    """All or nothing, in every table; the number of finished runs."""
    path = file_of(engine_of(url))
    if path is not None:
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
    runs = rows_of(url, schema.load_run)["run"].tolist()
    assert runs == list(range(1, len(runs) + 1))
    sources = rows_of(url, schema.load_source)
    assert sources.groupby("run").size().to_dict() == dict.fromkeys(runs, 2)
    ledgers = sources[sources["layer"] == "problems"].set_index("run")
    done = ledgers["path"].str.removesuffix(".csv").astype(int)
    assert done.is_unique
    assert done.between(0, tries).all()
    rows = rows_of(url, schema.problem)
    assert len(rows_of(url, schema.zone)) == len(ZONES)
    own = rows[rows["code"] != "shared"]
    assert own.groupby("created_run").size().to_dict() == dict.fromkeys(runs, ROWS)
    assert set(own["code"].str[:3].astype(int)) == set(done)
    last = done.loc[runs[-1]]
    assert rows.loc[rows["code"] == "shared", "description"].tolist() == [f"try {last}"]
    events = rows_of(url, schema.row_event)
    told = events[events["column"] == "description"].set_index("run")
    assert told["new"].to_dict() == {run: f'"try {done.loc[run]}"' for run in runs[1:]}
    return len(runs)


@pytest.fixture
def nursery(tmp_path: Path, any_url: str) -> Nursery:
    return Nursery(any_url, tmp_path / "var")


def test_a_killed_load_leaves_all_or_nothing(tmp_path: Path, any_url: str, nursery: Nursery) -> None:
    settings = settings_for(any_url, tmp_path)
    load([_office(tmp_path, 0)], settings, progress=quiet)
    durations = []
    for number in range(1, 4):
        began = time.monotonic()
        assert nursery.load(_office(tmp_path, number), kill_after=None) == 0
        durations.append(time.monotonic() - began)
    finished, killed = 4, 0
    assert _assert_whole(any_url, 3) == finished
    chance = random.Random(7)
    whole = median(durations)
    for number in range(4, 4 + KILLS):
        # Over the whole of a load; the writing is its second half, so that has most of the moments.
        moment = whole * (chance.uniform(0.0, 1.1) if number % 3 == 0 else chance.uniform(0.4, 1.05))
        code = nursery.load(_office(tmp_path, number), kill_after=moment)
        assert code in (0, -signal.SIGKILL)
        killed += code != 0
        # The machine may become quicker or slower meanwhile.
        whole = min(whole, moment) if code == 0 else whole * 1.01
        _settle(any_url)
        after = _assert_whole(any_url, number)
        # A kill between the commit and the end of the process leaves all; one before leaves nothing.
        assert after - finished in ((1,) if code == 0 else (0, 1))
        finished = after
    nursery.close()
    assert killed >= KILLS // 3, "most loads had ended before they were killed: spread the moments anew"
    load([_office(tmp_path, 999)], settings, progress=quiet)
    assert _assert_whole(any_url, 999) == finished + 1
    _assert_nothing_left_behind(any_url, tmp_path)


def _assert_nothing_left_behind(url: str, folder: Path) -> None:
    """The stages of dead runs are swept by the next one."""
    assert not list(folder.glob("*stage*"))
    if file_of(engine_of(url)) is None:
        with engine_of(url).connect() as connection:
            names = pd.Series(sa.inspect(connection).get_table_names())
        assert not names.str.startswith("grid_stage").any()
