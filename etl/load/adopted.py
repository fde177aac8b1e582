"""A file that nobody declared, under the name of one that was loaded before: it is read as that one was.

A ledger without codes of its own has rows that are known by their entry too: the same file, once under a `sources.toml`
and once dropped by hand, would otherwise come twice.
"""

import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import sqlalchemy as sa

from etl import schema
from etl.database import read_few
from etl.load.place import Seen
from etl.messages import Note
from etl.read import fingerprint
from etl.refused import named_after, sent_back_from
from etl.sources import Plan, Source

_KEPT_APART = ("entry", "is_declared")
_DEFAULTS = {
    part.name: part.default if part.default is not MISSING else {}
    for part in fields(Source)
    if part.name not in _KEPT_APART
}


@dataclass(frozen=True)
class Adopted:
    """A plan in which such files have the declarations of before."""

    plan: Plan
    notes: Mapping[str, Note] = field(default_factory=dict)
    """By file, as reports name it: what is to be told of it."""
    earlier: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By file: the paths under which its entry had it before."""


def adopted(engine: sa.Engine, plan: Plan, seen: Seen) -> Adopted:
    """The plan with what was said before of files of the same name that no `sources.toml` speaks of now.

    The newest run counts that has not been taken back. Where that had several files of the name under different
    entries, the one with the same content is meant, else none. What somebody chose by hand for this time stays.
    """
    if not seen.version or all(source.is_declared for _, source in plan.files):
        return Adopted(plan)
    sources = _standing(engine, seen.place.division_code)
    files: list[tuple[Path, Source]] = []
    notes: dict[str, Note] = {}
    earlier: dict[str, tuple[str, ...]] = {}
    for path, source in plan.files:
        if (before := _refused_of(sources, path, source)) is not None:
            files.append((path, _sent_back(before, source)))
            told = {"path": str(before["path"]), "run": int(before["run"])}
            notes[_shown(plan, path)] = ("declared_of_refused", told)
            continue
        named = sources.iloc[:0] if source.is_declared else _named(sources, path)
        last = named[named["run"] == named["run"].max()]
        meant = _meant(last, path)
        if meant is None:
            files.append((path, source))
            if len(last):
                notes[_shown(plan, path)] = ("declared_unclear", {"entries": sorted(set(last["entry"]))})
            continue
        found = [_with(_declared(text), source) for text in meant["declaration"].unique()]
        files += [(path, each) for each in found]
        earlier[_shown(plan, path)] = tuple(named.loc[named["entry"].isin(meant["entry"]), "path"].unique())
        if found != [source]:
            on = meant["finished_at"].iloc[0].tz_convert(ZoneInfo(seen.place.time_zone)).strftime("%Y-%m-%d")
            notes[_shown(plan, path)] = ("declared_as_before", {"on": on, "run": int(meant["run"].iloc[0])})
    return Adopted(replace(plan, files=tuple(files)), notes, earlier)


def _standing(engine: sa.Engine, place: str) -> pd.DataFrame:
    """What `load_source` keeps of the place's runs that were not taken back, with `name`, that of the file."""
    source, run = schema.load_source, schema.load_run
    runs = read_few(engine, sa.select(run.c.run, run.c.undoes, run.c.finished_at).where(run.c.place == place))
    names = ("run", "id", "path", "entry", "layer", "sha256", "coordinates", "declaration")
    columns = (source.c[name] for name in names)
    sources = read_few(engine, sa.select(*columns).where(source.c.place == place).order_by(source.c.id))
    sources = sources[~sources["run"].isin(set(runs["undoes"].dropna()))].merge(runs[["run", "finished_at"]], on="run")
    bare = [_name(path.rpartition("/")[2]) for path in sources["path"]]
    return sources.assign(name=pd.Series(bare, index=sources.index, dtype="str"))


def _named(sources: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Those of the file's name, of which one may have had several sheets."""
    name = _name(path.name)
    return sources[(sources["name"] == name) | sources["name"].str.startswith(f"{name}#")]


def _refused_of(sources: pd.DataFrame, path: Path, source: Source) -> pd.Series | None:
    """The source whose refused rows a sheet holds, by the mark in it, else by its name; None for any other file, and
    where several would do."""
    if source.is_declared:
        return None
    if mark := sent_back_from(path):
        found = sources[(sources["entry"] == mark[0]) & (sources["layer"] == mark[1])]
        if len(found):
            return found.iloc[-1]
    stem, number = named_after(_name(path.name))
    stems = sources["name"].str.replace(r"(\.[^.]*)?(#.*)?$", "", regex=True)
    found = sources[(stems == stem) & (stem != "")]
    if number is not None:
        # A sheet of another place may carry a number of ours, but hardly with the name of that file of ours.
        numbered = sources[(sources["id"] == number) & np.array([stem.endswith(own) for own in stems], dtype=np.bool_)]
        found = numbered if len(numbered) else found
    return found.iloc[-1] if found[["entry", "layer"]].drop_duplicates().shape[0] == 1 else None


def _sent_back(before: pd.Series, given: Source) -> Source:
    """How a sheet of refused rows is read: as its source was, coordinates as they were found there. It is no
    complete ledger, and a sheet and an encoding of its own."""
    said = replace(_declared(before["declaration"]), layer=before["layer"], sheet=None, encoding=None, complete=False)
    if said.coordinates == "auto" and isinstance(before["coordinates"], str):
        said = replace(said, coordinates=before["coordinates"])
    return _with(said, given)


def _meant(last: pd.DataFrame, path: Path) -> pd.DataFrame | None:
    """The sources of one file: its sheets may have entries of their own, but no two files have one path."""
    if last.empty:
        return None
    by_file = last.groupby(last["path"].str.partition("#")[0])
    if last["entry"].nunique() == 1 or by_file.ngroups == 1:
        return last
    same = last[last["sha256"] == fingerprint(path)]
    return same if same["entry"].nunique() == 1 else None


def _declared(text: str) -> Source:
    said = json.loads(text)
    return Source(said["entry"], **{name: value for name, value in said.items() if name in _DEFAULTS})


def _with(before: Source, given: Source) -> Source:
    """What was said before, and over it what is said now; still no declaration of its own."""
    said = {name: getattr(given, name) for name, usual in _DEFAULTS.items() if getattr(given, name) != usual}
    return replace(before, is_declared=False, **said)


def _name(written: str) -> str:
    return unicodedata.normalize("NFC", written)  # a Mac takes names apart


def _shown(plan: Plan, path: Path) -> str:
    return Path(os.path.relpath(path, plan.root)).as_posix()
