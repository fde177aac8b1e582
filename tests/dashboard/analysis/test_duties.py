"""Who has to be found: the town's terms (w1: C1, C2, C4; w2: C5 until yesterday; w3: C3 from tomorrow; w4: C6, C7, C8;
C9 has only a leader), and what is laid over them."""

from dataclasses import replace
from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import assignments, duties, handouts
from dashboard.county import County
from tests.dashboard.conftest import Town

DAY = date(2026, 3, 20)


def with_terms(county: County, *rows: tuple[str, str, str, str, str, str]) -> County:
    """The county with more terms: layer, target, role, party, from, to ("": open)."""
    more = pd.DataFrame(rows, columns=["target_layer", "target", "role", "party", "valid_from", "valid_to"])
    for name in ("valid_from", "valid_to"):
        more[name] = pd.to_datetime(more[name].replace("", None)).astype("datetime64[s]")
    more["code"] = [f"m{number}" for number in range(len(more))]
    kept = county.assignments.astype({"valid_from": "datetime64[s]", "valid_to": "datetime64[s]"})
    return replace(county, assignments=pd.concat([kept, more[kept.columns]], ignore_index=True))


def found(town: Town, county: County, layer: str = "cell", within_days: int = 30, **chosen: object) -> pd.DataFrame:
    return duties.duties(county, town.snapshot, town.at(**chosen), layer=layer, within_days=within_days)


def test_the_town_by_hand(town: Town) -> None:
    told = found(town, town.county)
    assert told["state"].to_dict() == {
        "C9": "nobody", "C5": "ended", "C3": "not_yet", "C1": "one", "C2": "one", "C4": "one", "C6": "one",
        "C7": "one", "C8": "one",
    }  # fmt: skip
    assert told.index.tolist()[:3] == ["C9", "C5", "C3"], "the most urgent first"
    assert told["is_unassigned"].tolist() == [True] * 3 + [False] * 6
    assert told.loc["C5", ["last_name", "zone_name", "people", "open", "overdue"]].tolist() == [
        "周二",
        "南片区",
        500,
        4,
        2,
    ]
    assert told["until"].isna().all()
    assert duties.counts(told)[["nobody", "ended", "not_yet", "one"]].tolist() == [1, 1, 1, 6]


def test_a_term_that_runs_out_is_told_ahead_unless_somebody_follows(town: Town) -> None:
    county = with_terms(
        town.county,
        ("cell", "C9", "grid_worker", "w1", "2026-01-01", "2026-04-19"),  # thirty days from now
        ("cell", "C5", "grid_worker", "w1", "2026-03-20", "2026-03-31"),
        ("cell", "C5", "grid_worker", "w2", "2026-04-01", ""),  # follows the day after
    )
    told = found(town, county)
    assert told.loc[["C9", "C5"], "state"].tolist() == ["runs_out", "one"]
    assert str(told.loc["C9", "until"].date()) == "2026-04-19" and not told.loc["C9", "is_unassigned"]
    assert found(town, county, within_days=29).loc["C9", "state"] == "one"
    late = with_terms(county, ("cell", "C9", "grid_worker", "w2", "2026-04-21", ""))  # a day with nobody between
    assert found(town, late).loc["C9", "state"] == "runs_out"
    open_ended = with_terms(county, ("cell", "C9", "grid_worker", "w1", "2026-02-01", ""))
    assert found(town, open_ended).loc["C9", "state"] == "one"


def test_facilities_in_use(town: Town) -> None:
    told = found(town, town.county, "facility")
    assert told["state"].to_dict() == {"f1": "not_known", "f4": "not_known"}, "closed, planned, of next year: not asked"
    assert told["is_unassigned"].isna().all() and told["open"].isna().all()
    county = with_terms(town.county, ("facility", "f1", "manager", "w1", "", "2026-03-25"))
    told = found(town, county, "facility")
    assert told["state"].to_dict() == {"f4": "nobody", "f1": "runs_out"}
    assert told.loc["f4", ["kind", "cell", "zone_name"]].tolist() == ["market", "C9", "南片区"]
    assert found(town, county, "facility", cell="C5").index.tolist() == ["f1"]


def test_zones_of_the_filters_and_a_town_without_assignments(town: Town, bare_town: Town) -> None:
    assert set(found(town, town.county, zone=("999900001",)).index) == {"C1", "C2", "C3"}
    told = found(bare_town, bare_town.county)
    assert set(told["state"]) == {"not_known"} and told["is_unassigned"].isna().all()
    lines = handouts.lines(bare_town.county, told, DAY)
    assert lines["target"].tolist() == [f"C{number}" for number in range(1, 10)] and lines["is_wanted"].all()
    assert found(bare_town, bare_town.county, "facility").empty


def test_problems_are_counted_whatever_filter_chooses_them(town: Town) -> None:
    told = found(town, town.county, category=("市容",), is_overdue_only=True)
    pd.testing.assert_frame_equal(told, found(town, town.county))


def test_people_over_a_limit_of_their_own_not_of_a_zone(town: Town) -> None:
    def carried(**chosen: object) -> pd.DataFrame:
        return duties.carried(town.county, town.snapshot, town.at(**chosen), cells_limit=2, problems_limit=2)

    assert duties.over_limit(carried()).index.tolist() == ["w4", "w1"]
    assert carried()[["cells", "open"]].values.tolist() == [[3, 2], [3, 1]]
    # w1 has two cells in the north and one in the south: three all the same.
    assert duties.over_limit(carried(zone=("999900001",))).index.tolist() == ["w1"]
    assert carried(zone=("999900001",), category=("市容",))["cells"].tolist() == [3]
    assert carried(cell="C9").empty


def test_lines_to_fill_in_by_hand(town: Town) -> None:
    county = with_terms(
        town.county, ("cell", "C9", "grid_worker", "u1", "", ""), ("cell", "C1", "grid_worker", "w9", "", "")
    )
    told = handouts.lines(county, found(town, county), DAY)
    shown = [list(line) for line in zip(told["target"], told["is_wanted"], told["name"].fillna(""), strict=True)]
    assert shown[:6] == [
        ["C5", True, ""], ["C3", True, ""], ["C3", False, "吴三"], ["C9", True, ""], ["C9", False, "城管局"],
        ["C1", False, "w9"],
    ]  # fmt: skip
    assert told["target"].tolist()[5:] == ["C1", "C1", "C2", "C4", "C6", "C7", "C8"]
    assert told.loc[told["is_wanted"], "code"].isna().all() and told.loc[~told["is_wanted"], "code"].notna().all()
    assert set(told["role"]) == {"grid_worker"} and set(told["zone"]) == {"999900001", "999900002"}


@settings(max_examples=30, deadline=None)
@given(
    days=st.integers(-400, 400),
    within=st.integers(0, 400),
    extra=st.lists(
        st.tuples(st.sampled_from("123456789"), st.sampled_from(["w1", "w2", "u1", "x"]), st.integers(-30, 30),
                  st.integers(0, 60)), max_size=6,
    ),
)  # fmt: skip
def test_states_part_the_cells_and_lines_lose_no_term(
    town: Town, days: int, within: int, extra: list[tuple[str, str, int, int]]
) -> None:
    day = date.fromordinal(DAY.toordinal() + days)
    terms = [
        ("cell", f"C{cell}", "grid_worker", party, *(str(date.fromordinal(DAY.toordinal() + at)) for at in (a, a + n)))
        for cell, party, a, n in extra
    ]
    county = with_terms(town.county, *terms)  # type: ignore[arg-type]
    told = found(town, county, within_days=within, as_of=town.filters.moment + pd.Timedelta(days=days))
    assert sorted(told.index) == sorted(county.cells.index) and duties.counts(told).sum() == len(county.cells)
    is_unassigned = assignments.is_unassigned(county, day)
    assert told["is_unassigned"].reindex(is_unassigned.index).tolist() == is_unassigned.tolist()
    held = assignments.held(county, day)["state"]
    merged = told["state"].replace("runs_out", "one").reindex(held.index)
    assert merged.tolist() == held.tolist()
    lines = handouts.lines(county, told, day)
    of_cells = duties.of_layer(county, "cell")
    left = of_cells[~(of_cells["valid_to"] < pd.Timestamp(day))]
    assert sorted(lines["code"].dropna()) == sorted(left["code"])
    assert sorted(lines.loc[lines["is_wanted"], "target"]) == sorted(told.index[told["state"].isin(duties.TO_ASSIGN)])
