"""A PostgreSQL with PostGIS for tests and benchmarks, that touches none that is already there."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg


def postgis_programs() -> Path | None:
    """The folder of the newest server programs (not on Debian's PATH); None without them or without PostGIS."""
    if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")) and not shutil.which("postgis"):
        return None
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Cluster:
    """A throw-away PostgreSQL in a temporary folder, reached by a socket there and by no port."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="grid-pg-", dir="/tmp"))  # a socket's path has 107 bytes at most
        self.account: dict[str, object] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            postgres = pwd.getpwnam("postgres")
            self.account = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
            os.chown(self.folder, postgres.pw_uid, postgres.pw_gid)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off "
            "-c synchronous_commit=off -c full_page_writes=off -c max_connections=40"
        )
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-o", options, "-w", "start")
        self._numbers = itertools.count()
        self.execute("CREATE DATABASE with_postgis", "postgres")
        self.execute("CREATE EXTENSION postgis", "with_postgis")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.programs / program), *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            **self.account,  # type: ignore[call-overload]
        )

    def execute(self, statement: str, database: str) -> None:
        """Runs one statement outside a transaction."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def fresh(self) -> str:
        """The SQLAlchemy address of a new, empty database with PostGIS."""
        name = f"town_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE with_postgis", "postgres")
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
