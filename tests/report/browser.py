"""A real Chromium for tests of the page, and for the pictures of it in the documents."""

import shutil
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

WIDTHS = (390, 820, 1440)
SCHEMES = ("light", "dark")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")  # fmt: skip
PATIENCE = 60_000
"""Milliseconds that anything may take; a busy machine is slow."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; a test is skipped where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS), timeout=PATIENCE)
        yield browser
        browser.close()


class Visit:
    """A page in a browser window of its own; use as a context manager. What it says and asks for is kept."""

    def __init__(
        self, browser: Browser, address: str, *, width: int = 1440, scheme: Any = "light", **options: Any
    ) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        """Messages of the console, errors and dialogs."""
        self.asked: list[str] = []
        """Addresses asked for, the page's own first."""
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()

    def articles(self, query: str = "") -> None:
        """Show the articles, so filtered."""
        change = "addEventListener('hashchange', () => setTimeout(done), { once: true }); location.hash = hash;"
        self.page.evaluate(f"hash => new Promise((done) => {{ {change} }})", f"#articles{query}")
        self.settle()

    def settle(self) -> None:
        """Wait until the last search is done."""
        self.page.wait_for_selector("#rows:not([aria-busy])", state="attached")

    def search(self, words: str) -> None:
        """Type words to look for, and wait for what is found."""
        self.page.fill("#q", words)
        self.settle()

    def told(self) -> str:
        """Return what is said of the number of articles."""
        return self.page.inner_text("#told")

    def titles(self) -> list[str]:
        """Return the titles in the page."""
        return self.page.locator("#rows .title button").all_inner_texts()

    def style(self, selector: str, name: str) -> str:
        """Return a computed style of the first element."""
        found = self.page.locator(selector).first.evaluate("(element, name) => getComputedStyle(element)[name]", name)
        return str(found)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder on loopback; give its address, and the paths asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:
            asked.append(self.path)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", asked
        finally:
            server.shutdown()
            thread.join()
