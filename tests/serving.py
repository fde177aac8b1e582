"""The dashboard as a server of its own and a browser that writes down what it asks for; for tests and pictures."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("overview", "heat", "coverage", "responsibility", "briefing", "data")
LOCALES = {"zh": "zh-CN", "en": "en-US"}
PAINTED = ".gm[data-drawn]"
_STARTS_WITHIN_S = 60
# Opened at /heat, Streamlit asks below /heat first and takes the 404 for "not here"; there is no way to tell it before.
_ASKED_IN_VAIN = ("/_stcore/health", "/_stcore/host-config")
# Written in Latin letters by everybody: the switch, units, a statistic's name, and what coordinates are called.
_LATIN = {"EN", "Esc", "MB", "km", "WGS", "GCJ", "BD", "CGCS", "EPSG", "Gi"}
_SEEN_TEXT = """() => {
  const found = []
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.nodeValue)
    if (node.nodeType === Node.ELEMENT_NODE) {
      const isLeftOut = node.matches("style, script, noscript, canvas, [data-testid=stIconMaterial]," +
        "[data-testid=stDataFrame], [data-testid=stFileUploaderDropzoneInstructions], .name, .reasons-title small," +
        ".refused-file, .remarks b")
      if (isLeftOut || getComputedStyle(node).display === "none") return
      if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk)
    }
    node.childNodes.forEach(walk)
  }
  walk(document.body)
  return found.join("\\n")
}"""


def path_of(page: str) -> str:
    """Where a page lies: the first one at the root."""
    return "/" if page == PAGES[0] else f"/{page}"


def load_sample(database_url: str, var_dir: Path) -> None:
    """Loads the committed sample as an office would."""
    from etl import load
    from settings import Settings

    load.load([ROOT / "data" / "sample"], Settings(database_url=database_url, var_dir=var_dir), progress=lambda _: None)


@contextmanager
def served(database_url: str, var_dir: Path, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a dashboard on a free port, until the end of the block; `more`: further environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    log = var_dir / "server.log"
    environment = _environment(database_url, var_dir) | dict(more or {})
    with log.open("wb") as said:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _environment(database_url: str, var_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRID_")}
    return {**kept, "DATABASE_URL": database_url, "GRID_VAR_DIR": str(var_dir)}


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < ends:
        if server.poll() is not None:
            raise RuntimeError(f"the dashboard did not start: {log.read_text(encoding='utf-8', errors='replace')}")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the dashboard did not answer in time")


def launch(playwright: Any, executable: str, folder: Path) -> Any:
    """A Chromium that can write Chinese also where the system has no such font."""
    environment = dict(os.environ)
    fonts = _fonts(folder)
    if fonts is not None:
        environment["FONTCONFIG_FILE"] = str(fonts)
    return playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"], env=environment)


def _fonts(folder: Path) -> Path | None:
    """A font list with the font that notojp-matplotlib carries; None where the system has one for Chinese."""
    lister = shutil.which("fc-list")
    if lister and subprocess.run([lister, ":lang=zh-cn"], capture_output=True, check=False).stdout.strip():
        return None
    import notojp_matplotlib

    path = folder / "fonts.conf"
    own = Path(notojp_matplotlib.__file__).parent / "fonts"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{own}</dir><cachedir>{folder / 'fonts'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return path


@dataclass
class Witness:
    """What a page asked for and complained about."""

    own: str
    """Host and port of the dashboard; anything else is another machine."""
    abroad: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        """Listens to a Playwright page."""
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failed)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _failed(self, request: Any) -> None:
        # What becomes a download is told as a page that was not loaded; a page that is left takes its icon along.
        is_harmless = urlsplit(request.url).path.startswith(("/media/", "/favicon"))
        if not (is_harmless and request.failure == "net::ERR_ABORTED"):
            self.failed.append(f"{request.failure} {request.url}")

    def complaints(self) -> list[str]:
        """Everything that should not have been."""
        return [*self.abroad, *self.failed, *self.errors]

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc != self.own:
            self.abroad.append(request.url)

    def _response(self, response: Any) -> None:
        if response.status >= 400 and not self._is_expected(response.url):
            self.failed.append(f"{response.status} {response.url}")

    def _console(self, message: Any) -> None:
        if message.type == "error" and not self._is_expected(message.location.get("url", "")):
            self.errors.append(message.text)

    def _is_expected(self, url: str) -> bool:
        path = urlsplit(url).path
        return any(path == f"/{page}{asked}" for page in PAGES for asked in _ASKED_IN_VAIN)


def settle(page: Any, *, has_map: bool = True) -> None:
    """Waits until the script has run and the map is painted."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
    if has_map:
        page.wait_for_selector(PAINTED, timeout=30_000)
    page.wait_for_timeout(300)


def english_on(page: Any) -> set[str]:
    """Latin words that a reader of the page sees, other than those everybody writes so."""
    return set(re.findall(r"[A-Za-z]{2,}", page.evaluate(_SEEN_TEXT))) - _LATIN
