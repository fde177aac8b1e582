"""`python -m etl`: what goes to which stream, exit codes, and never a traceback for bad input."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from etl import schema
from etl.__main__ import main
from etl.console import Steps, aligned, cut, width
from etl.database import connect, exclusive
from tests.etl.office import CELLS, ZONES, problem, rows_of, write_office

ROOT = Path(__file__).resolve().parents[2]
COUNTS = ("read", "accepted", "refused", "duplicates", "new", "changed", "unchanged", "gone")


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program writes goes to the test's folder, whatever the machine's settings say."""
    monkeypatch.setenv("GRID_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("GRID_LANGUAGE", raising=False)


@pytest.fixture
def office(tmp_path: Path) -> str:
    rows = [problem("a"), problem("a"), problem("bad", 发现时间="?")]
    return str(write_office(tmp_path / "office", rows, zones=ZONES, cells=CELLS))


def _out(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    return capsys.readouterr().out


def test_the_whole_line(office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    would = json.loads(_out(capsys, "check", office, "--json"))
    assert would["run"] is None
    assert not (tmp_path / "var").exists()
    did = json.loads(_out(capsys, "load", office, "--json"))
    assert did["run"] == 1
    for one, other in zip(would["sources"], did["sources"], strict=True):
        assert [one[name] for name in COUNTS] == [other[name] for name in COUNTS]
        assert {"path", "layer", "coordinates", "notes", *COUNTS} <= set(other)
        assert other["read"] == other["accepted"] + other["refused"] + other["duplicates"]
        assert other["accepted"] == other["new"] + other["changed"] + other["unchanged"]
    ledger = did["sources"][-1]
    assert [ledger[name] for name in COUNTS] == [3, 1, 1, 1, 1, 0, 0, 0]
    assert Path(ledger["refused_file"]).is_relative_to(tmp_path / "var" / "refused")
    assert isinstance(did["seconds"], float)
    runs = json.loads(_out(capsys, "history", "--json"))
    assert [(run["run"], run["kind"], len(run["sources"])) for run in runs] == [(1, "load", 3)]
    lines = _out(capsys, "export", "problems", "--format", "csv").splitlines()
    assert lines[0].lstrip("\ufeff").startswith("code,category,source,state,")
    assert len(lines) == 2
    assert json.loads(_out(capsys, "undo", "--json"))["undoes"] == 1
    assert main(["undo"]) == 1


def test_a_database_that_another_window_does_not_know_is_named(
    office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "DATABASE_URL" not in _out(capsys, "load", office)
    url = f"sqlite:///{tmp_path / 'other.sqlite'}"
    last = _out(capsys, "load", office, "--database", url).splitlines()[-1]
    assert url in last
    assert "DATABASE_URL" in last


def test_people_get_a_table_notes_and_the_next_step(office: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language, words in (
        ("zh", ("读入", "收下", "退回表", "下一步")),
        ("en", ("read", "accepted", "send back", "Next")),
    ):
        out = _out(capsys, "load", office, "--language", language)
        assert all(word in out for word in words)
        table = next(line for line in out.splitlines() if "台账.csv" in line)
        assert "3" in table.split()
    assert "streamlit run" in out
    assert "2026-" in _out(capsys, "history")
    assert main(["undo"]) == 0


def test_steps_go_to_stderr(office: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", office, "--json"]) == 0
    captured = capsys.readouterr()
    json.loads(captured.out)
    assert "台账.csv" in captured.err
    assert "\r" not in captured.err


BAD = [
    (["load"], 2),
    (["lod", "x"], 2),
    (["load", "nowhere"], 1),
    (["load", "office", "--database", "nonsense"], 1),
    (["load", "office", "--database", "postgresql://u@/x?host=/nowhere"], 1),
    (["load", "office", "--database", "sqlite:////proc/no/grid.sqlite"], 1),
    (["load", "empty"], 1),
    (["load", "bad.csv"], 1),
    (["load", "bad.xlsx"], 1),
    (["check", "bad.geojson"], 1),
    (["check", "bad"], 1),
    (["undo"], 1),
    (["export", "problems"], 1),
    (["export", "x"], 1),
    (["export", "problems", "--format", "pdf"], 1),
    (["grid", "make"], 1),
    (["grid", "make", "--size", "wide"], 2),
    (["history", "--database", "mysql://x"], 1),
]


@pytest.mark.parametrize(
    ("arguments", "code"), BAD, ids=lambda value: "_".join(value) if isinstance(value, list) else ""
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_bad_input_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    language: str,
) -> None:
    write_office(tmp_path / "office", [problem("a")])
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00\x01\x80\x81" * 50)
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04garbage")
    (tmp_path / "bad.geojson").write_text('{"type": "FeatureCollection", "features": [{', encoding="utf-8")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "sources.toml").write_text("[place\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRID_LANGUAGE", language)
    try:
        assert main(arguments) == code
    except SystemExit as stop:
        assert stop.code == code
    captured = capsys.readouterr()
    said = [line for line in captured.err.splitlines() if line.strip()]
    assert captured.out == ""
    assert "Traceback" not in captured.err
    # Steps may come before it; the last line says what was wrong.
    assert said[-1][-1] in "。.；;"
    if code == 2:
        assert len(said) == 1


def test_settings_that_cannot_be_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRID_LANGUAGE", "fr")
    assert main(["history"]) == 1
    assert "Traceback" not in capsys.readouterr().err


def _program(*arguments: str, tmp_path: Path, **more: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"GRID_VAR_DIR": str(tmp_path / "var"), "PYTHONUTF8": "0"} | more
    command = [sys.executable, "-m", "etl", *arguments]
    # A background job hands down that Ctrl-C is to be ignored; a console's program starts with the default.
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252"])
def test_a_narrow_console_loses_no_work(office: str, tmp_path: Path, encoding: str) -> None:
    program = _program("load", office, "--json", tmp_path=tmp_path, PYTHONIOENCODING=encoding)
    out, err = program.communicate(timeout=60)
    assert program.returncode == 0, err.decode("utf-8", "replace")
    assert json.loads(out.decode("utf-8"))["run"] == 1
    assert b"Traceback" not in err


def test_a_reader_that_has_seen_enough(office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", office]) == 0
    program = _program("export", "cells", "--format", "geojson", tmp_path=tmp_path)
    assert program.stdout is not None
    program.stdout.close()
    assert program.stderr is not None
    assert b"Traceback" not in program.stderr.read()
    program.wait(30)


def test_ctrl_c_while_waiting_leaves_nothing_half_done(office: str, tmp_path: Path, any_url: str) -> None:
    assert main(["load", office, "--database", any_url]) == 0
    other = str(write_office(tmp_path / "other", [problem("z")], ledger="乙.csv"))
    with exclusive(connect(any_url)):
        program = _program("load", other, "--database", any_url, tmp_path=tmp_path)
        assert program.stderr is not None
        said = b""
        while "等待".encode() not in said:
            line = program.stderr.readline()
            assert line, said.decode("utf-8", "replace")
            said += line
        time.sleep(0.3)
        program.send_signal(signal.SIGINT)
        err = program.stderr.read().decode("utf-8")
        assert program.wait(30) == 130
    assert "Traceback" not in err
    assert err.strip().count("\n") == 0
    assert rows_of(any_url, schema.problem)["code"].tolist() == ["a"]
    assert main(["load", other, "--database", any_url]) == 0


def test_two_programs_at_once(tmp_path: Path, any_url: str) -> None:
    programs = []
    for number in range(3):
        rows = [problem(f"{number}-{i}") for i in range(50)]
        folder = write_office(tmp_path / str(number), rows, zones=ZONES, ledger=f"{number}.csv")
        programs.append(_program("load", str(folder), "--database", any_url, "--json", tmp_path=tmp_path))
    runs = []
    for program in programs:
        out, err = program.communicate(timeout=120)
        assert program.returncode == 0, err.decode("utf-8", "replace")
        runs.append(json.loads(out)["run"])
    assert sorted(runs) == [1, 2, 3]
    assert len(rows_of(any_url, schema.problem)) == 150
    with connect(any_url).connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.zone)) == 2


def test_sample_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = _out(capsys, "sample", str(tmp_path / "county"), "--scale", "1")
    assert str(tmp_path / "county") in out
    assert (tmp_path / "county" / "sources.toml").is_file()


def test_grid_make_tells_its_cells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", str(write_office(tmp_path / "office", [problem("a")], zones=ZONES))]) == 0
    capsys.readouterr()
    made = json.loads(_out(capsys, "grid", "make", "--size", "500", "--json"))
    assert made["sources"][0]["layer"] == "cells"
    assert made["sources"][0]["new"] >= 20
    assert main(["grid", "make"]) == 1


def test_wide_letters_are_counted_and_cut() -> None:
    assert width("片区a") == 5
    assert cut("片区" * 30, 20).startswith("片区")
    assert width(cut("片区" * 30 + ".xlsx", 20)) <= 20
    assert cut("a\x1b[31mb", 20) == "a [31mb"
    lines = aligned([["文件", "n"], ["片区.xlsx", 1234], ["a", 5]], right=[False, True]).splitlines()
    assert len({width(line) for line in lines}) == 1
    assert lines[1].endswith("1,234")


def test_one_line_is_written_over_on_a_terminal(tmp_path: Path) -> None:
    class Terminal:
        def __init__(self) -> None:
            self.text = ""

        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            pass

    terminal = Terminal()
    steps = Steps(terminal)  # type: ignore[arg-type]
    steps("正在读取 台账.csv")
    steps("完成")
    assert "\n" not in terminal.text
    assert terminal.text.endswith("\r完成" + " " * (width("正在读取 台账.csv") - 4))


def test_frames_of_history_are_typed(office: str, tmp_path: Path) -> None:
    from etl.load import history
    from settings import Settings

    empty = history(Settings(var_dir=tmp_path / "var"))
    assert main(["load", office]) == 0
    full = history(Settings(var_dir=tmp_path / "var"))
    assert list(empty.columns) == list(full.columns)
    assert isinstance(full["finished_at"].dtype, pd.DatetimeTZDtype)
