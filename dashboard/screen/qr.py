"""The link of what is shown, and the code that a phone reads it from."""

from collections.abc import Mapping
from io import BytesIO
from urllib.parse import urlencode

LONGEST = 800
"""Characters; the squares of a longer link are too small to be read off a projector."""
_FIRST = "overview"


def link(network_address: str, page: str, query: Mapping[str, str]) -> str:
    """The address of a page under the one that others in the network reach this server by.

    >>> link("http://192.168.1.5:8501/", "heat", {"show": "overdue", "at": "cells:1"})
    'http://192.168.1.5:8501/heat?show=overdue&at=cells%3A1'
    """
    path = "" if page == _FIRST else page
    return f"{network_address.rstrip('/')}/{path}" + (f"?{urlencode(query)}" if query else "")


def svg(text: str) -> str:
    """The code as SVG, with its quiet zone; empty where the link is longer than `LONGEST`."""
    import segno

    if len(text) > LONGEST:
        return ""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, nl=False, light="#fff", omitsize=True
    )
    return drawn.getvalue().decode("utf-8")
