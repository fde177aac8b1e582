"""A database made before there were notices: it goes on as it is, and the next load makes what it lacks."""

from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard import queries
from etl import schema
from etl.database import connect, is_created
from etl.errors import NoData
from etl.export import read_layer
from etl.load import check, load, undo
from tests.etl.office import ZONES, problem, quiet, rows_of, settings_for, write_office

LEDGER = """文号,事项,受文单位,下发时间,回复期限,回复时间
督〔2026〕1号,占道经营,城管局,2026-11-03,7日内,2026-11-06
督〔2026〕2号,乱堆乱放,城管局,2026-11-04,2026-11-10,
"""


def _without_notices(url: str) -> None:
    with connect(url).begin() as connection:
        schema.notice.drop(connection)


def test_an_older_database_is_read_checked_loaded_and_taken_back(tmp_path: Path, any_url: str) -> None:
    chosen = settings_for(any_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a")], zones=ZONES)], chosen, progress=quiet)
    _without_notices(any_url)
    engine = connect(any_url)
    place = queries.place(engine)

    before = queries.county(engine, place)
    assert before.notices.empty
    with pytest.raises(NoData):
        read_layer(chosen, "notices")
    file = tmp_path / "整改通知书台账.csv"
    file.write_text(LEDGER, encoding="utf-8")
    (told,) = check([file], chosen, progress=quiet).sources
    assert (told.layer, told.read, told.new, told.refused) == ("notices", 2, 2, 0)
    assert not is_created(engine, schema.notice)

    assert load([file], chosen, progress=quiet).sources[0].new == 2
    after = queries.county(engine, place)
    assert after.notices["number"].tolist() == ["督〔2026〕1号", "督〔2026〕2号"]
    # What the empty layer was, it is with rows too.
    pd.testing.assert_series_equal(before.notices.dtypes, after.notices.dtypes)
    assert queries.county(engine, place, 1).notices.empty

    assert undo(chosen).undoes == 2
    assert rows_of(any_url, schema.notice).empty
    _without_notices(any_url)
    assert undo(chosen).undoes == 1
    assert rows_of(any_url, schema.problem).empty


def test_a_notice_answered_later_is_a_change_that_history_knows(tmp_path: Path, sqlite_url: str) -> None:
    chosen = settings_for(sqlite_url, tmp_path)
    load([write_office(tmp_path / "office", [problem("a")], zones=ZONES)], chosen, progress=quiet)
    file = tmp_path / "整改通知书台账.csv"
    for text in (LEDGER, LEDGER.replace("2026-11-10,\n", "2026-11-10,2026-11-12\n")):
        file.write_text(text, encoding="utf-8")
        (source,) = load([file], chosen, progress=quiet).sources
    assert (source.new, source.changed, source.unchanged) == (0, 1, 1)
    engine = connect(sqlite_url)
    back = [queries.county(engine, queries.place(engine), run).notices["back_at"].notna().sum() for run in (2, 3)]
    assert back == [1, 2]
    with engine.connect() as connection:
        changed = connection.execute(sa.select(schema.row_event.c.key, schema.row_event.c.column)).all()
    assert ("督〔2026〕2号 城管局", "back_at") in {tuple(row) for row in changed}
