"""The file: the same bytes for the same deck, whenever it is made."""

import io
import re
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING

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
    raw = io.BytesIO()
    deck.save(raw)
    into = io.BytesIO()
    with zipfile.ZipFile(raw) as read, zipfile.ZipFile(into, "w") as made:
        for entry in read.infolist():
            blob = read.read(entry)
            if entry.filename == _TYPES:
                blob = _OVERRIDES.sub(b"", blob)
                blob = blob.replace(b"<Default ", _SVG + b"<Default ", 1) if _has_svg(read) else blob
            elif entry.filename == _APP_NAME:
                blob = _APP
            way = zipfile.ZIP_STORED if entry.filename.endswith(_STORED) else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(entry.filename, _EARLIEST), blob, way)
    return into.getvalue()


def _has_svg(read: zipfile.ZipFile) -> bool:
    return any(name.endswith(".svg") for name in read.namelist())
