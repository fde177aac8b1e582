"""`python -m dashboard table …`, `map …` and `briefing …`: the numbers, maps and papers without a screen."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard import meeting, options, tables
from dashboard.analysis import proposal, rounds, service
from dashboard.county import County
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from dashboard.standards import read_standards
from dashboard.text import LANGUAGES, t
from dashboard.text.errors import error, explain
from etl.commandline import speak
from etl.errors import FileUnreadable, GridError
from settings import Settings

PAGES = ("overview", "heat", "coverage", "responsibility")
LAYERS = ("cells", "zones", "points")
MEASURES = ("problems_per_km2", "problems", "open", "overdue", "hotspots", "trend", "change")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it did, 1 with one sentence on stderr when it could not."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # a Chinese Windows would write GBK into the pipe
    language = _language(arguments)
    try:
        chosen = _parser(language).parse_args(arguments)
        given = {"database_url": chosen.database, "place": chosen.place, "language": chosen.language}
        settings = Settings.read(given)
        county, snapshot, filters = _opened(chosen, settings)
        if chosen.command == "table":
            _table(chosen, settings, county, snapshot, filters)
        elif chosen.command == "briefing":
            for path in meeting.run(chosen, settings, county, snapshot, filters):
                print(path)
        elif chosen.command == "sheets":
            for path in _sheets(chosen, settings, county, snapshot, filters):
                print(path)
        else:
            _map(chosen, settings, county, snapshot, filters)
    except GridError as trouble:
        print(explain(trouble, language), file=sys.stderr)
        return 1
    return 0


def _language(arguments: Sequence[str] | None) -> str:
    """The language to speak before anything else is understood: as asked for, as set, else Chinese."""
    given = options.Parser(add_help=False)
    given.add_argument("--language")
    try:
        asked = given.parse_known_args(arguments)[0].language
        return asked if asked in LANGUAGES else Settings.read().language
    except GridError:
        return LANGUAGES[0]


def _parser(language: str) -> argparse.ArgumentParser:
    def say(name: str) -> str:
        return t(f"cli.{name}", language)

    speak(language)
    parser = options.Parser(prog="python -m dashboard", description=say("dashboard"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="table|map|sheets|briefing")
    table = commands.add_parser("table", help=say("table"), description=say("table"))
    table.add_argument("name", choices=tables.NAMES)
    table.add_argument("--format", choices=tables.FORMATS, default="csv")
    table.add_argument("-o", "--output", type=Path, help=say("output"))
    rule = table.add_argument_group(say("rule"))
    rule.add_argument("--kind", default=proposal.Question.kind, help=say("facility_kind"))
    options.add_rule(rule, language)
    _add_question(table, language)
    unvisited = table.add_argument_group(say("unvisited"))
    days = range(1, rounds.MOST_DAYS + 1)
    unvisited.add_argument("--days", type=int, choices=days, metavar="N", help=say("days"))
    options.add_filters(table, language)
    one_map = commands.add_parser("map", help=say("map"), description=say("map"))
    one_map.add_argument("page", choices=PAGES)
    one_map.add_argument("-o", "--output", type=Path, required=True, help=say("map_output"))
    one_map.add_argument("--layer", choices=LAYERS, default="cells", help=say("layer"))
    one_map.add_argument("--measure", choices=MEASURES, default="problems_per_km2", help=say("measure"))
    one_map.add_argument("--kind", default="unassigned", help=say("kind"))
    options.add_rule(one_map, language)
    options.add_filters(one_map, language)
    handed_out = commands.add_parser("sheets", help=say("sheets"), description=say("sheets"))
    handed_out.add_argument("name", choices=("assignments",))
    handed_out.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help=say("sheets_output"))
    options.add_filters(handed_out, language)
    meeting.add(commands.add_parser("briefing", help=say("briefing"), description=say("briefing")), language)
    return parser


def _add_question(table: argparse.ArgumentParser, language: str) -> None:
    """What the table `siting` is asked for."""
    usual = proposal.Question()
    group = table.add_argument_group(t("cli.siting", language))
    group.add_argument(
        "--sites", type=int, choices=range(1, proposal.AT_MOST + 1), default=usual.n, metavar="N",
        help=t("cli.siting_sites", language, most=proposal.AT_MOST),
    )  # fmt: skip
    group.add_argument(
        "--weight", choices=proposal.WEIGHTS, default=usual.weight, help=t("cli.siting_weight", language)
    )
    group.add_argument(
        "--candidates", choices=proposal.CANDIDATES, default=usual.candidates, help=t("cli.siting_candidates", language)
    )
    for name, used in (("radius", usual.radius_m), ("spacing", usual.min_spacing_m)):
        group.add_argument(
            f"--{name}-m", type=options.metres, default=used, metavar="M", help=t(f"cli.siting_{name}", language)
        )
    group.add_argument("--scenario", metavar="NAME", help=t("cli.siting_scenario", language))


def _opened(chosen: argparse.Namespace, settings: Settings) -> tuple[County, Snapshot, Filters]:
    from dashboard import queries

    engine = queries.connect(settings.url)
    county = queries.county(engine, queries.place(engine, settings.place), chosen.data_version)
    snapshot = queries.snapshot(engine, county, settings.patrol_minutes)
    return county, snapshot, options.filters_of(chosen, county, snapshot)


def _table(
    chosen: argparse.Namespace, settings: Settings, county: County, snapshot: Snapshot, filters: Filters
) -> None:
    standards = read_standards(settings.standards)
    rule = options.rule_of(chosen, chosen.kind, standards)
    of_another = None if rule.standard == service.RADIUS else standards.reaches(rule.kind)[rule.standard].value
    asked = proposal.Question(
        chosen.kind, chosen.sites, chosen.weight, chosen.candidates, chosen.radius_m or of_another, chosen.spacing_m
    )
    told = tables.Asked(
        county, snapshot, filters, settings, standards, asked, rule=rule, scenario=chosen.scenario, days=chosen.days
    )
    frame = tables.table(chosen.name, told)
    if chosen.format == "csv":
        text = tables.as_csv(frame)
    elif chosen.format == "json":
        text = tables.as_json(chosen.name, frame, county, filters)
    else:
        text = tables.as_geojson(chosen.name, frame, county, filters)
    if chosen.output is None:
        sys.stdout.write(text)
    else:
        # Excel takes a CSV for the system's own encoding unless it begins with a mark.
        _write(chosen.output, text, "utf-8-sig" if chosen.format == "csv" else "utf-8")


def _map(chosen: argparse.Namespace, settings: Settings, county: County, snapshot: Snapshot, filters: Filters) -> None:
    from dashboard.maps.page import page_view
    from dashboard.maps.standalone import folium_map

    standards = read_standards(settings.standards)
    options.one_of("kind", chosen.kind, service.lacks(standards))
    kind = service.kind_of(chosen.kind)
    view = page_view(
        chosen.page,
        county,
        snapshot,
        filters,
        settings=settings,
        standards=standards,
        layer=chosen.layer,
        measure=chosen.measure,
        kind=chosen.kind,
        rule=options.rule_of(chosen, kind, standards) if kind else None,
    )
    _write(chosen.output, folium_map(view).get_root().render(), "utf-8")


def _sheets(
    chosen: argparse.Namespace, settings: Settings, county: County, snapshot: Snapshot, filters: Filters
) -> list[Path]:
    from dashboard import sheets

    days, language = settings.term_ends_within_days, settings.language
    books = sheets.assignment_books(county, snapshot, filters, within_days=days, language=language)
    return sheets.written(books, chosen.output)


def _write(path: Path, text: str, encoding: str) -> None:
    try:
        with path.open("w", encoding=encoding, newline="") as file:
            file.write(text)
    except OSError as trouble:
        raise error(FileUnreadable, "not_written", path=path, reason=trouble.strerror) from trouble


if __name__ == "__main__":
    sys.exit(main())
