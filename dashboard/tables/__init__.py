"""The tables of the pages without a screen: what each holds (`made`), and as text for other programs (`written`)."""

from dashboard.tables.made import MADE, Asked, sited, table
from dashboard.tables.written import FORMATS, as_csv, as_geojson, as_json

NAMES = tuple(MADE)

__all__ = ["FORMATS", "NAMES", "Asked", "as_csv", "as_geojson", "as_json", "sited", "table"]
