"""The ledger of rectification notices: what was sent to whom, and who reported back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.sample import sheets
from etl.sample.county import County
from etl.sample.ledgers import SHEET_ROWS, Ledger, notice_number
from etl.sample.problems import CLOSED, NOT_YET, Names
from etl.sample.size import SECOND, facts
from etl.sample.spelling import date_cells, date_texts, object_frame, taken

DAY_S = 86_400
_DAYS = (5, 7, 10, 15)
"""Within how many days a unit is to report back."""


def write_notices(
    directory: Path, county: County, words: Names, problems: pd.DataFrame, *, ledger: Ledger, seed: int
) -> tuple[Path, int]:
    """The notices of the first ledger's problems, numbered as they are there; a workbook as long as it fits one.

    Drawn by numbers of their own, so that no other file of the county depends on them.
    """
    rng = np.random.default_rng([seed, facts()["figures"]["notices"]])
    own = problems[problems["ledger"] == 0].reset_index(drop=True)
    own = own[own["notice"] > 0].sort_values("notice")
    columns = _columns(rng, county, words, own, ledger)
    path = directory / f"督办/整改通知书台账.{'xlsx' if len(own) <= SHEET_ROWS else 'csv'}"
    if path.suffix == ".csv":
        arrow = {name: pa.array(column, pa.string()) for name, column in columns.items()}
        sheets.write_large_csv(path, arrow, encoding="utf-8-sig", extra=[])
    else:
        titles = [f"{facts()['place']['name']}整改通知书（督办单）发放及回复台账"]
        sheets.write_xlsx(path, object_frame(columns), titles=titles, sheet="督办台账")
    return path, len(own)


def _columns(
    rng: np.random.Generator, county: County, words: Names, own: pd.DataFrame, ledger: Ledger
) -> dict[str, pa.Array | list[object]]:
    """Columns by heading, a row a notice, in the order of their numbers, as they were sent."""
    count, last = len(own), county.size.last_moment
    sent = own["reported_at"].to_numpy().astype("datetime64[D]")
    within = rng.choice(_DAYS, count, p=[0.2, 0.4, 0.3, 0.1])
    # The unit reports back when it is done, or a day or two later; who is not done has not reported.
    done = own["closed_at"].to_numpy().astype("datetime64[D]")
    back = np.minimum(done + rng.choice([0, 0, 1, 2], count), last.astype("datetime64[D]"))
    back = np.where(own["state"].to_numpy() == CLOSED, back.astype(SECOND), NOT_YET)
    due = (sent + within).astype(SECOND)
    in_words = np.array([f"{days}日内" for days in within], dtype=object)
    zone, category = county.zones["name"].to_numpy()[own["zone"]], np.array(words.categories)[own["category"]]
    code = pa.array(ledger.columns["code"])
    is_sheet = count <= SHEET_ROWS
    days: dict[str, list[object]] = {
        name: date_cells(rng, values, with_time=False)
        if is_sheet
        else date_texts(values, np.zeros(count, int), with_time=False).to_pylist()
        for name, values in (("sent", sent.astype(SECOND)), ("due", due), ("back", back))
    }
    counted = rng.random(count) < 0.3
    return {
        "文号": notice_number(own["notice"].to_numpy()),
        "事项": [f"关于{z}{c}问题限期整改的通知" for z, c in zip(zone, category, strict=True)],
        "受文单位": taken(words.units, own["unit"].to_numpy()),
        "所在片区": taken(county.zones["name"].to_numpy(), own["zone"].to_numpy()),
        "问题编号": [_whole(code[row].as_py()) for row in own.index],
        "下发时间": days["sent"],
        "回复期限": [w if c else d for w, c, d in zip(in_words, counted, days["due"], strict=True)],
        "回复时间": days["back"],
    }


def _whole(code: object) -> str | None:
    """A problem's number without what a spreadsheet made of it; None where the ledger has none."""
    return None if code is None else str(code).removesuffix(".0")
