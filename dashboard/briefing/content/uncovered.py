"""Cells nobody answers for, nobody looked at or nothing reaches: three facts, with the map of what reaches fewest."""

from typing import Any

import pandas as pd

from dashboard.analysis.coverage import KINDS
from dashboard.analysis.reach import METHODS
from dashboard.analysis.served import PEOPLE
from dashboard.analysis.service import UNSERVED, Rule, Service, service
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import LeftOut, Section, Sentence
from dashboard.briefing.content.tables import table
from dashboard.maps import reached, views
from dashboard.maps.layers import MapView
from dashboard.standards import Standard
from dashboard.text import t, word

_LISTED = 10
_SAID = 5
_AT_LEAST = 2
_MAPPED = ("unassigned", "unvisited")
"""Of which there is a map where all facilities are in reach."""
_FACTS = (*_MAPPED, *(f"{UNSERVED}{kind}" for kind in KINDS))


def uncovered(known: Known) -> Section | LeftOut:
    """Cells without a grid worker, without a visit, out of reach of a toilet or a market; three facts, never one."""
    draft, facts = Draft(known, "uncovered"), known.facts
    kept = [name for name in _FACTS if known.is_kept(name)]
    if not kept:
        return draft.left_out("not_recorded")
    counts = {name: int(facts[f"is_{name}"].sum()) for name in kept}
    if not any(counts.values()):
        looked_for = draft.joined(draft.say(f"lacks.{name}") for name in kept)
        return draft.left_out("nothing_uncovered", facts=looked_for.text)
    total = draft.figure("cells", len(facts), unit="cells")
    found = {
        name: draft.figure(
            name, count, unit="cells", of=len(facts), change=known.figures[name].change, is_large=True,
            is_alarming=name == "unassigned",
        )
        for name, count in counts.items()
    }  # fmt: skip
    said = draft.joined(draft.say(f"uncovered.{name}", count=found[name]) for name in kept if counts[name])
    lines, tables = _without_worker(draft, known) if counts.get("unassigned") else ([], ())
    line, view = _map(draft, known, counts)
    return draft.section(
        draft.say("uncovered.message", cells=total, facts=said),
        lines=[*lines, line],
        tables=tables,
        map=view,
        remarks=(draft.say("uncovered.independent"), *_standards(draft, known, kept)),
    )


def _map(draft: Draft, known: Known, counts: dict[str, int]) -> tuple[Sentence | None, MapView | None]:
    """How the kind that leaves out most serves the cells, and what is said of it; else the map of another fact."""
    found = {
        rule: service(
            known.county, known.filters, rule, standards=known.standards, unserved_share=known.settings.unserved_share
        )
        for rule in (Rule(kind) for kind in KINDS if counts.get(f"{UNSERVED}{kind}"))
    }
    if not found:
        shown = next((name for name in _MAPPED if counts.get(name)), None)
        if shown is None:
            return None, None
        return None, views.coverage(known.county, known.facts, kind=shown, look=known.style, untold=known.missing)
    rule = max(found, key=lambda one: found[one].total - found[one].served)
    view = reached.served(
        known.county, found[rule], rule=rule, look=known.style, unserved_share=known.settings.unserved_share
    )
    return out_of_reach(draft, known, rule, found[rule]), view


def out_of_reach(draft: Draft, known: Known, rule: Rule, found: Service) -> Sentence | None:
    """How many people that is; nothing where nobody has counted them, or it is nobody."""
    out = found.total - found.served
    if found.denominator != PEOPLE or not round(out):
        return None
    return draft.say(
        "uncovered.people_kind",
        kind=word("kind", rule.kind, known.language),
        people=draft.figure("people_unserved", round(out), unit="people"),
        share=draft.figure("share_unserved", out / found.total, kind="share"),
    )


def _without_worker(draft: Draft, known: Known) -> tuple[list[Sentence], tuple[Any, ...]]:
    counts = known.cell_counts[["open", "overdue"]]
    frame = known.nobody[["name", "last_name", "last_until"]].join(counts)
    frame = frame.sort_values(["overdue", "open"], ascending=False, kind="stable")
    total = len(frame)
    with_open = int((frame["open"] > 0).sum())
    zones = known.county.cells["zone"].reindex(frame.index)
    frame = frame.assign(
        name=[known.place(str(code)) for code in frame.index],
        zone=[known.zone_names.get(zone, "") if isinstance(zone, str) else "" for zone in zones],
        until=frame["last_until"],
    )
    lines = [draft.say("uncovered.both", count=draft.figure("unassigned_open", with_open, unit="cells"))]
    for code, row in frame.head(min(max(with_open, _AT_LEAST), _SAID)).iterrows():
        open_ = draft.figure(f"{code}.open", row["open"])
        if pd.isna(row["until"]) or pd.isna(row["last_name"]):
            said = draft.say("uncovered.line_never", place=str(row["name"]), open=open_)
        else:
            said = draft.say(
                "uncovered.line_ended", place=str(row["name"]), name=str(row["last_name"]), until=row["until"],
                open=open_,
            )  # fmt: skip
        lines.append(said.at("cells", str(code), t("map.nobody", known.language)))
    names = ("name", "zone", "last_name", "until", "open", "overdue")
    shown = table(
        known, "unassigned", "uncovered.table_unassigned", frame.head(_LISTED), names, layer="cells", of=total
    )
    return lines, (shown,)


def _standards(draft: Draft, known: Known, kept: list[str]) -> list[Sentence]:
    kinds = [fact.removeprefix(UNSERVED) for fact in kept]
    found = {kind: known.standards.radius(kind) for kind in kinds}
    method = METHODS[0]
    return [
        by_standard(draft, known, kind, standard, method) for kind, standard in found.items() if standard is not None
    ]


def by_standard(draft: Draft, known: Known, kind: str, standard: Standard, method: str) -> Sentence:
    """By what a kind of facility was judged, how distance was measured (one of `reach.METHODS`), and whether anybody
    has checked the standard."""
    status = t("coverage.verified" if standard.is_verified else "coverage.to_verify", known.language)
    source = f"{standard.source[known.language]} {standard.clause[known.language]}".strip()
    return draft.say(
        "uncovered.standard",
        kind=word("kind", kind, known.language),
        method=draft.say(f"uncovered.{method}"),
        radius=draft.figure(f"{kind}.radius", standard.value, unit="metres"),
        source=draft.whole(source),
        status=status,
    )
