"""The map on the wall (挂图): the whole place and a page a zone, at a round scale, with names, index and legend.

The map lies in the place's measure CRS, so that a millimetre is the same length on the ground everywhere on the sheet.
Nothing is ever cut: what does not fit into a cell stands beside it or in a list with its square, a table that is too
long goes on on the next page.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.analysis import assignments, recorded
from dashboard.text import place_name, t

if TYPE_CHECKING:
    from dashboard.briefing.content import Content
    from dashboard.county import County, Place
    from dashboard.maps.layers import MapView

NAME = "wall-map.pdf"
SIZES = {"A3": (420, 297), "A2": (594, 420), "A1": (841, 594), "A0": (1189, 841)}
"""Width and height in mm."""
ROLES = {"leader": assignments.LEADER, "deputies": assignments.DEPUTY, "units": assignments.MEMBER_UNIT}
"""Roles of a zone by the column of `People.zones`."""


@dataclass(frozen=True, eq=False)
class People:
    """Who answers on a day. Names are joined by semicolons, NaN: nobody; a column that is not there: nothing kept."""

    cells: pd.DataFrame
    """Index: codes of the cells in force; worker."""
    zones: pd.DataFrame
    """Index: codes of zones; leader, deputies, units."""
    posts: pd.Series
    """By name of a leader or deputy: unit and post."""

    @classmethod
    def of(cls, county: "County", day: date) -> "People":
        """From a county, on a local day."""
        terms = assignments.in_term(county, day)
        cells = pd.DataFrame(index=county.cells.index[county.cells_on(day)])
        zones = pd.DataFrame(index=county.zones.index)
        if recorded.has_workers(county):
            workers = assignments.holding(terms, layer="cell", role=assignments.GRID_WORKER)
            cells["worker"] = workers.reindex(cells.index)
        if recorded.has_leaders(county):
            for column, role in ROLES.items():
                zones[column] = assignments.holding(terms, layer="zone", role=role).reindex(zones.index)
        persons = terms[terms["role"].isin((assignments.LEADER, assignments.DEPUTY)) & terms["name"].notna()]
        told = persons["unit"].fillna("").str.cat(persons["post"].fillna(""), sep=" ").str.strip()
        return cls(cells, zones, told.set_axis(persons["name"])[lambda posts: ~posts.index.duplicated()])

    @classmethod
    def in_content(cls, content: "Content") -> "People":
        """As a briefing tells it."""
        nobody = t("map.nobody", content.language)
        kept = {"cells": ("worker",), "zones": ("leader", "deputies", "units")}
        cells, zones = (
            table.frame[[name for name in kept[table.key] if name in table.frame]].replace(nobody, np.nan)
            for table in (content.cells, content.zones)
        )
        return cls(cells, zones, pd.Series(dtype="str"))


def paper(content: "Content", folder: Path, *, size: str = "A3") -> list[Path]:
    """`wall-map.pdf` of a briefing, of another size `wall-map-A1.pdf`: its heat, or the first of its maps of cells
    under its own filters; nothing where it has no such map."""
    maps = [
        (section.key == "heat", section.map) for section in content.sections if section.map and section.filters is None
    ]
    of_cells = [each for each in maps if each[1].polygons is not None and each[1].polygons.layer == "cells"]
    view = max(of_cells or maps, key=lambda each: each[0], default=(False, None))[1]
    if view is None or view.geometry.is_empty:
        return []
    path = folder / (NAME if size == "A3" else f"{Path(NAME).stem}-{size}.pdf")
    shown = replace(view, facts=content.facts, mark=content.mark, selected=None, points=())
    path.write_bytes(wall_map(shown, content.place, People.in_content(content), size=size))
    return [path]


def wall_map(view: "MapView", place: "Place", people: People, *, size: str = "A3", zone: str | None = None) -> bytes:
    """A pdf whose texts can be searched: the whole place, then a page for each zone (`zone`: that one alone).

    Language, colours, points, facts and mark are those of the view. `size`: one of `SIZES`; larger paper has larger
    letters and more in each cell. The same view gives the same bytes.

    Raises `ValueError` for a zone or size that is not there, `GlyphMissing` for a character that no font has.
    """
    from dashboard.briefing.wallpage import Paper, whole_page, zone_page
    from dashboard.maps.paper.sheet import document_of, drawing

    if size not in SIZES:
        raise ValueError(f"there is no size {size!r}; there are {', '.join(SIZES)}")
    codes = view.geometry.zones.index
    if zone is not None and zone not in codes:
        raise ValueError(f"there is no zone {zone!r}")
    with drawing(view.language):
        paper = Paper(view, place, people, *SIZES[size])
        if zone is None:
            whole_page(paper)
        for position, code in enumerate(codes):
            if zone in (None, code):
                zone_page(paper, position)
        paper.number_pages()
        name = place_name(view.geometry.place_name, view.geometry.place, view.language)
        return document_of(paper.sheets, title=t("wall.title", view.language, place=name))
