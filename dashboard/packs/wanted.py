"""What papers are asked for, and the content of them: the same for the page and for the command line."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from hashlib import sha256

import pandas as pd
import sqlalchemy as sa

from dashboard import queries
from dashboard.analysis.scenario import Scenario, arranged
from dashboard.briefing import content
from dashboard.briefing.content import Content
from dashboard.briefing.templates import Templates, read_templates
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.maps.viewed import View
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


@dataclass(frozen=True)
class Basis:
    """What people have kept and worded for a briefing, read once: what is said and the key of it are of the same."""

    templates: Templates
    scenarios: Mapping[str, Scenario]
    """Those marked for the briefing, by name."""
    views: Mapping[str, View | None]
    """All that were kept, by name in the order of the agenda (None: one that nobody can read)."""


def basis(settings: Settings, place: str, language: str) -> Basis:
    """As it is at this moment. Raises `SettingsError` for broken templates, `FileUnreadable`."""
    return Basis(
        read_templates(settings.var_dir / "templates", language),
        scenarios.for_briefing(settings.var_dir, place),
        views.for_briefing(settings.var_dir, place),
    )


def said(
    engine: sa.Engine | None,
    county: County,
    snapshot: Snapshot,
    filters: Filters,
    wanted: Wanted,
    *,
    rests: Basis,
    settings: Settings,
    standards: Standards,
) -> Content:
    """The content of it, with the templates, scenarios and views of `rests`, whatever has become of them since;
    without an engine the ledger has neither descriptions nor addresses. Raises `DatabaseAway`.
    """
    told = content.brief(
        county, snapshot, filters, wanted.since,
        settings=settings,
        standards=standards,
        language=wanted.language,
        templates=rests.templates,
        parts=wanted.parts,
        zones=wanted.zones,
        arrangements={
            name: arranged(county, snapshot, filters, one, standards=standards)
            for name, one in rests.scenarios.items()
        },
        views=rests.views,
        ledger=None if engine is None else _told(engine, county, snapshot, filters, wanted.since),
    )  # fmt: skip
    return replace(told, is_for_dark_room=wanted.look == "dark")


def _told(engine: sa.Engine, county: County, snapshot: Snapshot, filters: Filters, since: datetime) -> pd.DataFrame:
    """Address, description, lon, lat and number (NaN: the office gave none), by code, of the problems that a ledger
    holds."""
    rows = content.ledger_rows(county, snapshot, filters, since)[: content.LEDGER_AT_MOST]
    codes = snapshot.keys.take(rows)
    found = queries.problems(engine, county, codes.tolist())[["address", "description", "lon", "lat"]]
    own = found.index.to_series().astype("str")
    return found.assign(number=own.where(~queries.is_made(own)))


def rests_on(settings: Settings, standards: Standards, rests: Basis) -> str:
    """Stands for everything the content rests on besides data, filters and what is wanted: settings, standards and the
    templates, scenarios and views of `rests`."""
    known = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in _NOT_SAID}
    kept = [
        (name, view and (view.page, sorted(view.query.items()), view.extent, view.remark))
        for name, view in rests.views.items()
    ]
    own = (rests.templates.language, sorted(rests.templates.own.items()), list(rests.scenarios.items()), kept)
    told = (sorted(known.items()), sorted(standards.entries.items()), own)
    return sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()


def command(place: str, asked: Filters, filters: Filters, wanted: Wanted, data_version: int) -> str:
    """The command that makes the same papers of the same data; `asked`: as chosen, `filters`: resolved.

    It holds while the settings, standards, templates, marked scenarios and kept views are as they are now: these it
    does not name, they are read when it is run. The database's address is not in it, as it may hold a password.
    """
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
