"""What papers are asked for, and the content of them: the same for the page and for the command line."""

import re
import shlex
from dataclasses import dataclass, fields, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from dashboard import queries
from dashboard.analysis.scenario import arranged
from dashboard.briefing import content
from dashboard.briefing.content import Content
from dashboard.briefing.templates import read_templates
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.saved import scenarios, views
from dashboard.snapshot import Snapshot
from dashboard.standards import Standards
from settings import Settings

_NOT_SAID = ("database_url", "place", "var_dir", "standards", "language")
"""Settings that say where something lies, or that `Wanted` has itself."""


LOOKS = ("light", "dark")


@dataclass(frozen=True)
class Wanted:
    """One choice of papers; None: all there are."""

    since: datetime
    """The last meeting."""
    language: str
    parts: tuple[str, ...] | None = None
    """Of `content.PARTS`, in the order in which they are said."""
    zones: tuple[str, ...] | None = None
    """Codes of those that get a page."""
    papers: tuple[str, ...] | None = None
    """Of `formats.FORMATS` and `pack.ON_REQUEST`."""
    look: str = LOOKS[0]
    """Of the slides for a browser, one of `LOOKS`: for a light or a dark room."""


def said(
    engine: sa.Engine | None,
    county: County,
    snapshot: Snapshot,
    filters: Filters,
    wanted: Wanted,
    *,
    settings: Settings,
    standards: Standards,
) -> Content:
    """The content of it, with the place's own templates, the arrangements that were marked for the briefing and the
    views that were kept; without an engine the ledger has neither descriptions nor addresses.

    Raises `SettingsError` for broken templates, `FileUnreadable`, `DatabaseAway`.
    """
    place = county.place.code
    marked = scenarios.for_briefing(settings.var_dir, place)
    told = content.brief(
        county, snapshot, filters, wanted.since,
        settings=settings,
        standards=standards,
        language=wanted.language,
        templates=read_templates(_templates(settings), wanted.language),
        parts=wanted.parts,
        zones=wanted.zones,
        arrangements={
            name: arranged(county, snapshot, filters, one, standards=standards) for name, one in marked.items()
        },
        views=views.for_briefing(settings.var_dir, place),
        ledger=None if engine is None else _told(engine, county, snapshot, filters, wanted.since),
    )  # fmt: skip
    return replace(told, is_for_dark_room=wanted.look == "dark")


def _told(engine: sa.Engine, county: County, snapshot: Snapshot, filters: Filters, since: datetime) -> pd.DataFrame:
    """Address, description, lon and lat, by code, of the problems that a ledger holds."""
    rows = content.ledger_rows(county, snapshot, filters, since)[: content.LEDGER_AT_MOST]
    codes = snapshot.keys.take(rows)
    return queries.problems(engine, county, codes.tolist())[["address", "description", "lon", "lat"]]


def rests_on(settings: Settings, standards: Standards, place: str) -> str:
    """Stands for everything the content rests on besides data, filters and what is wanted: settings, standards,
    templates, marked scenarios, kept views. Raises as `said` for these."""
    known = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in _NOT_SAID}
    folder = _templates(settings)
    own = [
        (path.name, status.st_mtime_ns, status.st_size)
        for path in (sorted(folder.glob("*.toml")) if folder.is_dir() else ())
        for status in (path.stat(),)
    ]
    kept = [
        (name, view and (view.page, sorted(view.query.items()), view.extent, view.remark))
        for name, view in views.for_briefing(settings.var_dir, place).items()
    ]
    told = (sorted(known.items()), standards.digest(), own, scenarios.for_briefing(settings.var_dir, place), kept)
    return sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()


def command(place: str, asked: Filters, filters: Filters, wanted: Wanted, data_version: int) -> str:
    """The command that makes the same papers of the same data, whenever it is run; `asked`: as chosen, `filters`:
    resolved. The database's address is not in it, as it may hold a password."""
    start, end = filters.period
    options: list[tuple[str, str | None]] = [("place", place), ("language", wanted.language)]
    options += [("as-of", _instant(filters.moment)), ("since", _instant(wanted.since))]
    options += [("data-version", str(data_version))]
    options += [("start", start.isoformat())] if asked.start else []
    options += [("end", end.isoformat())] if asked.end else []
    options += [(name, value) for name in ("zone", "category", "source", "unit", "setting", "shift")
                for value in getattr(asked, name)]  # fmt: skip
    options += [("cell", asked.cell)] if asked.cell else []
    options += [("with-default-points", None)] if asked.with_default_points else []
    options += [("part", part) for part in wanted.parts or ()]
    options += [("page", zone) for zone in (("-",) if wanted.zones == () else wanted.zones or ())]
    options += [("format", paper) for paper in wanted.papers or ()]
    options += [("look", wanted.look)] if wanted.look != LOOKS[0] else []
    told = " ".join(f"--{name}" if value is None else f"--{name}={_quoted(value)}" for name, value in options)
    return f"python -m dashboard briefing {told} -o briefing"


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"[\w.:+-]+", value) else shlex.quote(value)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _templates(settings: Settings) -> Path:
    return settings.var_dir / "templates"
