"""What a slide is made of, and where: in points from the upper left corner of a slide of 960 by 540.

Nothing here knows the file that is made of it, so that what overlaps or runs over can be told without one.
"""

from dataclasses import dataclass, field

from dashboard.briefing.content.shape import Chart, Column, Sentence
from dashboard.briefing.slides import measure

WIDE, HIGH = 960.0, 540.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 930.0, 94.0, 498.0
"""Of what stands between title and foot."""
TEXT, SECOND, WHITE, GROUND, LINE, LOUD, BETTER = "tx1", "tx2", "bg1", "bg2", "accent6", "accent4", "accent3"
"""Colours, as slots of the theme."""
SMALL = 12.0
"""The smallest letters there are."""


@dataclass(frozen=True)
class Box:
    """Of a part."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def overlaps(self, other: "Box") -> bool:
        """Whether they share more than an edge."""
        return (
            min(self.right, other.right) - max(self.x, other.x) > 0.5
            and min(self.bottom, other.bottom) - max(self.y, other.y) > 0.5
        )


@dataclass(frozen=True)
class Run:
    """Letters of one look."""

    text: str
    size: float
    colour: str = TEXT
    is_bold: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Runs in one paragraph; `before`: space above it."""

    runs: tuple[Run, ...]
    before: float = 0.0
    align: str = "l"
    pitch: float = 0.0
    """Size of letters whose pitch the lines have; zero: that of its largest."""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def size(self) -> float:
        return max(self.pitch, *(run.size for run in self.runs))

    def height(self, room: float) -> float:
        """In that room; letters of several sizes are counted in their mean width."""
        wide = sum(measure.width(run.text, run.size, run.is_bold) for run in self.runs)
        if len(self.runs) > 1:
            count = max(1, -int(-wide // room))
        else:
            count = measure.lines(self.text, self.size, room, self.runs[0].is_bold)
        return self.before + count * self.size * measure.LINE


@dataclass(frozen=True)
class Words:
    """A box of text. `fill`: colour behind it; `bar`: colour of a bar at its left; `inset`: room around the text."""

    box: Box
    name: str
    paragraphs: tuple[Paragraph, ...]
    fill: str = ""
    bar: str = ""
    inset: tuple[float, float] = (0.0, 0.0)
    """Left and right, above and below."""
    anchor: str = "t"
    is_round: bool = False

    @property
    def needs(self) -> float:
        """Height of the text with its inset."""
        room = self.box.w - 2 * self.inset[0]
        return sum(paragraph.height(room) for paragraph in self.paragraphs) + 2 * self.inset[1]


@dataclass(frozen=True)
class Rule:
    """A hairline, for the eye alone."""

    box: Box
    colour: str = LINE


@dataclass(frozen=True)
class Map:
    """The map of the page's section."""

    box: Box
    name: str
    text: str
    """What it shows, for those who cannot see it."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Rows `first` to `last` of a chart; `top`: the largest number of the whole chart, one scale for all its parts."""

    box: Box
    chart: Chart
    first: int
    last: int
    top: float
    text: str


@dataclass(frozen=True)
class Cell:
    """Of a grid. `leads_to`: index of the page that a click on it opens."""

    text: str
    colour: str = TEXT
    fill: str = ""
    is_bold: bool = False
    leads_to: int | None = None


@dataclass(frozen=True, eq=False)
class Grid:
    """A native table: headings and rows, as wide and as high as told."""

    box: Box
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    """Of the headings, where there are such, and of every row."""
    size: float
    has_headings: bool = True


Part = Words | Rule | Map | Graph | Grid


@dataclass(frozen=True, eq=False)
class Page:
    """A slide: parts in the order in which they are read."""

    key: str
    """Id of the section, or of what else it is."""
    title: str
    kicker: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    is_cover: bool = False
    zone: str | None = None
    lines: tuple[Sentence, ...] = field(default=())
    """Those it says."""

    @property
    def title_size(self) -> float:
        """In one line if it can be, in two if it must."""
        if self.is_cover:
            return next((size for size in (32.0, 28.0, 26.0) if measure.width(self.title, size, True) <= COVER.w), 24.0)
        for size, count in ((26.0, 1), (24.0, 1), (21.0, 2), (18.0, 2)):
            if measure.lines(self.title, size, TITLE.w * _TITLE_SHARE, True) <= count:
                return size
        return 16.0


_TITLE_SHARE = 0.94
"""Of the width: a title that takes a line more than counted runs into what is below it."""
TITLE = Box(LEFT, 34, RIGHT - LEFT, 56)
KICKER = Box(LEFT, 16, RIGHT - LEFT, 17)
COVER = Box(LEFT, 130, 300, 150)
"""The title on the cover."""
