"""Who has to act: overdue problems by unit, red and black list."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.analysis import since
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import ALARM, LeftOut, Section, Sentence, Table
from dashboard.briefing.content.tables import bars, table
from dashboard.filters import NONE
from dashboard.snapshot import DAY_S
from dashboard.text import word

_LISTED = 20
_DRAWN = 10
_FIRST = 3
_IN_A_LIST = 3
"""Names on the red and on the black list, never more than half of those ranked on each."""


def overdue(known: Known) -> Section | LeftOut:
    """Overdue problems by responsible unit, with the change since the last meeting and how long the longest is."""
    draft = Draft(known, "overdue")
    total = int(known.unit_changes["overdue"].sum())
    if not total:
        return draft.left_out("nothing_overdue")
    frame = _by_unit(known)
    if frame.empty:
        return draft.left_out("no_units")
    first = frame.iloc[0]
    told = {"overdue": draft.figure("most", first["overdue"]), "share": _share(draft, "most_share", first, total)}
    top = frame.head(_FIRST)
    lines: list[Sentence | None] = []
    if len(top) > 1:
        some = int(top["overdue"].sum())
        lines.append(
            draft.say(
                "overdue.several", units=draft.figure("top_units", len(top), unit="units"),
                overdue=draft.figure("top_overdue", some),
                share=draft.figure("top_share", some / total, kind="share"),
            )
        )  # fmt: skip
    worse = frame.sort_values("overdue_change", ascending=False, kind="stable").iloc[0]
    if worse["overdue_change"] > 0:
        more = draft.figure("most_more", worse["overdue_change"])
        lines.append(draft.say("overdue.worse", unit=str(worse["name"]), more=more))
    longest = frame.sort_values("longest", ascending=False, kind="stable").iloc[0]
    days = draft.figure("longest", longest["longest"], unit="days")
    lines.append(draft.say("overdue.longest", days=days, unit=str(longest["name"])))
    none = int(known.unit_changes["overdue"].iloc[-1])
    remarks = [draft.say("overdue.no_unit", count=draft.figure("no_unit", none))] if none else []
    deferred = known.figures["overdue_deferred"].value
    if deferred:
        remarks.append(draft.say("overdue.deferred", count=draft.figure("deferred", deferred)))
    names = ("name", "class", "overdue", "overdue_change", "open", "longest")
    return draft.section(
        draft.say("overdue.message", unit=str(first["name"]), **told),
        lines=lines,
        tables=(
            table(known, "units", "overdue.table", frame.head(_LISTED), names, labels={"name": "unit"}, of=len(frame)),
        ),
        chart=bars(known, "overdue.chart", frame.head(_DRAWN), {"overdue": ALARM}),
        remarks=tuple(remarks),
    )


def _share(draft: Draft, name: str, row: pd.Series, total: int) -> Any:
    return draft.figure(name, row["overdue"] / total, kind="share")


def _by_unit(known: Known) -> pd.DataFrame:
    """Units with overdue problems, most first: name, class in words, overdue, overdue_change, open, longest (begun days
    past the deadline)."""
    snapshot, moved = known.snapshot, known.unit_changes
    late = np.flatnonzero(since.masks(snapshot, known.filters, known.since)["overdue"])
    moment_s = snapshot.at(known.filters.moment).moment_s
    days = np.zeros(len(snapshot.units) + 1, np.int64)
    np.maximum.at(days, snapshot.unit[late], -(-(moment_s - snapshot.due_s[late]) // DAY_S))
    listed = known.county.parties[~known.county.parties["is_person"].to_numpy(dtype=bool)].drop_duplicates("name")
    classes = listed.set_index("name")["class"].reindex(moved.index)
    frame = moved.assign(
        name=moved.index,
        overdue_change=moved["overdue"] - moved["overdue_before"],
        longest=days,
        **({"class": [_class(known, one) for one in classes]} if classes.notna().any() else {}),
    ).drop(index=NONE)
    frame = frame[frame["overdue"] > 0]
    return frame.sort_values(["overdue", "longest"], ascending=False, kind="stable")


def _class(known: Known, code: object) -> str:
    return word("class", code if isinstance(code, str) else "none", known.language)


def ranking(known: Known) -> Section | LeftOut:
    """Red and black list of zones by on-time rate; units ranked inside their class."""
    draft, found = Draft(known, "ranking"), known.zone_ranking
    ranked = found[found["is_ranked"]]
    if len(known.zones) < 2:
        return draft.left_out("one_zone" if known.zones else "no_zones")
    count = min(_IN_A_LIST, len(ranked) // 2)
    if not count:
        return draft.left_out("too_few_to_rank")
    red, black = ranked.head(count), ranked.tail(count)[::-1]
    ends = {
        "best": known.zone_names[str(red.index[0])], "best_rate": _rate(draft, red.iloc[0]),
        "worst": known.zone_names[str(black.index[0])], "worst_rate": _rate(draft, black.iloc[0]),
    }  # fmt: skip
    lines = [
        draft.say(f"ranking.{name}", names=draft.joined(_named(draft, known, row) for _, row in rows.iterrows()))
        for name, rows in (("red", red), ("black", black))
    ]
    remarks = [draft.say("ranking.means")]
    if len(ranked) < len(found):
        few = draft.figure("too_few", len(found) - len(ranked), unit="zones")
        least = draft.figure("least", known.settings.rank_at_least)
        remarks.append(draft.say("ranking.too_few", count=few, least=least))
    if red["on_time_low"].iloc[-1] <= black["on_time_high"].iloc[-1]:
        remarks.append(draft.say("ranking.overlap"))
    shown = found.assign(name=[known.zone_names[str(code)] for code in found.index])
    names = ("rank", "name", "due", "on_time", "on_time_rate", "closure_rate", "open", "overdue")
    zones = table(known, "zones", "ranking.table_zones", shown, names, layer="zones")
    return draft.section(
        draft.say("ranking.message", **ends), lines=lines, tables=(zones, *_classes(known, names)),
        remarks=tuple(remarks),
    )  # fmt: skip


def _rate(draft: Draft, row: pd.Series) -> Any:
    return draft.figure(
        f"{row.name}.on_time_rate", row["on_time_rate"], kind="share", of=row["due"], count=row["on_time"]
    )


def _named(draft: Draft, known: Known, row: pd.Series) -> Sentence:
    due = draft.figure(f"{row.name}.due", row["due"])
    return draft.say("ranking.named", name=known.zone_names[str(row.name)], rate=_rate(draft, row), due=due)


def _classes(known: Known, names: tuple[str, ...]) -> list[Table]:
    """A table for each class of units, as a class is a ranking of its own; who had nothing due is in none."""
    found = known.unit_ranking
    found = found[found["due"] > 0]
    found = found.assign(**{"class": found["class"].astype(object).fillna("none")})
    tables = []
    for code, rows in found.groupby("class", sort=True):
        tables.append(
            table(
                known, f"units-{code}", "ranking.table_units", rows.head(_LISTED), names, labels={"name": "unit"},
                of=len(rows), values={"class": _class(known, code)},
            )
        )  # fmt: skip
    return tables
