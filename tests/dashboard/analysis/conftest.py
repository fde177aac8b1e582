"""The committed sample, loaded once."""

from pathlib import Path

import pytest

from dashboard import queries
from dashboard.county import County
from etl.database import connect


@pytest.fixture(scope="package")
def sample_county(sample_file: Path) -> County:
    engine = connect(f"sqlite:///{sample_file}")
    return queries.county(engine, queries.place(engine))
