"""Where problems are: heat by zone and cell, hotspots with a sentence each."""

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.analysis import breakdown
from dashboard.analysis.density import OUTSIDE
from dashboard.analysis.hotspots import PERMUTATIONS
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import LeftOut, Section, Sentence
from dashboard.briefing.content.tables import table
from dashboard.filters import NONE
from dashboard.maps import spots as maps
from dashboard.sentences import spots
from dashboard.text import t

_LISTED = 3
_HOT_LISTED = 10
_HOT_SAID = 5


def heat(known: Known) -> Section | LeftOut:
    """Problems of the period per km², by zone in words and by cell on the map."""
    draft = Draft(known, "heat")
    found = known.zone_density.drop(index=OUTSIDE, errors="ignore")
    total = int(found["problems"].sum())
    if not total:
        return draft.left_out("no_problems" if len(found) else "no_zones")
    frame = found.assign(
        name=[known.zone_names[code] for code in found.index],
        per_km2=found["problems_per_km2"],
        share_of_all=found["problems"] / total,
    ).sort_values(["problems_per_km2", "problems"], ascending=False, kind="stable")
    mean = total / float(found["area_km2"].sum())
    first = frame.iloc[0]
    densest = draft.density("most_per_km2", first["per_km2"], "zones")
    if len(frame) == 1:
        message = draft.say(
            "heat.message_one", zone=str(first["name"]), per_km2=densest,
            change=_change(draft, str(first.name), int(first["change"])),
        )  # fmt: skip
    else:
        ratio = draft.figure("most_ratio", first["per_km2"] / mean, kind="ratio", unit="times")
        message = draft.say("heat.message", zone=str(first["name"]), per_km2=densest, ratio=ratio)
    whole = draft.say(
        "heat.whole", problems=draft.figure("problems", total), per_km2=draft.density("per_km2", mean, "zones")
    )
    names = ("name", "problems", "share_of_all", "per_km2", "change", "open", "overdue")
    listed = [_of_zone(draft, str(code), row) for code, row in frame.head(_LISTED).iterrows()]
    return draft.section(
        message.at("zones", str(first.name)),
        lines=[whole if len(frame) > 1 else None, *listed, _category(draft, known)],
        tables=(table(known, "zones", "heat.table", frame, names, layer="zones"),),
        map=known.heat_map,
        weeks=known.heat_weeks,
        remarks=_left_out(draft, known),
        notes=(draft.say("heat.note"),),
    )


def _left_out(draft: Draft, known: Known) -> tuple[Sentence, ...]:
    """What is on default points, in the numbers of the table, so that others that count it can be told from these."""
    left = {
        name: int(known.zone_counts[name].sum() - known.zone_density[name].sum())
        for name in ("problems", "open", "overdue")
    }
    if not any(left.values()):
        return ()
    return (draft.say("heat.left_out", **{name: draft.figure(f"left_out.{name}", n) for name, n in left.items()}),)


def _of_zone(draft: Draft, code: str, row: pd.Series) -> Sentence:
    return draft.say(
        "heat.line", zone=str(row["name"]), problems=draft.figure(f"{code}.problems", row["problems"]),
        per_km2=draft.density(f"{code}.per_km2", row["per_km2"], "zones"),
        change=_change(draft, code, int(row["change"])),
    ).at("zones", code)  # fmt: skip


def _change(draft: Draft, code: str, change: int) -> Sentence:
    """How many more or fewer than in the period before."""
    way = "same" if not change else "more" if change > 0 else "fewer"
    values = {"count": draft.figure(f"{code}.change", abs(change))} if change else {}
    return draft.say(f"heat.change_{way}", **values)


def _category(draft: Draft, known: Known) -> Sentence | None:
    counts = breakdown.by(known.county, known.snapshot, known.filters, "category")
    named = counts.drop(index=NONE, errors="ignore")
    if named.empty:
        return None
    count, total = draft.figure("category", named.iloc[0]), draft.figure("located", counts.sum())
    share = draft.figure("category_share", named.iloc[0] / counts.sum(), kind="share", of=total.value)
    return draft.say("heat.category", category=str(named.index[0]), count=count, share=share, of=total)


def hotspots(known: Known) -> Section | LeftOut:
    """Cells that are hot beyond chance, with what became of them over the weeks and who answers for them."""
    draft, found = Draft(known, "hotspots"), known.hotspots
    if found.refusal is not None:
        sentence = maps.refusal(found, layer="cells", language=known.language)
        return replace(draft.left_out("not_judged"), text=sentence)
    hot = known.hot
    if hot.empty:
        return draft.left_out("no_hotspots")
    category = known.trends.frame["category"].reindex(hot.index)
    frame = hot.assign(
        name=[known.place(str(code)) for code in hot.index],
        zone=[known.zone_names.get(zone, "") if isinstance(zone, str) else "" for zone in hot["zone"]],
        ratio=[spots.ratio(row) for _, row in hot.iterrows()],
        code_=category.to_numpy(),
        pattern=[_worded(known, one) for one in category],
        **({"worker": known.answers["worker"].reindex(hot.index)} if known.is_kept("unassigned") else {}),
    )
    lines = [_of_spot(draft, known, str(code), row) for code, row in frame.head(_HOT_SAID).iterrows()]
    nobody = int(frame["worker"].isna().sum()) if "worker" in frame else 0
    if nobody:
        lines.append(draft.say("hotspots.nobody", count=draft.figure("nobody", nobody, unit="cells")))
    names = ("name", "zone", "worker", "problems", "ratio", "pattern")
    return draft.section(
        _of_spots(draft, frame),
        lines=lines,
        tables=(
            table(known, "cells", "hotspots.table", frame.head(_HOT_LISTED), names, layer="cells", of=len(frame)),
        ),
        map=maps.hotspots(
            known.county, found.frame, layer="cells", look=known.style,
            note=maps.note("hotspots", known.language, known.filters),
        ),
        remarks=tuple(_method(draft, known)),
        notes=(draft.say("hotspots.note"),),
    )  # fmt: skip


def _worded(known: Known, category: object) -> str:
    told = spots.told_category(category)
    return t(f"spots.category_{told}", known.language) if told else ""


def _of_spots(draft: Draft, frame: pd.DataFrame) -> Sentence:
    by_zone = frame["zone"][frame["zone"] != ""].value_counts(sort=False)
    by_zone = by_zone.sort_index().sort_values(ascending=False, kind="stable")
    worse = int(frame["code_"].isin(maps.GROUPS["worse"]).sum())
    values = {
        "count": draft.figure("count", len(frame), unit="cells", is_large=True, label="hotspots"),
        "most": draft.figure("most", by_zone.iloc[0] if len(by_zone) else 0, unit="cells"),
    }
    zone = str(by_zone.index[0]) if len(by_zone) else ""
    key = "hotspots.message"
    if values["most"].value == values["count"].value:
        key, values = f"{key}_all", {"count": values["count"]}
    if worse:
        key, values = f"{key}_worse", values | {"worse": draft.figure("worse", worse, unit="cells")}
    return draft.say(key, zone=zone, **values)


def _of_spot(draft: Draft, known: Known, code: str, row: pd.Series) -> Sentence:
    ratio = draft.figure(f"{code}.ratio", row["ratio"], kind="ratio", unit="times")
    category = {"category": str(row["pattern"])} if row["pattern"] else {}
    why = draft.say("spots.line_hot" if category else "spots.line_hot_plain", ratio=ratio, **category)
    problems = draft.figure(f"{code}.problems", row["problems"])
    tag = t("map.nobody", known.language) if "worker" in row and pd.isna(row["worker"]) else ""
    return draft.say("hotspots.line", place=str(row["name"]), why=why, problems=problems).at("cells", code, tag)


def _method(draft: Draft, known: Known) -> list[Sentence]:
    found = known.hotspots
    permutations = draft.figure("permutations", PERMUTATIONS, unit="")
    if found.radius_m is None:
        return [draft.say("spots.why.method_touch", permutations=permutations)]
    radius = draft.figure("radius", np.rint(found.radius_m), unit="metres")
    return [draft.say("spots.why.method", radius=radius, permutations=permutations)]
