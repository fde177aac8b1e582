"""Lists to hand out, fill in and load back: a workbook for each zone, as `etl` reads it."""

from dashboard.sheets.books import assignment_books, packed, written, zone_name

__all__ = ["assignment_books", "packed", "written", "zone_name"]
