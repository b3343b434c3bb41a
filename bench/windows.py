"""A browser window under measurement: Debian's Chromium with an empty cache, its paints and its bytes.

The map's ``data-ready`` attribute counts its paints. A paint is timed in the browser, after the frame that
shows it: the first from the start of navigation, a filter change from the click on an answer of the filter,
through Streamlit, to the repainted map. Bytes are those on the wire: compressed HTTP bodies with headers, and
what Streamlit's WebSocket carried. On a slow line Chromium itself holds everything back.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.product import Server

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

NEEDS = "needs Chromium, and Playwright from requirements-test.txt"
SLOW_LINE = "150 ms round trip, 1.6 Mbit/s"
_SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
_FREE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_PATIENCE_MS = 120_000
_TRIES = 40
_CLICK_MS = 3_000
_UNFOLDED_MS = 20_000  # what was unfolded shows its widgets: another click would fold it again
_HELD_MS = 5_000  # in which an answer that was clicked stands in the page's address
_REST_MS = 700  # longer than the map waits before it asks whether the data changed
# Notes paints of the map, which stands in a frame that Streamlit makes, and clicks on the page around it.
_WATCH = """(() => {
  if (window !== window.top) return;
  const now = () => performance.timeOrigin + performance.now();
  window.paints = []; window.clicks = [];
  addEventListener("click", () => window.clicks.push(now()), true);
  const seen = new WeakSet();
  setInterval(() => {
    for (const frame of document.querySelectorAll("iframe")) {
      const map = frame.contentDocument && frame.contentDocument.querySelector(".leaflet-container");
      if (!map || seen.has(map)) continue;
      seen.add(map);
      const painted = () => requestAnimationFrame(() => setTimeout(() => window.paints.push(now())));
      if (map.dataset.ready) painted();
      new MutationObserver(painted).observe(map, { attributes: true, attributeFilter: ["data-ready"] });
    }
  }, 5);
})()"""


def chromium() -> str:
    """The browser that can be measured with; '' where there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    return found if found and importlib.util.find_spec("playwright") else ""


@dataclass(frozen=True, slots=True)
class Paint:
    """One paint: its milliseconds; bytes over HTTP for map data, boundaries, the rest, and on the socket."""

    ms: float
    map_bytes: int
    outline_bytes: int
    page_bytes: int
    socket_bytes: int

    def kilobytes(self) -> str:
        """All bytes, in words."""
        parts = [f"map data {self.map_bytes / 1000:.1f} KB", f"Streamlit {self.socket_bytes / 1000:.1f} KB"]
        if self.outline_bytes:
            parts.insert(1, f"boundaries {self.outline_bytes / 1000:.0f} KB")
        if self.page_bytes:
            parts.append(f"page and scripts {self.page_bytes / 1000:,.0f} KB")
        return ", ".join(parts)


class Window:
    """A page under measurement."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._addresses: dict[str, str] = {}
        self._bytes = {"map": 0, "outline": 0, "page": 0, "socket": 0}
        self._session = session
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._framed)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _loaded(self, event: dict[str, Any]) -> None:
        address = self._addresses.get(event["requestId"], "")
        if "/map/version" not in address:  # asked again and again, whatever is shown
            own = "/map/" in address and "/map/assets/" not in address
            kind = "outline" if "/map/outlines/" in address else "map" if own else "page"
            self._bytes[kind] += int(event["encodedDataLength"])

    def _framed(self, event: dict[str, Any]) -> None:
        self._bytes["socket"] += len(event["response"]["payloadData"]) * 3 // 4  # told in base64

    def _measured(self, ms: float) -> Paint:
        self.settle()
        paint = Paint(ms, *(self._bytes[kind] for kind in ("map", "outline", "page", "socket")))
        self._bytes = dict.fromkeys(self._bytes, 0)
        return paint

    def line(self, *, slow: bool) -> None:
        """From now on the line is slow, or as fast as the machine."""
        self._session.send("Network.emulateNetworkConditions", _SLOW if slow else _FREE)

    def forget(self) -> None:
        """Empty the cache, as before a first visit."""
        self._session.send("Network.clearBrowserCache")
        self._page.goto("about:blank")

    def paints(self) -> int:
        """How often the map was painted so far."""
        return int(self._page.evaluate("window.paints.length"))

    def next_paint_ms(self, already: int) -> float:
        """Wait for a paint beyond the first ``already``; its moment in milliseconds since 1970."""
        self._page.wait_for_function(f"window.paints.length > {already}", timeout=_PATIENCE_MS)
        return float(self._page.evaluate(f"window.paints[{already}]"))

    def settle(self) -> None:
        """Wait until the map has rested for a while."""
        while True:
            painted = self.paints()
            self._page.wait_for_timeout(_REST_MS)
            if self.paints() == painted:
                return

    def open(self, address: str) -> Paint:
        """Open the page for the first time."""
        self._page.goto("about:blank")
        self._bytes = dict.fromkeys(self._bytes, 0)
        self._page.goto(address, wait_until="commit")
        return self._measured(self.next_paint_ms(0) - float(self._page.evaluate("performance.timeOrigin")))

    def filter_changes(self, form: str, label: str, turns: int) -> list[Paint]:
        """Choose one answer after the other in a filter of a form's part of the panel."""
        changes = []
        for _ in range(turns):
            self._measured(0)
            painted = self.paints()
            self._choose(form, label)
            painted_ms = self.next_paint_ms(painted)
            changes.append(self._measured(painted_ms - float(self._page.evaluate("window.clicks.at(-1)"))))
        return changes

    def _choose(self, form: str, label: str) -> None:
        """Click an answer not chosen yet, until it stands in the page's address.

        Unfolding and reruns move lists and fold them: a press and a release that meet different things choose
        nothing, and a browser counts that as a click.
        """
        from playwright.sync_api import Error  # noqa: PLC0415 - a part of the tests' packages only

        combobox = self._page.get_by_role("combobox", name=label)
        answers = self._page.get_by_role("option", selected=False)
        for _ in range(_TRIES):
            try:
                if not answers.count():
                    if not combobox.count():
                        summaries = self._page.locator("[data-testid=stExpander] summary")
                        summaries.filter(has_text=form).click(timeout=_CLICK_MS)
                    combobox.press("ArrowDown", timeout=_UNFOLDED_MS)
                address = self._page.url
                answers.nth(1).click(timeout=_CLICK_MS)  # the first is "select all"
                self._page.wait_for_function("was => location.href !== was", arg=address, timeout=_HELD_MS)
            except Error:
                continue
            return
        raise RuntimeError(f"the filter {label} does not show its answers")


@contextmanager
def browser(server: Server) -> Iterator[Window]:
    """A browser with an empty cache that is signed in already."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a part of the tests' packages only

    with closing(server.browser()) as signed_in:
        cookies = dict(signed_in.cookies)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=list(_FLAGS))
        context = started.new_context(viewport={"width": 1360, "height": 900}, locale="th-TH")
        context.add_cookies([{"name": k, "value": v, "url": server.url} for k, v in cookies.items()])
        context.add_init_script(_WATCH)
        page = context.new_page()
        try:
            yield Window(page, context.new_cdp_session(page))
        finally:
            started.close()


def page_ms(address: str) -> float:
    """From the start of navigation until a page without any of ours is loaded and painted."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a part of the tests' packages only

    painted = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=list(_FLAGS))
        try:
            page = started.new_page(viewport={"width": 1360, "height": 900})
            page.goto(address, wait_until="load", timeout=_PATIENCE_MS)
            return float(page.evaluate(painted))
        finally:
            started.close()
