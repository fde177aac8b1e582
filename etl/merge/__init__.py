"""Rows from frames into the tables: staged in bulk, compared, and only what differs written, with its events."""

from etl.merge.compare import compare, gone
from etl.merge.stage import Batch, drop_stages, stage, stage_file, stage_for_a_look
from etl.merge.write import Run, merge, record, take_out

__all__ = [
    "Batch",
    "Run",
    "compare",
    "drop_stages",
    "gone",
    "merge",
    "record",
    "stage",
    "stage_file",
    "stage_for_a_look",
    "take_out",
]
