"""The file itself: markup that holds nothing but a title, the styles, one script and what is told.

Nothing in it can ask anybody for anything: the policy in its head allows this one script by its digest, styles, and
pictures made in the page. What is told lies in a block that no browser runs, and the script sets it as text only.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.briefing.content.shape import Content
from dashboard.briefing.deck.told import told
from dashboard.maps import style
from dashboard.maps.script import script as map_script

NAME = "deck.html"
HERE = Path(__file__).parent
SCRIPTS = (
    "marks.js", "charts.js", "tables.js", "slides.js", "room.js", "stage.js", "stills.js", "cards.js", "sheets.js",
    "notes.js", "look.js", "deck.js",
)  # fmt: skip
STYLES = ("deck.css", "sheets.css", "print.css")
_OUT_OF_DATA = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def deck(content: Content, folder: Path) -> list[Path]:
    """Writes the slides; the same content gives the same bytes."""
    path = folder / NAME
    path.write_text(html_of(content), encoding="utf-8", newline="\n")
    return [path]


def html_of(content: Content) -> str:
    """The whole file."""
    code = _script()
    digest = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{_lang(content.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{html.escape(content.title)}</title>",
            f"<style>{_styles()}</style>",
            "</head>",
            "<body>",
            f'<script type="application/json" id="told">{_data(told(content))}</script>',
            # The line ends are part of what the digest is of.
            f'<script type="module">{code}</script>',
            "</body>",
            "</html>",
            "",
        )
    )


def _lang(language: str) -> str:
    return "zh-CN" if language == "zh" else language


def _data(value: Any) -> str:
    """JSON that ends no block and no line of a script, whatever is in its texts."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_OUT_OF_DATA)


@cache
def _styles() -> str:
    own = ((HERE / name).read_text(encoding="utf-8") for name in STYLES)
    light = _charts(".is-light, .paper", style.SERIES, style.CAMPAIGN)
    dark = _charts(".is-dark", style.SERIES_IN_THE_DARK, style.CAMPAIGN_IN_THE_DARK)
    return "\n".join((light, dark, *own))


def _charts(where: str, series: Sequence[str], campaign: str) -> str:
    """Colours of charts, by the names that `charts.js` has for them."""
    told = zip(("first", "second", "third", "fourth", "band"), (*series, campaign), strict=True)
    return f"{where} {{ {' '.join(f'--{name}: {colour};' for name, colour in told)} }}"


@cache
def _script() -> str:
    """The maps' module with ours after it. Raises `ValueError` if it would end its own block."""
    maps = map_script()[1].decode("utf-8")
    code = "\n".join(("", maps, *((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS), ""))
    code = code.replace("\r\n", "\n")
    if re.search(r"</script|<!--", code, re.IGNORECASE):
        raise ValueError("the script of the deck holds what ends a script")
    return code
