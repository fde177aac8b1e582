"""The letters on paper: a font that has every character, how wide a text is, where it may break.

Chinese comes from a font of the system where it has one, else from Noto Sans CJK of notojp-matplotlib, whose letters
are the Japanese ones unless the language of the text says zh-Hans. A character that no font has is an error: a box in
its place would go up on a wall.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import LoadFlags

from dashboard.text.errors import error
from etl.errors import GridError

CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
)  # fmt: skip
CARRIED, CARRIED_FILE = "Noto Sans CJK JP", "NotoSansCJKjp-Regular.otf"
LATIN = "DejaVu Sans"
MM_PER_PT = 25.4 / 72
_BOLD_FROM = 600
_MEASURED_AT = 1000
_BREAKABLE = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+")
_NOT_AT_START = "，。、；：！？）》”’％%,.;:!?)"


class GlyphMissing(GridError, LookupError):
    """No font at hand has a character; the message names it and the text it stands in."""


@dataclass(frozen=True)
class Face:
    """The fonts of one language, first choice first, each asked for what those before it lack."""

    families: tuple[str, ...]
    language: str
    """BCP 47, for the shapes that Chinese and Japanese write differently."""
    has_bold: bool

    def properties(self, size_pt: float, *, is_bold: bool = False) -> font_manager.FontProperties:
        """For matplotlib; bold only where the first font has it."""
        weight = "bold" if is_bold and self.has_bold else "normal"
        return font_manager.FontProperties(family=list(self.families), weight=weight, size=size_pt)


@cache
def face(language: str) -> Face:
    """The fonts for a language of the dashboard."""
    manager = font_manager.fontManager
    known = {entry.name for entry in manager.ttflist}
    if CARRIED not in known:
        carried = resources.files("notojp_matplotlib") / "fonts" / CARRIED_FILE
        manager.addfont(str(carried))
    families = (*(name for name in CHINESE if name in known), CARRIED, LATIN)
    has_bold = any(entry.name == families[0] and _weight(entry.weight) >= _BOLD_FROM for entry in manager.ttflist)
    return Face(families, "zh-Hans" if language == "zh" else language, has_bold)


def _weight(weight: object) -> int:
    return weight if isinstance(weight, int) else font_manager.weight_dict.get(str(weight), 400)


@cache
def _files(families: tuple[str, ...], weight: str) -> tuple[str, ...]:
    properties = (font_manager.FontProperties(family=name, weight=weight) for name in families)
    return tuple(font_manager.findfont(each, fallback_to_default=False) for each in properties)


@cache
def _is_known(letter: str, families: tuple[str, ...]) -> bool:
    return any(_has(file, letter) for file in _files(families, "normal"))


def _has(file: str, letter: str) -> bool:
    return font_manager.get_font(file).get_char_index(ord(letter)) != 0


def files(face: Face, *, is_bold: bool = False) -> tuple[str, ...]:
    """The font files of a face, first choice first."""
    return _files(face.families, "bold" if is_bold and face.has_bold else "normal")


def is_truetype(face: Face) -> bool:
    """Whether a pdf may embed the first font as TrueType. Noto's outlines are PostScript ones, which in that place make
    a file that strict readers refuse."""
    with Path(files(face)[0]).open("rb") as file:
        head = file.read(16)
        if head[:4] == b"ttcf":
            file.seek(int.from_bytes(head[12:16], "big"))
            head = file.read(4)
    return head[:4] != b"OTTO"


def cleaned(text: object) -> str:
    """A text from a file in one line, without what steers a printer or turns the writing round."""
    return " ".join("".join(map(_printed, str(text))).split())


@cache
def _printed(letter: str) -> str:
    return " " if unicodedata.category(letter)[0] in "CZ" else letter


def check(text: str, families: tuple[str, ...]) -> None:
    """Raises `GlyphMissing` for the first character that no font has."""
    for letter in text:
        if not _is_known(letter, families):
            raise error(GlyphMissing, "no_glyph", character=letter, number=f"U+{ord(letter):04X}", text=text)


@cache
def _advance(letter: str, families: tuple[str, ...], weight: str) -> float:
    """Width of one character in em, of the first font that has it."""
    for file in _files(families, weight):
        if _has(file, letter):
            font = font_manager.get_font(file)
            font.set_size(_MEASURED_AT, 72)
            glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
            return float(glyph.linearHoriAdvance) / 65536 / _MEASURED_AT
    return 1.0


@lru_cache(maxsize=50_000)
def _width(text: str, families: tuple[str, ...], weight: str) -> float:
    """Of a line, in em."""
    return sum(_advance(letter, families, weight) for letter in text)


def in_context(letter: str) -> str:
    """The letter after a Chinese one: a full stop on its own is of no script, so it would get its Japanese place."""
    return letter if letter < "\u2010" else f"中{letter}"


def width_mm(text: str, size_pt: float, face: Face, *, is_bold: bool = False) -> float:
    """How wide a line is; letters that move together make it a hair narrower, never wider."""
    weight = "bold" if is_bold and face.has_bold else "normal"
    return _width(text, face.families, weight) * size_pt * MM_PER_PT


def wrapped(text: str, room_mm: float, size_pt: float, face: Face, *, is_bold: bool = False) -> list[str]:
    """The text in lines no wider than `room_mm`: Latin words stay whole where they fit, Chinese breaks anywhere but
    before closing punctuation. An empty text is one empty line."""

    def wide(part: str) -> float:
        return width_mm(part.rstrip(), size_pt, face, is_bold=is_bold)

    lines = [""]
    for piece in _BREAKABLE.findall(text):
        if wide(lines[-1] + piece) <= room_mm:
            lines[-1] += piece
        elif piece[0] in _NOT_AT_START and len(lines[-1]) > 1:
            lines[-1], last = lines[-1][:-1], lines[-1][-1]
            lines.append(last + piece)
        elif wide(piece) <= room_mm:
            lines.append(piece)
        else:
            for letter in piece:
                if lines[-1] and wide(lines[-1] + letter) > room_mm:
                    lines.append("")
                lines[-1] += letter
    return [line.strip() for line in lines if line.strip()] or [""]
