"""The shared filters as options of a command line; strict where the address bar is forgiving."""

import argparse
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import NoReturn

from dashboard.county import County
from dashboard.filters import NONE, Filters
from dashboard.snapshot import STATES, Snapshot
from etl.errors import SettingsError

_NAMED_AT_MOST = 12


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence, told like every other error."""

    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{self.prog}: {message}; see {self.prog} --help.")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Options for every field of `Filters`, and for where the data are."""
    group = parser.add_argument_group("filters", "may be given several times; - stands for the rows that have none")
    group.add_argument("--zone", action="append", default=[], help="code or name of a zone")
    group.add_argument("--cell", help="code of a cell")
    group.add_argument("--category", action="append", default=[])
    group.add_argument("--state", action="append", default=[], help=f"one of {', '.join(STATES)}")
    group.add_argument("--source", action="append", default=[])
    group.add_argument("--unit", action="append", default=[], help="responsible unit")
    group.add_argument("--start", help="first day of the period, e.g. 2026-11-01")
    group.add_argument("--end", help="last day of the period; default: four weeks ending with the week of the moment")
    group.add_argument("--as-of", help="the moment, e.g. 2026-11-20 (its end) or 2026-11-20T18:00; default: the latest")
    group.add_argument("--overdue", action="store_true", help="overdue problems only")
    group.add_argument("--with-default-points", action="store_true", help="let the heat hold default points")
    group.add_argument("--data-version", type=int, help="an older data version; see python -m etl history")
    data = parser.add_argument_group("data")
    data.add_argument("--database", metavar="URL", help="SQLAlchemy address; default: DATABASE_URL or var/grid.sqlite")
    data.add_argument("--place", help="division code; default: the place loaded last")
    data.add_argument("--language", choices=("zh", "en"))


def filters_of(options: argparse.Namespace, county: County, snapshot: Snapshot) -> Filters:
    """Resolved filters. Raises `SettingsError` for a value that the data do not have or that is no day."""
    names = {name: code for code, name in county.zones["name"].items() if isinstance(name, str)}
    zones = [value if value in county.zones.index else names.get(value, value) for value in options.zone]
    chosen = {
        "zone": _known("zone", zones, [*snapshot.zones, NONE]),
        "category": _known("category", options.category, [*snapshot.categories, NONE]),
        "state": _known("state", options.state, STATES),
        "source": _known("source", options.source, [*snapshot.sources, NONE]),
        "unit": _known("unit", options.unit, [*snapshot.units, NONE]),
    }
    if options.cell:
        _known("cell", [options.cell], [*snapshot.cells, NONE])
    start, end = _day("start", options.start), _day("end", options.end)
    if start and end and start > end:
        raise SettingsError(f"--start {start} lies after --end {end}; exchange them.")
    return Filters(
        **chosen,
        start=start,
        end=end,
        as_of=_moment(options.as_of, county),
        is_overdue_only=options.overdue,
        with_default_points=options.with_default_points,
        cell=options.cell,
        version=options.data_version,
    ).resolved(county.place, snapshot)


def _known(option: str, values: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    names = list(known)
    for value in values:
        if value not in names:
            listed = ", ".join(names[:_NAMED_AT_MOST]) + (", …" if len(names) > _NAMED_AT_MOST else "")
            raise SettingsError(f"--{option} {value}: the data have none such; they have {listed}.")
    return tuple(sorted(set(values)))


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsError(f"--{option} {text} is no day; write e.g. 2026-11-20.") from None


def _moment(text: str | None, county: County) -> datetime | None:
    """An instant; without an offset in the place's time zone, a day alone stands for its last second."""
    if not text:
        return None
    try:
        if len(text) == len("2026-11-20"):
            moment = datetime.combine(date.fromisoformat(text), time(23, 59, 59))
        else:
            moment = datetime.fromisoformat(text)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=county.place.zone_info)
        return zoned.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise SettingsError(f"--as-of {text} is no moment; write e.g. 2026-11-20 or 2026-11-20T18:00.") from None
