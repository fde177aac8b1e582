"""Whether the database file that was there is gone: then it is away, and not a place where nothing was ever loaded."""

from dashboard import queries
from settings import Settings

_seen: set[str] = set()
"""Addresses whose file this server has found."""


def is_gone(settings: Settings) -> bool:
    """True where the file was there before and is not now; never of a database that is no file."""
    if queries.identity(settings.url):
        _seen.add(settings.url)
        return False
    return settings.url in _seen
