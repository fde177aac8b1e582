"""Streamlit servers to measure, each a process of its own whose memory can be read, and the county they show."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import FOLDER, ROOT, prepare

OURS = ROOT / "streamlit_app.py"
_STARTS_WITHIN_S = 60


@dataclass(frozen=True)
class Server:
    """A running Streamlit."""

    address: str
    pid: int

    def memory_mb(self) -> tuple[float, float]:
        """Resident memory now, and the most it ever was."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        now, peak = (int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) for name in ("VmRSS", "VmHWM"))  # type: ignore[index]
        return now / 1024, peak / 1024

    def cpu_s(self) -> float:
        """Processor seconds used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def county_url(scale: int) -> str:
    """The address of the SQLite file with the whole county of `benchmarks.load`, made where it is missing."""
    prepare(scale)
    database = FOLDER / f"county-{scale}.sqlite"
    if not database.exists():
        raise SystemExit(f"{database} is missing; remove {FOLDER}/ledger-{scale}.csv, so that both are made anew")
    return f"sqlite:///{database}"


@contextmanager
def served(script: Path, database_url: str, folder: Path) -> Iterator[Server]:
    """`script` as a server on a free port until the end of the block; what it says goes to a log in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRID_")}
    environment = {**kept, "DATABASE_URL": database_url, "GRID_VAR_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    log = folder / f"{script.stem}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=said,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"a server did not start: {log.read_text(encoding='utf-8', errors='replace')}")
