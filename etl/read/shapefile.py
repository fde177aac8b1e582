"""Shapefiles, in a folder or a zip. Their texts are decoded here: the driver's guess can be wrong either way."""

import codecs
import io
import struct
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from etl.errors import FileUnreadable
from etl.messages import Note, error
from etl.read.archive import members, opened
from etl.read.encoding import canonical, decide, decodes, is_plausible
from etl.read.files import SHAPEFILE_PARTS, check_size, read_bytes, shapefile_parts
from etl.read.headings import unique
from etl.read.raw import RawTable
from etl.read.vector import crs_name, feature_numbers, row_count, with_shapes

if TYPE_CHECKING:
    from etl.declarations import Source

_MAGIC = b"\x00\x00\x27\x0a"
_RAW = "ISO-8859-1"  # a character for every byte


def read_shapefile(path: Path, source: "Source") -> list[RawTable]:
    """The one table of a `.shp` and its parts beside it."""
    check_size(path)
    parts = {suffix: read_bytes(part) for suffix, part in shapefile_parts(path).items() if part.stat().st_size}
    return [_shapefile(path, None, parts, source)]


def read_zip(path: Path, source: "Source") -> list[RawTable]:
    """A table for each shapefile in a zip, however deep in folders; `source.sheet` may name one of them."""
    with opened(path, read_bytes(path)) as archive:
        found = members(archive)
        shapes = sorted(name for name in found if name.lower().endswith(".shp"))
        has_several = len(shapes) > 1
        if source.sheet is not None:
            names = [Path(name).stem for name in shapes]
            shapes = [name for name in shapes if Path(name).stem == source.sheet]
            if not shapes:
                raise error(FileUnreadable, "layer_missing", file=path.name, layer=source.sheet, layers=names)
        if not shapes:
            raise error(FileUnreadable, "zip_without_shapefile", file=path.name, found=sorted(found)[:20])
        tables = []
        for shape in shapes:
            parts = {
                name[len(shape) - 4 :].lower(): archive.read(entry)
                for name, entry in found.items()
                if name[: len(shape) - 4] == shape[:-4] and name[len(shape) - 4 :].lower() in SHAPEFILE_PARTS
            }
            tables.append(_shapefile(path, Path(shape).stem if has_several else None, parts, source))
    return tables


def _shapefile(path: Path, sheet: str | None, parts: Mapping[str, bytes], source: "Source") -> RawTable:
    import pyogrio

    missing = [suffix for suffix in (".shp", ".shx", ".dbf") if not parts.get(suffix)]
    if missing:
        raise error(FileUnreadable, "shapefile_part_missing", file=path.name, sheet=sheet or "", missing=missing)
    if not parts[".shp"].startswith(_MAGIC):
        raise error(FileUnreadable, "shapefile_damaged", file=path.name)
    packed = io.BytesIO()
    # In memory and under plain names: nothing beside the file is looked at, no name can lead anywhere.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            if parts.get(suffix):
                archive.writestr(f"layer{suffix}", parts[suffix])
    try:
        widths = _field_widths(parts[".dbf"])
        with warnings.catch_warnings(action="ignore"):
            meta, _, shapes, columns = pyogrio.raw.read(packed.getvalue(), encoding=_RAW)
    except Exception as problem:  # whatever GDAL makes of a damaged file
        raise error(FileUnreadable, "shapefile_damaged", file=path.name) from problem
    titles = [str(field).encode(_RAW, "replace") for field in meta["fields"]]
    texts = {
        position: [None if value is None else str(value).encode(_RAW, "replace") for value in values]
        for position, values in enumerate(columns)
        if values.dtype == object
    }
    encoding, notes = _attribute_encoding(
        path.name, cpg=parts.get(".cpg"), titles=titles, texts=texts, widths=widths, declared=source.encoding
    )
    names = unique([_untorn(title, encoding).strip() for title in titles])
    frame = pd.DataFrame(
        {
            name: _decoded(texts[position], encoding) if position in texts else pd.Series(columns[position])
            for position, name in enumerate(names)
        },
        index=pd.RangeIndex(row_count(shapes, columns)),
    )
    frame.columns = pd.Index(names, dtype=object)
    table = RawTable(path, sheet, frame, feature_numbers(len(frame)), None, crs_name(meta["crs"]), encoding, notes)
    return with_shapes(table, shapes)


def _attribute_encoding(
    file: str,
    *,
    cpg: bytes | None,
    titles: list[bytes],
    texts: Mapping[int, list[bytes | None]],
    widths: list[int],
    declared: str | None,
) -> tuple[str, list[Note]]:
    """Encoding of names and texts: as declared, as the `.cpg` says if the bytes agree, else what they show."""
    whole: list[bytes] = [title for title in titles if len(title) < 10]
    cut: list[bytes] = [title for title in titles if len(title) >= 10]  # may end within a character
    for position, values in texts.items():
        width = widths[position] if position < len(widths) else 254
        for value in {value for value in values if value and not value.isascii()}:
            (whole if len(value) < width else cut).append(value)
    sample = [b"\n".join(whole) if any(not part.isascii() for part in whole) else _without_tails(cut)]
    if declared is not None:
        return decide(sample, file=file, declared=declared)
    said = canonical(cpg[:40].decode("ascii", "replace").strip("\x00 \r\n\ufeff")) if cpg else None
    if said in ("utf-8", "gb18030", "big5", "big5hkscs") and decodes(sample, said) and is_plausible(sample, said):
        return said, []
    try:
        encoding, notes = decide(sample, file=file)
    except FileUnreadable:
        if said is None or not decodes(sample, said):
            raise
        return said, []
    # Every text fits ISO-8859-1 and its like: they are believed only where nothing Chinese can be read.
    if said and encoding != "utf-8" and not is_plausible(sample, encoding, in_doubt=False) and decodes(sample, said):
        return said, []
    if said and not sample[0].isascii():
        notes.append(("cpg_wrong", {"said": said, "encoding": encoding}))
    return encoding, notes


def _without_tails(values: list[bytes]) -> bytes:
    """Values that fill their fields, without the half character they may end with, in UTF-8 if they fit it."""
    whole = []
    for value in values:
        for encoding in ("utf-8", "gb18030"):
            decoder = codecs.getincrementaldecoder(encoding)("strict")
            try:
                decoder.decode(value)
            except UnicodeDecodeError:
                continue
            whole.append(value[: len(value) - len(decoder.getstate()[0])])
            break
        else:
            whole.append(value)
    return b"\n".join(whole)


def _field_widths(dbf: bytes) -> list[int]:
    """Width in bytes of each field of a dbf, from its header."""
    (header,) = struct.unpack_from("<H", dbf, 8)
    return [dbf[start + 16] for start in range(32, header - 31, 32) if dbf[start] != 0x0D]


def _untorn(value: bytes, encoding: str) -> str:
    """A text without the half of a character that the field had no room for."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(value)


def _decoded(values: list[bytes | None], encoding: str) -> pd.Series:
    told = {value: _untorn(value, encoding).strip("\0 ") for value in set(values) if value is not None}
    return pd.Series([None if value is None else told[value] or None for value in values], dtype="str")
