"""Debian's Chromium, driven by Playwright, with every connection that leaves this machine refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Download, Locator, Page, Route, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
HERE = ("127.0.0.1", "localhost")


@dataclass
class Window:
    """A page, and what it asked for: refused addresses of elsewhere, requests here, errors of its scripts."""

    page: Page
    context: BrowserContext
    refused: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def fresh(self) -> Window:
        """Close the tab and open another, which remembers nothing but the cookies."""
        self.page.close()
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        for seen in (self.refused, self.asked, self.errors):
            seen.clear()
        return self

    def download(self, link: Locator, folder: Path, wait_ms: float) -> Path:
        """The file that a link gives: at once, or from the tab that says meanwhile that it is being made."""
        given: list[Download] = []

        def watch(page: Page) -> None:
            page.on("download", lambda one: given.append(one))  # noqa: PLW0108 - no built-in can listen

        watch(self.page)
        self.context.on("page", watch)
        link.click(timeout=wait_ms)
        for _ in range(int(wait_ms / 50)):
            if given:
                break
            self.page.wait_for_timeout(50)
        self.context.remove_listener("page", watch)
        path = folder / given[0].suggested_filename
        given[0].save_as(path)
        return path


@contextmanager
def window(
    *, width: int = 1360, height: int = 900, cookies: dict[str, str] | None = None, base_url: str = ""
) -> Iterator[Window]:
    """A browser window. ``cookies`` are set for ``base_url`` before the first page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = browser.new_context(viewport={"width": width, "height": height}, locale="th-TH")
        if cookies:
            context.add_cookies(
                [{"name": name, "value": value, "url": base_url} for name, value in cookies.items()]
            )
        shown = Window(context.new_page(), context)

        def decide(route: Route) -> None:
            address = route.request.url
            if urlsplit(address).hostname in HERE or address.startswith(("data:", "blob:")):
                shown.asked.append(address)
                route.continue_()
            else:
                shown.refused.append(address)
                route.abort()

        context.route("**/*", decide)
        shown.page.on("pageerror", lambda error: shown.errors.append(str(error)))
        try:
            yield shown
        finally:
            browser.close()
