"""A ledger of a million rows into PostGIS: ours, ogr2ogr's bare load, and read_csv + sjoin + to_postgis.

`python -m benchmarks.load [--scale 1000] [--rounds 3]` makes the county once (var/bench), then times whole processes in
turn on the same throw-away server, and prints medians and the ratios that DESIGN asks for.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.cluster import Cluster, postgis_programs

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"

NAIVE = """
import sys, geopandas, pandas, sqlalchemy
ledger, url = sys.argv[1:]
engine = sqlalchemy.create_engine(url)
frame = pandas.read_csv(ledger, encoding="utf-8-sig", low_memory=False)
points = geopandas.GeoDataFrame(frame, geometry=geopandas.points_from_xy(frame.lon, frame.lat), crs=4326)
for name in ("zone", "cell"):
    polygons = geopandas.read_postgis(f"SELECT code AS {name}_code, geometry FROM {name}", engine, geom_col="geometry")
    points = points.sjoin(polygons, how="left", predicate="intersects").drop(columns="index_right")
    points = points[~points.index.duplicated()]
points.to_postgis("problem_naive", engine, index=False)
"""


@dataclass(frozen=True)
class Run:
    """Wall time and peak memory of one finished process."""

    seconds: float
    peak_mb: float


def timed(*command: str) -> Run:
    """Runs `command` as a whole process; raises when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        raise SystemExit(f"failed with status {status}: {' '.join(command)}")
    return Run(seconds, usage.ru_maxrss / 1024)


def etl(*arguments: str) -> tuple[str, ...]:
    """The command line of our own loader."""
    return (sys.executable, "-m", "etl", *arguments)


def prepare(scale: int) -> tuple[Path, Path]:
    """The county's folder and its problems as one UTF-8 CSV, made once and kept in var/bench."""
    county, ledger = FOLDER / f"county-{scale}", FOLDER / f"ledger-{scale}.csv"
    if not ledger.exists():
        shutil.rmtree(county, ignore_errors=True)
        database = FOLDER / f"county-{scale}.sqlite"
        database.unlink(missing_ok=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        print("made", timed(*etl("sample", str(county), "--scale", str(scale), "--seed", "7")), flush=True)
        print(
            "loaded all into SQLite",
            timed(*etl("load", str(county), "--database", f"sqlite:///{database}")),
            flush=True,
        )
        timed(*etl("export", "problems", "--format", "csv", "-o", str(ledger), "--database", f"sqlite:///{database}"))
    return county, ledger


def polygons_only(county: Path) -> Path:
    """A folder that declares the county's zones and cells alone: what a ledger needs, outside what is timed."""
    import tomllib

    plan = tomllib.loads((county / "sources.toml").read_text(encoding="utf-8"))
    wanted = [source for source in plan["source"] if source["layer"] in ("zones", "cells")]
    lines = ["[place]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plan["place"].items())]
    for source in wanted:
        lines += ["", "[[source]]"]
        for key, value in source.items():
            if isinstance(value, dict):
                pairs = (
                    f"{json.dumps(k, ensure_ascii=False)} = {json.dumps(v, ensure_ascii=False)}"
                    for k, v in value.items()
                )
                lines.append(f"{key} = {{ {', '.join(pairs)} }}")
            else:
                text = str((county / value).resolve()) if key == "path" else value
                lines.append(f"{key} = {json.dumps(text, ensure_ascii=False)}")
    folder = FOLDER / f"{county.name}-polygons"
    folder.mkdir(exist_ok=True)
    (folder / "sources.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def main() -> None:
    """Prints one line a contestant and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    programs = postgis_programs()
    if programs is None:
        raise SystemExit("PostgreSQL with PostGIS is missing: apt-get install postgresql postgresql-postgis")
    county, ledger = prepare(options.scale)
    polygons = polygons_only(county)
    server = Cluster(programs)
    runs: dict[str, list[Run]] = {}

    def contest(name: str, make: Callable[[], tuple[str, ...]]) -> None:
        runs.setdefault(name, []).append(timed(*make()))
        print(f"  {name}: {runs[name][-1].seconds:.1f} s, {runs[name][-1].peak_mb:.0f} MB", file=sys.stderr, flush=True)

    try:
        for _ in range(options.rounds):
            ours, bare, naive = server.fresh(), server.fresh(), server.fresh()
            for url in (ours, naive):
                timed(*etl("load", str(polygons), "--database", url))
            name = bare.split("/@/")[-1].split("?")[0].rsplit("/", 1)[-1]
            connection = f"PG:host={server.folder} user=postgres dbname={name}"
            contest("ours", lambda url=ours: etl("load", str(ledger), "--database", url))
            contest("ours, same file again", lambda url=ours: etl("load", str(ledger), "--database", url))
            contest(
                "ogr2ogr",
                lambda to=connection: (
                    "ogr2ogr", "-f", "PostgreSQL", to, str(ledger), "-nln", "problem", "-a_srs", "EPSG:4326",
                    "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "KEEP_GEOM_COLUMNS=YES",
                ),
            )  # fmt: skip
            contest("read_csv + sjoin + to_postgis", lambda url=naive: (sys.executable, "-c", NAIVE, str(ledger), url))
    finally:
        server.stop()
    median = {name: statistics.median(run.seconds for run in each) for name, each in runs.items()}
    for name, each in runs.items():
        peak = max(run.peak_mb for run in each)
        spread = f"{min(r.seconds for r in each):.1f}–{max(r.seconds for r in each):.1f}"
        print(f"{name:32} median {median[name]:6.1f} s ({spread})  peak {peak:6.0f} MB")
    print(f"ogr2ogr ÷ ours             {median['ogr2ogr'] / median['ours']:.2f}   (wanted: at least 1)")
    naive_ratio = median["read_csv + sjoin + to_postgis"] / median["ours"]
    print(f"read_csv+sjoin+… ÷ ours    {naive_ratio:.2f}   (wanted: at least 2)")
    print(f"again ÷ first time         {median['ours, same file again'] / median['ours']:.2f}   (wanted: at most 0.20)")


if __name__ == "__main__":
    main()
