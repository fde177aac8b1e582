"""The shape of what is said: every paper is made of these and of nothing else.

Texts are plain and in the language of the content; names in them come from files and are hostile, so each paper escapes
all of them its own way. Every number in a text is a `Figure` or a number of a table or chart of the same section.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.briefing.templates import filled
from dashboard.county import Place
from dashboard.filters import Filters

if TYPE_CHECKING:
    from dashboard.maps.layers import MapView

KINDS = (
    "count", "signed", "share", "whole_share", "signed_share", "ratio", "decimal", "density", "degrees", "text", "day",
    "moment",
)  # fmt: skip
"""How a value is written: 1,071; +5; 75.8% (of a share in [0, 1]); 76%; −58.8%; 2.4; 12.3; 149 or 5.9; 114.502371; a
text; a local day, an instant in local time."""
BETTER, WORSE, ALARM = "better", "worse", "alarm"
"""Tones: green, red, and red for what somebody must act on."""
OVERDUE, NOBODY = "overdue", "nobody"
"""Flags of a table's row: past its deadline; nobody answers for it."""


@dataclass(frozen=True)
class Figure:
    """One number that is said, with all that stands beside it."""

    name: str
    """Unique in its section."""
    value: float | None
    """A share lies in [0, 1]; None: nobody can tell, see `missing`."""
    kind: str
    """One of `KINDS`, a number's."""
    unit: str
    """Code of what is counted (problems, cells, zones, km2, m, days …); "" for a share."""
    text: str
    """The value as it is written everywhere, without unit: `1,071`, `75.8%`."""
    label: str = ""
    """What it is, in words; empty: it is said in sentences alone."""
    unit_text: str = ""
    """The unit in words: 件, 个."""
    of: int | None = None
    """Denominator."""
    of_text: str = ""
    """In words, with its unit: 应销 412 件."""
    count: int | None = None
    """Numerator of a share."""
    change: float | None = None
    """Against `Content.since`; of a share in [−1, 1]; None: unknown."""
    change_text: str = ""
    """`▲ 5`, `▼ 3.1` (of a share: percentage points); empty: unchanged or unknown."""
    tone: str = ""
    """`ALARM` or nothing: of the value."""
    change_tone: str = ""
    """`BETTER`, `WORSE` or nothing."""
    missing: str = ""
    """Why there is no value: a reason of `analysis.recorded.REASONS`."""
    is_large: bool = False
    """Stands in large type beside the map."""


@dataclass(frozen=True)
class Sentence:
    """One sentence, and what it was made of."""

    text: str
    entry: str
    """Key of its template."""
    figures: tuple[str, ...] = ()
    """Names of the figures of the section that it says."""
    names: tuple[str, ...] = ()
    """Texts put into it that are no figure: names, days."""
    about: tuple[str, str] | None = None
    """Layer (zones, cells) and code of the place it tells of: what a click on it shows."""
    tag: str = ""
    """Filled red tag behind it: 无人."""

    def at(self, layer: str, code: str, tag: str = "") -> "Sentence":
        """The same, telling of a place."""
        return replace(self, about=(layer, code), tag=tag)


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    """Of the frame."""
    heading: str
    """In words, with the unit."""
    kind: str
    """One of `KINDS`; numbers to the right, texts to the left."""
    unit: str = ""
    """Code, as of `Figure.unit`."""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows in the order in which they are shown."""

    key: str
    """Unique in its section."""
    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    """A column for each of `columns`: numbers, texts in words, datetime64 without a time zone (local); missing: NaN.
    Index: the code of what the row is of, unique."""
    flags: tuple[str, ...] = ()
    """By row: `OVERDUE`, `NOBODY` or ""; empty: none has any."""
    about: tuple[tuple[str, str] | None, ...] = ()
    """By row: layer and code, as of `Sentence.about`; empty: none has any."""
    of: int | None = None
    """Rows there are in all, where these are the first of them."""
    note: str = ""
    """What was left out or what a column means, one sentence."""


@dataclass(frozen=True)
class Series:
    """A series of a chart."""

    name: str
    """Column of the frame."""
    label: str
    unit: str
    tone: str = ""
    """`ALARM`, `BETTER`, `WORSE` or nothing."""


@dataclass(frozen=True, eq=False)
class Chart:
    """Numbers to be drawn: `bars` (lying, the first row on top), `columns` or `lines` (over time)."""

    key: str
    title: str
    """With the unit."""
    kind: str
    series: tuple[Series, ...]
    frame: pd.DataFrame
    """Column `label` (words below or beside the bars) and one for each series; index: code or last day of the week."""
    marked: tuple[int, ...] = ()
    """Positions of rows that stand out: campaign weeks."""
    marked_label: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class Section:
    """A slide, a chapter, a page: one message and what it rests on."""

    key: str
    """One of `content.PARTS`."""
    title: str
    """The topic in a few words, for lists of contents and the headings of a document."""
    message: Sentence
    """The one sentence it says; title of the slide."""
    zone: str | None = None
    """Code of the zone whose page it is; maps are then drawn with the view on `("zones", zone)`."""
    lines: tuple[Sentence, ...] = ()
    """Further sentences, the most important first."""
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    map: "MapView | None" = None
    weeks: "MapView | None" = None
    """The same map week by week (`Polygons.frames`), for papers that can play it."""
    chart: Chart | None = None
    remarks: tuple[Sentence, ...] = ()
    """Small type: what was left out, how it was counted."""
    notes: tuple[Sentence, ...] = ()
    """What the speaker says besides."""
    seconds: int = 30
    """How long it takes to say."""
    number: int | None = None
    """Which one of several of its part."""
    topic: str = ""
    """What its part is called, where the title is its own."""
    filters: Filters | None = None
    """Resolved, where it is under its own and not under those of the content."""
    facts: tuple[str, ...] = ()
    """These in words, as of `Content.facts`."""

    @property
    def id(self) -> str:
        """Unique in a content: `heat`, `zone-999900001`, `views-1`."""
        return _id(self.key, self.zone, self.number)

    @property
    def kicker(self) -> str:
        """What stands above the message."""
        return self.title if self.number is None else f"{self.topic} {self.number}"

    @property
    def large(self) -> tuple[Figure, ...]:
        """The figures in large type."""
        return tuple(figure for figure in self.figures if figure.is_large)


@dataclass(frozen=True)
class LeftOut:
    """A part that is not there, and why."""

    key: str
    zone: str | None
    reason: str
    """One of `content.REASONS`, or of `analysis.recorded.REASONS`."""
    text: str
    """One sentence."""
    title: str = ""
    """What the part is called."""
    number: int | None = None
    """Which one of several of its part."""

    @property
    def id(self) -> str:
        """As of `Section.id`."""
        return _id(self.key, self.zone, self.number)


_NOT_ASKED_FOR = ("not_chosen", "no_views")
"""Reasons: somebody left it out, or put nothing into it."""


def _id(key: str, zone: str | None, number: int | None) -> str:
    return key if zone is None and number is None else f"{key}-{number if zone is None else zone}"


@dataclass(frozen=True, eq=False)
class Content:
    """Everything that is said, as of a moment, since the last meeting."""

    place: Place
    name: str
    """The place in words."""
    title: str
    """示范县创卫工作调度会."""
    subtitle: str
    """Which days and as of when, in words."""
    as_of: datetime
    since: datetime
    """The last meeting; changes are against it."""
    period: tuple[date, date]
    """Local days of the counts "of the period"."""
    data_version: int
    language: str
    filters: Filters
    """Resolved."""
    mark: str
    """内部用图 or 审图号: on every paper."""
    facts: tuple[str, ...]
    """Moment, period, filters and data version in words, for the foot of every page."""
    sections: tuple[Section, ...]
    """Of the whole, what changed first; then a page for each zone."""
    left_out: tuple[LeftOut, ...]
    cells: Table
    """Every cell in force with who answers for it and all its numbers: for cards, wall maps and geodata."""
    zones: Table
    """Every zone likewise."""
    ledger: Table | None = None
    """Problems open or closed since the last meeting, overdue first; with description and address where they were
    given."""
    is_for_dark_room: bool = False
    """Papers for a screen begin dark."""
    words: dict[str, str] = field(default_factory=dict)
    """Words of the papers themselves (page, contents, legend …): `[paper]` of the templates, filled in."""

    def word(self, name: str, /, **values: str) -> str:
        """A word of the papers with its values put in. Raises `KeyError` for one that nobody has."""
        return filled(self.words[name], values)

    @property
    def whole(self) -> tuple[Section, ...]:
        """Sections of the whole place (or of the one zone it is for)."""
        return tuple(section for section in self.sections if section.zone is None)

    @property
    def length(self) -> str:
        """How long it takes to say, in words: without and with the pages of zones."""
        whole, every = (
            f"{max(1, round(sum(section.seconds for section in sections) / 60))}"
            for sections in (self.whole or self.sections, self.sections)
        )
        if whole == every:
            return self.word("minutes", minutes=every)
        return self.word("minutes_with_zones", minutes=whole, all=every)

    @property
    def cover(self) -> Section | None:
        """The first section with a map, one under the filters of the whole where there is any; the whole in view."""
        found = [section for section in self.whole if section.map is not None]
        first = next((section for section in found if section.filters is None), next(iter(found), None))
        if first is None or first.map is None or first.map.sight is None:
            return first
        return replace(first, map=replace(first.map, sight=None))

    @property
    def not_said(self) -> tuple[LeftOut, ...]:
        """What the meeting is told is not there; what was not asked for is for whoever makes the papers alone, unless
        nothing else is said."""
        return tuple(
            one
            for one in self.left_out
            if one.reason not in _NOT_ASKED_FOR or (one.reason == "no_views" and not self.sections)
        )

    @property
    def pages(self) -> tuple[Section, ...]:
        """Pages of the zones."""
        return tuple(section for section in self.sections if section.zone is not None)
