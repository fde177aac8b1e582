"""The agenda: what somebody kept to be shown, view by view, each under its own filters and in its own stretch."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import shapely

from dashboard.analysis import density
from dashboard.analysis.service import Service, kind_of, service
from dashboard.briefing.content.draft import Draft
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.narrowed import filters_of
from dashboard.briefing.content.places import answered, listed, on_default_points, tag
from dashboard.briefing.content.shape import LeftOut, Section, Sentence
from dashboard.briefing.content.tables import table
from dashboard.briefing.content.uncovered import by_standard, out_of_reach
from dashboard.briefing.content.written import cleaned, one_line
from dashboard.facts import choices, facts
from dashboard.maps import page
from dashboard.maps.geometry import geometry
from dashboard.maps.layers import MapView, Sight
from dashboard.maps.viewed import Drawn, View, at_first, drawn
from dashboard.text import t, word

_LISTED = 10
_SAID = 3
_LONGEST_FACT = 120
_ORDERED = ("problems_per_km2", "problems")
"""Measures of the heat page by which cells are put in order; any other one leaves it to what is overdue and open."""
_COLUMNS = ("name", "zone", "worker", "per_km2", "problems", "open", "overdue")


def agenda(known: Known) -> list[Section | LeftOut]:
    """A section for each view in the order of the agenda, or why there is none."""
    if not known.agenda:
        return [Draft(known, "views").left_out("no_views")]
    may = choices(known.county, known.snapshot, known.language)
    return [
        replace(_item(known, name, view, may), number=number)
        for number, (name, view) in enumerate(known.agenda.items(), start=1)
    ]


def _item(known: Known, name: str, view: View | None, may: dict[str, dict[str, str]]) -> Section | LeftOut:
    draft = Draft(known, "views")
    if view is None:
        return draft.left_out("view_broken", name=name)
    if view.page not in page.PAGES:
        return draft.left_out("view_no_page", name=name)
    what = drawn(view.page, view.query, known.standards)
    filters = filters_of(known, name, view, what, may)
    if isinstance(filters, LeftOut):
        return filters
    # Changes are against the last meeting, and nothing to a moment of the view's own.
    since = known.since if filters.moment == known.filters.moment else filters.moment - timedelta(days=7)
    own = known if filters == known.filters else known.under(filters, since)
    made = _gap(own, name, view, what) if what.page == "coverage" else _problems(own, name, view, what)
    if isinstance(made, LeftOut):
        return made
    return replace(
        made,
        title=cleaned(name),
        topic=known.templates.say("part.views"),
        filters=filters,
        facts=tuple(facts(known.county, known.snapshot, filters, known.language)),
    )


def _map(known: Known, view: View, what: Drawn, served: Service | None = None) -> MapView:
    """The map of the page in the view's stretch, with what was selected on it."""
    made = page.page_view(
        what.page, known.county, known.snapshot, known.filters,
        settings=replace(known.settings, language=known.language),
        standards=known.standards,
        layer=what.layer,
        measure=what.measure,
        kind=what.kind,
        rule=what.rule,
        served=served,
        made_on=known.day,
    )  # fmt: skip
    layer, _, code = view.query.get("at", "").partition(":")
    is_there = layer in ("zones", "cells") and code in made.geometry.codes(layer)
    points = made.points
    if what.page == "overview":
        points = at_first([each for each in points if each.kind != "problem"])
    return replace(
        made,
        facts=(),
        points=points,
        selected=(layer, code) if is_there else None,
        sight=Sight(view.extent.written, view.extent) if view.extent else None,
    )


def _problems(known: Known, name: str, view: View, what: Drawn) -> Section:
    """Problems under the view's filters, and the worst of the cells that are in sight."""
    draft, found = Draft(known, "views"), known.figures
    told = {
        each: draft.figure(
            each, found[each].value, of=found[each].of, is_large=True, is_alarming=each == "overdue"
        )
        for each in ("reported", "open", "overdue")
    }  # fmt: skip
    counts = known.cell_density
    if what.page == "heat" and what.measure in _ORDERED:
        ordered = counts[counts[what.measure] > 0]
        ordered = ordered.sort_values([what.measure, "overdue", "open"], ascending=False, kind="stable")
    else:
        ordered = density.to_act_on(counts)
    frame, of = _first(known, view, ordered)
    if what.page == "heat" and what.measure == _ORDERED[0]:
        frame = frame.assign(per_km2=frame["problems_per_km2"])
    return draft.section(
        draft.say("views.message", name=name, **told),
        lines=[
            _remark(draft, view),
            *(_of_cell(draft, known, str(code), row) for code, row in frame.head(_SAID).iterrows()),
        ],
        tables=_tables(known, "views.table_seen" if view.extent else "views.table", frame, of),
        map=_map(known, view, what),
        remarks=(*_remarks(draft, known, view, what), *on_default_points(draft, known.cell_counts, counts)),
    )


def _of_cell(draft: Draft, known: Known, code: str, row: pd.Series) -> Sentence:
    told = {each: draft.figure(f"{code}.{each}", row[each]) for each in ("problems", "open", "overdue")}
    said = answered(draft, draft.say("views.line", place=str(row["name"]), **told), row)
    return draft.say("worst.told", said=said).at("cells", code, tag(known, row))


def _gap(known: Known, name: str, view: View, what: Drawn) -> Section | LeftOut:
    """Cells that lack something, of those in the view's filters."""
    draft, kind = Draft(known, "views"), kind_of(what.kind)
    served = None
    if kind is None or what.rule is None:
        cells = known.facts
        is_lacking = cells[f"is_{what.kind}"] if known.is_kept(what.kind) else None
    else:
        served = service(
            known.county, known.filters, what.rule, standards=known.standards,
            unserved_share=known.settings.unserved_share,
        )  # fmt: skip
        cells = served.cells
        is_lacking = ~cells["is_served"] if served.refusal is None else None
    if is_lacking is None:
        return draft.left_out("view_not_recorded", name=name)
    mask = is_lacking.fillna(value=False).astype(bool)
    lacks = (
        draft.say(f"views.lacks_{what.kind}")
        if kind is None
        else draft.say("views.lacks_kind", kind=word("kind", kind, known.language))
    )
    label = what.kind if kind is None else "lacking"
    count = draft.figure("count", int(mask.sum()), unit="cells", of=len(cells), is_large=True, label=label)
    total = draft.figure("cells", len(cells), unit="cells")
    counts = known.cell_counts[known.cell_counts.index.isin(mask.index[mask])]
    frame, of = _first(known, view, counts.sort_values(["overdue", "open"], ascending=False, kind="stable"))
    people = [] if served is None or what.rule is None else [out_of_reach(draft, known, what.rule, served)]
    return draft.section(
        draft.say("views.lacking", name=name, lacks=lacks, count=count, cells=total),
        lines=[_remark(draft, view), *people, _most(draft, known, mask)],
        tables=_tables(known, "views.table_lacking", frame, of, lacks=lacks.text),
        map=_map(known, view, what, served),
        remarks=(*_standard(draft, known, what, served), *_remarks(draft, known, view, what)),
    )


def _most(draft: Draft, known: Known, mask: pd.Series) -> Sentence | None:
    """The zone with most such cells, of several."""
    counts = known.count_by_zone(mask).sort_values(ascending=False, kind="stable")
    if len(known.zones) < 2 or not counts.max():
        return None
    code = str(counts.index[0])
    count = draft.figure("most", counts.iloc[0], unit="cells")
    return draft.say("views.most", zone=known.zone_names[code], count=count).at("zones", code)


def _standard(draft: Draft, known: Known, what: Drawn, served: Service | None) -> list[Sentence]:
    """By what it was judged, and where it could not be on foot though that was asked."""
    if what.rule is None or served is None:
        return []
    standard = known.standards.reaches(what.rule.kind)[what.rule.standard]
    told = [by_standard(draft, known, what.rule.kind, standard, served.method)]
    is_as_asked = served.method == what.rule.method
    return told if is_as_asked else [*told, draft.say("views.not_on_foot")]


def _first(known: Known, view: View, ordered: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The first cells of those in sight, with names, and how many there are."""
    if view.extent is not None and len(ordered):
        west, south, east, north = view.extent.bounds
        shapes = geometry(known.county).cells.geometry.reindex(ordered.index).to_numpy()
        left, low, right, top = shapely.bounds(shapes).T
        x, y = (left + right) / 2, (low + top) / 2
        with np.errstate(invalid="ignore"):
            ordered = ordered[(west <= x) & (x <= east) & (south <= y) & (y <= north)]
    return listed(known, ordered.head(_LISTED)), len(ordered)


def _tables(known: Known, title: str, frame: pd.DataFrame, of: int, **values: str) -> tuple[Any, ...]:
    if frame.empty:
        return ()
    return (table(known, "cells", title, frame, _COLUMNS, layer="cells", of=of, values=values),)


def _remark(draft: Draft, view: View) -> Sentence | None:
    return draft.say("views.remark", remark=draft.whole(view.remark)) if one_line(view.remark) else None


def _remarks(draft: Draft, known: Known, view: View, what: Drawn) -> tuple[Sentence, ...]:
    """Under which filters it is, and what of the view is not in the picture."""
    told = facts(known.county, known.snapshot, known.filters, known.language)[:-1]
    parts = [one_line(fact) for fact in told]
    parts = [part if len(part) <= _LONGEST_FACT else f"{part[: _LONGEST_FACT - 1]}…" for part in parts]
    under = draft.joined([draft.whole(part) for part in parts], by="print.between")
    said = [draft.say("views.under", facts=under)]
    if view.extent is not None and what.page != "coverage":
        said.append(draft.say("views.seen"))
    if what.instead:
        said.append(draft.say("views.instead", part=t(f"coverage.{what.instead}", known.language)))
    if what.is_compared:
        said.append(draft.say("views.not_compared"))
    return tuple(said)
