"""Pieces of screen that the pages share: header line, filters, figures, lists, states."""
