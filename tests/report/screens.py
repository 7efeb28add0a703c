"""Makes the pictures of docs/report.md from the sample archive's feed: ``make screens``.

    python -m tests.report.screens

Every text in them is made up (see ``samples/``).
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from newscrawl.demo import SITES
from tests.report.browser import Visit, chromium
from tests.support import ROOT, scrapy_command, scrapy_environment

FOLDER = ROOT / "docs" / "screens"
LARGEST = 200_000
"""Bytes of a picture at most."""


def overview(visit: Visit) -> None:
    """The top of the page."""


def fields(visit: Visit) -> None:
    """Coverage and origins of fields."""
    visit.page.locator("#fields").evaluate("element => scrollTo(0, element.offsetTop - 80)")


def articles(visit: Visit) -> None:
    """The table of articles."""
    visit.articles()


def opened(visit: Visit) -> None:
    """An article open in place."""
    visit.articles("?language=ar")
    visit.page.locator("#rows .title button").first.click()
    visit.page.wait_for_selector("#open")


SCREENS: dict[str, tuple[int, str, Callable[[Visit], None]]] = {
    "overview-1440-light": (1440, "light", overview),
    "fields-1440-dark": (1440, "dark", fields),
    "articles-820-light": (820, "light", articles),
    "overview-390-dark": (390, "dark", overview),
    "open-390-light": (390, "light", opened),
}
"""Name of a picture to the window's width, the colour scheme, and what to show."""


def main() -> int:
    """Crawl the samples, make the page, take the pictures; return 1 when one is too large."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screens-") as name, chromium() as browser:
        folder = Path(name)
        for site, arguments in SITES:
            given = [part for argument in arguments for part in ("-a", argument)]
            _scrapy("crawl", site, *given, "-o", "sample.jsonl", "-s", f"REPLAY_FROM={ROOT / 'samples'}", folder=folder)
        _scrapy("report", "sample.jsonl", "-o", "report.html", folder=folder)
        sizes = {screen: take(browser, folder / "report.html", screen) for screen in SCREENS}
    print("\n".join(f"{size:>7}  docs/screens/{screen}.png" for screen, size in sizes.items()))
    return int(max(sizes.values()) > LARGEST)


def take(browser: Browser, page: Path, screen: str) -> int:
    """Take a picture; return its size in bytes."""
    width, scheme, show = SCREENS[screen]
    path = FOLDER / f"{screen}.png"
    with Visit(browser, page.as_uri(), width=width, scheme=scheme, reduced_motion="reduce") as visit:
        show(visit)
        visit.page.screenshot(path=path)
    return path.stat().st_size


def _scrapy(*arguments: str, folder: Path) -> None:
    subprocess.run(
        scrapy_command(*arguments), cwd=folder, env=scrapy_environment(folder), check=True, capture_output=True
    )


if __name__ == "__main__":
    sys.exit(main())
