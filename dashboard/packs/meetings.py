"""The meetings that packs were made for, by place: the last one is what the changes of the next one are against."""

import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from dashboard.county import Place
from dashboard.saved.lock import locked
from dashboard.saved.shelf import folder_of
from dashboard.text.errors import error
from etl.errors import FileUnreadable

NAME = "meetings.json"
_MOST = 60


def before(var_dir: Path, place: Place, moment: datetime) -> datetime | None:
    """The moment of the last meeting on an earlier day than that of `moment` (both aware, the day the place's own);
    None where none is remembered. Packs made twice on one day are of one meeting."""
    day = place.local_day(moment)
    earlier = [held for held in _held(var_dir, place) if held < moment and place.local_day(held) < day]
    return max(earlier, default=None)


def hold(var_dir: Path, place: Place, moment: datetime) -> None:
    """Remembers a meeting. Raises `FileUnreadable` where that cannot be written down."""
    path = _path(var_dir, place)
    part = path.with_name(f"{secrets.token_hex(8)}.part")
    try:
        with locked(path.parent):
            held = sorted({*_held(var_dir, place), moment.astimezone(UTC).replace(microsecond=0)})[-_MOST:]
            part.write_text(json.dumps([one.isoformat() for one in held]) + "\n", encoding="utf-8")
            os.replace(part, path)  # noqa: PTH105 (Path.replace says the same)
    except OSError as trouble:
        raise error(FileUnreadable, "not_written", path=path, reason=trouble.strerror) from trouble


def _held(var_dir: Path, place: Place) -> list[datetime]:
    """What was written down, nothing where it cannot be read: then it is a week, as for a first meeting."""
    try:
        told = json.loads(_path(var_dir, place).read_text(encoding="utf-8"))
        found = [datetime.fromisoformat(one) for one in told]
    except (OSError, ValueError, TypeError):
        return []
    return [one.astimezone(UTC) for one in found if one.tzinfo is not None]


def _path(var_dir: Path, place: Place) -> Path:
    return folder_of(var_dir, place.code) / NAME
