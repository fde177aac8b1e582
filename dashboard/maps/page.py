"""The map of a whole page, from the data alone; for `python -m dashboard map PAGE`, where no page runs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from dashboard.analysis import (
    assignments,
    carried,
    cases,
    coverage,
    density,
    hotspots,
    recorded,
    responsibility,
    service,
    trends,
    usual,
)
from dashboard.facts import facts
from dashboard.maps import reached, spots, views
from dashboard.maps.classes import FIXED, Classes
from dashboard.maps.classes import of as classes_of
from dashboard.maps.layers import MapView, Row
from dashboard.maps.style import Factors
from dashboard.text import t

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot
    from dashboard.standards import Standards
    from settings import Settings

PAGES = ("overview", "heat", "coverage", "responsibility")


def page_view(
    page: str,
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    *,
    settings: "Settings",
    standards: "Standards",
    layer: str = "cells",
    measure: str = "problems_per_km2",
    kind: str = "unassigned",
    rule: service.Rule | None = None,
    served: service.Service | None = None,
    made_on: date | None = None,
) -> MapView:
    """What the page of that name shows under these resolved filters, in the language of the settings; as it leaves the
    app, it says so itself and names who answers for a cell or zone.

    `layer` (zones, cells, points) and `measure` (`style.MEASURES` but workload, `spots.VIEWS`; nothing to points)
    choose on the heat page, `kind` (`service.lacks`) on coverage, with the `rule` of a kind of facility where it is not
    the usual one; `served`: what `service.service` gives by it, where it is known already. `made_on`: the day that
    stands on it; today, unless given.
    """
    view = _view(page, county, snapshot, filters, settings=settings, standards=standards, layer=layer, measure=measure,
                 kind=kind, rule=rule, served=served)  # fmt: skip
    language = settings.language
    day = made_on or county.place.local_day(datetime.now(UTC))
    told = [*facts(county, snapshot, filters, language), t("print.made", language, day=day)]
    return _named(replace(view, facts=tuple(told)), county, snapshot, filters)


def _named(view: MapView, county: "County", snapshot: "Snapshot", filters: "Filters") -> MapView:
    """With grid workers (of zones: leaders) in the first line of the tooltip, where such names are kept at all."""
    if view.polygons is None:
        return view
    is_zones = view.polygons.layer == "zones"
    if not (recorded.has_leaders(county) if is_zones else recorded.has_workers(county)):
        return view
    table = responsibility.table(county, snapshot, filters)
    if is_zones:
        names = table.drop_duplicates("zone").set_index("zone")["leader"].reindex(view.polygons.codes)
    else:
        names = table["worker"].reindex(view.polygons.codes)
    label = t("role.leader" if is_zones else "map.worker", view.language)
    row = Row.of(label, names.fillna(t("map.nobody", view.language)))
    others = tuple(each for each in view.polygons.rows if each.label != label)
    return replace(view, polygons=replace(view.polygons, rows=(row, *others)))


def _view(
    page: str,
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    *,
    settings: "Settings",
    standards: "Standards",
    layer: str,
    measure: str,
    kind: str,
    rule: service.Rule | None,
    served: service.Service | None,
) -> MapView:
    style = views.MapStyle.of(settings, settings.language, classes(county, snapshot, settings))
    if page == "coverage":
        return _coverage(
            county, filters, style, settings=settings, standards=standards, kind=kind, rule=rule, served=served
        )
    cells = density.cells(county, snapshot, filters)
    if page == "overview":
        zones = density.zones(county, snapshot, filters)
        rows = cases.rows(county, snapshot, filters, "open", located=True)
        points = views.problem_points(county, snapshot, rows, moment=filters.moment, language=settings.language)
        return views.overview(county, cells, zones, look=style, problems=points)
    if page == "responsibility":
        return _responsibility(county, snapshot, filters, style, settings=settings, cells=cells)
    if page != "heat":
        raise ValueError(f"there is no page {page!r} with a map; there are {', '.join(PAGES)}")
    if layer == "points":
        points = density.points(county, snapshot, filters)
        return views.heat_points(county, points["x_m"].to_numpy(), points["y_m"].to_numpy(), look=style)
    frame = cells if layer == "cells" else density.zones(county, snapshot, filters)
    if measure in spots.VIEWS:
        return _statistic(county, snapshot, filters, style, settings=settings, frame=frame, layer=layer, name=measure)
    return views.heat(county, frame, look=style, layer=layer, measure=measure)


def _statistic(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    style: views.MapStyle,
    *,
    settings: "Settings",
    frame: "pd.DataFrame",
    layer: Any,
    name: str,
) -> MapView:
    """Hotspots, their trend, or the change since the period before; `frame` as of `analysis.density`."""
    if name == "change":
        return spots.change(county, frame, layer=layer, look=style, note=spots.note(name, style.language, filters))
    if name == "trend":
        trend = trends.cells(county, snapshot, filters, layer=layer, count=settings.trend_weeks)
        refusal = spots.refusal(trend, layer=layer, language=style.language)
        note = spots.note(name, style.language, filters, weeks=trend.weeks)
        return spots.trend(county, trend.frame, layer=layer, look=style, refusal=refusal, note=note)
    found = hotspots.cells(county, snapshot, filters, layer=layer)
    refusal = spots.refusal(found, layer=layer, language=style.language)
    note = spots.note(name, style.language, filters)
    return spots.hotspots(county, found.frame, layer=layer, look=style, refusal=refusal, note=note)


def classes(county: "County", snapshot: "Snapshot", settings: "Settings") -> Classes:
    """The classes of this data version; on the screen and in a file the same."""
    amounts = {} if settings.classes == FIXED else usual.amounts(county, snapshot)
    return classes_of(settings, factors(county, snapshot), amounts)


def factors(county: "County", snapshot: "Snapshot") -> Factors:
    """By how much the fixed classes of this data version are moved."""
    median_km2 = float(county.cells["area_m2"].median()) / 1e6 if len(county.cells) else 0.0
    return Factors.for_means(*density.means(county, snapshot), per_km2_of_one=1 / median_km2 if median_km2 > 0 else 0.0)


def _coverage(
    county: "County",
    filters: "Filters",
    style: views.MapStyle,
    *,
    settings: "Settings",
    standards: "Standards",
    kind: str,
    rule: service.Rule | None,
    served: service.Service | None,
) -> MapView:
    of = service.kind_of(kind)
    if of is not None:
        asked = rule or service.Rule(of)
        found = served or service.service(
            county, filters, asked, standards=standards, unserved_share=settings.unserved_share
        )
        return reached.served(county, found, rule=asked, look=style, unserved_share=settings.unserved_share)
    shares = coverage.shares(county, county.place.local_day(filters.moment), standards)
    frame = coverage.cells(county, filters, shares=shares, unserved_share=settings.unserved_share)
    untold = recorded.missing(county, filters, shares=shares)
    return views.coverage(county, frame, kind=kind, look=style, untold=untold)


def _responsibility(
    county: "County",
    snapshot: "Snapshot",
    filters: "Filters",
    style: views.MapStyle,
    *,
    settings: "Settings",
    cells: "pd.DataFrame",
) -> MapView:
    day = county.place.local_day(filters.moment)
    table = responsibility.table(county, snapshot, filters)
    load = responsibility.workload(
        county,
        snapshot,
        filters,
        cells_limit=settings.cells_per_worker,
        problems_limit=settings.problems_per_worker,
    )
    shown = cells[["open"]].join(table[["worker"]]).join(carried.by_cell(county, day, load))
    return views.responsibility(county, shown.join(assignments.is_unassigned(county, day)), look=style)
