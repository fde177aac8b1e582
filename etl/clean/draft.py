"""A table on its way from cells as written to rows we trust: reads fields, and collects why rows are refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from etl import words
from etl.clean import dates, values
from etl.clean.reasons import Reasons
from etl.clean.spellings import in_digits
from etl.coordinates import parse
from etl.messages import Note

_NO_YEAR = r"^\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?(?:\s.*)?$"
_SHORT_YEAR = r"^\s*\d{1,2}([./-])\d{1,2}\1\d{1,2}(?:\s.*)?$"


@dataclass(frozen=True)
class Context:
    """What the rows of a table are to be read with."""

    entry: str
    """The source's identity, part of the identity of a problem without a code."""
    time_zone: str
    dates: str | None = None
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Cleaned:
    """Rows of a layer that can be trusted, and those that cannot.

    `rows`: the layer's columns without place and runs, index = position in the raw table (twice where a row says two
    things); points as `x`, `y` as written, polygons as `geometry` as written, references by the name that was written.
    `refused`: columns `position` and `reasons` (JSON list of notes), a row per refused row.
    """

    rows: pd.DataFrame
    refused: pd.DataFrame
    notes: list[Note]


class Draft:
    """The fields of a table as written, and the layer's columns as they come to be."""

    def __init__(self, frame: pd.DataFrame, context: Context) -> None:
        self.frame = frame
        self.context = context
        self.rows = pd.DataFrame(index=frame.index)
        self.reasons = Reasons(len(frame))
        self.notes: list[Note] = []

    def raw(self, name: str) -> pd.Series:
        """The field as written; an empty column where the table has none."""
        if name in self.frame:
            return self.frame[name]
        return pd.Series(np.nan, index=self.frame.index, dtype="str")

    def heading(self, name: str) -> str:
        """What people call the field (`columns.rename`)."""
        return str(self.frame.attrs.get("headings", {}).get(name, name))

    def text(self, name: str) -> pd.Series:
        """The field as text."""
        return values.text(self.raw(name)) if name in self.frame else self.raw(name)

    def code(self, name: str) -> pd.Series:
        """The field as a code."""
        return values.code(self.raw(name)) if name in self.frame else self.raw(name)

    def word(self, name: str, vocabulary: str) -> pd.Series:
        """The field's code in a vocabulary, or the text as written."""
        return values.vocabulary(self.raw(name), words.vocabulary(vocabulary)) if name in self.frame else self.raw(name)

    def truth(self, name: str) -> pd.Series:
        """Yes, no or unknown."""
        return values.truth(self.raw(name), words.vocabulary("truth"))

    def whole(self, name: str) -> pd.Series:
        """A count; what is no number is noted and left out, the row is kept."""
        found, is_bad = values.whole(self.raw(name))
        self.note_odd(name, is_bad, "number_not_read")
        return found

    def number(self, name: str) -> pd.Series:
        """A quantity; what is no number is noted and left out, the row is kept."""
        found, is_bad = values.numbers(self.raw(name))
        self.note_odd(name, is_bad, "number_not_read")
        return pd.Series(found, index=self.frame.index)

    def date(self, name: str, *, words_allowed: bool = False) -> dates.Dates:
        """The field as dates; impossible ones refuse their row.

        With `words_allowed` a text without any digit (立行立改, 长期) is no date and no mistake: it is noted.
        """
        raw = self.raw(name)
        found = dates.read_dates(raw, time_zone=self.context.time_zone, declared=self.context.dates)
        self.notes += [(code, {"field": self.heading(name), **told}) for code, told in found.notes]
        if found.is_bad.any():
            written = raw.iloc[np.flatnonzero(found.is_bad)].astype("str")
            written = pd.Series(in_digits(pa.array(written, type=pa.large_string())).to_pylist(), dtype="str")
            is_words = np.zeros(len(raw), bool)
            if words_allowed:
                is_words[np.flatnonzero(found.is_bad)] = ~written.str.contains(r"\d").to_numpy(bool)
                self.note_odd(name, is_words, "date_in_words")
            left = found.is_bad & ~is_words & ~found.is_beyond
            first, last = map(str, dates.YEARS)
            told = {"field": self.heading(name), "first": first, "last": last}
            self.reasons.add(found.is_beyond, "date_out_of_range", found=raw, **told)
            for code, pattern in (("date_without_year", _NO_YEAR), ("date_year_of_two_digits", _SHORT_YEAR)):
                is_meant = np.zeros(len(raw), bool)
                is_meant[np.flatnonzero(found.is_bad)] = written.str.match(pattern).to_numpy(bool)
                self.reasons.add(left & is_meant, code, field=self.heading(name), found=raw)
                left &= ~is_meant
            self.reasons.add(left, "date_not_read", field=self.heading(name), found=raw)
        return found

    def day(self, name: str) -> pd.Series:
        """A calendar day, `datetime64[s]` at midnight."""
        return pd.Series(self.date(name).days, index=self.frame.index)

    def require(self, name: str, is_there: np.ndarray, code: str = "field_missing") -> None:
        """Refuse rows without a field nothing can be done without."""
        self.reasons.add(~is_there & ~self.reasons.is_refused, code, field=self.heading(name))

    def points(self) -> None:
        """Sets `x`, `y` as written; what is written and is no coordinate refuses its row."""
        if "geometry" in self.frame:
            shapes = self.frame["geometry"].to_numpy(object)
            middle = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.centroid(shapes))
            self.rows["x"], self.rows["y"] = shapely.get_x(middle), shapely.get_y(middle)
            return
        if "x" in self.frame and "y" in self.frame:
            parsed = parse(self.frame["x"], self.frame["y"])
        elif "xy" in self.frame:
            parsed = parse(self.frame["xy"])
        elif "x" in self.frame or "y" in self.frame:
            parsed = parse(self.frame["x" if "x" in self.frame else "y"])
        else:
            self.rows["x"] = self.rows["y"] = np.nan
            return
        self.rows["x"], self.rows["y"] = parsed.x, parsed.y
        written = [name for name in ("x", "y", "xy") if name in self.frame]
        for name in written[:2]:
            self.reasons.add(
                parsed.is_unreadable, "coordinate_not_read", field=self.heading(name), found=self.frame[name]
            )

    def done(self, columns: list[str]) -> Cleaned:
        """The accepted rows with `columns`, and the refused ones."""
        rows = self.rows[columns]
        if self.reasons.is_refused.any():
            rows = rows.loc[~self.reasons.is_refused]
        return Cleaned(rows, self.reasons.frame(), self.notes)

    def note_made(self, is_made: np.ndarray) -> None:
        """Tells how many accepted rows had no code of their own."""
        rows = int((is_made & ~self.reasons.is_refused).sum())
        if rows:
            self.notes.append(("codes_made", {"rows": rows}))

    def note_odd(self, name: str, is_odd: np.ndarray, code: str) -> None:
        """Tells how many rows say something odd in a field, with examples."""
        rows = np.flatnonzero(is_odd)
        if len(rows):
            examples = self.raw(name).iloc[rows[:1000]].astype("str").drop_duplicates().head(3).tolist()
            self.notes.append((code, {"field": self.heading(name), "rows": len(rows), "examples": examples}))
