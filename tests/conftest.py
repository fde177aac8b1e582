"""What the tests stand on: a PostgreSQL of their own, the system's Chromium, the sample, and real files when present."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "data"
IN_CI = os.environ.get("CI") == "true"


def _missing(what: str, how: str) -> None:
    """Skips with one line that says how to get it; under CI=true a missing part is a failure."""
    message = f"{what} is missing: {how}"
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _postgres_programs() -> Path | None:
    """The newest server programs; their folder is not on Debian's PATH."""
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


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = _postgres_programs()
    has_postgis = programs and list(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    if programs is None or not has_postgis:
        _missing("PostgreSQL with PostGIS", "apt-get install postgresql postgresql-15-postgis-3")
    assert programs is not None
    server = Cluster(programs)
    yield server
    server.stop()


@pytest.fixture
def postgis_url(cluster: Cluster) -> str:
    """A fresh, empty PostGIS database."""
    return cluster.fresh()


@pytest.fixture
def new_postgis_url(cluster: Cluster) -> Callable[[], str]:
    """Makes further ones, for tests that need several."""
    return cluster.fresh


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'grid.sqlite'}"


@pytest.fixture(params=["sqlite", "postgis"])
def any_url(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn, fresh."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    _missing("Chromium", "apt-get install chromium")
    raise AssertionError


@pytest.fixture(scope="session")
def sample_dir() -> Path:
    """The committed sample county."""
    return ROOT / "data" / "sample"


def _real(folder: str) -> Path:
    path = REAL / folder
    if not path.is_dir():
        pytest.skip(f"the real files of {folder} do not lie beside this checkout ({path})")
    return path


@pytest.fixture(scope="session")
def boston_dir() -> Path:
    """A year of Boston's service requests, nobody's sample."""
    return _real("boston311")


@pytest.fixture(scope="session")
def china_dir() -> Path:
    """Shapefiles of Shanghai, Chongqing and Shenzhen."""
    return _real("china_gbk")
