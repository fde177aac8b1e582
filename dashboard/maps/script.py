"""The one script that draws maps in a browser: Leaflet, ours, and both style sheets, as the text of a module."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    "town.js", "signs.js", "canvas.js", "lettering.js", "panels.js", "weeks.js", "compare.js", "fitting.js",
    "parcels.js", "arrange.js", "pen.js", "gridmap.js",
)  # fmt: skip


@cache
def script() -> tuple[str, bytes]:
    """Digest and text of the module; a page of its own may put more after it, which then sees all that is in it."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR)
    # Its pictures are for markers and a switch that are not used; without the addresses nothing can ask for them.
    styles = re.sub(r"url\([^)]*\)", "none", (folder / "leaflet.css").read_text(encoding="utf-8"))
    styles += (HERE / "gridmap.css").read_text(encoding="utf-8")
    source = re.sub(r"//# sourceMappingURL=.*", "", (folder / "leaflet.js").read_text(encoding="utf-8"))
    text = "\n".join(
        (
            f"const L = (() => {{ const exports = {{}}, module = {{ exports }};\n{source}\nreturn exports; }})();",
            "L.noConflict();",
            f"const STYLES = {json.dumps(styles)};",
            *((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS),
        )
    ).encode("utf-8")
    return hashlib.sha256(text).hexdigest()[:16], text
