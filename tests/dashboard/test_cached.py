"""What is kept between reruns, and what must never be: without a browser, straight through `cached`."""

import gc
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import streamlit as st

from dashboard import cached, queries
from dashboard.analysis import coverage, density, figures, responsibility, service
from dashboard.filters import Filters
from etl import schema
from etl.database import connect
from etl.errors import DatabaseAway, NoData, SettingsError
from settings import Settings
from tests import town as towns
from tests.dashboard.conftest import Town
from tests.town import NORTH, OWN, PLACE


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def filled(path: Path) -> Settings:
    settings = Settings(database_url=f"sqlite:///{path}")
    engine = connect(settings.url)
    towns.write_town(engine)
    engine.dispose()
    return settings


def load_one_more(settings: Settings) -> None:
    """Another process finishes run 2: one more problem, reported at the moment."""
    at = datetime(2026, 3, 21, tzinfo=UTC)
    run = {"place": PLACE, "run": 2, "kind": "load", "undoes": None, "started_at": at, "finished_at": at}
    problem = towns.problems()[-1] | OWN | {"code": "p17", "created_run": 2, "changed_run": 2}
    engine = connect(settings.url)
    towns.insert(engine, {schema.problem: [problem], schema.load_run: [run]})
    engine.dispose()


def test_each_call_gives_what_the_analysis_gives(tmp_path: Path, town: Town) -> None:
    look = cached.look(filled(tmp_path / "grid.sqlite"), Filters())
    assert look.filters == town.filters
    arguments = (town.county, town.snapshot, town.filters)
    shares = cached.shares(look)
    assert cached.headline(look) == figures.headline(*arguments, shares=shares, unserved_share=0.5)
    assert cached.cells(look).equals(density.cells(*arguments))
    assert cached.zones(look).equals(density.zones(*arguments))
    assert cached.card(look, "zones", NORTH) == responsibility.card(*arguments, "zones", NORTH)
    rankings = (cached.ranking_zones, cached.ranking_units)
    others = (
        cached.weeks,
        cached.coverage,
        cached.workload,
        cached.nobody,
        cached.points,
        cached.loads,
        cached.sources,
    )
    for call in (*rankings, *others):
        assert len(call(look)) > 0, call.__name__
    assert len(cached.refused(look, 1)) == 1
    assert len(cached.search(look, "李")) == 3
    assert cached.by_week(look, "cells", "open")[1].shape[1] == 9


def test_lists_say_the_state_as_of_the_moment(tmp_path: Path) -> None:
    look = cached.look(filled(tmp_path / "grid.sqlite"), Filters(as_of=towns.at("03-04 12:00")))
    rows = cached.cases(look, "open")
    told = cached.problems(look, rows)
    assert told["state"].to_dict() == {"p01": "reported", "p02": "reported", "p05": "deferred"}
    assert look.snapshot.keys[told["row"]].tolist() == told.index.tolist()
    late = cached.problems(look, cached.cases(look, "overdue"))
    assert late.empty and "days_overdue" in late


def test_a_second_look_computes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = filled(tmp_path / "grid.sqlite")
    first = cached.look(settings, Filters())
    told = cached.headline(first)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    for module, name in ((queries, "county"), (queries, "snapshot"), (figures, "headline")):
        monkeypatch.setattr(module, name, refuse)
    second = cached.look(settings, Filters())
    assert second.county is first.county and second.snapshot is first.snapshot
    assert cached.headline(second) == told
    with pytest.raises(AssertionError):
        cached.headline(cached.look(settings, Filters(unit=("环卫所",))))


def test_a_setting_that_matters_is_part_of_the_key_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = filled(tmp_path / "grid.sqlite")

    def other(**changed: object) -> Settings:
        return Settings(database_url=settings.url, **changed)  # type: ignore[arg-type]

    own = tmp_path / "standards.toml"
    own.write_text("[toilet.radius]\nvalue = 75\n", encoding="utf-8")
    assert cached.headline(cached.look(settings, Filters()))["unserved_toilet"].value == 0
    assert cached.headline(cached.look(other(standards=own), Filters()))["unserved_toilet"].value == 8
    assert cached.ranking_zones(cached.look(other(rank_at_least=3), Filters()))["is_ranked"].all()
    assert not cached.ranking_zones(cached.look(settings, Filters()))["is_ranked"].any()
    calls = []
    monkeypatch.setattr(figures, "headline", lambda *_, **__: calls.append(1))
    cached.headline(cached.look(other(language="en", map_mark="x", rank_at_least=99), Filters()))
    assert not calls


def test_coverage_is_kept_whatever_problems_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = filled(tmp_path / "grid.sqlite")
    told = cached.coverage(cached.look(settings, Filters()))
    plain, calls = coverage.facts, []

    def counted(*arguments: object, **named: object) -> object:
        calls.append(1)
        return plain(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(coverage, "facts", counted)
    others = Filters(category=("垃圾",), state=("reported",), source=("督查",), unit=("环卫所",), is_overdue_only=True)
    assert cached.coverage(cached.look(settings, others)).equals(told)
    assert not calls
    cached.headline(cached.look(settings, Filters()))
    assert len(calls) == 1  # those of a week earlier
    for filters in (Filters(zone=(NORTH,)), Filters(cell="C5"), Filters(as_of=towns.at("03-04 12:00"))):
        before = len(calls)
        cached.coverage(cached.look(settings, filters))
        assert len(calls) > before, filters


def test_reach_is_found_once_for_a_rule_whatever_is_filtered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = filled(tmp_path / "grid.sqlite")
    plain, calls = service.reach, []

    def counted(*arguments: object, **named: object) -> object:
        calls.append(arguments[2])
        return plain(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "reach", counted)

    def asked(rule: service.Rule, settings: Settings = settings, **chosen: object) -> service.Service:
        return cached.service(cached.look(settings, Filters(**chosen)), rule)  # type: ignore[arg-type]

    usual = service.Rule()
    whole = asked(usual)
    assert len(whole.cells) == 9 and calls == [usual]
    assert len(asked(usual, zone=(NORTH,)).cells) == 3 and asked(usual, cell="C5").cells.index.tolist() == ["C5"]
    asked(usual, category=("垃圾",), as_of=towns.at("03-04 12:00"))
    strict = Settings(database_url=settings.url, unserved_share=1.0)
    assert len(asked(usual, strict).unserved) >= len(whole.unserved)
    assert calls == [usual]
    for rule in (
        service.Rule("market"),
        service.Rule(method="on_foot"),
        service.Rule(standard="life_circle.ten_minutes"),
    ):
        asked(rule)
        assert calls[-1] == rule
    # A market that opens in 2027 serves then; the toilets are the ones of before.
    asked(service.Rule("market"), as_of=towns.at("2027-01-02 12:00"))
    asked(usual, as_of=towns.at("2027-01-02 12:00"))
    assert [rule.kind for rule in calls].count("market") == 2 and calls.count(usual) == 1
    own = tmp_path / "standards.toml"
    own.write_text("[toilet.radius]\nvalue = 75\n", encoding="utf-8")
    assert len(asked(usual, Settings(database_url=settings.url, standards=own)).unserved) == 8
    assert calls.count(usual) == 2


def test_standards_are_read_again_when_their_file_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "standards.toml"
    own.write_text("[toilet.radius]\nvalue = 75\n", encoding="utf-8")
    url = filled(tmp_path / "grid.sqlite").url
    settings = Settings(database_url=url, standards=own)
    first = cached.look(settings, Filters()).standards
    assert cached.look(settings, Filters()).standards is first
    own.write_text("[toilet.radius]\nvalue = 85\n", encoding="utf-8")
    os.utime(own, ns=(1, 1))
    assert cached.look(settings, Filters()).standards.entries["toilet.radius"].value == 85
    own.unlink()
    with pytest.raises(SettingsError):
        cached.look(settings, Filters())


def test_an_older_version_of_a_database_made_anew_is_not_the_one_before(tmp_path: Path) -> None:
    settings = filled(tmp_path / "grid.sqlite")
    load_one_more(settings)
    first = cached.look(settings, Filters(version=1))
    run = schema.load_run
    with connect(settings.url).begin() as connection:
        later = datetime(2026, 3, 22, tzinfo=UTC)
        connection.execute(sa.update(run).where(run.c.run == 2).values(finished_at=later))
    assert cached.look(settings, Filters(version=1)).data_key != first.data_key


def test_a_rerun_does_not_collect_the_data(tmp_path: Path) -> None:
    cached.look(filled(tmp_path / "grid.sqlite"), Filters())
    assert gc.get_freeze_count() > 10_000


def test_a_load_by_another_process_shows_on_the_next_rerun(tmp_path: Path) -> None:
    settings = filled(tmp_path / "grid.sqlite")
    assert cached.headline(cached.look(settings, Filters()))["reported"].value == 14
    load_one_more(settings)
    look = cached.look(settings, Filters())
    assert look.county.data_version == 2
    assert cached.headline(look)["reported"].value == 15
    assert cached.headline(cached.look(settings, Filters(version=1)))["reported"].value == 14
    assert cached.look(settings, Filters(version=99)).county.data_version == 2


def test_a_database_made_anew_is_never_taken_for_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "grid.sqlite"
    settings = filled(path)
    assert cached.headline(cached.look(settings, Filters()))["reported"].value == 14
    path.rename(tmp_path / "old.sqlite")
    rows = towns.town_rows()
    rows[schema.problem] = rows[schema.problem][:3]
    rows[schema.load_run][0]["finished_at"] = datetime(2026, 3, 25, tzinfo=UTC)
    towns.write_town(connect(settings.url), rows)
    look = cached.look(settings, Filters())
    assert look.county.data_version == 1 and len(look.snapshot) == 3


def test_the_database_away_and_back(tmp_path: Path) -> None:
    path = tmp_path / "grid.sqlite"
    settings = filled(path)
    cached.look(settings, Filters())
    content = path.read_bytes()
    path.unlink()
    with pytest.raises((NoData, DatabaseAway)):
        cached.look(settings, Filters())
    path.write_bytes(b"x" * 4096)
    with pytest.raises(DatabaseAway):
        cached.look(settings, Filters())
    path.write_bytes(content)
    assert cached.headline(cached.look(settings, Filters()))["reported"].value == 14


def test_no_data_and_no_such_place(tmp_path: Path) -> None:
    with pytest.raises(NoData):
        cached.look(Settings(database_url=f"sqlite:///{tmp_path / 'none.sqlite'}"), Filters())
    settings = filled(tmp_path / "grid.sqlite")
    with pytest.raises(NoData, match="110000"):
        cached.look(Settings(database_url=settings.url, place="110000"), Filters())
    assert [place.code for place in cached.places(settings)] == [PLACE]


def test_what_one_session_does_to_a_frame_no_other_sees(tmp_path: Path) -> None:
    look = cached.look(filled(tmp_path / "grid.sqlite"), Filters())
    mine = cached.cells(look)
    mine["open"] = 999
    assert cached.cells(look)["open"].max() == 4


def test_other_patrol_hours_are_other_answers(tmp_path: Path) -> None:
    settings = filled(tmp_path / "grid.sqlite")
    counts = []
    for begins in ("00:00", "23:00"):
        look = cached.look(replace(settings, patrol_from=begins, patrol_to="23:59"), Filters(shift=("in",)))
        counts.append(len(cached.cases(look)))
    assert counts[0] > counts[1]
