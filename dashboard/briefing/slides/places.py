"""Places for text in master and layouts, and the foot of every slide."""

from dashboard.briefing.content import Content
from dashboard.briefing.slides import measure, written
from dashboard.briefing.slides.shapes import LEFT, RIGHT, Box
from dashboard.briefing.slides.written import DECLARED, emu, language, plain

FOOT_Y = 508.0
DAY_AT, FOOT_AT, NUMBER_AT = 10, 11, 12
_SMALL = 1200


def placeholder(
    number: int, kind: str, at: int | None, box: Box | None, told: str, *, name: str, style_xml: str = "",
    anchor: str = "t",
) -> str:  # fmt: skip
    """A place for text in master and layouts; without a box it lies where the master has it."""
    place = ""
    if box is not None:
        place = (
            f'<a:xfrm><a:off x="{emu(box.x)}" y="{emu(box.y)}"/><a:ext cx="{emu(box.w)}" cy="{emu(box.h)}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        )
    index = "" if at is None else f' idx="{at}"'
    size = ' sz="quarter"' if kind in ("ftr", "sldNum", "body") else ' sz="half"' if kind == "dt" else ""
    return (
        f"<p:sp {DECLARED}><p:nvSpPr>{written.named(number, name)}"
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}"{size}{index}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{place}</p:spPr><p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" '
        f'rtlCol="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle>{style_xml}</a:lstStyle>{told}'
        "</p:txBody></p:sp>"
    )


def level(size: int, colour: str, *, align: str = "l", is_bold: bool = False) -> str:
    """Size in hundredths of a point, colour and side of a place's text."""
    bold = ' b="1"' if is_bold else ""
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:buNone/><a:defRPr sz="{size}"{bold}>'
        f"{written.filled(colour)}</a:defRPr></a:lvl1pPr>"
    )


def text(told: str, code: str) -> str:
    """One paragraph with the look of its level."""
    return f"<a:p><a:r><a:rPr {language(code)}/><a:t>{plain(told)}</a:t></a:r></a:p>"


def number_text(code: str, of: int | None = None) -> str:
    """The number of the slide, which the program fills in, and how many there are."""
    total = "" if of is None else f"<a:r><a:rPr {language(code)}/><a:t> / {of}</a:t></a:r>"
    return (
        f'<a:p><a:fld id="{{C1FF6DA9-008F-8B48-92A6-B652298478BF}}" type="slidenum"><a:rPr {language(code)}/>'
        f"<a:t>‹#›</a:t></a:fld>{total}</a:p>"
    )


def foot(content: Content) -> tuple[str, str]:
    """Place and mark; moment, period and filters as far as there is room."""
    told = content.facts[0] if content.facts else ""
    for fact in content.facts[1:]:
        if measure.width(f"{told} · {fact}", 12.0) <= DAY.w:
            told = f"{told} · {fact}"
    return f"{content.name} · {content.mark}" if content.mark else content.name, told


FOOT = Box(LEFT, FOOT_Y + 5, 250, 18)
DAY = Box(LEFT + 262, FOOT_Y + 5, 550, 18)
NUMBER = Box(RIGHT - 76, FOOT_Y + 5, 76, 18)


def feet(content: Content, *, places: bool) -> list[str]:
    """Foot, day and number; `places`: as the master has them."""
    left, day = foot(content)
    code, words = content.language, content.words
    small = {name: level(_SMALL, "tx2", align=align) for name, align in (("l", "l"), ("r", "r"))}
    return [
        placeholder(
            number, kind, at if not places else own, box if places else None, told, name=name,
            style_xml=small[align] if places else "", anchor="ctr",
        )
        for number, kind, at, own, box, told, name, align in (
            (10, "ftr", FOOT_AT, 3, FOOT, text(left, code), words["slide_foot"], "l"),
            (11, "dt", DAY_AT, 2, DAY, text(day, code), words["slide_day"], "l"),
            (12, "sldNum", NUMBER_AT, 4, NUMBER, number_text(code), words["slide_number"], "r"),
        )
    ]  # fmt: skip


def line(number: int, box: Box, colour: str, name: str) -> str:
    """An area without a text, for the eye alone."""
    return (
        f"<p:sp {DECLARED}><p:nvSpPr>{written.named(number, name, is_decorative=True)}<p:cNvSpPr/>"
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{emu(box.x)}" y="{emu(box.y)}"/>'
        f'<a:ext cx="{emu(box.w)}" cy="{emu(box.h)}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{colour}'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )
