"""`python -m tests.shots`: a picture of every page of the sample, both languages, two screens, into var/shots; those of
the READMEs into docs/images."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests import serving

SHOTS = serving.ROOT / "var" / "shots"
IMAGES = serving.ROOT / "docs" / "images"
SCREENS = ((1366, 768), (1920, 1080))
IN_README = ("heat", "coverage", "responsibility")
_README_SCREEN = (1366, 768)


def main() -> int:
    """Takes the pictures; 1 when a page complained."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        print("Chromium is missing: apt-get install chromium", file=sys.stderr)
        return 1
    SHOTS.mkdir(parents=True, exist_ok=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        database_url = f"sqlite:///{folder / 'sample.sqlite'}"
        serving.load_sample(database_url, folder)
        with serving.served(database_url, folder) as address:
            browser = serving.launch(playwright, executable, folder)
            for language in serving.LOCALES:
                for screen in SCREENS:
                    complaints += _take(browser, address, language, screen)
            browser.close()
    print("\n".join(complaints), file=sys.stderr)
    return 1 if complaints else 0


def _take(browser: Any, address: str, language: str, screen: tuple[int, int]) -> list[str]:
    width, height = screen
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=serving.LOCALES[language], timezone_id="Asia/Shanghai"
    )
    witness = serving.Witness(address.removeprefix("http://"))
    page = context.new_page()
    witness.watch(page)
    for name in serving.PAGES:
        page.goto(address + serving.path_of(name))
        serving.settle(page, has_map=name not in ("briefing", "data"))
        page.wait_for_timeout(1500)
        path = SHOTS / f"{name}-{language}-{width}.png"
        page.screenshot(path=path)
        print(path.relative_to(serving.ROOT))
        if screen == _README_SCREEN and name in IN_README:
            shutil.copyfile(path, IMAGES / f"{name}-{language}.png")
    context.close()
    return witness.complaints()


if __name__ == "__main__":
    sys.exit(main())
