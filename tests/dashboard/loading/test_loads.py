"""What a run brought, as the page tells it."""

import pandas as pd

from dashboard.loading.loads import refused_in


def test_every_file_with_refused_rows_is_named() -> None:
    sources = pd.DataFrame({"path": ["甲.csv", "乙.csv", "丙.csv"], "refused": [1200, 3, 0]})
    told = refused_in(sources, "zh")
    assert told.startswith("2 个文件有退回的行：甲.csv：退回 1,200 行")
    assert "乙.csv：退回 3 行" in told
    assert "丙" not in told
    assert refused_in(sources.iloc[[1, 2]], "zh") == ""
