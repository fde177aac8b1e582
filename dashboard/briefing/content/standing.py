"""How the place stands, and what changed since the last meeting."""

import pandas as pd

from dashboard.analysis import campaigns, weekly
from dashboard.analysis import figures as analysis
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import ALARM, BETTER, Chart, Figure, LeftOut, Section, Sentence, Series
from dashboard.briefing.content.tables import bars, table
from dashboard.text import t

_WEEKS = 12
_LEFT_OUT = ("default_points", "without_deadline", "outside", "in_no_cell", "without_coordinates", "dates_in_conflict",
             "closed_undated", "zone_differs")  # fmt: skip
_LISTED = 3


def headline(known: Known) -> Section | LeftOut:
    """The figures of the whole, against the last meeting."""
    draft, found = Draft(known, "headline"), known.figures
    if not found["open"].of:
        return draft.left_out("no_problems")
    moved = known.zone_changes.sum()
    overdue = found["overdue"]
    new = draft.figure("new", moved["new"], is_large=True)
    open_ = _figure(draft, "open", found["open"], is_large=True)
    late = _figure(draft, "overdue", overdue, is_large=True)
    closed = draft.figure("closed_since", moved["closed"])
    _figure(draft, "on_time_rate", found["on_time_rate"], kind="share", more_is=BETTER, is_large=True)
    for name in ("unassigned", "unvisited"):
        _figure(draft, name, found[name], unit="cells", is_large=True, is_alarming=name == "unassigned")
    before = draft.figure("open_before", moved["open_before"])
    flow = {"new": new, "closed": closed, "open": open_, "reopened": draft.figure("reopened", moved["reopened"])}
    lines = [
        draft.say("headline.flow", before=before, **flow)
        if moved["open"] != moved["open_before"]
        else draft.say("headline.flow_same", **flow),
        draft.say(
            "headline.overdue", fell=draft.figure("fell_overdue", moved["fell_overdue"]),
            cleared=draft.figure("no_longer_overdue", moved["no_longer_overdue"]),
        ),
        *_rates(draft, known),
        _cells(draft, known),
    ]  # fmt: skip
    change = int(moved["overdue"] - moved["overdue_before"])
    return draft.section(
        _message(draft, change, late, new, closed),
        lines=lines,
        chart=_weeks(known),
        remarks=tuple(_remarks(draft, known)),
        notes=(draft.say("headline.note"),),
    )


def _figure(draft: Draft, name: str, found: analysis.Figure, *, unit: str = "problems", kind: str = "count",
            more_is: str = "worse", is_large: bool = False, is_alarming: bool | None = None) -> Figure:  # fmt: skip
    return draft.figure(
        name, found.value, kind=kind, unit=unit, of=found.of, count=found.count, change=found.change, more_is=more_is,
        is_large=is_large, is_alarming=name == "overdue" if is_alarming is None else is_alarming,
        reason=found.missing or "",
    )  # fmt: skip


def _message(draft: Draft, change: int, late: Figure, new: Figure, closed: Figure) -> Sentence:
    told = {"new": new, "closed": closed}
    if not late.value and change == 0:
        return draft.say("headline.message_none", **told)
    if change > 0:
        return draft.say("headline.message_more", overdue=late, more=draft.figure("overdue_more", change), **told)
    if change < 0:
        fewer = draft.figure("overdue_fewer", -change)
        return draft.say("headline.message_fewer", overdue=late, fewer=fewer, **told)
    return draft.say("headline.message_same", overdue=late, **told)


def _rates(draft: Draft, known: Known) -> list[Sentence]:
    found, said = known.figures, []
    start, end = known.filters.period
    if found["due"].value:
        due = _figure(draft, "due", found["due"])
        rates = {
            name: _figure(draft, name, found[name], kind="share", more_is=BETTER)
            for name in ("closure_rate", "on_time_rate")
        }
        counts = {
            "closed_of_due": draft.figure("closed_of_due", found["closure_rate"].count),
            "on_time": draft.figure("on_time", found["on_time_rate"].count),
        }
        said.append(draft.say("headline.rates", start=start, end=end, due=due, **counts, **rates))
        if found["closed_late"].value:
            late = _figure(draft, "closed_late", found["closed_late"])
            said.append(draft.say("headline.late", due=due, closed_late=late))
    days = found["median_days_to_close"]
    if days.value is not None:
        median = draft.figure("median_days", days.value, kind="decimal", unit="days")
        said.append(draft.say("headline.median", closed=draft.figure("closed", days.of), days=median))
    return said


def _cells(draft: Draft, known: Known) -> Sentence | None:
    found = known.figures
    facts = [
        draft.say(f"headline.{name}", count=_figure(draft, name, found[name], unit="cells"))
        for name in ("unassigned", "unvisited")
        if found[name].value is not None
    ]
    if not facts or not len(known.facts):
        return None
    cells = draft.figure("cells", len(known.facts), unit="cells")
    return draft.say("headline.cells", cells=cells, facts=draft.joined(facts))


def _remarks(draft: Draft, known: Known) -> list[Sentence]:
    """What is left aside of the filters, and what no rate and no map holds."""
    found, said = known.figures, []
    if not known.is_of_all_states:
        said.append(draft.say("headline.all_states"))
    parts = [
        draft.say("list.left_out", name=t(f"figure.{name}", known.language), count=_figure(draft, name, found[name]))
        for name in _LEFT_OUT
        if found[name].value
    ]
    if parts:
        said.append(draft.say("list.in_page", parts=draft.joined(parts)))
    if found["deferred"].value:
        said.append(draft.say("headline.deferred", deferred=_figure(draft, "deferred", found["deferred"])))
    return said


def _weeks(known: Known) -> Chart:
    weeks = weekly.weeks(known.county, known.snapshot, known.filters, count=_WEEKS)
    frame = weeks[["reported", "closed", "open", "overdue"]].copy()
    frame.insert(0, "label", [f"{end:%m-%d}" for end in weeks.index])
    frame.index = pd.Index([f"{end:%Y-%m-%d}" for end in weeks.index])
    series = [
        Series(name, t(f"overview.{name}", known.language), "problems", {"overdue": ALARM}.get(name, ""))
        for name in ("reported", "closed", "open", "overdue")
    ]
    marked = campaigns.in_weeks(known.county, weeks.index).to_numpy().nonzero()[0]
    return Chart(
        "weeks", known.templates.say("headline.chart"), "columns", tuple(series), frame, tuple(marked.tolist()),
        t("overview.campaign", known.language) if len(marked) else "",
        t("overview.partial", known.language) if bool(weeks["is_partial"].iloc[-1]) else "",
    )  # fmt: skip


def changes(known: Known) -> Section | LeftOut:
    """Zone by zone since the last meeting, the worst first."""
    draft = Draft(known, "changes")
    if len(known.zones) < 2:
        return draft.left_out("one_zone" if known.zones else "no_zones")
    frame = known.zone_changes.loc[list(known.zones)]
    if not frame.to_numpy().any():
        return draft.left_out("no_problems")
    frame = frame.assign(
        name=[known.zone_names[code] for code in frame.index],
        open_change=frame["open"] - frame["open_before"],
        overdue_change=frame["overdue"] - frame["overdue_before"],
        closed_since=frame["closed"],
    )
    frame = frame.sort_values(["overdue_change", "open_change", "overdue"], ascending=False, kind="stable")
    worse = frame[frame["overdue_change"] > 0].head(_LISTED)
    names = ("name", "new", "closed_since", "reopened", "open", "open_change", "overdue", "overdue_change")
    outside = known.zone_changes["new"].sum() - frame["new"].sum()
    remarks = (draft.say("changes.outside", new=draft.figure("outside.new", outside)),) if outside else ()
    return draft.section(
        _of_zones(draft, frame),
        lines=[_worse(draft, str(code), row) for code, row in worse.iterrows()],
        tables=(table(known, "zones", "changes.table", frame, names, layer="zones"),),
        chart=bars(known, "changes.chart", frame, {"new": "", "closed_since": BETTER}),
        remarks=remarks,
    )


def _of_zones(draft: Draft, frame: pd.DataFrame) -> Sentence:
    worse, better = int(frame["overdue_change"].max()), int(frame["overdue_change"].min())
    more = _most(draft, "more", frame, worse) if worse > 0 else None
    fewer = _most(draft, "fewer" if more else "only_fewer", frame, better) if better < 0 else None
    if more and fewer:
        return draft.say("changes.message", worse=more, better=fewer)
    if more:
        return draft.say("changes.message_worse", worse=more)
    return draft.say("changes.message_better", better=fewer) if fewer else draft.say("changes.message_same")


def _most(draft: Draft, key: str, frame: pd.DataFrame, change: int) -> Sentence:
    """The zone with that change, or the first of several."""
    names = frame.loc[frame["overdue_change"] == change, "name"]
    which = "more" if change > 0 else "fewer"
    told: dict[str, Figure | str] = {"zone": str(names.iloc[0]), which: draft.figure(f"most_{which}", abs(change))}
    if len(names) == 1:
        return draft.say(f"changes.{key}", **told)
    return draft.say(f"changes.{key}_tied", count=draft.figure(f"tied_{which}", len(names), unit="zones"), **told)


def _worse(draft: Draft, code: str, row: pd.Series) -> Sentence:
    told = {"before": row["overdue_before"], "now": row["overdue"], "new": row["new"], "closed": row["closed"]}
    values = {name: draft.figure(f"{code}.{name}", value) for name, value in told.items()}
    return draft.say("changes.line_worse", zone=str(row["name"]), **values).at("zones", code)
