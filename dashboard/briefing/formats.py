"""Which papers there are: each is a function of the content that writes its files into a folder."""

from collections.abc import Callable
from pathlib import Path

from dashboard.briefing import figures
from dashboard.briefing.bulletin import bulletin
from dashboard.briefing.content.shape import Content
from dashboard.briefing.deck import deck
from dashboard.briefing.geodata import geodata
from dashboard.briefing.ledgers import ledgers
from dashboard.briefing.slides import presentation
from dashboard.briefing.wallmap import paper as wall_map

Paper = Callable[[Content, Path], list[Path]]
"""Gives the files it wrote, which lie in the folder; the folder is there."""


def _figures(content: Content, folder: Path) -> list[Path]:
    path = folder / figures.NAME
    path.write_text(figures.text_of(content), encoding="utf-8", newline="\n")
    return [path]


FORMATS: dict[str, Paper] = {
    "html": deck,
    "pptx": presentation,
    "docx": bulletin,
    "xlsx": ledgers,
    "pdf": wall_map,
    "gpkg": geodata,
    "json": _figures,
}
"""Every paper by the name it is asked for, in the order in which they are made."""
