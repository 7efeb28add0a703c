"""Which requests are answered by a browser, and whether there is one.

Apart from ``browser.py``, which does it: that needs Scrapy's HTTP handler, and is imported with the first request.
"""

import shutil
from importlib.util import find_spec
from typing import Any

from scrapy.settings import BaseSettings

from newscrawl.sites import Site

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
"""Names under which systems install it."""

_HANDLER = "newscrawl.crawl.browser.BrowserHandler"


class BrowserAddon:
    """Puts the browser's handler in place where a crawl uses it (``BROWSER``, which the spider sets)."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Answer http and https with ``BrowserHandler``. A replay's handler goes before it: it needs no browser."""
        if settings.getbool("BROWSER"):
            handlers = settings.getdict("DOWNLOAD_HANDLERS") | {"http": _HANDLER, "https": _HANDLER}
            settings.set("DOWNLOAD_HANDLERS", handlers, priority="spider")


def browser_meta(site: Site) -> dict[str, Any]:
    """Return what the request of a page of ``site`` says so that it is read in the browser."""
    return {"browser": True, "wait_for": site.rules.body}


def check_browser(settings: BaseSettings) -> None:
    """Raise ``ValueError``, one clear line, where no page could be read in a browser."""
    if find_spec("scrapy_playwright") is None:
        raise ValueError("its pages need a browser: pip install 'newscrawl[browser]' (-a browser=0 reads without)")
    if settings["TWISTED_REACTOR"] != "twisted.internet.asyncioreactor.AsyncioSelectorReactor":
        raise ValueError("a browser needs Scrapy's own TWISTED_REACTOR, the asyncio one")
    if settings.getbool("HTTPPROXY_ENABLED"):
        raise ValueError("a browser goes by no proxy of yours: leave out HTTPPROXY_ENABLED, or -a browser=0")
    executable(settings)


def has_browser(settings: BaseSettings) -> bool:
    """Whether pages can be read in a browser."""
    try:
        check_browser(settings)
    except ValueError:
        return False
    return True


def executable(settings: BaseSettings) -> str:
    """Return the path of Chromium: ``BROWSER_EXECUTABLE``, or where the system has it. Raises ``ValueError``."""
    given = settings.get("BROWSER_EXECUTABLE")
    found = shutil.which(given) if given else next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        told = f"BROWSER_EXECUTABLE={given} is no program" if given else "no Chromium is found"
        raise ValueError(
            f"{told}: apt-get install chromium, or -s BROWSER_EXECUTABLE=PATH (-a browser=0 reads without)"
        )
    return found
