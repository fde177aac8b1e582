"""What the command line shows: steps on stderr, tables on stdout, Chinese aligned."""

import sys
import unicodedata
from collections.abc import Sequence
from shutil import get_terminal_size
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import pandas as pd

from etl import messages
from etl.load import COUNTS, Report

_WIDEST = 48


class Steps:
    """One line that is written over on a terminal, a line per step elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self._shown = 0

    def __call__(self, sentence: str) -> None:
        if not self.is_terminal:
            print(sentence, file=self.stream, flush=True)
            return
        line = cut(sentence, max(20, get_terminal_size().columns - 1))
        # Spaces instead of an escape sequence: older consoles of Windows print those.
        self.stream.write("\r" + line + " " * max(0, self._shown - width(line)))
        self.stream.flush()
        self._shown = width(line)

    def stay(self, sentence: str) -> None:
        """A sentence that stays on a line of its own."""
        self.clear()
        print(sentence, file=self.stream, flush=True)

    def clear(self) -> None:
        """Leaves an empty line, for what comes next."""
        if self._shown:
            self.stream.write("\r" + " " * self._shown + "\r")
            self.stream.flush()
            self._shown = 0


def use_safe_encoding() -> None:
    """UTF-8 into pipes, whatever the system's code page; on a terminal a character it lacks becomes a mark."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and stream.isatty():
            reconfigure(errors="replace")
        elif reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def width(text: str) -> int:
    """Columns of a terminal that the text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, columns: int) -> str:
    """The text without control characters, its middle left out where it is too wide."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if width(text) <= columns:
        return text
    tail = text
    while width(tail) > columns // 2:
        tail = tail[1:]
    head = text
    while width(head) > columns - 1 - width(tail):
        head = head[:-1]
    return f"{head}…{tail}"


def aligned(rows: Sequence[Sequence[Any]], *, right: Sequence[bool]) -> str:
    """A table as text, first row the headings; `right`: which columns are numbers."""
    texts = [[cut(f"{cell:,}" if isinstance(cell, int) else str(cell), _WIDEST) for cell in row] for row in rows]
    widths = [max(width(row[column]) for row in texts) for column in range(len(right))]
    lines = []
    for row in texts:
        cells = [
            " " * (wide - width(cell)) + cell if is_number else cell + " " * (wide - width(cell))
            for cell, wide, is_number in zip(row, widths, right, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def report_as_text(report: Report) -> str:
    """A load, a check or an undo for people: a table, notes as sentences, refused sheets, the next step."""

    def say(code: str, **values: Any) -> str:
        return messages.sentence((code, values), report.language)

    is_new = report.kind != "load" or report.run is not None
    done = f"cli_{report.kind}_done" if is_new else "cli_load_same"
    lines = [say(done, run=report.run, place=report.place, seconds=round(report.seconds, 1))]
    if report.sources:
        names = ("path", "layer", *COUNTS, "coordinates")
        rows: list[Sequence[Any]] = [[say(f"cli_column_{name}") for name in names]]
        for source in report.sources:
            counts = [getattr(source, name) for name in COUNTS]
            rows.append([source.path, say(f"cli_layer_{source.layer}"), *counts, source.coordinates or "-"])
        sums = [sum(getattr(source, name) for source in report.sources) for name in COUNTS]
        rows.append([say("cli_total"), "", *sums, ""])
        lines += ["", aligned(rows, right=[False, False, *[True] * len(COUNTS), False])]
    told: list[tuple[str | None, messages.Note]] = [(None, note) for note in report.notes]
    told += [(source.path, note) for source in report.sources for note in source.notes]
    if told:
        lines.append("")
    colon = "：" if report.language == "zh" else ": "
    for path, note in told:
        sentence = messages.sentence(note, report.language)
        lines.append(f"- {path}{colon}{sentence}" if path else f"- {sentence}")
    back = [str(source.refused_file) for source in report.sources if source.refused_file]
    if back:
        lines += ["", say("cli_refused_files"), *(f"  {path}" for path in back)]
    return "\n".join([*lines, "", say(f"cli_{report.kind}_next" if is_new else "cli_load_same_next")])


def history_as_text(history: pd.DataFrame, zones: dict[str, str], language: str) -> str:
    """The list of runs, newest first, instants in the places' time; `zones`: time zone by place."""

    def say(code: str, **values: Any) -> str:
        return messages.sentence((code, values), language)

    names = ("run", "kind", "finished_at", "files", *COUNTS)
    rows: list[Sequence[Any]] = [[say(f"cli_column_{name}") for name in names]]
    for _, of_run in history.iloc[::-1].groupby(["place", "run"], sort=False):
        first = of_run.iloc[0]
        kind = say(f"cli_kind_{first['kind']}", run=first["undoes"])
        if first["is_undone"]:
            kind += say("cli_is_undone")
        moment = first["finished_at"].tz_convert(ZoneInfo(zones[first["place"]])).strftime("%Y-%m-%d %H:%M")
        counts = [int(of_run[name].sum()) for name in COUNTS]
        rows.append([str(first["run"]), kind, moment, int(of_run["path"].nunique()), *counts])
    return aligned(rows, right=[True, False, False, *[True] * (1 + len(COUNTS))])
