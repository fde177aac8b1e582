"""What was done and what is to be done: effect of campaigns, days to go, tasks of the coming week."""

from datetime import date
from typing import Any

import pandas as pd

from dashboard.analysis import ahead
from dashboard.analysis.campaigns import TOGETHER
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import Figure, LeftOut, Section, Sentence
from dashboard.briefing.content.tables import table
from dashboard.filters import NONE
from dashboard.sentences import spots
from dashboard.text import t

_CAMPAIGNS = 3
"""The latest ones."""
_SAID = 3
_SHARES = ("share", "low", "high")


def campaigns(known: Known) -> Section | LeftOut:
    """What each of the latest campaigns did, held against the zones that had none."""
    draft = Draft(known, "campaigns")
    found = known.effects[known.effects.index == TOGETHER].head(_CAMPAIGNS)
    if found.empty:
        return draft.left_out("no_campaigns")
    lines, keys = [], []
    for number, (_, row) in enumerate(found.iterrows(), start=1):
        key, told = spots.campaign(row)
        values = {name: _told(draft, f"{number}.{name}", name, value) for name, value in told.items()}
        lines.append(draft.say(f"spots.campaign.{key}", **values))
        keys.append(key)
    first, name = keys[0], str(found["name"].iloc[0])
    if first == "fell":
        message = draft.say("campaigns.message", name=name, share=draft["1.share"])
    elif first == "rose":
        message = draft.say("campaigns.message_rose", name=name, share=draft["1.share"])
    else:
        message = draft.say(
            "campaigns.message_unclear" if first == "unclear" else "campaigns.message_unknown", name=name
        )
    frame = found.assign(code=found["campaign"].astype(str)).set_index("code")
    frame["effect"] = frame["effect"] - 1
    names = ("name", "starts_on", "ends_on", "weeks", "before", "after", "effect")
    shown = table(known, "campaigns", "campaigns.table", frame, names, labels={"name": "campaign"})
    return draft.section(message, lines=lines, tables=(shown,), remarks=(draft.say("campaigns.means"),))


def _told(draft: Draft, figure: str, name: str, value: Any) -> Figure | str | date:
    if isinstance(value, str | date):
        return value
    kind = "whole_share" if name in _SHARES else "count"
    return draft.figure(figure, value, kind=kind, unit="weeks" if name == "weeks" else "problems")


def countdown(known: Known) -> Section | LeftOut:
    """Days to the day of the settings, and what is left to do until then."""
    draft, settings = Draft(known, "countdown"), known.settings
    if not settings.countdown_on:
        return draft.left_out("no_countdown")
    days = (date.fromisoformat(settings.countdown_on) - known.day).days
    if days < 0:
        return draft.left_out("no_countdown")
    name = settings.countdown_name or settings.countdown_on
    if not days:
        return draft.section(draft.say("countdown.message_today", name=name))
    told = draft.figure("days", days, unit="days", is_large=True, label="countdown")
    moved = known.zone_changes.sum()
    open_ = draft.figure("open", moved["open"])
    lines = []
    if moved["open"]:
        per_day = draft.figure("per_day", moved["open"] / days, kind="decimal", unit="per_day")
        lines.append(draft.say("countdown.per_day", open=open_, per_day=per_day))
    passed = (known.filters.moment - known.since).total_seconds() / 86_400
    if passed > 0:
        rates = {
            name: draft.figure(f"{name}_per_day", moved[name] / passed, kind="decimal", unit="per_day")
            for name in ("new", "closed")
        }
        lines.append(draft.say("countdown.flow", **rates))
    return draft.section(draft.say("countdown.message", name=name, days=told), lines=lines)


def tasks(known: Known) -> Section | LeftOut:
    """What is due in the coming week, and what is left over, by zone."""
    draft, soon, moved = Draft(known, "tasks"), known.due_soon, known.zone_changes
    total, late = int(soon.sum()), int(moved["overdue"].sum())
    by_zone = _by_zone(known)
    if not total and not late:
        return draft.left_out("nothing_to_do")
    due = draft.figure("due_soon", total, is_large=True)
    overdue = draft.figure("overdue", late, is_large=True, is_alarming=True)
    message = draft.say("tasks.message", due=due, overdue=overdue) if late else draft.say("tasks.message_due", due=due)
    lines: list[Sentence | None] = []
    if len(by_zone) > 1 and (by_zone["overdue"] + by_zone["due_soon"]).iloc[0]:
        code = str(by_zone.index[0])
        told = {"overdue": by_zone["overdue"].iloc[0], "due": by_zone["due_soon"].iloc[0]}
        values = {name: draft.figure(f"{code}.{name}", value) for name, value in told.items()}
        lines.append(draft.say("tasks.zone", zone=str(by_zone["name"].iloc[0]), **values).at("zones", code))
    lines += [_of_unit(draft, known), *_of_cells(draft, known), *_of_campaigns(draft, known)]
    names = ("name", "leader", "overdue", "due_soon", "unassigned", "unvisited", "ending")
    return draft.section(
        message, lines=lines, tables=(table(known, "zones", "tasks.table", by_zone, names, layer="zones"),)
    )


def _by_zone(known: Known) -> pd.DataFrame:
    """Zones in the filters, most to do first."""
    frame = known.zone_changes.loc[list(known.zones), ["overdue"]]
    frame = frame.assign(
        name=[known.zone_names[code] for code in frame.index],
        due_soon=known.due_soon.reindex(frame.index),
        **({"leader": known.names("leader", frame.index)} if known.is_kept("unled") else {}),
        **{
            fact: known.count_by_zone(known.facts[f"is_{fact}"]).reindex(frame.index)
            for fact in ("unassigned", "unvisited")
            if known.is_kept(fact)
        },
    )
    if known.is_kept("unassigned"):
        frame["ending"] = known.ending["zone"].value_counts().reindex(frame.index, fill_value=0)
    return frame.sort_values(["overdue", "due_soon"], ascending=False, kind="stable")


def _of_unit(draft: Draft, known: Known) -> Sentence | None:
    soon = ahead.due(known.county, known.snapshot, known.filters, of="unit").drop(index=NONE)
    if not len(soon) or not soon.max():
        return None
    return draft.say("tasks.unit", unit=str(soon.idxmax()), due=draft.figure("unit_due", soon.max()))


def _of_cells(draft: Draft, known: Known) -> list[Sentence]:
    said = []
    for fact, key in (("unassigned", "assign"), ("unvisited", "visit")):
        count = int(known.facts[f"is_{fact}"].sum()) if known.is_kept(fact) else 0
        if count:
            said.append(draft.say(f"tasks.{key}", count=draft.figure(fact, count, unit="cells")))
    for code, row in known.ending.head(_SAID).iterrows():
        name = str(row["worker"]) if isinstance(row["worker"], str) else t("map.nobody", known.language)
        line = draft.say("tasks.ending", place=known.place(str(code)), name=name, until=row["until"])
        said.append(line.at("cells", str(code)))
    return said


def _of_campaigns(draft: Draft, known: Known) -> list[Sentence]:
    rows = ahead.beginning(known.county, known.filters)
    return [
        draft.say("tasks.campaign", name=str(row["name"]), start=row["starts_on"], end=row["ends_on"])
        for _, row in rows.iterrows()
    ]
