"""What the tests stand on: a PostgreSQL of their own, the system's Chromium, the sample, real files."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

from tests.cluster import Cluster, postgis_programs
from tests.examples import THOROUGH
from tests.serving import load_sample

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "data"
IN_CI = os.environ.get("CI") == "true"

# Two suites share two cores: how long an example takes says nothing about the code.
hypothesis.settings.register_profile("shared", deadline=None, max_examples=50)
hypothesis.settings.register_profile(THOROUGH, deadline=None, max_examples=500)
hypothesis.settings.load_profile("shared")


def _missing(what: str, how: str) -> None:
    """Skips with one line that says how to get it; under CI=true a missing part is a failure."""
    message = f"{what} is missing: {how}"
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = postgis_programs()
    if programs is None:
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


@pytest.fixture(scope="session")
def sample_file(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample loaded into SQLite, by whichever worker needs it first; to be read, or copied."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample"
    folder.mkdir(exist_ok=True)
    path = folder / "grid.sqlite"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            load_sample(f"sqlite:///{path}", folder)
            # All of it in the one file that is copied.
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
            (folder / "done").touch()
    return path


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
