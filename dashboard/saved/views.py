"""Views of pages that are kept by name: the page, its address, the stretch of the map and a remark; their order is the
agenda of a meeting."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.maps.layers import Extent
from dashboard.maps.page import PAGES
from dashboard.maps.viewed import View
from dashboard.saved.shelf import Listed, Shelf
from dashboard.saved.thing import Saved
from dashboard.text.errors import error
from etl.errors import FileUnreadable, NotSaved

KIND = "view"
LONGEST_REMARK = 300
_MOST_NAMES = 60
_LONGEST_VALUE = 20_000


def shelf(var_dir: Path, place: str) -> Shelf:
    """Where those of a place (its division code) lie."""
    return Shelf.of(var_dir, place, KIND)


def listed(var_dir: Path, place: str) -> tuple[dict[str, View], Listed]:
    """The views by name, in their order, and the files of them; one that holds no view is a broken one."""
    return shelf(var_dir, place).listed_as(read)


def for_briefing(var_dir: Path, place: str) -> dict[str, View | None]:
    """All of them by name, in their order; last, by the names of their files, those that hold no view (None)."""
    found, every = listed(var_dir, place)
    chosen: dict[str, View | None] = {**found}
    for trouble in every.broken:
        _, values = trouble.note or ("", {})
        chosen.setdefault(Path(str(values.get("file", ""))).name, None)
    return chosen


def content(view: View) -> dict[str, Any]:
    """What is written down of it. Raises `NotSaved` for a remark that is too long."""
    remark = " ".join(view.remark.split())
    if len(remark) > LONGEST_REMARK:
        raise error(NotSaved, "saved_remark_too_long", most=LONGEST_REMARK)
    bounds = None if view.extent is None else list(view.extent.bounds)
    return {"page": view.page, "query": dict(view.query), "extent": bounds, "remark": remark}


def read(thing: Saved, folder: Path) -> View:
    """What was written down; raises `FileUnreadable` for anything else."""
    try:
        return _view(thing.content)
    except (ValueError, TypeError, KeyError) as trouble:
        raise error(FileUnreadable, "saved_broken", file=f"{thing.key}.json", folder=folder) from trouble


def _view(told: Mapping[str, Any]) -> View:
    page, query, bounds, remark = (told[name] for name in ("page", "query", "extent", "remark"))
    if page not in PAGES or not isinstance(remark, str) or len(remark) > LONGEST_REMARK:
        raise ValueError("no page or no remark")
    if not isinstance(query, dict) or len(query) > _MOST_NAMES:
        raise ValueError("no address")
    if not all(isinstance(text, str) and len(text) <= _LONGEST_VALUE for pair in query.items() for text in pair):
        raise ValueError("no address")
    extent = Extent.of(bounds)
    if bounds is not None and extent is None:
        raise ValueError("no stretch of a map")
    return View(page, query, extent, remark)
