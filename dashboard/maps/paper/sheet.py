"""A sheet of paper, measured in millimetres from its lower left corner, and the pen: texts, lines, areas.

Texts are gathered and drawn last, each with its box on record, so that what is placed later can keep clear of it and a
test can see that nothing overlaps or runs off the edge.
"""

import io
import math
from collections import defaultdict
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dashboard.maps import style
from dashboard.maps.paper import lettering, pdf_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

MM_PER_INCH = 25.4
MIDDLE = 0.37
"""From the baseline to the middle of digits and of Chinese letters, in em."""
PNG_LEVEL = 3
"""Of zlib: from here on a map takes much longer and gets hardly smaller."""
_TEXT_Z, _HALO_Z = 100, 99
_LOCK = RLock()
_SETTINGS: Any = {
    "pdf.compression": 6,
    "svg.fonttype": "path",
    "svg.hashsalt": "map",
    "path.simplify": True,
    "text.hinting": "none",
    "font.enable_last_resort": False,
}

Box = tuple[float, float, float, float]


@contextmanager
def drawing(language: str = "zh") -> "Iterator[None]":
    """matplotlib's settings are the process's own, so one paper is made at a time. Texts in a pdf stay text."""
    kind = 42 if lettering.is_truetype(lettering.face(language)) else 3
    with _LOCK, mpl.rc_context(_SETTINGS | {"pdf.fonttype": kind}):
        yield


@dataclass(frozen=True)
class Written:
    """A line of text on a sheet and the box it takes (mm: left, bottom, right, top)."""

    text: str
    box: Box
    corners: tuple[tuple[float, float], ...]
    """Of the line itself, which may be turned, in order."""


class _Letters(Artist):
    """Many lines of one size and colour; as `matplotlib.text.Text` draws them, without its layout of each. Letters
    stand as far apart as `lettering.width_mm` says: no kerning, no hinting, so that halo and letter are one."""

    def __init__(self, lines: list[pdf_letters.Line], look: tuple[float, str, bool], face: lettering.Face) -> None:
        super().__init__()
        self.lines, self.face, self.said = lines, face, Text(language=face.language, fontfeatures=("-kern",))
        self.size_pt, self.colour, self.is_bold = look
        self.set_zorder(_TEXT_Z)

    def draw(self, renderer: Any) -> None:
        pen = renderer.new_gc()
        pen.set_foreground(self.colour)
        at = self.get_transform().transform([(x, y) for x, y, _, _ in self.lines])
        if renderer.flipy():
            at[:, 1] = renderer.get_canvas_width_height()[1] - at[:, 1]
        lines = [(float(x), float(y), text, angle) for (x, y), (_, _, text, angle) in zip(at, self.lines, strict=True)]
        if pdf_letters.can(renderer):
            pdf_letters.write(renderer, pen, lines, self.face, size_pt=self.size_pt, is_bold=self.is_bold)
        else:
            font = self.face.properties(self.size_pt, is_bold=self.is_bold)
            for x, y, text, angle in lines:
                renderer.draw_text(pen, x, y, text, font, angle, ismath=False, mtext=self.said)
        pen.restore()


class Sheet:
    """One page. `language`: zh or en, for the shapes of the letters."""

    def __init__(self, width_mm: float, height_mm: float, language: str, *, ground: str = "#ffffff") -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self.face = lettering.face(language)
        self.figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), facecolor=ground)
        self.paper = Affine2D().scale(1 / MM_PER_INCH) + self.figure.dpi_scale_trans
        self.written: list[Written] = []
        self._lines: dict[tuple[float, str, bool], list[tuple[float, float, str, float]]] = defaultdict(list)
        self._halos: dict[tuple[float, float, str], list[Path]] = defaultdict(list)
        self._rules: list[list[tuple[float, float]]] = []
        self._z = 0.0

    def width(self, text: str, size_pt: float, *, is_bold: bool = False) -> float:
        """Of a line, in mm."""
        return lettering.width_mm(text, size_pt, self.face, is_bold=is_bold)

    def wrapped(self, text: str, room_mm: float, size_pt: float, *, is_bold: bool = False) -> list[str]:
        """See `lettering.wrapped`."""
        return lettering.wrapped(text, room_mm, size_pt, self.face, is_bold=is_bold)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size_pt: float,
        *,
        colour: str = style.TEXT,
        align: str = "left",
        is_bold: bool = False,
        halo_pt: float = 0.0,
        angle: float = 0.0,
    ) -> Written:
        """A line whose middle is at height y; x is its left end, its middle or its right end (`align`)."""
        lettering.check(text, self.face.families)
        wide = self.width(text, size_pt, is_bold=is_bold)
        high = size_pt * lettering.MM_PER_PT
        back = {"left": 0.0, "center": wide / 2, "right": wide}[align]
        turn = math.radians(angle)
        along_x, along_y = math.cos(turn), math.sin(turn)
        left, below = float(x) - back * along_x, float(y) - back * along_y
        base = (left + MIDDLE * high * along_y, below - MIDDLE * high * along_x)
        corners = tuple(
            (left + a * wide * along_x - b * high * along_y, below + a * wide * along_y + b * high * along_x)
            for a, b in ((0, -0.5), (1, -0.5), (1, 0.5), (0, 0.5))
        )
        across, upward = zip(*corners, strict=True)
        box = (min(across), min(upward), max(across), max(upward))
        done = Written(text, box, corners)
        if not text:
            return done
        self.written.append(done)
        self._lines[size_pt, colour, is_bold].append((*base, text, angle))
        if halo_pt:
            self._halos[size_pt, halo_pt, "#ffffff"].append(self._outline(text, size_pt, base, angle))
        if is_bold and not self.face.has_bold:
            self._halos[size_pt, 0.02 * size_pt, colour].append(self._outline(text, size_pt, base, angle))
        return done

    def sign(self, x: float, y: float, text: str, size_pt: float) -> None:
        """White letters in the middle of a symbol; no box of their own, as the symbol has one."""
        lettering.check(text, self.face.families)
        left = x - self.width(text, size_pt) / 2
        base = (left, y - MIDDLE * size_pt * lettering.MM_PER_PT)
        self._lines[size_pt, "#ffffff", False].append((*base, text, 0.0))

    def top(self) -> float:
        """The order of drawing above everything that is there."""
        self._z += 0.01
        return self._z

    def _outline(self, text: str, size_pt: float, base: Any, angle: float) -> Path:
        """The letters' outlines in mm, for the halo around them and for the weight of a bold that the font lacks."""
        scale = size_pt * lettering.MM_PER_PT
        parts, x = [], 0.0
        for letter in text:
            parts.append(Affine2D().translate(x, 0).transform_path(_outline_of(letter, self.face)))
            x += self.width(letter, size_pt) / scale
        return (
            Affine2D().scale(scale).rotate_deg(angle).translate(*base).transform_path(Path.make_compound_path(*parts))
        )

    def add(self, artist: Any, *, clip: Box | None = None) -> None:
        """Puts an artist above those already there; coordinates are mm unless it brings a transform of its own."""
        artist.set_zorder(self.top())
        if not artist.is_transform_set():
            artist.set_transform(self.paper)
        self.figure.add_artist(artist)
        if clip is not None:
            artist.set_clip_box(TransformedBbox(Bbox([clip[:2], clip[2:]]), self.paper))

    def area(self, box: Box, *, fill: str = "none", line: str = "none", width_pt: float = 0.5, **more: Any) -> None:
        """A rectangle."""
        (x0, y0, x1, y1) = box
        path = Path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], closed=True)
        self.add(PathPatch(path, facecolor=fill, edgecolor=line, linewidth=width_pt, joinstyle="miter", **more))

    def strokes(
        self, lines: Sequence[Any], colour: str, width_pt: float, *, clip: Box | None = None, **more: Any
    ) -> None:
        """Open lines, each a sequence of (x, y)."""
        if not lines:
            return
        vertices = np.concatenate([np.asarray(line, "f8") for line in lines])
        codes = np.concatenate([[Path.MOVETO] + [Path.LINETO] * (len(line) - 1) for line in lines])
        self.add(PathPatch(Path(vertices, codes), fill=False, edgecolor=colour, linewidth=width_pt, **more), clip=clip)

    def rule(self, left: float, right: float, y: float) -> None:
        """A hairline below a row; all of a sheet are drawn as one."""
        self._rules.append([(left, y), (right, y)])

    def finish(self) -> Figure:
        """The page with its texts, halos below them."""
        self.strokes(self._rules, style.LINES, 0.4)
        self._rules.clear()
        for (_, width_pt, colour), paths in self._halos.items():
            halo = PathPatch(
                Path.make_compound_path(*paths),
                fill=False,
                edgecolor=colour,
                linewidth=2 * width_pt,
                joinstyle="round",
                transform=self.paper,
                zorder=_HALO_Z if colour == "#ffffff" else _TEXT_Z,
            )
            self.figure.add_artist(halo)
        for look, lines in self._lines.items():
            letters = _Letters(lines, look, self.face)
            letters.set_transform(self.paper)
            self.figure.add_artist(letters)
        self._halos.clear()
        self._lines.clear()
        return self.figure


@cache
def _outline_of(letter: str, face: lettering.Face) -> Path:
    """Of one letter of 1 em."""
    font = face.properties(10)
    vertices, codes = text_to_path.get_text_path(font, lettering.in_context(letter), language=face.language)
    shape = Affine2D().scale(1 / text_to_path.FONT_SCALE).transform_path(Path(vertices, codes))
    if lettering.in_context(letter) == letter:
        return shape
    before = len(text_to_path.get_text_path(font, lettering.in_context(letter)[:-1], language=face.language)[0])
    wide = lettering.width_mm("中", 1, face) / lettering.MM_PER_PT
    kept = np.asarray(shape.vertices)[before:], np.asarray(shape.codes)[before:]
    return Affine2D().translate(-wide, 0).transform_path(Path(*kept))


def picture_of(sheet: Sheet, form: str, *, dpi: float, title: str) -> bytes:
    """A sheet as png, svg or pdf, one after the other too; the same sheet gives the same bytes, so no date and no
    program stands in it."""
    stream, figure = io.BytesIO(), sheet.finish()
    if form == "png":
        figure.set_dpi(dpi)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        told = PngInfo()
        told.add_text("Title", title)
        # Paper is opaque: a fourth channel would take a fifth of the time and say nothing.
        drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        drawn.save(stream, "png", pnginfo=told, dpi=(dpi, dpi), compress_level=PNG_LEVEL)
        return stream.getvalue()
    known = {"svg": ("Date", "Creator"), "pdf": ("CreationDate", "Creator", "Producer")}[form]
    figure.savefig(stream, format=form, dpi=dpi, metadata=dict.fromkeys(known) | {"Title": title})
    return stream.getvalue()


def document_of(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """Sheets as the pages of one pdf."""
    stream = io.BytesIO()
    told = {"CreationDate": None, "Creator": None, "Producer": None, "Title": title}
    with PdfPages(stream, metadata=told) as pages:
        for sheet in sheets:
            pages.savefig(sheet.finish())
    return stream.getvalue()
