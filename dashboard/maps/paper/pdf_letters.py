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

from matplotlib import _text_helpers, font_manager, rcParams
from matplotlib.backends.backend_pdf import Op

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
    file, kind = renderer.file, rcParams["pdf.fonttype"]
    renderer.check_gc(pen, pen._rgb)
    file.output(Op.begin_text)
    for x, y, text, angle in lines:
        turn = math.radians(angle)
        file.output(math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), x, y, Op.textmatrix)
        drawn = []
        for letter in text:
            font, glyph = _glyph(letter, face, is_bold)
            subset, code = file._character_tracker.track_glyph(font, letter, glyph)
            drawn.append(((font, subset), code))
        for (font, subset), run in groupby(drawn, key=lambda each: each[0]):
            name = file.fontName(font_manager.FontPath(font.fname, font.face_index), subset)
            file.output(name, size_pt, Op.selectfont)
            file.output(renderer._encode_glyphs([code for _, code in run], kind), Op.show)
    file.output(Op.end_text)


@cache
def _glyph(letter: str, face: Face, is_bold: bool) -> tuple[Any, int]:
    """Font and number of the glyph that a letter has in the language of the face."""
    font = font_manager.get_font(lettering.files(face, is_bold=is_bold))
    font.set_size(12, 72)
    *_, found = _text_helpers.layout(lettering.in_context(letter), font, language=face.language)
    return found.ft_object, found.glyph_index
