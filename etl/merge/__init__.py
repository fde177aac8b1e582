"""Rows from frames into the tables: staged in bulk, compared, and only what differs written, with its events."""

from etl.merge.compare import counts, differing, gone, is_empty
from etl.merge.stage import Batch, stage, stage_file, stage_for_a_look, sweep
from etl.merge.write import merge, take_out

__all__ = [
    "Batch",
    "counts",
    "differing",
    "gone",
    "is_empty",
    "merge",
    "stage",
    "stage_file",
    "stage_for_a_look",
    "sweep",
    "take_out",
]
