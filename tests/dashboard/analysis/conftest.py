"""The committed sample, loaded once."""

from pathlib import Path

import pytest

from dashboard import queries
from dashboard.county import County
from etl.database import connect
from etl.load import load
from settings import Settings


@pytest.fixture(scope="package")
def sample_county(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> County:
    folder = tmp_path_factory.mktemp("sample")
    url = f"sqlite:///{folder / 'grid.sqlite'}"
    load([sample_dir], Settings(database_url=url, var_dir=folder), progress=lambda _: None)
    engine = connect(url)
    return queries.county(engine, queries.place(engine))
