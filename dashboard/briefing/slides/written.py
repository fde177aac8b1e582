"""Texts as DrawingML: the one place where they are escaped, with the fonts of the theme and their language."""

import re
from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape, quoteattr

from dashboard.briefing.slides.measure import LINE
from dashboard.briefing.slides.shapes import Box, Paragraph, Run

_NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
DECLARED = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EMU = 12_700
_LANGUAGES = {"zh": ("zh-CN", "en-US"), "en": ("en-US", "zh-CN")}
_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
_LONGEST_NAME = 60

Link = Callable[[Run], str]


def emu(points: float) -> int:
    """Points in the unit of the file."""
    return round(points * _EMU)


def legible(text: str) -> str:
    """Without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def plain(text: str) -> str:
    """As the content of an element."""
    return escape(legible(text))


def quoted(text: str) -> str:
    """As the value of an attribute, with its quotes."""
    return quoteattr(legible(text))


def named(number: int, name: str, text: str = "", *, is_decorative: bool = False) -> str:
    """What a shape is called and what it says to those who cannot see it."""
    short = legible(name)
    short = short if len(short) <= _LONGEST_NAME else short[: _LONGEST_NAME - 1] + "…"
    described = f" descr={quoted(text)}" if text else ""
    inner = _DECORATIVE if is_decorative else ""
    return f'<p:cNvPr id="{number}" name={quoted(short)}{described}>{inner}</p:cNvPr>'


def language(code: str) -> str:
    """Attributes of a run in a language of the dashboard."""
    own, other = _LANGUAGES.get(code, _LANGUAGES["en"])
    return f'lang="{own}" altLang="{other}"'


def tag(code: str) -> str:
    """BCP 47 of a language of the dashboard."""
    return _LANGUAGES.get(code, _LANGUAGES["en"])[0]


def placed(box: Box, element: str = "a:xfrm") -> str:
    """Where a shape stands and how large it is."""
    return (
        f'<{element}><a:off x="{emu(box.x)}" y="{emu(box.y)}"/><a:ext cx="{emu(box.w)}" cy="{emu(box.h)}"/></{element}>'
    )


def form(name: str) -> str:
    """The outline of a shape."""
    return f'<a:prstGeom prst="{name}"><a:avLst/></a:prstGeom>'


def filled(colour: str) -> str:
    """A slot of the theme as a fill; nothing: none."""
    return f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>' if colour else "<a:noFill/>"


def properties(run: Run, code: str, link: str = "", element: str = "a:rPr") -> str:
    """Size, weight, colour, fonts and link of a run, in the order of the schema."""
    bold = ' b="1"' if run.is_bold else ""
    return (
        f'<{element} {language(code)} sz="{round(run.size * 100)}"{bold} dirty="0">{filled(run.colour)}'
        f'<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>{link}</{element}>'
    )


def paragraphs(told: Iterable[Paragraph], code: str, links: dict[str, str] | None = None) -> str:
    """`a:p` elements; lines have the pitch that was measured. `links`: text of a run → its hyperlink."""
    return "".join(_paragraph(each, code, links or {}) for each in told)


def _paragraph(told: Paragraph, code: str, links: dict[str, str]) -> str:
    pitch = round(told.size * LINE * 100)
    before = f'<a:spcBef><a:spcPts val="{round(told.before * 100)}"/></a:spcBef>'
    spacing = f'<a:lnSpc><a:spcPts val="{pitch}"/></a:lnSpc>{before}<a:spcAft><a:spcPts val="0"/></a:spcAft>'
    runs = "".join(
        f"<a:r>{properties(run, code, links.get(run.text, ''))}<a:t>{plain(run.text)}</a:t></a:r>"
        for run in told.runs
        if run.text
    )
    end = "" if runs else properties(told.runs[0], code, element="a:endParaRPr")
    return f'<a:p><a:pPr marL="0" indent="0" algn="{told.align}">{spacing}<a:buNone/></a:pPr>{runs}{end}</a:p>'
