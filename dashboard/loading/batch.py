"""A batch of files, checked: what would be loaded, and which files cannot be used and were put aside, each with why."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dashboard.loading.sentences import of_error
from dashboard.screen import datums
from dashboard.text import t
from etl import load as loading
from etl.errors import CoordinatesUnclear, DatabaseAway, GridError
from etl.load import Report
from settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """The end of a check."""

    names: tuple[str, ...]
    """All files of the batch."""
    report: Report | None
    """What would be loaded; None where no file is left."""
    unusable: tuple[tuple[str, str], ...] = ()
    """Files that cannot be used, with the sentence that says why."""
    left_out: tuple[str, ...] = ()
    """Files that somebody left out."""
    unclear: tuple[str, ...] = ()
    """Those that cannot be used as nobody can tell what their coordinates are; somebody may know."""
    coordinates: Mapping[str, str] = field(default_factory=dict)
    """Readings that somebody gave, by file."""

    @property
    def without(self) -> frozenset[str]:
        """All that is not loaded."""
        return frozenset({*self.left_out, *(name for name, _ in self.unusable)})


def check(
    paths: Sequence[Path],
    settings: Settings,
    *,
    progress: Progress,
    left_out: Collection[str] = (),
    coordinates: Mapping[str, str] | None = None,
    within: Path | None = None,
) -> Checked:
    """Checks the files; one that cannot be used is put aside, and the others are checked without it.

    A declaration that came along names no file outside the folder `within`.
    Raises the family of `etl.errors` where it is no single file's fault.
    """
    names = loading.files(paths, within=within)
    chosen = tuple(name for name in names if name in left_out)
    given = {name: reading for name, reading in (coordinates or {}).items() if name in names}
    unusable: dict[str, GridError] = {}
    report: Report | None = None
    while report is None and set(names) - set(chosen) - set(unusable):
        try:
            without = {*chosen, *unusable}
            report = loading.check(
                paths, settings, progress=progress, without=without, coordinates=given, within=within
            )
        except DatabaseAway:
            raise
        except GridError as error:
            blamed = [name for name in blamed_by(error, names) if name not in unusable and name not in chosen]
            if not blamed:
                raise
            for name in blamed:
                unusable[name] = error
                progress(t("data.put_aside", settings.language, file=name))
    why = tuple((name, reason(error, settings.language)) for name, error in unusable.items())
    unclear = tuple(name for name, error in unusable.items() if isinstance(error, CoordinatesUnclear))
    return Checked(names, report, why, chosen, unclear, given)


def reason(error: GridError, language: str) -> str:
    """Why a file cannot be used. Of unclear coordinates only what was tried is told: what is to be written into a
    declaration says nothing to who may choose it here."""
    why = (error.note or ("", {}))[1].get("why")
    tried = why[1].get("tried") if isinstance(error, CoordinatesUnclear) and isinstance(why, list | tuple) else None
    if not isinstance(tried, list):
        return of_error(error, language)
    readings = t("card.comma", language).join(datums.spoken(str(each), language) for each in tried)
    return t("data.unclear", language, tried=readings)


def blamed_by(error: GridError, names: Sequence[str]) -> tuple[str, ...]:
    """The files an error is about: the one it names, or all of that name where it tells no folder; none where it is
    about the whole batch."""
    found = (error.note or ("", {}))[1].get("file")
    if not isinstance(found, str):
        return ()
    if found in names:
        return (found,)
    return tuple(name for name in names if PurePosixPath(name).name == PurePosixPath(found).name)
