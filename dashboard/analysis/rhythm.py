"""How often somebody looked, against how often somebody must, and whether it was the one whose cell it is."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import county as counties
from dashboard.analysis import assignments, recorded, unseen, visits
from dashboard.analysis.cases import cases, day_number

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standard

FOUND, NOTHING_FOUND, NOT_LOOKED, NOT_KNOWN = "found", "nothing_found", "not_looked", "not_known"
FINDINGS = (FOUND, NOTHING_FOUND, NOT_LOOKED, NOT_KNOWN)
"""Of a cell in the period: problems were reported; somebody looked and none was; nobody looked, so that none reported
says nothing; none was reported and the place keeps no visits."""

OWN, ELSEWHERE, WITHOUT_CELLS, IN_NO_CELL, NAMELESS = "own", "elsewhere", "without_cells", "in_no_cell", "nameless"
WHERE = (OWN, ELSEWHERE, WITHOUT_CELLS, IN_NO_CELL, NAMELESS)
"""Of a visit: in a cell that was the visitor's on that day; in another one; by somebody who had no cell on that day; at
a place in no cell; by nobody told."""

Codes = npt.NDArray[np.int64]
_FAR = 2**18
"""Days before or after 1970 that no date reaches."""


def cells(county: "County", filters: "Filters", required: "Standard") -> pd.DataFrame:
    """All cells, in their order, against the rhythm required of them (days; by setting where the standard says so).

    Columns: required_days; days_since (Int64; from the last visit to the moment, NA: never); days_unseen (Int64; the
    same, of a cell never visited from its first day on, NA: nobody knows since when); longest_gap_days (Int64; in the
    period up to the moment, between two visits or a visit and the period's end; of a cell that began in between, from
    its first day); is_late (boolean; longer ago than required, or never in as long); is_kept (boolean; no gap longer
    than required). All but the first NA where no visit is known at the moment. A period shorter than the required days
    can be kept without a visit.
    """
    start, end = filters.period
    today = day_number(county.place.local_day(filters.moment))
    first, last = day_number(start) - 1, min(day_number(end), today)
    days = required.by_cell(county.cells["setting"])
    begun = county.cells["valid_from"].to_numpy(dtype="datetime64[D]")
    begins = np.where(np.isnat(begun), first, np.maximum(begun.astype(np.int64) - 1, first))
    gap = _longest_gap(county, filters, begins, max(last, first))
    seen = visits.cells(county, filters)["last_visit"].to_numpy(dtype="datetime64[D]")
    never = np.isnat(seen)
    since = np.where(never, 0, today - seen.astype(np.int64))
    # A cell of three days is not late with a visit that is due within seven.
    waited = np.where(~never, since, np.where(np.isnat(begun), np.inf, today - begun.astype(np.int64)))
    unknown = np.full(len(days), not recorded.has_visits(county, filters.moment))
    return pd.DataFrame(
        {
            "required_days": days,
            "days_since": pd.arrays.IntegerArray(since.astype(np.int64), unknown | never),
            "days_unseen": pd.arrays.IntegerArray(
                np.where(np.isinf(waited), 0, waited).astype(np.int64), unknown | np.isinf(waited)
            ),
            "longest_gap_days": pd.arrays.IntegerArray(gap, unknown),
            "is_late": pd.arrays.BooleanArray(waited > days.to_numpy(), unknown.copy()),
            "is_kept": pd.arrays.BooleanArray(gap <= days.to_numpy(), unknown.copy()),
        },
        index=county.cells.index.rename("cell"),
    )


def _longest_gap(county: "County", filters: "Filters", begins: Codes, last: int) -> Codes:
    """Days between two visits of a cell at most, from `begins` to `last`, both counted as if somebody had looked."""
    begins = np.minimum(begins, last)
    cell, day = (county.visits[name].to_numpy() for name in ("cell", "visited_day"))
    is_in = (cell >= 0) & (day <= last) & (county.visits["visited_s"].to_numpy() <= filters.moment.timestamp())
    is_in &= day > np.append(begins, 0)[cell]
    cell, day = cell[is_in], day[is_in].astype(np.int64)
    # Visits are in order of time, so a stable sort by cell is enough; of numbers this small it is a quick one.
    order = np.argsort(cell.astype(np.uint16) if len(begins) < 2**16 else cell, kind="stable")
    cell, day = cell[order], day[order]
    is_first = np.diff(cell, prepend=-1) != 0
    is_last = np.append(is_first[1:], True)[: len(cell)]
    gap = last - begins
    gap[cell[is_last]] = last - day[is_last]
    since = np.where(is_first, day - begins[cell], np.diff(day, prepend=0))
    np.maximum.at(gap, cell, since)
    return gap


def weeks(county: "County", filters: "Filters", *, week_ends: pd.DatetimeIndex) -> pd.DataFrame:
    """Cells seen by week, of those in force on its last day and in the filters. Index `week_end`.

    Columns: cells, seen (Int64, NA where no visit is known at the moment), share_seen (NaN without cells).
    """
    in_force = np.stack([county.cells_on(day.date(), zone=filters.zone, cell=filters.cell) for day in week_ends])
    is_unseen = unseen.by_week(county, filters, layer="cells", week_ends=week_ends)
    number = in_force.sum(axis=1)
    seen = np.zeros(len(number), np.int64) if is_unseen is None else (in_force & ~is_unseen).sum(axis=1)
    is_unknown = np.full(len(number), is_unseen is None)
    share = np.where(is_unknown, np.nan, seen / np.where(number > 0, number, np.nan))
    return pd.DataFrame(
        {"cells": number, "seen": pd.arrays.IntegerArray(seen, is_unknown), "share_seen": share},
        index=week_ends.rename("week_end"),
    )


def where(county: "County", filters: "Filters") -> pd.DataFrame:
    """Visits in the period up to the moment: party (NaN: not told), cell and zone (positions, -1: none), day (days
    since 1970), where (one of `WHERE`). In order of time; zone and cell of the filters are left aside."""
    made, *_ = _made(county, filters)
    return made


def _made(county: "County", filters: "Filters") -> tuple[pd.DataFrame, Codes, Codes, pd.Index]:
    """`where`; by visit the positions of its party (-1: not told) and in `WHERE`; the parties."""
    start, end = (day_number(day) for day in filters.period)
    rows = county.visits
    day = rows["visited_day"].to_numpy(np.int64)
    is_in = (rows["visited_s"].to_numpy() <= filters.moment.timestamp()) & (day >= start) & (day <= end)
    made = rows.loc[is_in, ["party", "cell", "zone"]].reset_index(drop=True)
    made["day"] = day = day[is_in]
    party, names = pd.factorize(made["party"])
    parties, cell, size = pd.Index(names), made["cell"].to_numpy(np.int64), len(county.cells)
    terms = _terms(county)
    holder = parties.get_indexer(pd.Index(terms["party"]))
    terms, holder = terms[holder >= 0], holder[holder >= 0]
    spans = terms["begins"].to_numpy(), terms["ends"].to_numpy()
    in_cell = np.where((party >= 0) & (cell >= 0), party * size + cell, -1)
    at_home = _in_term(in_cell, day, holder * size + terms["cell"].to_numpy(), *spans)
    has_cells = _in_term(party, day, holder, *spans)
    codes = [WHERE.index(kind) for kind in (NAMELESS, IN_NO_CELL, OWN, ELSEWHERE)]
    told = np.select([party < 0, cell < 0, at_home, has_cells], codes, WHERE.index(WITHOUT_CELLS))
    made["where"] = pd.array(WHERE, dtype="str").take(told)
    return made, party, told, parties


def _terms(county: "County") -> pd.DataFrame:
    """Terms of grid workers: party, cell (position), begins, ends (days since 1970, open ends far away)."""
    is_worker = county.worker_cells >= 0
    rows = county.assignments[is_worker]
    begins, ends = counties.spans(rows)
    return pd.DataFrame(
        {"party": rows["party"].to_numpy(), "cell": county.worker_cells[is_worker], "begins": begins, "ends": ends}
    )


def _in_term(of: Codes, day: Codes, held: Codes, begins: Codes, ends: Codes) -> npt.NDArray[np.bool_]:
    """Whether some term of the same number (`held` like `of`; below 0: of none) holds the day of each row.

    Of the terms of a number that began by a day, the one that ends last decides.
    """
    order = np.lexsort((begins, held))
    held, begins, ends = held[order], np.clip(begins[order], -_FAR, _FAR), np.clip(ends[order], -_FAR, _FAR)
    # A number and a day in one: sorted by number, then by day.
    begun, wanted = held * 4 * _FAR + begins, of * 4 * _FAR + day
    latest = np.maximum.accumulate(held * 4 * _FAR + ends)
    at = np.searchsorted(begun, wanted, side="right") - 1
    is_of = (at >= 0) & (of >= 0) & (np.append(held, -1)[at] == of)
    return is_of & (np.append(latest, 0)[at] >= wanted)


def workers(county: "County", filters: "Filters") -> pd.DataFrame:
    """Grid workers in term on the day of the moment and what they saw in the period. Index `party`, in order.

    Columns: name; cells (theirs on that day, in force and in the filters), cells_seen (of those, by themselves),
    share_seen, cells_seen_by_anybody; visits (all they made) and of these own, elsewhere, without_cells, in_no_cell
    (see `WHERE`); last_visit (in the period). All but name and cells are NA where no visit is known at the moment.
    """
    day = county.place.local_day(filters.moment)
    in_force = county.cells_on(day, zone=filters.zone, cell=filters.cell)
    terms = _terms(county)[counties.in_term(county.assignments[county.worker_cells >= 0], day)]
    held = terms.loc[in_force[terms["cell"]], ["party", "cell"]].dropna().drop_duplicates()
    made, party, told, parties = _made(county, filters)
    cell, size = made["cell"].to_numpy(np.int64), len(county.cells)
    holder = parties.get_indexer(pd.Index(held["party"]))
    is_own = (holder >= 0) & np.isin(holder * size + held["cell"].to_numpy(), (party * size + cell)[cell >= 0])
    is_seen = np.zeros(size + 1, np.bool_)
    is_seen[cell] = True
    held = held.assign(cells=1, cells_seen=is_own, cells_seen_by_anybody=is_seen[held["cell"]])
    frame = held.groupby("party")[["cells", "cells_seen", "cells_seen_by_anybody"]].sum().astype("Int64")
    is_told = party >= 0
    counts = np.bincount(party[is_told] * len(WHERE) + told[is_told], minlength=len(parties) * len(WHERE))
    # One row more, of those who made no visit.
    counts = np.append(counts, np.zeros(len(WHERE), np.int64)).reshape(-1, len(WHERE))
    last = np.full(len(parties) + 1, np.nan)
    last[party[is_told]] = made["day"].to_numpy()[is_told]  # in order of time: the latest is written last
    at = parties.get_indexer(frame.index)
    frame["visits"] = counts[at].sum(axis=1)
    frame[list(WHERE[:-1])] = counts[at][:, :-1]
    frame = frame.astype("Int64")
    frame.insert(2, "share_seen", (frame["cells_seen"] / frame["cells"]).astype("Float64"))
    frame["last_visit"] = pd.to_datetime(last[at], unit="D")
    if not recorded.has_visits(county, filters.moment):
        frame.loc[:, [name for name in frame if name not in ("cells", "last_visit")]] = pd.NA
    frame.insert(0, "name", assignments.looked_up(frame.index.to_series(), county.parties["name"]))
    return frame.sort_index()


def findings(county: "County", snapshot: "Snapshot", filters: "Filters") -> pd.Series:
    """What is known of each cell in the period: one of `FINDINGS`. All cells, in their order; index `cell`.

    No problem where nobody looked is not the same as no problem: it is `NOT_LOOKED`.
    """
    found = cases(county, snapshot, filters)
    has_problems = np.bincount(snapshot.cell[found.mask("problems")] + 1, minlength=len(county.cells) + 1)[1:] > 0
    is_unvisited = visits.cells(county, filters)["is_unvisited"]
    quiet = np.where(is_unvisited.isna(), NOT_KNOWN, np.where(is_unvisited.fillna(True), NOT_LOOKED, NOTHING_FOUND))
    told = pd.array(np.where(has_problems, FOUND, quiet), dtype="str")
    return pd.Series(told, index=is_unvisited.index, name="finding")
