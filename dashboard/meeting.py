"""`python -m dashboard briefing …`: the papers of a meeting without a screen."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from dashboard import options, queries
from dashboard.analysis.scenario import arranged
from dashboard.briefing import content
from dashboard.briefing.formats import FORMATS
from dashboard.briefing.pack import pack
from dashboard.briefing.templates import read_templates
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.saved import scenarios
from dashboard.snapshot import Snapshot
from dashboard.standards import read_standards
from dashboard.text import t
from dashboard.text.errors import error
from etl.errors import SettingsError
from settings import Settings

ALL = "all"


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """The options of the command, besides those of the filters."""

    def say(name: str, **values: str) -> str:
        return t(f"cli.{name}", language, **values)

    parser.add_argument("-o", "--output", type=Path, required=True, help=say("briefing_output"))
    parser.add_argument("--format", choices=(ALL, *FORMATS), default=ALL, help=say("briefing_format"))
    parser.add_argument("--since", help=say("since"))
    parts = ", ".join(content.PARTS)
    parser.add_argument("--part", action="append", choices=content.PARTS, metavar="PART", help=say("part", parts=parts))
    options.add_filters(parser, language)


def run(
    chosen: argparse.Namespace, settings: Settings, county: County, snapshot: Snapshot, filters: Filters
) -> list[Path]:
    """Writes the papers and gives their paths, the zip last; says on stderr which one is being made."""
    since = options.moment("since", chosen.since, county) or filters.moment - content.WEEK
    if since > filters.moment:
        raise error(SettingsError, "since_after", since=chosen.since, moment=_local(filters.moment, county))
    standards = read_standards(settings.standards)
    marked = scenarios.for_briefing(settings.var_dir, county.place.code)
    said = content.brief(
        county, snapshot, filters, since,
        settings=settings,
        standards=standards,
        language=settings.language,
        templates=read_templates(settings.var_dir / "templates", settings.language),
        parts=chosen.part,
        arrangements={
            name: arranged(county, snapshot, filters, one, standards=standards) for name, one in marked.items()
        },
        ledger=told(queries.connect(settings.url), county, snapshot, filters, since),
    )  # fmt: skip
    formats = None if chosen.format == ALL else [chosen.format]
    made = pack(said, chosen.output, formats, _progress)
    return [*made.files, made.zip]


def told(engine: sa.Engine, county: County, snapshot: Snapshot, filters: Filters, since: datetime) -> pd.DataFrame:
    """Address, description, lon and lat, by code, of the problems that a ledger holds."""
    rows = content.ledger_rows(county, snapshot, filters, since)[: content.LEDGER_AT_MOST]
    codes = snapshot.keys.take(rows)
    return queries.problems(engine, county, codes.tolist())[["address", "description", "lon", "lat"]]


def _progress(name: str, done: int, of: int) -> None:
    sys.stderr.write(f"{done}/{of} {name}\n")


def _local(moment: datetime, county: County) -> str:
    return f"{moment.astimezone(county.place.zone_info):%Y-%m-%dT%H:%M}"
