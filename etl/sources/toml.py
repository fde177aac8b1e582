"""Reading `sources.toml` and checking every word of it; what is wrong is told with its line."""

import re
import tomllib
import zoneinfo
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from etl import words
from etl.coordinates.readings import checked_reading
from etl.declarations import Declarations, PlaceEntry, Source
from etl.errors import FileUnreadable, SettingsError
from etl.messages import error
from etl.read.encoding import canonical, decide
from etl.read.files import read_bytes
from etl.schema import LAYERS
from etl.toml_syntax import place_of
from settings import WEEKDAYS

NAME = "sources.toml"

_MOST_BYTES = 4 << 20
_TABLES: dict[str, dict[str, type | tuple[type, ...]]] = {
    "place": {"name": str, "division_code": str, "time_zone": str, "week_ends": str, "measure_crs": str},
    "source": {
        "path": str,
        "layer": str,
        "coordinates": str,
        "sheet": str,
        "complete": bool,
        "encoding": str,
        "columns": dict,
        "values": dict,
        "dates": str,
        "states": dict,
    },
    "grid": {"size_m": (int, float)},
}
_NEEDED = {"place": ("name", "division_code"), "source": ("path",), "grid": ("size_m",)}
_CHINESE_WEEKDAYS = "一二三四五六日"


def read_declarations(path: Path) -> Declarations:
    """What a `sources.toml` says. Raises `SettingsError` with file, line, what was found and what is known."""
    text = _text(path)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        line, column, why = place_of(problem, text)
        raise error(SettingsError, "toml_broken", file=path, line=line, column=column, expected=why) from problem
    checker = _Checker(path, text)
    for name, part in said.items():
        if name not in _TABLES:
            raise checker.fault("toml_key_unknown", (name,), key=name, known=_nearest_first(name, _TABLES))
        expected = list if name == "source" else dict
        if not isinstance(part, expected):
            raise checker.fault(
                "toml_table_wrong", (name,), key=name, write="[[source]]" if name == "source" else f"[{name}]"
            )
    place = checker.place(said["place"]) if "place" in said else None
    sources = [checker.source(part, number) for number, part in enumerate(said.get("source", []))]
    shared = Counter(path for path, _ in sources)
    told = [
        (path, replace(source, entry=f"{path}#{source.sheet}") if shared[path] > 1 and source.sheet else source)
        for path, source in sources
    ]
    grid = checker.grid(said["grid"]) if "grid" in said else None
    lines = tuple(checker.line("source", number, "path") for number in range(len(told)))
    return Declarations(path, place, tuple(told), grid, lines)


def _text(path: Path) -> str:
    try:
        data = read_bytes(path, _MOST_BYTES) if path.stat().st_size else b""
        encoding, _ = decide([data], file=NAME)
    except FileUnreadable as problem:
        raise error(SettingsError, *problem.note[:1], **problem.note[1]) if problem.note else problem from problem
    if encoding not in ("utf-8", "utf-8-sig"):
        raise error(SettingsError, "toml_not_utf8", file=path)
    return data.decode(encoding)


class _Checker:
    """Judges the tables of one file; knows the text, to tell lines."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def line(self, table: str, number: int = 0, key: str | None = None) -> int:
        """Line of a table's head (of the `number`th `[[source]]`), or of a key in it; 1 if not found."""
        head = re.compile(rf"\s*\[+\s*[\"']?{re.escape(table)}\b")
        heads = [
            place for place, line in enumerate(self._lines) if head.match(line) and "." not in line.partition("]")[0]
        ]
        if number >= len(heads):
            return next((p + 1 for p, line in enumerate(self._lines) if line.strip().startswith(table)), 1)
        start = heads[number]
        if key is not None:
            wanted = re.compile(rf"\s*(\[.*\.)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
            for place in range(start + 1, len(self._lines)):
                if wanted.match(self._lines[place]):
                    return place + 1
                if re.match(r"\s*\[\[|\s*\[[^.]*\]\s*(#.*)?$", self._lines[place]):
                    break
        return start + 1

    def fault(self, code: str, at: tuple[Any, ...], **values: Any) -> SettingsError:
        return error(SettingsError, code, file=self._path, line=self.line(*at), **values)

    def place(self, said: dict[str, Any]) -> PlaceEntry:
        self._keys("place", said)
        if not re.fullmatch(r"[0-9]{6}", said["division_code"]):
            raise self.fault("division_code_wrong", ("place", 0, "division_code"), found=said["division_code"])
        if not said["name"].strip():
            raise self.fault("toml_empty", ("place", 0, "name"), key="name")
        place = PlaceEntry(said["name"].strip(), said["division_code"])
        if "time_zone" in said:
            if said["time_zone"] not in zoneinfo.available_timezones():
                hint = get_close_matches(said["time_zone"], zoneinfo.available_timezones(), 3)
                at = ("place", 0, "time_zone")
                raise self.fault("time_zone_unknown", at, found=said["time_zone"], hint=hint or ["Asia/Shanghai"])
            place = replace(place, time_zone=said["time_zone"])
        if "week_ends" in said:
            day = _weekday(said["week_ends"])
            if day is None:
                at = ("place", 0, "week_ends")
                raise self.fault("week_ends_unknown", at, found=said["week_ends"], known=WEEKDAYS)
            place = replace(place, week_ends=day)
        if "measure_crs" in said:
            crs = _metric_crs(said["measure_crs"])
            if crs is None:
                raise self.fault("measure_crs_wrong", ("place", 0, "measure_crs"), found=said["measure_crs"])
            place = replace(place, measure_crs=crs)
        return place

    def source(self, said: Any, number: int) -> tuple[str, Source]:
        if not isinstance(said, dict):
            raise self.fault("toml_table_wrong", ("source",), key="source", write="[[source]]")
        self._keys("source", said, number)
        if not said["path"].strip():
            raise self.fault("toml_empty", ("source", number, "path"), key="path")
        values = {name: value for name, value in said.items() if name != "path"}
        if "layer" in said and said["layer"] not in LAYERS:
            raise self._unknown("layer_unknown", number, "layer", said["layer"], LAYERS)
        if said.get("coordinates", "auto") != "auto":
            values["coordinates"] = self._reading(said["coordinates"], number)
        if "encoding" in said:
            values["encoding"] = canonical(said["encoding"])
            if values["encoding"] is None:
                raise self.fault("encoding_unknown", ("source", number, "encoding"), found=said["encoding"])
        if "dates" in said and not re.search(r"%[YyjGD]", said["dates"]):
            raise self.fault("dates_wrong", ("source", number, "dates"), found=said["dates"])
        self._mappings(said, number)
        return said["path"], Source(said["path"], **values)

    def _mappings(self, said: dict[str, Any], number: int) -> None:
        for name in ("columns", "states"):
            for key, value in said.get(name, {}).items():
                if not isinstance(value, str):
                    raise self._wrong_type(("source", number, name), f"{name}.{key}", value, str)
        states = sorted(set(words.vocabulary("state").values()))
        for state in said.get("states", {}).values():
            if state not in states:
                raise self._unknown("state_unknown", number, "states", state, states)
        for key, value in said.get("values", {}).items():
            if isinstance(value, dict | list):
                raise self._wrong_type(("source", number, "values"), f"values.{key}", value, str)

    def grid(self, said: dict[str, Any]) -> float:
        self._keys("grid", said)
        if not 0 < said["size_m"] < float("inf"):
            raise self.fault("grid_size_wrong", ("grid", 0, "size_m"), found=said["size_m"])
        return float(said["size_m"])

    def _keys(self, table: str, said: dict[str, Any], number: int = 0) -> None:
        known = _TABLES[table]
        for name, value in said.items():
            if name not in known:
                at = (table, number, name)
                raise self.fault("toml_key_unknown", at, key=name, known=_nearest_first(name, known))
            if not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] is not bool):
                raise self._wrong_type((table, number, name), name, value, known[name])
        for name in _NEEDED[table]:
            if name not in said:
                raise self.fault("toml_key_missing", (table, number), key=name, table=table)

    def _unknown(self, code: str, number: int, key: str, found: str, known: Any) -> SettingsError:
        return self.fault(code, ("source", number, key), found=found, known=_nearest_first(found, known))

    def _wrong_type(self, at: tuple[Any, ...], key: str, value: Any, wanted: Any) -> SettingsError:
        example = {str: f'{key} = "…"', bool: f"{key} = true", dict: f'{key} = {{ "…" = "…" }}'}.get(
            wanted, f"{key} = 100"
        )
        return self.fault("toml_type_wrong", at, key=key, found=value, example=example)

    def _reading(self, found: str, number: int) -> str:
        # GCJ-02 and gcj_02 are gcj02; "EPSG:4547" has neither sign.
        try:
            return checked_reading(re.sub(r"[-_]", "", found))
        except SettingsError as problem:
            raise self.fault("reading_unknown", ("source", number, "coordinates"), found=found) from problem


def _nearest_first(name: str, known: Iterable[str]) -> list[str]:
    """The known names, the one that was probably meant first."""
    near = get_close_matches(name.lower(), list(known), 1)
    return near + [other for other in known if other not in near]


def _weekday(found: str) -> str | None:
    """`friday` for friday, Fri, 周五, 星期五, 礼拜五."""
    day = found.strip().lower()
    chinese = re.fullmatch(r"(?:周|星期|礼拜)([一二三四五六日天])", day)
    if chinese:
        return WEEKDAYS[_CHINESE_WEEKDAYS.index(chinese[1].replace("天", "日"))]
    return next((name for name in WEEKDAYS if len(day) >= 3 and name.startswith(day)), None)


def _metric_crs(found: str) -> str | None:
    """`EPSG:n` or WKT of a projected CRS in metres, `None` for anything else."""
    import pyproj

    try:
        crs = pyproj.CRS.from_user_input(found)
    except pyproj.exceptions.CRSError:
        return None
    if not crs.is_projected or any(axis.unit_conversion_factor != 1 for axis in crs.axis_info[:2]):
        return None
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt()
