"""The lists of assignments of all zones: who gets what, under which name, and all of them in one archive."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.analysis.duties import LAYERS, duties
from dashboard.analysis.handouts import NO_ZONE, lines
from dashboard.sheets.assignments import workbook
from dashboard.text import place_name, t
from dashboard.text.errors import error
from etl.errors import FileUnreadable

if TYPE_CHECKING:
    from dashboard.county import County
    from dashboard.filters import Filters
    from dashboard.snapshot import Snapshot

_RESERVED = re.compile(r'[\x00-\x1f<>:"/\\|?*#\s]+')
_LONGEST = 60


def assignment_books(
    county: "County", snapshot: "Snapshot", filters: "Filters", *, within_days: int, language: str
) -> dict[str, bytes]:
    """Name of the file → workbook, for every zone of the filters that has a cell or a facility, in order of code; the
    last for those of no zone. `within_days`: a term that ends so soon is to be filled in too."""
    day = county.place.local_day(filters.moment)
    found = {
        layer: lines(county, duties(county, snapshot, filters, layer=layer, within_days=within_days), day, layer=layer)
        for layer in LAYERS
    }
    zones = sorted(set(pd.concat([rows["zone"] for rows in found.values()])), key=lambda zone: (zone == NO_ZONE, zone))
    place = place_name(county.place.name, county.place.code, language)
    of_data = t("handout.of_data", language, place=place, day=f"{day:%Y-%m-%d}", version=county.data_version)
    books = {}
    for zone in zones:
        name = zone_name(county, zone, language)
        own = {layer: rows[rows["zone"] == zone] for layer, rows in found.items()}
        title = t("handout.title", language, zone=name)
        books[_file_name(zone, name, language)] = workbook(own, title=title, of_data=of_data, language=language)
    return books


def zone_name(county: "County", zone: str, language: str) -> str:
    """What a zone is called, its code where it has no name, and what stands for `NO_ZONE`."""
    if zone == NO_ZONE:
        return t("handout.no_zone", language)
    name = county.zones["name"].get(zone)
    return name if isinstance(name, str) and name else zone


def packed(books: Mapping[str, bytes]) -> bytes:
    """All of them in one zip."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, book in books.items():
            archive.writestr(name, book)
    return held.getvalue()


def written(books: Mapping[str, bytes], folder: Path) -> list[Path]:
    """The files, written into a folder that is made where there is none. Raises `FileUnreadable`."""
    paths = [folder / name for name in books]
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, book in zip(paths, books.values(), strict=True):
            path.write_bytes(book)
    except OSError as trouble:
        raise error(FileUnreadable, "not_written", path=path, reason=trouble.strerror) from trouble
    return paths


def _file_name(zone: str, name: str, language: str) -> str:
    """A name that every system takes; the code keeps two zones of one name apart."""
    parts = [t("handout.file", language), *dict.fromkeys([zone, name] if zone != NO_ZONE else [name])]
    plain = "-".join(_RESERVED.sub("_", part).strip("._ ")[:_LONGEST] for part in parts)
    return f"{plain}.xlsx"
