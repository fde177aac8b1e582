"""One transaction a run: files judged, staged, merged; history and undo.

`run` goes through a load or a check, `work` is what it writes, `place` and `unchanged` what it starts from, `rows` and
`derive` put rows in their cells and zones, `undo` takes a load back.
"""

from etl.load.place import choose, places
from etl.load.report import COUNTS, Report, SourceReport
from etl.load.run import check, files, load, make_grid
from etl.load.undo import history, history_as_list, undo, undoable

__all__ = [
    "COUNTS",
    "Report",
    "SourceReport",
    "check",
    "choose",
    "files",
    "history",
    "history_as_list",
    "load",
    "make_grid",
    "places",
    "undo",
    "undoable",
]
