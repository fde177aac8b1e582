"""Places to act on: the worst cells with a name beside each, what got better, where facilities are to be built."""

from dataclasses import replace

import pandas as pd

from dashboard.analysis import density
from dashboard.analysis.density import OUTSIDE
from dashboard.analysis.scenario import Arrangement
from dashboard.analysis.served import AREA
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import LeftOut, Section, Sentence
from dashboard.briefing.content.tables import table
from dashboard.maps import siting as siting_map
from dashboard.maps import spots, views
from dashboard.text import t, word

_LISTED = 10
_SAID = 5
_KM2 = 1e6


def worst(known: Known) -> Section | LeftOut:
    """The cells with most overdue problems, then most open ones, without what lies on default points."""
    draft = Draft(known, "worst")
    ordered = density.to_act_on(known.cell_density)
    if ordered.empty:
        return draft.left_out("on_default_points" if known.cell_counts["open"].any() else "nothing_open")
    frame = listed(known, ordered.head(_LISTED))
    lines = [_of_cell(draft, known, str(code), row) for code, row in frame.head(_SAID).iterrows()]
    late, total = int(frame["overdue"].sum()), known.figures["overdue"].value
    if late and total:
        lines.insert(
            0,
            draft.say(
                "worst.share",
                cells=draft.figure("cells", int((frame["overdue"] > 0).sum()), unit="cells"),
                overdue=draft.figure("overdue", late),
                share=draft.figure("share", late / total, kind="share"),
            ),
        )
    names = ("name", "zone", "worker", "overdue", "open", "problems", "overdue_change")
    return draft.section(
        _first(draft, known, frame.iloc[0], ordered),
        lines=lines,
        tables=(table(known, "cells", "worst.table", frame, names, layer="cells", of=len(ordered)),),
        map=views.heat(known.county, known.cell_density, look=known.style, measure="overdue"),
        remarks=on_default_points(draft, known.cell_counts, known.cell_density),
    )


def _first(draft: Draft, known: Known, first: pd.Series, ordered: pd.DataFrame) -> Sentence:
    """The worst cell with who answers for it; where several share its number nobody is named for all of them."""
    which, key = ("overdue", "message") if first["overdue"] else ("open", "message_open")
    told = {which: draft.figure(f"{first.name}.{which}", first[which])}
    tied = int((ordered[which] == first[which]).sum())
    if tied > 1:
        count = draft.figure("tied", tied, unit="cells")
        return draft.say(f"worst.{key}_tied", place=str(first["name"]), count=count, **told).at(
            "cells", str(first.name)
        )
    message = draft.say(f"worst.{key}", place=str(first["name"]), **told)
    return answered(draft, message, first).at("cells", str(first.name), tag(known, first))


def on_default_points(draft: Draft, counts: pd.DataFrame, ranked: pd.DataFrame) -> tuple[Sentence, ...]:
    """How many open problems of the cells of `counts` are in no cell of `ranked` for their default point, if any."""
    left = {name: int(counts[name].sum() - ranked[name].sum()) for name in ("open", "overdue")}
    if not left["open"]:
        return ()
    told = {name: draft.figure(f"on_default.{name}", count) for name, count in left.items()}
    return (draft.say("worst.on_default_points", **told),)


def listed(known: Known, rows: pd.DataFrame) -> pd.DataFrame:
    """Cells with name and zone in words, their grid worker where such names are kept, and what changed."""
    moved = known.located_changes.reindex(rows.index)
    zones = known.county.cells["zone"].reindex(rows.index)
    frame = rows.assign(
        name=[known.place(str(code)) for code in rows.index],
        zone=[known.zone_names.get(zone, "") if isinstance(zone, str) else "" for zone in zones],
        overdue_change=moved["overdue"] - moved["overdue_before"],
    )
    return frame.assign(worker=known.answers["worker"].reindex(rows.index)) if known.is_kept("unassigned") else frame


def answered(draft: Draft, said: Sentence, row: pd.Series) -> Sentence:
    """What is said of a cell of `listed`, with who answers for it where such names are kept."""
    if "worker" not in row:
        return said
    nobody = pd.isna(row["worker"])
    who = draft.say("worst.nobody") if nobody else draft.say("worst.who", name=str(row["worker"]))
    return draft.say("worst.answered", said=said, who=who)


def tag(known: Known, row: pd.Series) -> str:
    """The red tag of a cell of `listed` that nobody answers for."""
    return t("map.nobody", known.language) if "worker" in row and pd.isna(row["worker"]) else ""


def _of_cell(draft: Draft, known: Known, code: str, row: pd.Series) -> Sentence:
    told = {name: draft.figure(f"{code}.{name}", row[name]) for name in ("overdue", "open")}
    said = answered(draft, draft.say("worst.line", place=str(row["name"]), **told), row)
    return draft.say("worst.told", said=said).at("cells", code, tag(known, row))


def better(known: Known) -> Section | LeftOut:
    """Zones with fewer overdue problems than at the last meeting, hotspots that fade, zones with fewer problems."""
    draft = Draft(known, "better")
    moved = known.zone_changes.loc[list(known.zones)]
    fewer = moved["overdue_before"] - moved["overdue"]
    frame = moved.assign(
        name=[known.zone_names[code] for code in moved.index], closed_since=moved["closed"], overdue_change=-fewer
    )
    frame = frame[fewer > 0].sort_values(["overdue_change", "closed"], ascending=[True, False], kind="stable")
    faded = int(known.trends.frame["category"].isin(spots.GROUPS["better"]).sum())
    drop = known.zone_density.drop(index=OUTSIDE, errors="ignore")["change"]
    is_less = drop[drop < 0].sort_values(kind="stable")
    if frame.empty and is_less.empty and not faded:
        return draft.left_out("nothing_better")
    sums = {name: int(moved[name].sum()) for name in ("no_longer_overdue", "closed")}
    cleared = draft.figure("cleared", sums["no_longer_overdue"])
    lines = [_improved(draft, str(code), row) for code, row in frame.head(_SAID).iterrows()]
    if sums["no_longer_overdue"]:
        lines.append(draft.say("better.cleared", cleared=cleared, closed=draft.figure("closed", sums["closed"])))
    if faded:
        lines.append(draft.say("better.faded", count=draft.figure("faded", faded, unit="cells")))
    if len(is_less):
        lines.append(draft.say("better.fewer", count=draft.figure("zones_fewer", len(is_less), unit="zones")))
    if len(frame):
        code = str(frame.index[0])
        told = {"before": frame["overdue_before"].iloc[0], "now": frame["overdue"].iloc[0]}
        values = {name: draft.figure(f"{code}.{name}", value) for name, value in told.items()}
        message = draft.say("better.message", zone=str(frame["name"].iloc[0]), **values).at("zones", code)
    elif len(is_less):
        code = str(is_less.index[0])
        count = draft.figure("most_fewer", -is_less.iloc[0])
        message = draft.say("better.message_fewer", zone=known.zone_names[code], fewer=count).at("zones", code)
    else:
        message = draft.say("better.message_cleared", cleared=cleared)
    names = ("name", "overdue_before", "overdue", "overdue_change", "no_longer_overdue", "closed_since")
    shown = table(known, "zones", "better.table", frame, names, layer="zones")
    return draft.section(
        message, lines=lines, tables=(shown,) if len(frame) else (),
        map=spots.change(
            known.county, known.cell_density, layer="cells", look=known.style,
            note=spots.note("change", known.language, known.filters),
        ),
    )  # fmt: skip


def _improved(draft: Draft, code: str, row: pd.Series) -> Sentence:
    told = {"before": row["overdue_before"], "now": row["overdue"], "closed": row["closed"]}
    values = {name: draft.figure(f"{code}.{name}", value) for name, value in told.items()}
    return draft.say("better.line", zone=str(row["name"]), **values).at("zones", code)


def siting(known: Known) -> Section | LeftOut:
    """The arrangements that were chosen: the sites of the first one by one, what the others come to."""
    draft = Draft(known, "siting")
    chosen = {name: made for name, made in known.arrangements.items() if not made.refusal and len(made.sites)}
    if not chosen:
        return draft.left_out("no_proposal")
    made = next(iter(chosen.values()))
    sites = [_site(draft, known, made, site, made.sites.loc[site]) for site in made.sites.index.tolist()]
    said = [_arranged(draft, known, str(at), name, one) for at, (name, one) in enumerate(chosen.items(), start=1)]
    rule = draft.say(
        "siting.rule", radius=draft.figure("radius", made.radius_m, unit="metres"),
        existing=draft.figure("existing", len(made.facilities), unit="facilities"),
    )  # fmt: skip
    view = siting_map.arranged(
        known.county, made, look=known.style, titles=[line.text for line in sites],
        worth=[""] * len(made.facilities), most=len(sites),
    )  # fmt: skip
    return draft.section(said[0], lines=[*sites, *said[1:]], remarks=(rule,), map=replace(view, arrange=None))


def _arranged(draft: Draft, known: Known, at: str, name: str, made: Arrangement) -> Sentence:
    told = {
        "count": draft.figure(f"{at}.sites", len(made.sites), unit="facilities"),
        "before": draft.figure(f"{at}.before", made.share(made.before), kind="share"),
        "after": draft.figure(f"{at}.after", made.share(made.covered), kind="share"),
    }
    kind = word("kind", made.scenario.question.kind, known.language)
    return draft.say(
        "siting.named" if name else "siting.message", kind=kind, **told, **({"name": name} if name else {})
    )


def _site(draft: Draft, known: Known, made: Arrangement, site: int, row: pd.Series) -> Sentence:
    is_area = made.denominator == AREA
    gain = draft.figure(
        f"{site}.gain", row["gain"] / (_KM2 if is_area else 1), kind="decimal" if is_area else "count",
        unit="km2" if is_area else "people",
    )  # fmt: skip
    unit = known.templates.say("unit.km2") if is_area else t(f"siting.unit_of.{made.denominator}", known.language)
    cell = row["cell"] if isinstance(row["cell"], str) else ""
    said = draft.say(
        "siting.line", rank=draft.figure(f"{site}.site", site, unit=""), place=known.place(cell) if cell else "",
        gain=gain, unit=unit, share=draft.figure(f"{site}.share", row["share"], kind="share"),
    )  # fmt: skip
    return said.at("cells", cell) if cell else said
