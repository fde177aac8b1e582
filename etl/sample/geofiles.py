"""Zones, cells and the base map as files of a GIS: shapefile in a zip, GeoJSON, GeoPackage, KML.

The same rows give the same bytes: dates inside the files are fixed.
"""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

MADE_ON = (2026, 11, 20, 18, 0, 0)
DECIMALS = 7
"""About a centimetre, which is finer than anybody surveyed."""


@dataclass(frozen=True)
class Ground:
    """Where the town lies: metres around its middle → metres of the measure CRS and degrees."""

    crs: str
    origin: tuple[float, float]

    def metres(self, xy: np.ndarray) -> np.ndarray:
        """Easting and northing of the measure CRS."""
        return np.asarray(xy + np.array(self.origin))

    def degrees(self, xy: np.ndarray) -> np.ndarray:
        """Longitude and latitude, rounded to a centimetre."""
        transform = pyproj.Transformer.from_crs(self.crs, "EPSG:4490", always_xy=True)
        moved = self.metres(xy)
        return np.round(np.column_stack(transform.transform(moved[:, 0], moved[:, 1])), DECIMALS)

    def shapes(self, geometry: np.ndarray) -> np.ndarray:
        """Geometries in degrees; shared vertices stay shared."""
        return np.asarray(shapely.transform(geometry, self.degrees))


@contextmanager
def _fixed_dates() -> Iterator[None]:
    """GDAL writes the day of writing into a GeoPackage unless told another one."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-11-20T10:00:00Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_gbk_shapefile(path: Path, frame: pd.DataFrame, geometry: np.ndarray) -> None:
    """A zip with a shapefile in CGCS2000 whose `.dbf` is GBK and, as usual, has no `.cpg` to say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4490")
    with TemporaryDirectory() as folder, zipfile.ZipFile(path, "w") as archive:
        target = Path(folder) / f"{path.stem}.shp"
        pyogrio.write_dataframe(table, target, encoding="GBK", DBF_DATE_LAST_UPDATE="2026-11-20")
        for part in sorted(Path(folder).iterdir()):
            if part.suffix != ".cpg":
                entry = zipfile.ZipInfo(part.name, MADE_ON)
                archive.writestr(entry, part.read_bytes(), zipfile.ZIP_DEFLATED)


def write_geojson(path: Path, frame: pd.DataFrame, geometry: np.ndarray) -> None:
    """GeoJSON as RFC 7946 has it, one feature a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")
    pyogrio.write_dataframe(table, path, driver="GeoJSON", RFC7946="YES", COORDINATE_PRECISION=str(DECIMALS))


def write_geopackage(path: Path, layers: Mapping[str, tuple[pd.DataFrame, np.ndarray]]) -> None:
    """A GeoPackage with several layers, and the table of styles a desktop GIS leaves behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with _fixed_dates():
        for name, (frame, geometry) in layers.items():
            table = gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", append=path.exists())
        styles = pd.DataFrame({"f_table_name": list(layers), "styleName": list(layers), "useAsDefault": True})
        pyogrio.write_dataframe(styles, path, layer="layer_styles", driver="GPKG", append=True)


def write_kml(path: Path, folders: Mapping[str, pd.DataFrame], *, title: str) -> None:
    """KML with a folder for each frame; columns name, lon, lat, and all others as untyped `<Data>`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<kml xmlns="http://www.opengis.net/kml/2.2">']
    lines += ["<Document>", f"  <name>{escape(title)}</name>"]
    for folder, frame in folders.items():
        lines += ["  <Folder>", f"    <name>{escape(folder)}</name>"]
        for row in frame.to_dict("records"):
            name, lon, lat = row.pop("name"), row.pop("lon"), row.pop("lat")
            data = "".join(
                f"<Data name={quoteattr(str(key))}><value>{escape(str(value))}</value></Data>"
                for key, value in row.items()
            )
            lines.append(
                f"    <Placemark><name>{escape(name)}</name><ExtendedData>{data}</ExtendedData>"
                f"<Point><coordinates>{lon},{lat},0</coordinates></Point></Placemark>"
            )
        lines.append("  </Folder>")
    lines += ["</Document>", "</kml>", ""]
    path.write_bytes("\n".join(lines).encode("utf-8"))
