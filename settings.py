"""The settings of one run: command line > environment > `settings.toml` > what the place's files say.

Made in entry points only (`python -m etl`, `python -m dashboard`, `streamlit_app.py`) and handed down; nothing else
reads the environment.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from etl.errors import SettingsError
from etl.messages import error
from etl.toml_syntax import place_of

HOME = Path(__file__).resolve().parent
LANGUAGES = ("zh", "en")
DATUMS = ("wgs84", "gcj02")
CLASSES = ("fixed", "quantiles", "equal", "jenks")
CLASSED = ("problems_per_km2", "problems", "open", "overdue", "workload")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Environment names are fixed by other tools (DATABASE_URL) or carry our prefix.
_ENVIRONMENT = {"database_url": "DATABASE_URL"}


@dataclass(frozen=True)
class Mark:
    """Days of every year (`MM-DD`, also over the turn of the year) or of one (`YYYY-MM-DD`, for those that move).

    In `settings.toml`, with `to` left out for a single day such as the first one of a season:

        [[marks]]
        name = "国庆"
        from = "10-01"
        to = "10-07"
    """

    name: str
    begins: str
    ends: str
    """The last day, still in it; of the same form."""

    def __post_init__(self) -> None:
        forms = {_day_form(day) for day in (self.begins, self.ends)}
        if not self.name or None in forms or len(forms) > 1 or (len(self.begins) > 5 and self.ends < self.begins):
            raise error(SettingsError, "setting_no_mark", name="marks", found=f"{self.name} {self.begins} {self.ends}")


@dataclass(frozen=True)
class Settings:
    """Everything a run may be told from outside. `None` means: follow the place's files, else the default there."""

    database_url: str = ""
    """SQLAlchemy address; empty: the SQLite file `var/grid.sqlite`."""
    place: str | None = None
    """Division code of the county to show; `None`: the only one, or the one loaded last."""
    language: str = "zh"
    """Language of refused sheets and of the screen when the browser names none: `zh` or `en`."""
    var_dir: Path = HOME / "var"
    """The only folder the program writes to."""
    standards: Path | None = None
    """A place's own `standards.toml`, laid over `data/standards.toml`."""
    map_mark: str = ""
    """The line every map carries, e.g. the approval number 审图号 of a map for public use; empty: "for internal use"
    (内部用图) in the language of the map."""
    tile_url: str = ""
    """Address of a tile server the office runs or may use, `{z}/{x}/{y}`; empty: none is asked."""
    tile_datum: str = "wgs84"
    """`wgs84` (also CGCS2000) or `gcj02`; GCJ-02 tiles carry a mark, as they lie hundreds of metres off."""
    network_address: str = ""
    """Where others in the network reach this server, e.g. `http://192.168.1.5:8501`; a presentation then shows a code
    that opens the same view on a phone. Empty: no such code. The server must listen there (`server.address`)."""
    default_point_rows: int = 10
    """Rows on one coordinate, with disagreeing addresses, from which it counts as a default point …"""
    default_point_share: float = 0.01
    """… or this share of a ledger, whichever is reached first."""
    unserved_share: float = 0.5
    """A cell with less than this share within reach of a facility is unserved."""
    rank_at_least: int = 10
    """Fewer problems due than this: "too few to rank"."""
    cells_per_worker: int = 8
    """More cells than this on one grid worker are too many."""
    problems_per_worker: int = 30
    """More open problems than this on one grid worker are too many."""
    term_ends_within_days: int = 30
    """A term that ends within so many days, with nobody to follow, is told ahead."""
    patrol_from: str = "07:30"
    """When the joint patrol goes out, `HH:MM` of the local day …"""
    patrol_to: str = "21:30"
    """… and when it is back; problems are told apart by whether they were reported within these hours."""
    relapse_radius_m: float = 50.0
    """A problem came back when one of its category is reported this near to it … The place's own choice."""
    relapse_days: int = 30
    """… and no more than so many days after it was closed. The place's own choice."""
    vending_words: str = "占道经营;流动摊;越界经营;店外经营;street vend"
    """A category that holds one of these is street vending; separated by semicolons, the place's own words."""
    complaint_words: str = "投诉;12345;热线;信访;complaint;hotline"
    """A source that holds one of these is a complaint of the public; separated by semicolons, the place's own words."""
    countdown_name: str = ""
    """What a briefing counts the days to, e.g. an inspection …"""
    countdown_on: str = ""
    """… and its day, `YYYY-MM-DD`; empty: no countdown."""
    campaign_weeks: int = 4
    """Whole weeks before and after a campaign that are compared, where the data reach as far."""
    trend_weeks: int = 52
    """Whole weeks a trend looks back, where the data reach as far."""
    heat_bandwidth_m: float = 400.0
    """Bandwidth of the heat of points: how far a problem reaches, in metres, with a weight that falls to nothing there
    (`analysis/kernel.py`). As smooth as a Gaussian of 144 m: two kernels smooth alike where their bandwidths are as
    (R(K) ÷ μ₂(K)²)^(1/6) in the plane, 2.78 for the quartic and the Gaussian (Marron, J. S., Nolan, D. 1988: Canonical
    kernels for density estimation, Statistics & Probability Letters 7, 195-199; Wand, M. P., Jones, M. C. 1995: Kernel
    Smoothing, Chapman & Hall)."""
    classes: str = "fixed"
    """How amounts are parted into classes: `fixed`, or from the four-week windows of the data version by `quantiles`
    (about as many cells in each), `equal` (equally wide) or `jenks` (natural breaks)."""
    class_edges: tuple[tuple[str, str, tuple[float, ...]], ...] = ()
    """The place's own classes, before any of these: measure (`CLASSED`), layer, and where one to five classes begin,
    ascending; the first takes in everything above zero. In `settings.toml`:

        [class_edges]
        problems_per_km2.cells = [1, 20, 50, 100, 200]
        problems.zones = [1, 10, 50]
    """
    marks: "tuple[Mark, ...]" = ()
    """Holidays and seasons that stand beside the weeks; `[[marks]]` in `settings.toml`, see `Mark`."""

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise error(SettingsError, "setting_none_of", name="language", found=self.language, known=LANGUAGES)
        if self.tile_datum not in DATUMS:
            raise error(SettingsError, "setting_none_of", name="tile_datum", found=self.tile_datum, known=DATUMS)
        if self.classes not in CLASSES:
            raise error(SettingsError, "setting_none_of", name="classes", found=self.classes, known=CLASSES)
        for measure, layer, lows in self.class_edges:
            _check_edges(measure, layer, lows)
        if not 0 < self.unserved_share <= 1:
            raise error(SettingsError, "setting_no_share", name="unserved_share", found=self.unserved_share)
        for name in (
            "relapse_radius_m", "relapse_days", "campaign_weeks", "trend_weeks", "heat_bandwidth_m",
            "term_ends_within_days",
        ):  # fmt: skip
            if not getattr(self, name) > 0:
                raise error(SettingsError, "setting_not_above_zero", name=name, found=getattr(self, name))
        if self.network_address and not _is_address(self.network_address):
            raise error(SettingsError, "setting_no_address", name="network_address", found=self.network_address)
        if self.countdown_on and _day_form(self.countdown_on) != len("YYYY-MM-DD"):
            raise error(SettingsError, "setting_no_day", name="countdown_on", found=self.countdown_on)
        for name in ("patrol_from", "patrol_to"):
            if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", getattr(self, name)):
                raise error(SettingsError, "setting_no_time", name=name, found=getattr(self, name))

    @property
    def url(self) -> str:
        """The database's address, the embedded file when none is set."""
        return self.database_url or f"sqlite:///{self.var_dir / 'grid.sqlite'}"

    @property
    def vending(self) -> tuple[str, ...]:
        """`vending_words` one by one."""
        return _words(self.vending_words)

    @property
    def complaints(self) -> tuple[str, ...]:
        """`complaint_words` one by one."""
        return _words(self.complaint_words)

    @property
    def patrol_minutes(self) -> tuple[int, int]:
        """First and last minute of the local day that the joint patrol is out."""
        first, last = (text.split(":") for text in (self.patrol_from, self.patrol_to))
        return int(first[0]) * 60 + int(first[1]), int(last[0]) * 60 + int(last[1])

    @classmethod
    def read(cls, overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """Settings from `settings.toml` (in the working folder, else beside this file), environment and `overrides`.

        Raises `SettingsError` for a name nobody knows or a value of the wrong kind.
        """
        environ = os.environ if environ is None else environ
        path = Path(environ.get("GRID_SETTINGS", ""))
        if not path.name:
            path = next((p for p in (Path("settings.toml"), HOME / "settings.toml") if p.is_file()), Path())
        found: dict[str, Any] = {}
        if path.name:
            try:
                text = path.read_text(encoding="utf-8")
                found |= tomllib.loads(text)
            except tomllib.TOMLDecodeError as trouble:
                line, column, expected = place_of(trouble, text)
                raise error(
                    SettingsError, "toml_broken", file=path, line=line, column=column, expected=expected
                ) from trouble
            except (OSError, ValueError) as trouble:
                raise error(SettingsError, "settings_unreadable", path=path, reason=trouble) from trouble
        for field in fields(cls):
            name = _ENVIRONMENT.get(field.name, f"GRID_{field.name.upper()}")
            if environ.get(name):
                found[field.name] = environ[name]
        found |= {name: value for name, value in (overrides or {}).items() if value is not None}
        return replace(cls(), **{name: _converted(cls, name, value) for name, value in found.items()})


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split("[;；]", text) if word.strip())


def _converted(cls: type[Settings], name: str, value: Any) -> Any:
    known: dict[str, Any] = {field.name: field.default for field in fields(cls)}
    if name not in known:
        raise error(SettingsError, "setting_unknown", name=name, known=list(known))
    if name in ("var_dir", "standards"):
        return Path(value)
    if name == "marks":
        return tuple(_mark(one) for one in (value if isinstance(value, list | tuple) else [value]))
    if name == "class_edges":
        return _edges(value)
    default = known[name]
    kind: type = str if default is None else type(default)
    try:
        return kind(value)
    except (TypeError, ValueError) as trouble:
        raise error(SettingsError, f"setting_no_{kind.__name__}", name=name, found=value) from trouble


def _edges(value: Any) -> tuple[tuple[str, str, tuple[float, ...]], ...]:
    """From tables of TOML, measure by measure and layer by layer."""
    if isinstance(value, tuple):
        return value
    tables = value.items() if isinstance(value, dict) else [("class_edges", value)]
    found = []
    for measure, layers in tables:
        for layer, lows in layers.items() if isinstance(layers, dict) else [("", layers)]:
            are_numbers = isinstance(lows, list) and all(type(low) in (int, float) for low in lows)
            found.append((measure, layer, tuple(float(low) for low in lows) if are_numbers else ()))
    return tuple(found)


def _check_edges(measure: str, layer: str, lows: tuple[float, ...]) -> None:
    rises = all(low < high for low, high in pairwise((0.0, *lows, float("inf"))))
    if measure not in CLASSED or layer not in ("cells", "zones") or not 1 <= len(lows) <= 5 or not rises:
        found = f"{measure}.{layer} = {list(lows)}"
        raise error(SettingsError, "setting_no_edges", name="class_edges", found=found, known=CLASSED)


def _mark(value: Any) -> Mark:
    if isinstance(value, Mark):
        return value
    known = isinstance(value, dict) and {"name", "from"} <= value.keys() <= {"name", "from", "to"}
    if not known or not all(isinstance(text, str) for text in value.values()):
        raise error(SettingsError, "setting_no_mark", name="marks", found=value)
    return Mark(value["name"], value["from"], value.get("to", value["from"]))


def _is_address(text: str) -> bool:
    """Whether it is the address of a server, with nothing after its path."""
    try:
        parts = urlsplit(text)
        is_reached = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    is_plain = re.fullmatch(r"https?://[\w.:/\[\]-]+", text, re.ASCII) is not None
    return is_reached and is_plain


def _day_form(text: str) -> int | None:
    """How many characters the day is written in, None where it is none."""
    if not re.fullmatch(r"([0-9]{4}-)?[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        date.fromisoformat(text if len(text) > 5 else f"2000-{text}")  # a leap year
    except ValueError:
        return None
    return len(text)
