"""Maps on slides: a picture for every program, and the same as vectors for those that take them."""

from typing import TYPE_CHECKING, Any

from dashboard.briefing.content import Content, Section
from dashboard.briefing.slides import vectors
from dashboard.briefing.slides.shapes import Box, Map, Page
from dashboard.briefing.slides.written import DECLARED, form, named, placed

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
        self._made: dict[tuple[str, bool, int, int], tuple[Any, Any]] = {}

    def draw(self, slide: Any, page: Page, part: Map, number: int) -> None:
        """The map of the page's section, or on the cover that of the place, as the shape of that number: the vectors
        beside the picture, which older programs go on showing."""
        from pptx.opc.constants import RELATIONSHIP_TYPE as RT
        from pptx.oxml import parse_xml

        section = self._sections.get(page.key, self._cover)
        if section is None or section.map is None:
            raise KeyError(page.key)
        image, drawing = (slide.part.relate_to(each, RT.IMAGE) for each in self._of(section, section.map, part.box))
        slide.shapes._spTree.append(
            parse_xml(
                f"<p:pic {DECLARED}><p:nvPicPr>{named(number, part.name, part.text)}"
                '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill>'
                f'<a:blip r:embed="{image}"><a:extLst><a:ext uri="{_EXTENSION}"><asvg:svgBlip '
                f'xmlns:asvg="{_NAMESPACE}" r:embed="{drawing}"/></a:ext></a:extLst></a:blip>'
                f"<a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>{placed(part.box)}{form('rect')}</p:spPr>"
                "</p:pic>"
            )
        )

    def _of(self, section: Section, view: "MapView", box: Box) -> tuple[Any, Any]:
        """The parts of the file; python-pptx would look through all of them before it adds one."""
        from pptx.opc.package import Part
        from pptx.opc.packuri import PackURI
        from pptx.parts.image import ImagePart

        from dashboard.maps.still import pictures

        key = (section.id, view.sight is None, round(box.w), round(box.h))
        if key not in self._made:
            size: dict[str, Any] = {"width_mm": box.w * MM_PER_PT, "height_mm": box.h * MM_PER_PT, "zone": section.zone}
            png, svg = pictures(view, ("png", "svg"), dpi=DPI, unit=UNIT, facts=(), **size)
            number, package = len(self._made) + 1, self._package
            self._made[key] = (
                ImagePart(PackURI(f"/ppt/media/map{number}.png"), "image/png", package, png),
                Part(PackURI(f"/ppt/media/map{number}.svg"), _SVG, package, vectors.simple(svg)),
            )
        return self._made[key]
