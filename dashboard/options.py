"""The shared filters as options of a command line; strict where the address bar is forgiving."""

import argparse
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import NoReturn

from dashboard.county import County
from dashboard.filters import LISTS, NONE, Filters
from dashboard.snapshot import SHIFTS, STATES, Snapshot
from dashboard.text import LANGUAGES, t
from dashboard.text.errors import error
from etl.errors import SettingsError

_NAMED_AT_MOST = 12


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence, told like every other error."""

    def error(self, message: str) -> NoReturn:
        raise error(SettingsError, "usage", program=self.prog, reason=message)


def add_filters(parser: argparse.ArgumentParser, language: str) -> None:
    """Options for every field of `Filters`, and for where the data are."""

    def say(name: str) -> str:
        return t(f"cli.{name}", language)

    group = parser.add_argument_group(say("filters"), say("filters_note"))
    for name in LISTS:
        known = {"state": {"states": ", ".join(STATES)}, "shift": {"shifts": ", ".join(SHIFTS)}}.get(name, {})
        told = t(f"cli.{name}", language, **known)
        group.add_argument(f"--{name}", action="append", default=[], help=told)
    for name in ("cell", "start", "end", "as-of"):
        group.add_argument(f"--{name}", help=say(name.replace("-", "_")))
    group.add_argument("--overdue", action="store_true", help=say("overdue"))
    group.add_argument("--with-default-points", action="store_true", help=say("with_default_points"))
    group.add_argument("--data-version", type=int, help=say("data_version"))
    data = parser.add_argument_group(say("data"))
    data.add_argument("--database", metavar="URL", help=say("database"))
    data.add_argument("--place", help=say("place"))
    data.add_argument("--language", choices=LANGUAGES, help=say("language"))


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
        "setting": _known("setting", options.setting, [*snapshot.settings, NONE]),
        "shift": _known("shift", options.shift, [*SHIFTS, NONE]),
    }
    if options.cell:
        _known("cell", [options.cell], [*snapshot.cells, NONE])
    start, end = _day("start", options.start), _day("end", options.end)
    if start and end and start > end:
        raise error(SettingsError, "start_after_end", start=start, end=end)
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
            more = ["…"] if len(names) > _NAMED_AT_MOST else []
            raise error(SettingsError, "not_in_data", option=option, found=value, known=names[:_NAMED_AT_MOST] + more)
    return tuple(sorted(set(values)))


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise error(SettingsError, "no_day", option=option, text=text) from None


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
        raise error(SettingsError, "no_moment", text=text) from None
