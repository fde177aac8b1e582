"""The papers before a meeting: the whole pack of the sample and, where its files are, of a year of Boston.

`python -m benchmarks.pack [--rounds 3]`: loads each place once (var/bench), then every round makes all papers of it by
the command line, as a whole process. Seconds are by the clock and of the processor, whose share tells what others on
the machine took; the time of a paper is from its line on stderr to the next.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.load import FOLDER, ROOT, etl, timed
from dashboard.briefing.formats import FORMATS

WANTED_S = 15
SOURCES = {"sample": ROOT / "data" / "sample", "Boston": ROOT / "tests" / "real" / "boston311"}
BOSTON_FILES = ROOT.parent / "shared" / "data" / "boston311"
_BEFORE, _ZIP = "content", "zip"


def main() -> None:
    """Prints medians by paper and of the whole, and what was wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for name, source in SOURCES.items():
        if name == "Boston" and not BOSTON_FILES.is_dir():
            print(f"{name} is left out: its files do not lie in {BOSTON_FILES}")
            continue
        url = _loaded(name, source)
        _print(name, [made(url, FOLDER / f"pack-{name.lower()}") for _ in range(options.rounds)])


def made(url: str, folder: Path) -> dict[str, float]:
    """Seconds by paper, with `content` for all that comes before the first, `zip` up to the end of the process, and
    `wall` and `cpu` of all of it."""
    shutil.rmtree(folder, ignore_errors=True)
    command = (sys.executable, "-m", "dashboard", "briefing", "--database", url, "--format", "all", "-o", str(folder))
    started = last = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    seconds, paper = {}, _BEFORE
    for line in process.stderr:
        name = line.split()[-1]
        if name not in (*FORMATS, _ZIP):
            continue
        now = time.perf_counter()
        seconds[paper], paper, last = now - last, name, now
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed with status {status}: {' '.join(command)}")
    ended = time.perf_counter()
    seconds |= {paper: ended - last, "wall": ended - started, "cpu": usage.ru_utime + usage.ru_stime}
    return seconds


def _loaded(name: str, source: Path) -> str:
    """Address of a database with the place in it, made once."""
    path = FOLDER / f"pack-{name.lower()}.sqlite"
    url = f"sqlite:///{path}"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        timed(*etl("load", str(source), "--database", url))
    return url


def _print(name: str, rounds: list[dict[str, float]]) -> None:
    print(f"a pack of {name}, all papers, {len(rounds)} rounds")
    for paper in rounds[0]:
        seconds = [each[paper] for each in rounds]
        wanted = f"   (wanted: under {WANTED_S} s)" if paper == "wall" else ""
        print(f"{paper:8} median {statistics.median(seconds):5.1f} s ({min(seconds):.1f}–{max(seconds):.1f}){wanted}")


if __name__ == "__main__":
    main()
