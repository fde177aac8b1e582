"""A density in words that never contradicts its colour."""

from dashboard import cached
from dashboard.sentences.densities import rounded

MEASURE = "problems_per_km2"


def told(look: cached.Look, layer: str, value: float, language: str) -> str:
    """Problems per km²: whole from ten on, one decimal below, and more where rounding would put it into another class
    of the map than it is coloured in."""
    edges = cached.classes(look).scale(MEASURE, layer, language).edges
    return rounded(value, edges)
