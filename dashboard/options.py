"""The shared filters as options of a command line; strict where the address bar is forgiving."""

import argparse
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import NoReturn

from dashboard.analysis.reach import METHODS
from dashboard.analysis.service import Rule
from dashboard.county import County
from dashboard.filters import LISTS, NONE, Filters
from dashboard.snapshot import SHIFTS, STATES, Snapshot
from dashboard.standards import Standards, read_standards
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


def add_rule(group: argparse._ArgumentGroup | argparse.ArgumentParser, language: str) -> None:
    """By which standard and how measured a cell is served."""
    usual = Rule()
    known = ", ".join(read_standards().reaches(usual.kind))
    group.add_argument("--standard", default=usual.standard, help=t("cli.standard", language, known=known))
    group.add_argument("--method", choices=METHODS, default=usual.method, help=t("cli.method", language))


def rule_of(options: argparse.Namespace, kind: str, standards: Standards) -> Rule:
    """The rule for a kind of facility. Raises `SettingsError` for a kind or a standard that the standards do not
    have."""
    one_of("kind", kind, standards.kinds())
    one_of("standard", options.standard, standards.reaches(kind))
    return Rule(kind, options.standard, options.method)


def one_of(option: str, found: str, known: Iterable[str]) -> None:
    """Raises `SettingsError` for what is not known, where that is found out only after the settings are read."""
    names = list(known)
    if found not in names:
        raise error(SettingsError, "not_to_choose", option=option, found=found, known=names)


def metres(text: str) -> float:
    """A length above 0. Raises `ValueError`, which the parser tells."""
    length = float(text)
    if not (isfinite(length) and length > 0):
        raise ValueError(text)
    return length


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
        as_of=moment("as-of", options.as_of, county),
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


def moment(option: str, text: str | None, county: County) -> datetime | None:
    """The instant of an option; without an offset in the place's time zone, a day alone stands for its last second."""
    if not text:
        return None
    try:
        if len(text) == len("2026-11-20"):
            found = datetime.combine(date.fromisoformat(text), time(23, 59, 59))
        else:
            found = datetime.fromisoformat(text)
        zoned = found if found.tzinfo else found.replace(tzinfo=county.place.zone_info)
        return zoned.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise error(SettingsError, "no_moment", option=option, text=text) from None
