"""One module a page: filters, cached query, analysis, map, show."""
