"""The file: the same bytes for the same deck, whenever it is made."""

import io
import re
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING, Any

from dashboard.briefing.content import Content
from dashboard.briefing.slides import written

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_STORED = (".png", ".jpeg", ".xlsx")
"""Already compressed."""
_TYPES = "[Content_Types].xml"
_SVG = b'<Default Extension="svg" ContentType="image/svg+xml"/>'
_OVERRIDES = re.compile(rb'<Override PartName="[^"]*\.svg" ContentType="image/svg\+xml"\s*/>')
_APP = (
    b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<PresentationFormat>16:9</PresentationFormat></Properties>"
)
_APP_NAME = "docProps/app.xml"


def saved(deck: "Presentation", content: Content) -> bytes:
    """The deck as a file, dated as of the moment that it tells of."""
    moment = content.as_of.astimezone(UTC).replace(tzinfo=None)
    told = deck.core_properties
    title, subject, author = (written.legible(text)[:255] for text in (content.title, content.subtitle, content.name))
    told.title, told.subject, told.author, told.last_modified_by = title, subject, author, ""
    told.created = told.modified = moment
    told.language, told.keywords, told.comments, told.revision = written.tag(content.language), "", "", 1
    parts = _parts(deck)
    has_svg = any(name.endswith(".svg") for name in parts)
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as made:
        for name, blob in parts.items():
            way = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name, _EARLIEST), _settled(name, blob, has_svg=has_svg), way)
    return into.getvalue()


def _settled(name: str, blob: bytes, *, has_svg: bool) -> bytes:
    """A part without what tells of the program, and vectors known by their ending."""
    if name == _TYPES:
        plain = _OVERRIDES.sub(b"", blob)
        return plain.replace(b"<Default ", _SVG + b"<Default ", 1) if has_svg else plain
    return _APP if name == _APP_NAME else blob


def _parts(deck: "Presentation") -> dict[str, bytes]:
    """Every part by its name, in the order in which `deck.save` writes them: that would pack all of them once more."""
    from pptx.opc.serialized import PackageWriter, _PhysPkgWriter

    kept: dict[str, bytes] = {}

    class Kept(_PhysPkgWriter):
        def write(self, pack_uri: Any, blob: bytes) -> None:
            kept[pack_uri.membername] = blob

    package, into = deck.part.package, Kept()
    writer = PackageWriter("", package._rels, tuple(package.iter_parts()))
    writer._write_content_types_stream(into)
    writer._write_pkg_rels(into)
    writer._write_parts(into)
    return kept
