"""From the database to the screen: queries, analysis, maps, pages."""
