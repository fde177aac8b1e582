"""Loads that wait to be killed: reads a folder per line, forks a child that loads it, tells the child's number.

Everything is imported once, so that a try costs a fork and a load. Run by `test_kill.py` as a program of its own,
because a process with threads must not fork.
"""

import importlib
import os
import sys
from pathlib import Path

from etl.load import load
from settings import Settings

# What a load imports late; a child must not do it every time.
LATE = ("adbc_driver_postgresql.dbapi", "adbc_driver_sqlite.dbapi", "defusedxml.ElementTree", "pyarrow.dataset")


def _serve(url: str, var: Path) -> None:
    for name in LATE:
        importlib.import_module(name)
    print("ready", flush=True)
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            code = 1
            try:
                load([Path(line.strip())], Settings(database_url=url, var_dir=var), progress=lambda _: None)
                code = 0
            finally:
                os._exit(code)
        print(child, flush=True)
        sys.stdin.readline()  # until then a child that has ended keeps its number, and nobody else is killed
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]))
