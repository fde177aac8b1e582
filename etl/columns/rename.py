"""A table's columns under the names of their fields."""

import re

import pandas as pd
import pyarrow as pa

from etl import messages, words
from etl.columns.match import DECLARED, Match, forms, matches
from etl.columns.overlooked import half_of_pairs, like_coordinates, overlooked
from etl.errors import NotRecognised, SettingsError
from etl.read.raw import RawTable, is_letter
from etl.schema import LAYERS
from etl.sources import Source

_PERSON = re.compile(r"姓名|人员|person|full name", re.IGNORECASE)


def rename(table: RawTable, layer: str, source: Source) -> pd.DataFrame:
    """The table's columns under their fields' names, same index; what was not used is told in `table.notes`.

    `attrs["headings"]` of the result has what people call each field: the heading it came from, else a usual one.

    Raises `SettingsError` when `columns` or `values` name a field the layer does not have.
    """
    _check_declared(layer, source)
    chosen: dict[str, list[Match]] = {}
    for match in matches(table.frame.columns, layer, source):
        chosen.setdefault(match.field, []).append(match)
    frame = pd.DataFrame(index=table.frame.index)
    for field, found in chosen.items():
        frame[field] = _fill(table, field, found)
    used = {match.heading for found in chosen.values() for match in found}
    _check_pair(table, layer, source, frame, used)
    unknown = [str(heading) for heading in table.frame.columns if heading not in used and not _is_ignored(str(heading))]
    if unknown:
        table.notes.append(("headings_unknown", {"headings": unknown}))
    if layer in words.POINT_LAYERS and table.geometry is None and not ("xy" in frame or {"x", "y"} <= set(frame)):
        unused = [heading for heading in table.frame.columns if heading not in used]
        if headings := overlooked(table.frame[unused]):
            table.notes.insert(0, ("coordinates_overlooked", {"headings": headings}))
    missing = [heading for heading in source.columns if heading not in used]
    if missing:
        table.notes.append(("declared_headings_missing", {"headings": missing}))
    if layer == "parties" and "is_person" not in frame and "name" in chosen:
        heading = max(chosen["name"], key=lambda match: match.goodness).heading
        frame["is_person"] = bool(_PERSON.search(heading)) or ("post" in chosen and "class" not in chosen)
    for field, value in source.values.items():
        frame[field] = value
    called = {field: str(max(found, key=lambda match: match.goodness).heading) for field, found in chosen.items()}
    usual = words.names(layer, is_english=all(map(str.isascii, called.values())))
    frame.attrs["headings"] = {**usual, **called}
    return frame


def _check_pair(table: RawTable, layer: str, source: Source, frame: pd.DataFrame, used: set[str]) -> None:
    """Raises `NotRecognised` where points have one of their two columns only: every row would be refused for it."""
    there = {"x", "y"} & (set(frame) | set(source.values))
    if layer not in words.POINT_LAYERS or table.geometry is not None or "xy" in frame or len(there) != 1:
        return
    field = there.pop()
    if field not in frame or not half_of_pairs(frame[field]):
        return
    headings = [str(heading) for heading in table.frame.columns]
    like = like_coordinates(table.frame[[heading for heading in table.frame.columns if heading not in used]])
    called = words.names("points", is_english=all(map(str.isascii, headings)))
    raise messages.error(
        NotRecognised,
        "coordinate_column_missing",
        file=table.path.name,
        sheet=("of_sheet", {"sheet": table.sheet}) if table.sheet else "",
        missing=called["x" if field == "y" else "y"],
        found=headings,
        like=("column_like", {"headings": like}) if like else "",
    )


def _fill(table: RawTable, field: str, found: list[Match]) -> pd.Series:
    """The field's values from the best of the headings that would fill it."""
    found = sorted(found, key=lambda match: match.goodness, reverse=True)
    if len(found) > 1 and field.endswith("_at"):
        times = [match for match in found if _is_time_of_day(table.frame[match.heading])]
        days = [match for match in found if match not in times]
        if times and days:
            return _join(table.frame[days[0].heading], table.frame[times[0].heading])
    if len(found) > 1 and field == "state" and found[0].quality < DECLARED:
        found.sort(key=lambda match: _share_of_states(table.frame[match.heading]), reverse=True)
    if len(found) > 1:
        others = [str(match.heading) for match in found[1:]]
        table.notes.append(("headings_share_field", {"used": str(found[0].heading), "left": others}))
    return table.frame[found[0].heading]


def _join(day: pd.Series, time: pd.Series) -> pd.Series:
    """Texts `day time` of a ledger that keeps the two in columns of their own; a typed time or day becomes its text."""
    return _as_text(day, "%Y-%m-%d").str.cat(_as_text(time, "%H:%M:%S"), sep=" ", na_rep="").str.strip()


def _is_time_of_day(values: pd.Series) -> bool:
    """True when nearly everything in the column is a time such as 08:30 with no date to it."""
    text = values.dropna().head(1000).astype("str").str.strip()
    return bool(len(text)) and float(text.str.fullmatch(r"\d{1,2}[:：时]\d{1,2}([:：分]\d{0,2}秒?)?").mean()) > 0.9


def _as_text(values: pd.Series, pattern: str) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime(pattern).astype("str")
    if pd.api.types.is_object_dtype(values):
        values = values.map(lambda value: value.strftime(pattern) if hasattr(value, "strftime") else value)
    return values.astype("str")


def _share_of_states(values: pd.Series) -> float:
    said = words.comparable(pa.array(values.dropna().head(5000).astype("str"), type=pa.large_string())).to_pylist()
    return sum(text in words.vocabulary("state") for text in said) / len(said) if said else 0.0


def _is_ignored(heading: str) -> bool:
    # A column without a heading goes by its letter, and the note about missing headings names it.
    return is_letter(heading) or not heading.strip() or any(form in words.ignored() for _, form in forms(heading))


def _check_declared(layer: str, source: Source) -> None:
    known = set(words.fields(layer)) | {column.name for column in LAYERS[layer].columns}
    for said in (source.columns.values(), source.values):
        for field in said:
            if field not in known:
                raise messages.error(
                    SettingsError, "field_not_known", entry=source.entry, field=field, layer=layer, known=sorted(known)
                )
