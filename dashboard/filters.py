"""What a reader has chosen to look at: one frozen value, to and from the address bar."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from dashboard.county import Place
    from dashboard.snapshot import Snapshot

NONE = "-"
"""Chosen for zone, cell, category, source, unit, setting or shift: the rows that have none (outside all zones, no unit,
no time of day …)."""

LISTS = ("zone", "category", "state", "source", "unit", "setting", "shift")
DEFAULT_WEEKS = 4

_READ = ("start", "end", "as_of", "version")
_LONGEST_ADDRESS = 20_000
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2200, 1, 1)
"""Days that may be chosen."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Filters:
    """The shared filters of every page and of the command line; hashable, so that caches can hang on it."""

    zone: tuple[str, ...] = ()
    """Zone codes; empty: all, with what lies outside; `NONE` among them: what lies outside."""
    category: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    """States as of the moment, not as the row says today."""
    source: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    """Kinds of area, of the problem's cell."""
    shift: tuple[str, ...] = ()
    """`snapshot.SHIFTS`: reported within the hours of the joint patrol or outside them."""
    start: date | None = None
    """First local day of the period."""
    end: date | None = None
    """Last local day of the period, still in it."""
    is_overdue_only: bool = False
    as_of: datetime | None = None
    """The moment (UTC, whole seconds); None: the latest one in the data."""
    with_default_points: bool = False
    """Let the heat hold problems on a default point, which it leaves out otherwise."""
    cell: str | None = None
    version: int | None = None
    """Data version; None: the present one."""

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        """Filters from an address; what cannot be understood is left at its default, never an error.

        >>> Filters.from_query({"zone": "01,03", "overdue": "1", "start": "yesterday"})  # doctest: +ELLIPSIS
        Filters(zone=('01', '03'), category=(), ... start=None, ... is_overdue_only=True, ...)
        """
        found: dict[str, Any] = {name: _values(query.get(name)) for name in LISTS}
        found["start"], found["end"] = _day(query.get("start")), _day(query.get("end"))
        if found["start"] and found["end"] and found["start"] > found["end"]:
            found["start"] = found["end"] = None
        found["is_overdue_only"] = _text(query.get("overdue")) == "1"
        found["with_default_points"] = _text(query.get("default_points")) == "1"
        found["as_of"] = _moment(query.get("as_of"))
        found["cell"] = next(iter(_values(query.get("cell"))), None)
        version = _text(query.get("version"))
        found["version"] = int(version) if re.fullmatch(r"[0-9]{1,9}", version) and int(version) > 0 else None
        return cls(**found)

    @classmethod
    def unread(cls, query: Mapping[str, Any]) -> dict[str, str]:
        """Days, moment and version of an address that could not be understood, as they are written there.

        >>> Filters.unread({"zone": "01", "start": "yesterday", "version": "2"})
        {'start': 'yesterday'}
        """
        read = cls.from_query(query).to_query()
        texts = {name: _CONTROL.sub("", _text(query.get(name))) for name in _READ}
        return {name: text for name, text in texts.items() if text and name not in read}

    def to_query(self) -> dict[str, str]:
        """The address of these filters: only what differs from the default.

        >>> Filters(zone=("01", "a,b"), is_overdue_only=True).to_query()
        {'zone': '01,a\\\\,b', 'overdue': '1'}
        """
        query = {name: _joined(getattr(self, name)) for name in LISTS}
        query["start"] = self.start.isoformat() if self.start else ""
        query["end"] = self.end.isoformat() if self.end else ""
        query["overdue"] = "1" if self.is_overdue_only else ""
        query["as_of"] = self.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if self.as_of else ""
        query["default_points"] = "1" if self.with_default_points else ""
        query["cell"] = _joined((self.cell,)) if self.cell else ""
        query["version"] = str(self.version) if self.version else ""
        return {name: value for name, value in query.items() if value}

    def resolved(self, place: "Place", snapshot: "Snapshot") -> Self:
        """The same with moment, start and end filled in.

        The moment is the latest one in the data unless chosen; the period is the four weeks that end with the week of
        the moment (the week ends on `place.week_ends`), also where that week is not over yet.
        """
        moment = self.as_of or snapshot.latest
        end = self.end
        if end is None:
            end = max(place.week_end(place.local_day(moment)), self.start or date.min)
        start = self.start or end - timedelta(days=7 * DEFAULT_WEEKS - 1)
        return replace(self, as_of=moment, start=start, end=end)

    @property
    def moment(self) -> datetime:
        """`as_of` of resolved filters; a `ValueError` where they are not."""
        if self.as_of is None:
            raise ValueError("these filters are not resolved")
        return self.as_of

    @property
    def period(self) -> tuple[date, date]:
        """First and last local day of resolved filters; a `ValueError` where they are not."""
        if self.start is None or self.end is None:
            raise ValueError("these filters are not resolved")
        return self.start, self.end

    @property
    def of_cells(self) -> Self:
        """The same without what chooses problems: those filters are nothing to cells and visits."""
        return type(self)(zone=self.zone, cell=self.cell, as_of=self.as_of, start=self.start, end=self.end)

    def moved(self, days: int) -> Self:
        """Resolved filters with moment and period moved by days; for the change of a figure."""
        by = timedelta(days=days)
        start, end = self.period
        return replace(self, as_of=self.moment + by, start=start + by, end=end + by)

    def of_week(self, place: "Place", end: date) -> Self:
        """Resolved filters of the week that ends on that local day alone, as of its end where it is over."""
        midnight = datetime.combine(end + timedelta(days=1), time(), place.zone_info).astimezone(UTC)
        moment = min(self.moment, midnight - timedelta(seconds=1))
        return replace(self, as_of=moment, start=end - timedelta(days=6), end=end)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        value = value[-1] if value else ""
    return value if isinstance(value, str) and len(value) <= _LONGEST_ADDRESS else ""


def _values(value: Any) -> tuple[str, ...]:
    """Values separated by commas; a comma or backslash of a value's own has a backslash before it. Sorted, unique."""
    texts: Iterable[Any] = value if isinstance(value, (list, tuple)) else (value,)
    found: set[str] = set()
    for text in texts:
        parts = re.findall(r"((?:[^,\\]|\\.)+)", _CONTROL.sub("", _text(text)), flags=re.DOTALL)
        found |= {re.sub(r"\\(.)", r"\1", part) for part in parts}
    return tuple(sorted(found))


def _joined(values: Iterable[str]) -> str:
    return ",".join(re.sub(r"([,\\])", r"\\\1", value) for value in values)


def _day(value: Any) -> date | None:
    text = _text(value)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _moment(value: Any) -> datetime | None:
    """An instant with its offset (`Z` or `+08:00`; a blank for the plus sign is an address decoded once too often)."""
    text = _text(value).replace(" ", "+")
    if len(text) < len("2026-11-20T08:00Z"):
        return None
    try:
        written = datetime.fromisoformat(text)
        moment = written.astimezone(UTC).replace(microsecond=0) if written.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and FIRST_DAY <= moment.date() <= LAST_DAY else None
