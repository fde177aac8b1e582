"""Thousands of short lines of text into a pdf, ten times as fast as `RendererPdf.draw_text`, which lays out each anew.

It stands on the inside of matplotlib's pdf writer, whose version is pinned for that reason; a writer that looks
different gets its texts through `draw_text`. A letter takes the width that it has on its own, so a line is exactly as
wide as `lettering.width_mm` says, and one run of letters is one piece of text for who searches or copies it.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib import _text_helpers, font_manager, rcParams
from matplotlib.backends.backend_pdf import Op, pdfRepr

from dashboard.maps.paper import lettering
from dashboard.maps.paper.lettering import Face

Line = tuple[float, float, str, float]
"""x, y (of the renderer), text, degrees."""


def can(renderer: Any) -> bool:
    """Whether the renderer is a pdf writer as it is known here."""
    file = getattr(renderer, "file", None)
    return hasattr(file, "_character_tracker") and hasattr(file, "fontName") and hasattr(renderer, "_encode_glyphs")


def write(renderer: Any, pen: Any, lines: Sequence[Line], face: Face, *, size_pt: float, is_bold: bool) -> None:
    """All lines in one text object."""
    file = renderer.file
    renderer.check_gc(pen, pen._rgb)
    told = [Op.begin_text.value]
    size = pdfRepr(size_pt)
    for x, y, text, angle in lines:
        told += (_turned(angle), pdfRepr(x), pdfRepr(y), Op.textmatrix.value)
        for name, codes in _runs(renderer, text, face, is_bold):
            told += (name, size, Op.selectfont.value, codes, Op.show.value)
    told.append(Op.end_text.value)
    file.write(b"\n".join(told))
    file.write(b"\n")


@cache
def _turned(degrees: float) -> bytes:
    """The four numbers of a matrix that turns."""
    turn = math.radians(degrees)
    return b" ".join(map(pdfRepr, (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn))))


_KNOWN: "WeakKeyDictionary[Any, dict[tuple[str, Face, bool], list[tuple[bytes, bytes]]]]" = WeakKeyDictionary()
"""By file and text: the texts of a table are written often."""


def _runs(renderer: Any, text: str, face: Face, is_bold: bool) -> list[tuple[bytes, bytes]]:
    """Of one font each: its name in the file and the letters as it numbers them."""
    file, kind = renderer.file, rcParams["pdf.fonttype"]
    known = _KNOWN.setdefault(file, {})
    if (text, face, is_bold) in known:
        return known[text, face, is_bold]
    drawn = []
    for letter in text:
        font, glyph = _glyph(letter, face, is_bold)
        subset, code = file._character_tracker.track_glyph(font, letter, glyph)
        drawn.append(((font, subset), code))
    found = []
    for (font, subset), run in groupby(drawn, key=lambda each: each[0]):
        name = file.fontName(font_manager.FontPath(font.fname, font.face_index), subset)
        found.append((pdfRepr(name), pdfRepr(renderer._encode_glyphs([code for _, code in run], kind))))
    known[text, face, is_bold] = found
    return found


@cache
def _glyph(letter: str, face: Face, is_bold: bool) -> tuple[Any, int]:
    """Font and number of the glyph that a letter has in the language of the face."""
    font = font_manager.get_font(lettering.files(face, is_bold=is_bold))
    font.set_size(12, 72)
    *_, found = _text_helpers.layout(lettering.in_context(letter), font, language=face.language)
    return found.ft_object, found.glyph_index
