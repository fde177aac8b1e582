"""Names and codes that rows use for zones, cells, facilities and people → the codes these have."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.clean import values
from etl.clean.reasons import Reasons
from etl.words import comparable

_ENDINGS = re.compile(r"(?<=.{2})(?:片区|网格|责任区|街道|区)$")
_ROUNDED = r"\s*\d(?:\.\d+)?[eE]\+\d{2}\s*"


class Directory:
    """Looks up codes by code, by name, and by a name without its ending (城南 for 城南片区).

    A name that two codes share finds neither.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        """`frame`: index = code, column `name`."""
        self._codes: dict[str, str] = {}
        self._shared: set[str] = set()
        codes = [str(code) for code in frame.index]
        names = frame["name"].astype("str").tolist() if "name" in frame else []
        short = [_ENDINGS.sub("", name) if isinstance(name, str) else name for name in names]
        for spellings in (codes, names, short):
            self._add(spellings, codes)

    def _add(self, spellings: list[str], codes: list[str]) -> None:
        found: dict[str, set[str]] = {}
        folded = values.keys(pd.Series(spellings, dtype="str"))
        for spelling, is_empty, code in zip(folded, folded.isna(), codes, strict=True):
            if not is_empty and spelling not in self._codes:
                found.setdefault(spelling, set()).add(code)
        self._codes |= {spelling: next(iter(several)) for spelling, several in found.items() if len(several) == 1}
        self._shared |= {spelling for spelling, several in found.items() if len(several) > 1}

    def __len__(self) -> int:
        return len(self._codes)

    def codes(self, named: pd.Series) -> pd.Series:
        """The code of each name, NaN where it is unknown, shared by several, or where nothing is named."""
        codes, texts = values.distinct_text(named)
        known = self._looked_up(texts)
        lacks = [at for at, code in enumerate(known) if code is None]
        short = [_ENDINGS.sub("", text) for text in texts.take(pa.array(lacks, type=pa.int64())).to_pylist()]
        for at, code in zip(lacks, self._looked_up(pa.array(short, type=pa.large_string())), strict=True):
            known[at] = code
        found = pa.array(known, type=pa.large_string()).take(pa.array(codes))
        return pd.Series(pd.array(found, dtype="str"), index=named.index)

    def _looked_up(self, texts: pa.Array) -> list[str | None]:
        keys = zip(comparable(texts).to_pylist(), values.is_empty(texts).tolist(), strict=True)
        return [None if is_nothing else self._codes.get(key) for key, is_nothing in keys]

    def is_shared(self, named: pd.Series) -> np.ndarray:
        """True for names that several codes have."""
        return values.keys(named).isin(self._shared).to_numpy(bool)


def party_codes(named: pd.Series, unit: pd.Series, parties: pd.DataFrame) -> tuple[pd.Series, np.ndarray]:
    """(code, is_shared): the party each name means, told apart by unit where two have one name; NaN for a new one."""
    directory = Directory(parties)
    with_unit = directory.codes(named + "（" + unit.fillna("") + "）")
    found = directory.codes(named)
    found = found.where(found.notna(), with_unit)
    is_shared = directory.is_shared(named) & found.isna().to_numpy()
    return found, is_shared


def new_parties(named: pd.Series, is_person: pd.Series, details: pd.DataFrame) -> pd.DataFrame:
    """Rows of the parties layer for names nobody has listed: one a name, with what the lines say of them.

    `details`: `unit`, `post`, `phone`, aligned with `named`; the first that says something counts.
    """
    lines = pd.DataFrame({"name": named, "is_person": is_person.astype("boolean"), **details})
    order = lines.sort_values(list(lines.columns), na_position="last")
    each = order.groupby("name", sort=True).first().reset_index()
    nothing = pd.Series(np.nan, index=each.index, dtype="str")
    return pd.DataFrame(
        {
            "code": each["name"],
            "name": each["name"],
            "is_person": each["is_person"].astype("boolean"),
            "class": nothing,
            "unit": each["unit"].astype("str") if "unit" in each else nothing,
            "zone": nothing,
            "post": each["post"].astype("str") if "post" in each else nothing,
            "phone": each["phone"].astype("str") if "phone" in each else nothing,
        }
    )


def refuse_unknown(reasons: Reasons, is_bad: np.ndarray, code: str, found: pd.Series) -> None:
    """Names that are nowhere; of a code that a spreadsheet turned into a power of ten that is told instead."""
    is_rounded = found.astype("str").str.fullmatch(_ROUNDED).fillna(False).to_numpy(dtype=bool)
    reasons.add(is_bad & is_rounded, "code_rounded", found=found)
    reasons.add(is_bad & ~is_rounded, code, found=found)
