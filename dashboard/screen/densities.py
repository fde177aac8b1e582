"""A density in words that never contradict its colour."""

from dashboard import cached
from dashboard.text import number

MEASURE = "problems_per_km2"
_FEW, _MOST_DIGITS = 10, 4


def told(look: cached.Look, layer: str, value: float, language: str) -> str:
    """Problems per km²: whole from ten on, one decimal below, and more where rounding would put it into another class
    of the map than it is coloured in."""
    edges = cached.classes(look).scale(MEASURE, layer, language).edges
    return rounded(value, edges)


def rounded(value: float, edges: tuple[float, ...]) -> str:
    """The text of a value with as few decimals as keep it between the same lower bounds of classes.

    >>> rounded(5.95, (1, 3, 6)), rounded(6.04, (1, 3, 6)), rounded(149.7, (60, 150)), rounded(149.2, (60, 150))
    ('5.95', '6.0', '149.7', '149')
    """
    if not value > 0:  # NaN as well
        return number(value)
    digits = 0 if value >= _FEW else 1
    while digits < _MOST_DIGITS and any(value < edge <= round(value, digits) for edge in edges):
        digits += 1
    return number(value, digits)
