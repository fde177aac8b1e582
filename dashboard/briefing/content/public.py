"""What the public says: complaints and exposures in the media."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dashboard.analysis import since
from dashboard.analysis.cases import cases, days_to_close
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import LeftOut, Section, Sentence
from dashboard.briefing.content.tables import table
from dashboard.filters import NONE

_SAID = 3


def complaints(known: Known) -> Section | LeftOut:
    """Problems that came in as complaints of the public, by the words of the settings for their source."""
    draft, snapshot = Draft(known, "complaints"), known.snapshot
    wanted = [text.casefold() for text in known.settings.complaints]
    sources = tuple(name for name in snapshot.sources if any(text in name.casefold() for text in wanted))
    chosen = known.filters.source
    sources = tuple(name for name in sources if not chosen or name in chosen)
    if not sources:
        return draft.left_out("no_complaints")
    asked = replace(known.filters, source=sources)
    found = cases(known.county, snapshot, asked)
    moved = since.changes(snapshot, asked, known.since)
    sums = moved.sum()
    values = {name: draft.figure(name, sums[name], is_large=True) for name in ("new", "open")}
    late = draft.figure("overdue", sums["overdue"], is_large=True, is_alarming=True)
    if sums["open"]:
        told = {"overdue": late, "open": values["open"]}
        message = (
            draft.say("complaints.message_new", new=values["new"], **told)
            if sums["new"]
            else draft.say("complaints.message_old", **told)
        )
    else:
        message = (
            draft.say("complaints.message_clear", new=values["new"])
            if sums["new"]
            else draft.say("complaints.message_quiet")
        )
    frame = moved.assign(
        name=[known.zone_names.get(str(code), "") for code in moved.index], closed_since=moved["closed"]
    )
    frame = frame[(frame[["new", "open", "closed"]].sum(axis=1) > 0) & (frame.index != NONE)]
    frame = frame.sort_values(["new", "open"], ascending=False, kind="stable")
    names = ("name", "new", "closed_since", "open", "overdue")
    counted = draft.say("complaints.counted", sources=draft.names(sources, len(sources)))
    return draft.section(
        message,
        lines=_of_complaints(draft, found, frame),
        tables=(table(known, "zones", "complaints.table", frame, names, layer="zones"),) if len(frame) else (),
        remarks=(counted,),
    )


def _of_complaints(draft: Draft, found: Any, frame: pd.DataFrame) -> list[Sentence]:
    lines, snapshot = [], found.snapshot
    if found.count("due"):
        due, on_time = found.count("due"), found.count("on_time")
        rate = draft.figure("on_time_rate", on_time / due, kind="share", of=due, count=on_time, is_large=True)
        told = {"due": draft.figure("due", due), "on_time": draft.figure("on_time", on_time)}
        lines.append(draft.say("complaints.rate", rate=rate, **told))
    days = days_to_close(found, found.mask("closed"))
    if len(days):
        median = draft.figure("median_days", float(np.median(days)), kind="decimal", unit="days")
        lines.append(draft.say("complaints.median", closed=draft.figure("closed", len(days)), days=median))
    of = snapshot.counts(snapshot.category, found.mask("problems"), snapshot.categories)[:-1]
    if len(of) and of.max():
        count = draft.figure("category", of.max())
        lines.append(draft.say("complaints.category", category=snapshot.categories[int(of.argmax())], count=count))
    if len(frame) and frame["new"].iloc[0]:
        count = draft.figure("zone", frame["new"].iloc[0])
        lines.append(draft.say("complaints.zone", zone=str(frame["name"].iloc[0]), count=count))
    return lines


def exposures(known: Known) -> Section | LeftOut:
    """Exposures in the media since the last meeting, and how many of the problems behind all of them are open."""
    draft, rows = Draft(known, "exposures"), known.county.exposures
    at = rows["exposed_at"]
    known_ = rows[(at <= pd.Timestamp(known.filters.moment)).fillna(value=False)]
    if known.filters.zone:
        known_ = known_[known_["zone"].isin(known.filters.zone)]
    if known_.empty:
        return draft.left_out("no_exposures")
    known_ = known_.sort_values("exposed_at", ascending=False, kind="stable")
    zone_info = known.county.place.zone_info
    frame = known_.assign(
        exposed_at=known_["exposed_at"].dt.tz_convert(zone_info).dt.tz_localize(None),
        subject=known_["title"],
        zone=[known.zone_names.get(zone, "") if isinstance(zone, str) else "" for zone in known_["zone"]],
    )
    new = frame[(known_["exposed_at"] > pd.Timestamp(known.since)).to_numpy()]
    all_ = draft.figure("all", len(frame), unit="exposures")
    count = draft.figure("new", len(new), unit="exposures", is_large=True)
    message = draft.say("exposures.message_new", new=count)
    if new.empty:
        message = draft.say("exposures.message_none", all=all_)
    lines = [
        draft.say(
            "exposures.line", day=row["exposed_at"], media=_text(row["media"]), subject=_text(row["subject"]),
            unit=_text(row["unit"]),
        )
        for _, row in (new if len(new) else frame).head(_SAID).iterrows()
    ]  # fmt: skip
    then = known.snapshot.at(known.filters.moment)
    at_rows = known.snapshot.keys.get_indexer(pd.Index(frame["problem"].dropna().unique()))
    open_ = int(then.is_open[at_rows[at_rows >= 0]].sum())
    lines.append(draft.say("exposures.open", all=all_, open=draft.figure("open", open_)))
    names = ("exposed_at", "media", "subject", "zone", "unit")
    return draft.section(message, lines=lines, tables=(table(known, "exposures", "exposures.table", frame, names),))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
