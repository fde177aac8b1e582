import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests import serving


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


# For a module and no longer: Playwright's loop runs in this thread until it is closed, and nobody else's can.
@pytest.fixture(scope="module")
def browser(chromium: str, folder: Path) -> Iterator[Any]:
    with sync_playwright() as playwright:
        found = serving.launch(playwright, chromium, folder)
        yield found
        found.close()


@pytest.fixture(scope="session")
def address(folder: Path, chromium: str, sample_file: Path) -> Iterator[str]:
    """A dashboard that shows the sample county, at `sample.sqlite` in the folder."""
    copy = shutil.copy(sample_file, folder / "sample.sqlite")
    with serving.served(f"sqlite:///{copy}", folder) as found:
        yield found


@pytest.fixture(scope="module")
def windows(browser: Any) -> Iterator[dict[tuple[Any, ...], Any]]:
    """Browser contexts by language and size, kept so that scripts and fonts come out of their caches."""
    found: dict[tuple[Any, ...], Any] = {}
    yield found
    for context in found.values():
        context.close()


@pytest.fixture
def reader(browser: Any, windows: dict[tuple[Any, ...], Any]) -> Iterator[Callable[..., tuple[Any, serving.Witness]]]:
    """Opens a tab in a language at a dashboard, a session of its own; gives its page and what it saw."""
    pages = []

    def open_(address: str, language: str = "zh", size: tuple[int, int] = (1366, 768)) -> tuple[Any, serving.Witness]:
        if (language, size) not in windows:
            windows[language, size] = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                locale=serving.LOCALES[language],
                timezone_id="Asia/Shanghai",
            )
        page = windows[language, size].new_page()
        pages.append(page)
        page.set_default_timeout(20_000)
        witness = serving.Witness(address.removeprefix("http://"))
        witness.watch(page)
        return page, witness

    yield open_
    for page in pages:
        page.close()
