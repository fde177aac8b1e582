"""A density with as few decimals as never contradict its colour."""

from dashboard.text import number

_FEW, _MOST_DIGITS = 10, 4


def digits(value: float, edges: tuple[float, ...]) -> int:
    """Decimals: none from ten on, one below, and more where rounding would put the value into another class."""
    found = 0 if value >= _FEW else 1
    while found < _MOST_DIGITS and any(value < edge <= round(value, found) for edge in edges):
        found += 1
    return found


def rounded(value: float, edges: tuple[float, ...]) -> str:
    """The text of a value between the same lower bounds of classes.

    >>> rounded(5.95, (1, 3, 6)), rounded(6.04, (1, 3, 6)), rounded(149.7, (60, 150)), rounded(149.2, (60, 150))
    ('5.95', '6.0', '149.7', '149')
    """
    if not value > 0:  # NaN as well
        return number(value)
    return number(value, digits(value, edges))
