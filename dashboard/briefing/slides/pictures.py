"""Maps on slides: a picture for every program, and the same as vectors for those that take them."""

import io
from typing import TYPE_CHECKING, Any

from dashboard.briefing.content import Content, Section
from dashboard.briefing.slides import vectors
from dashboard.briefing.slides.shapes import Map, Page
from dashboard.briefing.slides.written import DECLARED, emu, legible

if TYPE_CHECKING:
    from dashboard.maps.layers import MapView

MM_PER_PT = 25.4 / 72
DPI = 170
"""1,260 dots over the width of a map, more than a projector has for it."""
UNIT = 1.35
"""Letters of the legend, which are 9 points on a screen, as large as the smallest of the slide."""
_SVG = "image/svg+xml"
_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


class Pictures:
    """Each map is drawn once, however often it is shown in that size."""

    def __init__(self, content: Content, package: Any) -> None:
        self._package = package
        self._sections = {section.id: section for section in content.sections if section.map is not None}
        self._cover = content.cover
        self._made: dict[tuple[str, bool, int, int], tuple[bytes, Any]] = {}

    def draw(self, slide: Any, page: Page, part: Map) -> None:
        """The map of the page's section, or on the cover that of the place."""
        section = self._sections.get(page.key, self._cover)
        if section is None or section.map is None:
            raise KeyError(page.key)
        picture, drawing = self._of(section, section.map, part.box.w, part.box.h)
        box = part.box
        shape = slide.shapes.add_picture(io.BytesIO(picture), emu(box.x), emu(box.y), emu(box.w), emu(box.h))
        shape.name = legible(part.name)
        shape._element.nvPicPr.cNvPr.set("descr", legible(part.text))
        _with_vectors(slide, shape, drawing)

    def _of(self, section: Section, view: "MapView", wide: float, high: float) -> tuple[bytes, Any]:
        from pptx.opc.package import Part
        from pptx.opc.packuri import PackURI

        from dashboard.maps.still import pictures

        key = (section.id, view.sight is None, round(wide), round(high))
        if key not in self._made:
            size: dict[str, Any] = {"width_mm": wide * MM_PER_PT, "height_mm": high * MM_PER_PT, "zone": section.zone}
            image, drawing = pictures(view, ("png", "svg"), dpi=DPI, unit=UNIT, facts=(), **size)
            drawn = vectors.simple(drawing)
            name = PackURI(f"/ppt/media/map{len(self._made) + 1}.svg")
            self._made[key] = image, Part(name, _SVG, self._package, drawn)
        return self._made[key]


def _with_vectors(slide: Any, shape: Any, drawing: Any) -> None:
    """The vectors beside the picture, which older programs go on showing."""
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    number = slide.part.relate_to(drawing, RT.IMAGE)
    blip = shape._element.find(f".//{qn('a:blip')}")
    blip.append(
        parse_xml(
            f'<a:extLst {DECLARED}><a:ext uri="{_EXTENSION}"><asvg:svgBlip xmlns:asvg="{_NAMESPACE}" '
            f'r:embed="{number}"/></a:ext></a:extLst>'
        )
    )
