"""The slides as a file: what they say, that they ask nobody for anything, that they are small."""

import base64
import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.briefing import deck
from dashboard.briefing.content import Content
from dashboard.briefing.content.shape import Sentence
from etl.database import connect
from tests import town as towns
from tests.dashboard.briefing.conftest import Briefed, briefed
from tests.dashboard.conftest import Town, opened

EVIL = "</script><img src=x onerror=alert(1)>\u2028<!--${1}`'\"&amp;"


class Page(HTMLParser):
    """Markup of the file: tags with their attributes, and what stands in its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            self.scripts[-1] += data

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.scripts[0])


@pytest.fixture(scope="module")
def told(content_of: Briefed) -> dict[str, Any]:
    return Page(deck.html_of(content_of("zh"))).told


def test_every_section_is_a_slide_after_the_cover(content_of: Briefed, told: dict[str, Any]) -> None:
    content = content_of("zh")
    assert [slide["id"] for slide in told["slides"]] == ["cover", *(section.id for section in content.sections)]
    assert [slide["message"]["text"] for slide in told["slides"][1:]] == [
        section.message.text for section in content.sections
    ]
    cover = told["slides"][0]
    assert (cover["message"]["text"], cover["subtitle"]) == (content.title, content.subtitle)
    assert [one["text"] for one in cover["remarks"]] == [one.text for one in content.not_said] != []


def test_a_card_says_who_answers(content_of: Briefed, told: dict[str, Any]) -> None:
    content = content_of("zh")
    cards = json.loads(gzip.decompress(base64.b64decode(told["parcels"][told["cards"]["path"]])))
    names = [column["name"] for column in cards["cells"]["columns"]]
    workers = [row[names.index("worker")] for row in cards["cells"]["rows"]]
    assert workers == content.cells.frame["worker"].tolist()
    assert told["words"]["nobody"] in workers
    assert set(cards["cells"]["zone"]) == set(content.zones.frame.index)


def test_maps_share_their_pieces(content_of: Briefed, told: dict[str, Any]) -> None:
    with_map = [slide for slide in told["slides"] if slide["map"]]
    assert len(with_map) > len(content_of("zh").pages)
    assert len({slide["map"]["geometry"] for slide in with_map}) == 1
    assert len({slide["map"]["polygons"] for slide in with_map if slide["zone"]}) == 1
    heat = next(slide for slide in with_map if slide["id"] == "heat")
    assert told["pieces"][heat["weeks"]["frames"]] is not None
    addresses = re.findall(r'"path":\s*"([0-9a-f]+)"', json.dumps(told["pieces"]))
    assert addresses
    assert set(addresses) <= set(told["parcels"])


def test_the_same_content_gives_the_same_bytes(content_of: Briefed, town: Town) -> None:
    assert deck.html_of(content_of("zh")) == deck.html_of(briefed(town))


def test_nothing_in_it_can_ask_for_anything(content_of: Briefed) -> None:
    text = deck.html_of(content_of("en"))
    page = Page(text)
    assert [tag for tag, _ in page.tags if tag in ("link", "iframe", "img", "object", "base", "form")] == []
    assert not any(name in ("src", "href", "onload", "onerror") for _, given in page.tags for name in given)
    policy = next(given["content"] for _, given in page.tags if given.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "script-src 'sha256-" in policy


def test_hostile_texts_end_no_block(content_of: Briefed) -> None:
    content = content_of("zh")
    first, *rest = content.sections
    evil = replace(
        content,
        title=EVIL,
        sections=(replace(first, title=EVIL, message=Sentence(EVIL, "x"), lines=(Sentence(EVIL, "x"),)), *rest),
        cells=replace(
            content.cells, frame=content.cells.frame.assign(worker=pd.Series(EVIL, content.cells.frame.index))
        ),
    )
    text = deck.html_of(evil)
    page = Page(text)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in Page(deck.html_of(content)).tags]
    assert page.told["slides"][1]["message"]["text"] == EVIL
    assert "\u2028" not in page.scripts[0]


def test_thousands_of_cells_stay_small(content_of: Briefed, tmp_path: Path) -> None:
    """Eight megabytes hold 5,000 cells and 13 zones: of squares a fortieth of that is allowed to 500, as blocks
    of a town have some five times the corners."""
    engine = connect(f"sqlite:///{tmp_path / 'county.sqlite'}")
    towns.fake_county(engine, cells=500, problems=100, weeks=3)
    content = briefed(opened(engine), parts=("heat", "zone"))
    engine.dispose()
    assert len(content.cells.frame) == 500
    assert len(content.pages) >= 12
    more = len(deck.html_of(content)) - len(deck.html_of(replace(content_of("zh"), sections=())))
    assert more < 200_000


def test_an_empty_content_has_a_cover(content_of: Briefed) -> None:
    nothing: Content = replace(content_of("zh"), sections=())
    assert [slide["id"] for slide in Page(deck.html_of(nothing)).told["slides"]] == ["cover"]
