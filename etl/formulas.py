"""Text that a spreadsheet would run as a formula when it opens a CSV file: one rule for every table given out."""

import pandas as pd

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def disarmed(values: pd.Series) -> pd.Series:
    """The column with an apostrophe, which spreadsheets take for "this is text", before every armed text.

    Armed is text of two characters or more that begins with `= + - @`, tab or return; one character alone computes
    nothing, and `-` alone stands for "none". What is no text (numbers, days, no value) stays as it is.
    """
    if values.dtype == object:
        texts = values.where(values.map(lambda value: isinstance(value, str)).astype(bool)).astype("str")
    elif values.dtype == "str":
        texts = values
    else:
        return values
    is_armed = (texts.str.startswith(BEGINNINGS) & (texts.str.len() > 1)).fillna(value=False).astype(bool)
    return values.where(~is_armed, "'" + texts)
