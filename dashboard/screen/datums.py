"""What coordinates were taken for, in words: a clerk knows GCJ-02 by the map that shows it, not `swapped`."""

import re

from dashboard.text import word

_READING = re.compile(r"(?<![A-Za-z0-9_:])(wgs84|cgcs2000|gcj02|bd09|EPSG:\d{4,6})( swapped)?(?![A-Za-z0-9_])")
CHOICES = ("wgs84", "gcj02", "bd09", "cgcs2000", "wgs84 swapped", "gcj02 swapped", "bd09 swapped", "cgcs2000 swapped")
"""What a clerk may know a sheet's coordinates to be."""
_CGCS2000 = range(4513, 4555)
"""The three-degree zones: 4513 to 4533 with the number of the zone, 4534 to 4554 by the central meridian."""
_UTM = (range(32601, 32661), range(32701, 32761))


def name(reading: object, language: str) -> str:
    """The words for one reading as a report or a table has it; nothing for none.

    >>> name("wgs84 swapped", "zh")
    'WGS 84（经纬度填反）'
    >>> name("EPSG:4526", "zh")
    'CGCS2000 投影 EPSG:4526'
    """
    text = str(reading) if isinstance(reading, str) else ""
    named = re.search(r'"([^"]*)"', text) if "[" in text else None
    return named[1] if named else spoken(text, language)


def spoken(text: str, language: str) -> str:
    """A sentence of the loading side with its readings in words."""
    return _READING.sub(lambda match: _name(match[1], bool(match[2]), language), text)


def _name(reading: str, is_swapped: bool, language: str) -> str:
    number = int(reading.removeprefix("EPSG:")) if reading.startswith("EPSG:") else 0
    kind = reading
    if number:
        kind = (
            "cgcs2000_projected" if number in _CGCS2000 else "utm" if any(number in each for each in _UTM) else "epsg"
        )
    return word("datum", f"{kind}_swapped" if is_swapped else kind, language).format(code=number)
