"""`python -m dashboard briefing …`: the papers of a meeting without a screen."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from dashboard import options, queries
from dashboard.briefing import content
from dashboard.briefing.formats import FORMATS
from dashboard.briefing.pack import ON_REQUEST, pack
from dashboard.county import County
from dashboard.filters import NONE, Filters
from dashboard.packs import wanted
from dashboard.snapshot import Snapshot
from dashboard.standards import read_standards
from dashboard.text import t, word
from dashboard.text.errors import error
from etl.errors import SettingsError
from settings import Settings

ALL = "all"


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """The options of the command, besides those of the filters."""

    def say(name: str, **values: str) -> str:
        return t(f"cli.{name}", language, **values)

    parser.add_argument("-o", "--output", type=Path, required=True, help=say("briefing_output"))
    parser.add_argument(
        "--format",
        action="append",
        choices=(ALL, *FORMATS, *ON_REQUEST),
        help=say("briefing_format", larger=", ".join(ON_REQUEST)),
    )
    parser.add_argument("--since", help=say("since"))
    parts = ", ".join(content.PARTS)
    parser.add_argument("--part", action="append", choices=content.PARTS, metavar="PART", help=say("part", parts=parts))
    parser.add_argument("--page", action="append", metavar="ZONE", help=say("page"))
    parser.add_argument("--look", choices=wanted.LOOKS, default=wanted.LOOKS[0], help=say("briefing_look"))
    options.add_filters(parser, language)


def run(
    chosen: argparse.Namespace, settings: Settings, county: County, snapshot: Snapshot, filters: Filters
) -> list[Path]:
    """Writes the papers and gives their paths, the zip last; says on stderr which one is being made."""
    since = options.moment("since", chosen.since, county) or filters.moment - content.WEEK
    if since > filters.moment:
        raise error(SettingsError, "since_after", since=chosen.since, moment=_local(filters.moment, county))
    formats = None if ALL in (chosen.format or [ALL]) else tuple(chosen.format)
    parts = None if chosen.part is None else tuple(chosen.part)
    asked = wanted.Wanted(since, settings.language, parts, _pages(chosen.page, county), formats, chosen.look)
    said = wanted.said(
        queries.connect(settings.url), county, snapshot, filters, asked,
        rests=wanted.basis(settings, county.place.code, asked.language),
        settings=settings, standards=read_standards(settings.standards),
    )  # fmt: skip
    made = pack(said, chosen.output, formats, _progress)
    for paper in made.papers:
        if not paper.files:
            name = word("briefing.paper", paper.name, settings.language)
            sys.stderr.write(t("briefing.no_paper", settings.language, paper=name) + "\n")
    return [*made.files, made.zip]


def _pages(asked: list[str] | None, county: County) -> tuple[str, ...] | None:
    """Codes of the zones that get a page; `NONE` alone: none of them."""
    if asked is None or asked == [NONE]:
        return None if asked is None else ()
    names = {name: code for code, name in county.zones["name"].items() if isinstance(name, str)}
    codes = tuple(one if one in county.zones.index else names.get(one, one) for one in asked)
    for code in codes:
        options.one_of("page", code, [*county.zones.index, NONE])
    return tuple(dict.fromkeys(codes))


def _progress(name: str, done: int, of: int) -> None:
    sys.stderr.write(f"{done}/{of} {name}\n")


def _local(moment: datetime, county: County) -> str:
    return f"{moment.astimezone(county.place.zone_info):%Y-%m-%dT%H:%M}"
