"""Our master: fonts, colours and the places of title, foot and number; two layouts, for the cover and for all else."""

from typing import TYPE_CHECKING, Any

from dashboard.briefing.content import Content
from dashboard.briefing.slides import written
from dashboard.briefing.slides.places import FOOT_Y, feet, level, line, placeholder, text
from dashboard.briefing.slides.shapes import COVER, HIGH, KICKER, LEFT, RIGHT, TITLE, WIDE, Box
from dashboard.briefing.slides.written import DECLARED
from dashboard.maps import style

if TYPE_CHECKING:
    from pptx.presentation import Presentation

LATIN = "Arial"
CHINESE = "微软雅黑"
"""On every Windows with Chinese; where it is missing (macOS, Linux) the office program takes its own."""
_COLOURS = {
    "dk1": style.TEXT, "lt1": "#ffffff", "dk2": style.SECONDARY, "lt2": style.GROUND, "accent1": style.SERIES[0],
    "accent2": style.SERIES[3], "accent3": style.BETTER, "accent4": style.LOUD, "accent5": style.WATER,
    "accent6": style.LINES, "hlink": style.TEXT, "folHlink": style.TEXT,
}  # fmt: skip
_COVER, _PAGE = 0, 5
"""Of the layouts of the library's template, those that are kept."""
KICKER_AT, SUBTITLE_AT = 13, 1
PANEL = 360.0
"""Width of the ground behind the words of the cover."""
COVER_WORDS = Box(LEFT, 292, COVER.w, 200)
_SIZE, _COVER_SIZE, _SMALL = 2600, 3200, 1200


def presentation(content: Content) -> "tuple[Presentation, Any, Any]":
    """An empty deck of 16:9 with the master of the place; its layouts for the cover and for pages."""
    import pptx
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT
    from pptx.util import Pt

    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDE), Pt(HIGH)
    del deck.element.sldSz.attrib["type"]
    cover, page = deck.slide_layouts[_COVER], deck.slide_layouts[_PAGE]
    for layout in [each for each in deck.slide_layouts if each not in (cover, page)]:
        deck.slide_layouts.remove(layout)
    _themed(deck.slide_master.part.part_related_by(RT.THEME), content)
    _drawn(deck.slide_master, content)
    _styled(deck.slide_master)
    _layout(cover, content, "slide_layout_cover", _cover_parts(content))
    _layout(page, content, "slide_layout_page", _page_parts(content))
    _without(deck, RT.PRINTER_SETTINGS)
    _thumbnail_away(deck)
    return deck, cover, page


def theme(content: Content) -> tuple[str, str]:
    """Colours and fonts of the app, under the name of the place."""
    colours = "".join(
        f'<a:{slot}><a:srgbClr val="{colour[1:].upper()}"/></a:{slot}>' for slot, colour in _COLOURS.items()
    )
    faces = f'<a:latin typeface="{LATIN}"/><a:ea typeface="{CHINESE}"/><a:cs typeface=""/>'
    faces += f'<a:font script="Hans" typeface="{CHINESE}"/>'
    name = written.quoted(content.name)
    return (
        f"<a:clrScheme {DECLARED} name={name}>{colours}</a:clrScheme>",
        f"<a:fontScheme {DECLARED} name={name}><a:majorFont>{faces}</a:majorFont>"
        f"<a:minorFont>{faces}</a:minorFont></a:fontScheme>",
    )


def _themed(part: Any, content: Content) -> None:
    """Puts colours and fonts into a theme."""
    from pptx.opc.oxml import serialize_part_xml
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    is_raw = not hasattr(part, "_element")
    root = parse_xml(part.blob) if is_raw else part._element
    elements = root.find(qn("a:themeElements"))
    for made in theme(content):
        new = parse_xml(made)
        elements.replace(elements.find(new.tag), new)
    root.set("name", written.legible(content.name))
    if is_raw:
        part._blob = serialize_part_xml(root)


def notes_themed(deck: "Presentation", content: Content) -> None:
    """The master of the notes in the same fonts and colours, and known to the deck."""
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT
    from pptx.oxml import parse_xml

    part = deck.part.notes_master_part
    _themed(part.part_related_by(RT.THEME), content)
    number = deck.part.relate_to(part, RT.NOTES_MASTER)
    told = parse_xml(f'<p:notesMasterIdLst {DECLARED}><p:notesMasterId r:id="{number}"/></p:notesMasterIdLst>')
    deck.element.sldMasterIdLst.addnext(told)


def _drawn(master: Any, content: Content) -> None:
    """Title, text, foot and the line above it."""
    words, code = content.words, content.language
    body = Box(LEFT, 94, RIGHT - LEFT, 404)
    parts = [
        line(20, Box(LEFT, FOOT_Y, RIGHT - LEFT, 0.75), written.filled("accent6"), words["slide_line"]),
        placeholder(2, "title", None, TITLE, text(words["slide_prompt_title"], code), name=words["slide_title"]),
        placeholder(3, "body", 1, body, text(words["slide_prompt_text"], code), name=words["slide_text"]),
        *feet(content, places=True),
    ]
    _replace(master, parts)


def _page_parts(content: Content) -> list[str]:
    words, code = content.words, content.language
    return [
        placeholder(2, "title", None, None, text(words["slide_prompt_title"], code), name=words["slide_title"]),
        placeholder(
            3, "body", KICKER_AT, KICKER, text(words["slide_prompt_text"], code), name=words["slide_kicker"],
            style_xml=level(_SMALL, "tx2"),
        ),
        *feet(content, places=False),
    ]  # fmt: skip


def _cover_parts(content: Content) -> list[str]:
    words, code = content.words, content.language
    step = 16.0
    ladder = [
        line(
            30 + at, Box(LEFT + at * step, 92, step, step),
            f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill>', words["slide_line"],
        )
        for at, colour in enumerate(style.SEQUENTIAL[1:])
    ]  # fmt: skip
    return [
        line(20, Box(0, 0, PANEL, HIGH), written.filled("bg2"), words["slide_line"]),
        *ladder,
        placeholder(
            2, "ctrTitle", None, COVER, text(words["slide_prompt_title"], code), name=words["slide_title"],
            style_xml=level(_COVER_SIZE, "tx1", is_bold=True), anchor="b",
        ),
        placeholder(
            3, "subTitle", SUBTITLE_AT, COVER_WORDS, text(words["slide_prompt_text"], code), name=words["slide_text"],
            style_xml=level(1600, "tx2"),
        ),
    ]  # fmt: skip


def _layout(layout: Any, content: Content, word: str, parts: list[str]) -> None:
    layout.name = content.words[word]
    _replace(layout, parts)
    if word == "slide_layout_cover":
        layout._element.set("showMasterSp", "0")


def _replace(owner: Any, parts: list[str]) -> None:
    from pptx.oxml import parse_xml

    tree = owner.shapes._spTree
    for shape in list(tree.iter_shape_elms()):
        tree.remove(shape)
    for part in parts:
        tree.append(parse_xml(part))


def _styled(master: Any) -> None:
    """Sizes of titles and texts that somebody adds."""
    from pptx.oxml.ns import qn

    styles = master._element.find(qn("p:txStyles"))
    title = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    title.set("algn", "l")
    title.find(qn("a:defRPr")).set("sz", str(_SIZE))
    title.find(qn("a:defRPr")).set("b", "1")
    for each, size in zip(styles.find(qn("p:bodyStyle")), (1800, 1600, 1400, 1400, 1400), strict=False):
        each.find(qn("a:defRPr")).set("sz", str(size))


def _without(deck: "Presentation", kind: str) -> None:
    for key in [key for key, related in deck.part.rels.items() if related.reltype == kind]:
        deck.part.rels.pop(key)


def _thumbnail_away(deck: "Presentation") -> None:
    """The picture of an empty slide that the library's template carries."""
    package = deck.part.package
    for key in [key for key, related in package._rels.items() if related.reltype.endswith("/thumbnail")]:
        package._rels.pop(key)
