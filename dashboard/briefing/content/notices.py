"""Rectification notices: what went out and came back since the last meeting, and who has not answered in time."""

import numpy as np
import pandas as pd

from dashboard.analysis import notices as analysis
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import LeftOut, Section, Sentence, Table
from dashboard.briefing.content.tables import table
from dashboard.filters import NONE

_LISTED = 20


def notices(known: Known) -> Section | LeftOut:
    """Notices out and back, with the change since the last meeting, and those past their date by unit."""
    draft = Draft(known, "notices")
    units = analysis.changes(known.county, known.filters, known.since)
    sums = units.drop(columns="longest").sum()
    if not sums["sent"]:
        return draft.left_out("no_notices" if known.county.notices.empty else "none_sent")
    listed = analysis.listed(known.county, known.filters)
    all_ = draft.figure("notices_sent", sums["sent"], unit="notices")
    back = draft.figure("notices_back", sums["back"], unit="notices", of=sums["sent"], is_large=True)
    unanswered = draft.figure("notices_unanswered", sums["unanswered"], unit="notices", is_large=True)
    overdue = draft.figure(
        "notices_overdue", sums["overdue"], unit="notices", is_large=True, is_alarming=True,
        change=sums["overdue"] - sums["overdue_before"],
    )  # fmt: skip
    moved = {name: draft.figure(name, sums[name], unit="notices") for name in ("sent_since", "back_since")}
    told = {"sent": moved["sent_since"], "back": moved["back_since"]}
    if sums["overdue"]:
        message = draft.say("notices.message", **told, overdue=overdue)
    elif sums["unanswered"]:
        message = draft.say("notices.message_in_time", **told, unanswered=unanswered)
    else:
        message = draft.say("notices.message_all", **told, all=all_)
    rate = draft.figure("notices_rate", sums["back"] / sums["sent"], kind="share")
    late = draft.figure("back_late", sums["back_late"], unit="notices")
    lines = [draft.say("notices.rate", sent=all_, back=back, rate=rate, late=late)]
    if sums["unanswered"]:
        lines.append(draft.say("notices.unanswered", unanswered=unanswered, overdue=overdue))
    late_units = units[units["overdue"] > 0].sort_values(["overdue", "longest"], ascending=False, kind="stable")
    named = late_units.drop(index=NONE, errors="ignore")
    return draft.section(
        message,
        lines=[*lines, *_lines(draft, named, listed)],
        tables=_tables(known, named, listed) if sums["overdue"] else (),
        remarks=_remarks(known, draft, sums, int(units["overdue"].iloc[-1])),
    )


def _lines(draft: Draft, named: pd.DataFrame, listed: pd.DataFrame) -> list[Sentence]:
    lines = []
    if len(named):
        longest = named.sort_values("longest", ascending=False, kind="stable").iloc[0]
        days = draft.figure("longest", longest["longest"], unit="days")
        lines.append(draft.say("notices.longest", unit=str(longest.name), days=days))
    took = listed["days"].dropna()
    if len(took):
        median = draft.figure("median_days", float(np.median(took)), kind="decimal", unit="days")
        lines.append(draft.say("notices.median", days=median))
    return lines


def _tables(known: Known, named: pd.DataFrame, listed: pd.DataFrame) -> tuple[Table, ...]:
    """The units that have not answered in time, and what they have not answered."""
    made = []
    if len(named):
        counts = ("overdue", "unanswered", "back", "sent")
        frame = named.assign(name=named.index, **{f"notices_{name}": named[name] for name in counts})
        names = ("name", *(f"notices_{name}" for name in counts), "longest")
        made.append(
            table(
                known, "units", "notices.table", frame.head(_LISTED), names, labels={"name": "unit"}, of=len(frame)
            )
        )  # fmt: skip
    late = listed[listed["state"] == "overdue"]
    frame = late.assign(code=late["number"], overdue=1)
    kept = [name for name in ("code", "subject", "unit", "due_at", "days_overdue") if frame[name].notna().any()]
    labels = {"code": "notice_code", "subject": "notice_subject", "due_at": "notice_due"}
    made.append(table(known, "list", "notices.list", frame.head(_LISTED), kept, labels=labels, of=len(frame)))
    return tuple(made)


def _remarks(known: Known, draft: Draft, sums: pd.Series, nameless: int) -> tuple[Sentence, ...]:
    counts = {"without_deadline": sums["without_deadline"], "in_conflict": sums["in_conflict"], "no_unit": nameless}
    told = [
        draft.say(f"notices.{name}", count=draft.figure(name, count, unit="notices"))
        for name, count in counts.items()
        if count
    ]
    is_narrowed = any(getattr(known.filters, name) for name in analysis.NOT_OF)
    return (*told, draft.say("notices.only_of")) if is_narrowed else tuple(told)
