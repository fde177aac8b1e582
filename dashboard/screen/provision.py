"""What there is against what is wanted: supply per thousand people, spacing, number by km², class, street vending."""

from dashboard import cached
from dashboard.analysis import judged
from dashboard.screen import address, against, frame, supply, vending

_SUPPLY, _VENDING = "supply", "vending"
ASKED = (_SUPPLY, *judged.ASKED, _VENDING)


def draw(look: cached.Look, body: frame.Body, language: str) -> None:
    """The part of the page: the question chosen by buttons, its map and its list."""
    with body.choices:
        asked = address.segmented("ask", ASKED, "provision", language)
    if asked == _SUPPLY:
        supply.draw(look, body, language)
    elif asked == _VENDING:
        vending.draw(look, body, language)
    else:
        against.draw(look, body, asked, language)
