"""The one rule for formulas, and that both writers of CSV keep it."""

import csv
import io

import pandas as pd
import pytest

from dashboard import tables
from etl.export import write_csv
from etl.formulas import disarmed

ARMED = ["=1+1", "+86 138", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")']
PLAIN = ["-", "=", "", "plain", "a=1", "'=1", "示范路 3 号"]


@pytest.mark.parametrize("kind", ["str", object])
def test_armed_text_gets_an_apostrophe_and_nothing_else_does(kind: object) -> None:
    values = pd.Series([*ARMED, *PLAIN, None], dtype=kind, index=["same"] * (len(ARMED) + len(PLAIN) + 1))
    told = disarmed(values)
    assert told.tolist()[:-1] == [f"'{text}" for text in ARMED] + PLAIN
    assert told.isna().tolist()[-1] and told.dtype == values.dtype


def test_what_is_no_text_stays() -> None:
    mixed = pd.Series([-71.05, -1, None, "-1+1"], dtype=object)
    assert disarmed(mixed).tolist() == [-71.05, -1, None, "'-1+1"]
    for values in (pd.Series([-1.5, 2]), pd.Series([True, None], dtype="boolean"), pd.Series([], dtype="str")):
        assert disarmed(values).equals(values)


def test_both_writers_of_csv_keep_the_rule() -> None:
    frame = pd.DataFrame({"code": [*ARMED, *PLAIN], "number": -1.5}).astype({"code": "str"})
    stream = io.BytesIO()
    write_csv(frame, stream)
    for text in (stream.getvalue().decode("utf-8-sig"), tables.as_csv(frame)):
        rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
        assert rows == [[f"'{armed}", "-1.5"] for armed in ARMED] + [[plain, "-1.5"] for plain in PLAIN]
