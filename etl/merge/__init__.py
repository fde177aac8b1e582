"""Rows from frames into the tables: staged in bulk, compared, and only what differs written, with its events."""

from etl.merge.compare import counts, differing, gone, is_empty
from etl.merge.stage import Batch, drop_stages, stage, stage_file, stage_for_a_look
from etl.merge.write import merge, take_out

__all__ = [
    "Batch",
    "counts",
    "differing",
    "drop_stages",
    "gone",
    "is_empty",
    "merge",
    "stage",
    "stage_file",
    "stage_for_a_look",
    "take_out",
]
