"""Headings as people write them → the layer a table holds, and the field's names."""

from etl.columns.match import Match, matches
from etl.columns.recognise import recognise, shape
from etl.columns.rename import rename

__all__ = ["Match", "matches", "recognise", "rename", "shape"]
