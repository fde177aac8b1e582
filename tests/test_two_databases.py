"""The sample in both databases: every table and every table of the command line must be equal."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.__main__ import main
from etl import schema
from etl.database import connect, read_frame
from etl.load import load
from settings import Settings
from tests.cluster import Cluster
from tests.serving import load_sample

TABLES = ("zones", "cells", "coverage", "responsibility", "ranking")
FILTERS: dict[str, tuple[str, ...]] = {
    "as it is": (),
    "overdue": ("--overdue",),
    "an earlier moment": ("--as-of", "2026-09-30"),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, sample_file: Path, cluster: Cluster) -> dict[str, str]:
    """The sample's address in each database."""
    folder = tmp_path_factory.mktemp("both")
    urls = {"sqlite": f"sqlite:///{shutil.copy(sample_file, folder)}", "postgis": cluster.fresh()}
    load_sample(urls["postgis"], folder)
    return urls


def _rows(url: str, table: sa.Table) -> pd.DataFrame:
    clock = {"started_at", "finished_at"}  # when the run was, not what it brought
    columns = [column for column in table.columns if column.name not in clock]
    frame = read_frame(connect(url), sa.select(*columns))
    return frame.sort_values([column.name for column in table.primary_key]).reset_index(drop=True)


@pytest.mark.postgis
@pytest.mark.parametrize("name", sorted(schema.metadata.tables))
def test_every_table_is_equal(loaded: dict[str, str], name: str) -> None:
    table = schema.metadata.tables[name]
    one, other = (_rows(url, table) for url in loaded.values())
    if name not in ("row_event",):  # a first load changes nothing, so it has no events
        assert len(one)
    if "geometry" in one:
        same = [a.equals_exact(b, 0) for a, b in zip(one.pop("geometry"), other.pop("geometry"), strict=True)]
        assert np.all(same)
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.postgis
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_command_line_is_equal(
    loaded: dict[str, str], table: str, filters: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(url: str) -> str:
        assert main(["table", table, *filters, "--format", "csv", "--database", url]) == 0
        return capsys.readouterr().out

    one, other = (answer(url) for url in loaded.values())
    assert one.count("\n") > 3
    assert one == other


@pytest.mark.postgis
def test_a_briefing_says_the_same_numbers(loaded: dict[str, str], tmp_path: Path) -> None:
    told = []
    for name, url in loaded.items():
        folder = tmp_path / name
        assert main(["briefing", "--format", "json", "-o", str(folder), "--database", url]) == 0
        told.append((folder / "figures.json").read_bytes())
    assert len(told[0]) > 100_000
    assert told[0] == told[1]


@pytest.mark.postgis
@pytest.mark.parametrize("database", ["sqlite", "postgis"])
def test_a_second_load_changes_nothing(loaded: dict[str, str], tmp_path: Path, sample_dir: Path, database: str) -> None:
    url = loaded[database]
    before = {name: _rows(url, schema.metadata.tables[name]) for name in ("problem", "assignment", "cell")}
    again = load([sample_dir], Settings(database_url=url, var_dir=tmp_path), progress=lambda _: None).as_dict()
    assert all(source["new"] == source["changed"] == source["gone"] == 0 for source in again["sources"])
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, _rows(url, schema.metadata.tables[name]))
