"""What can go wrong between a file and the database: one family, each also the matching builtin.

A message is one sentence that names the file, sheet and row where there is one, what was found, and what to do.
Only the outermost layer (command line, page frame) catches, and it catches only this family.
"""

from typing import Any


class GridError(Exception):
    """Base of every error the program raises on purpose; its text may be shown to a clerk as it is."""

    note: tuple[str, dict[str, Any]] | None = None
    """Code and values of its sentence (`etl.messages.error` sets it), so that it can be told in either language."""


class SettingsError(GridError, ValueError):
    """A setting, a command line or a `sources.toml` says something that cannot be."""


class FileUnreadable(GridError, OSError):
    """A file is missing, damaged, locked, or not what its name says."""


class NotRecognised(GridError, LookupError):
    """A file's headings fit no layer; the message lists what was found and what was expected."""


class CoordinatesUnclear(GridError, ValueError):
    """No reading of the coordinates is decisive; the message carries the shares of the best three."""


class LayerInvalid(GridError, ValueError):
    """A whole layer cannot be used as it is (no polygons, no key, nothing inside the place)."""


class DatabaseAway(GridError, ConnectionError):
    """The database does not answer; what was being done was not done."""


class NothingToUndo(GridError, LookupError):
    """There is no load that could be taken back, or it is not the one that was meant."""


class NoData(GridError, LookupError):
    """The place or layer that was asked for has no data yet; the message says how to load some."""


class NotSaved(GridError, ValueError):
    """What somebody made cannot be kept under this name or at this size; nothing was written."""


class SavedMeanwhile(NotSaved):
    """Under this name stands something else than the writer has seen; nothing was written."""
