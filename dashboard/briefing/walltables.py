"""The tables beside the map on the wall: who answers for zones and cells, streets with their squares."""

from typing import TYPE_CHECKING

import numpy as np

from dashboard.briefing.wallmap import ROLES
from dashboard.maps.paper import streets
from dashboard.maps.paper.lettering import cleaned
from dashboard.maps.paper.listing import Listing, Loud
from dashboard.text import number, t

if TYPE_CHECKING:
    from dashboard.briefing.wallpage import Page, Paper


def zones(paper: "Paper") -> Listing:
    """Name, beginning of the codes and number of cells of every zone, and who answers for it."""
    nobody = Loud(t("map.nobody", paper.language))
    counts = np.bincount(paper.zone_of[paper.in_force] + 1, minlength=len(paper.zones) + 1)[1:]
    held = [role for role in ("leader", "deputies") if role in paper.people.zones]
    rows = []
    for at, code in enumerate(paper.zones.index):
        row = [paper.zone_name(at), paper.prefixes[at], number(int(counts[at]))]
        for role in held:
            names = cleaned(paper.held(code, role))
            row.append(nobody if role == "leader" and not names else names)
        rows.append(tuple(row))
    headings = [paper.say("zone"), paper.say("prefix"), paper.say("cells")]
    headings += [t(f"role.{ROLES[role]}", paper.language) for role in held]
    return Listing(paper.say("zones" if held else "zones_only"), tuple(headings), rows)


def people(paper: "Paper", zone: int) -> list[tuple[str, ...]]:
    """Role, and name, unit and post of everyone who answers for the zone; its member units in one row."""
    code, people = str(paper.zones.index[zone]), paper.people
    rows: list[tuple[str, ...]] = []
    for column, role in ROLES.items():
        if column not in people.zones:
            continue
        names = [name.strip() for name in paper.held(code, column).split(";") if name.strip()]
        told = [cleaned(f"{name} {people.posts.get(name, '')}") for name in names]
        if column == "units" and told:
            told = [t("card.comma", paper.language).join(told)]
        if column == "leader" and not told:
            told = [Loud(t("map.nobody", paper.language))]
        rows += [(t(f"role.{role}", paper.language), each) for each in told]
    return rows


def cells(paper: "Paper", page: "Page", own: np.ndarray, prefix: str) -> Listing:
    """Code, name, grid worker and square of cells."""
    spots = paper.ground.spots("cells")
    rows = []
    for at in own.tolist():
        x, y = page.window.at(*spots[at])
        told = [str(paper.short[at]), paper.cell_name(at), paper.worker(at)]
        rows.append((*told, page.reference.of(float(x), float(y))))
    columns = [paper.say("code"), paper.say("name"), t("map.worker", paper.language), paper.say("square")]
    kept = [at for at in range(4) if any(row[at] for row in rows)]
    note = paper.say("prefix_note", prefix=prefix) if prefix else ""
    return Listing(
        paper.say("cell_list" if paper.workers is not None else "cells_only", count=number(len(rows))),
        tuple(columns[at] for at in kept),
        [tuple(row[at] for at in kept) for row in rows],
        note,
    )


def index(paper: "Paper", page: "Page") -> list[Listing]:
    """Cells without a code on the map, then streets and places."""
    found = []
    if page.missing:
        missing = sorted(page.missing)
        listing = cells(paper, page, np.array(missing), "")
        rows = [(str(paper.cells.index[at]), *row[1:]) for at, row in zip(missing, listing.rows, strict=True)]
        found.append(Listing(paper.say("unwritten", count=number(len(rows))), listing.headings, rows))
    named = streets.index(paper.ground, page.reference)
    if named:
        found.append(Listing(paper.say("streets"), (paper.say("name"), paper.say("square")), named))
    return found
