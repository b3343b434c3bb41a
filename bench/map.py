"""The map page in a real browser: first paint and filter changes with few, many and very many features.

Debian's Chromium opens the page with an empty cache; the map's ``data-ready`` attribute counts its paints.
A paint is timed in the browser, after the frame that shows it: the first from the start of navigation, a
filter change from the click on an answer of the filter, through Streamlit, to the repainted map. Bytes are
those on the wire: compressed HTTP bodies with headers, and what Streamlit's WebSocket carried.
"""

from __future__ import annotations

import importlib.util
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import submissions
from bench.product import Server, add_boundaries, serving
from bench.report import Row, percentiles
from bench.visible import Phone
from ingest.atlas import Atlas
from ingest.folder import DataFolder

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

SECTION = "map.py: the map page in Chromium"
_LAYER, _FILTER = "pomelo_plot.plots", "variety"
_SIZES = (1_000, 100_000, 1_000_000)
_FIRST = {1_000: "prototype 1.6 s", 100_000: "prototype 1.3 s", 1_000_000: "prototype 0.9–1.5 s"}
_CHANGED = {
    1_000: "prototype 128–194 ms; folium markers 0.7–1.8 s",
    100_000: "prototype 78–161 ms; folium GeoJSON 1.4–10.8 s",
    1_000_000: "prototype 77–163 ms; pydeck: the browser died",
}
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_PATIENCE_MS = 60_000
_TRIES = 20
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


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """Rows for each number of features; one row that says why where there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if not chromium or not importlib.util.find_spec("playwright"):
        yield Row(SECTION, "not measured", "needs Chromium, and Playwright from requirements-test.txt")
        return
    data, have = folder / "map", 0
    path = submissions.prepare(data)
    joined_with = add_boundaries(data, small=small)
    source = submissions.stream(data, ["pomelo_plot"], answered=0.25)
    for size in (50,) if small else _SIZES:
        start = time.perf_counter()
        submissions.fill_log(data, source, size - have)
        with serving(data) as server:
            filled_s = time.perf_counter() - start
            with _browser(chromium, server) as window, closing(Phone(server, path)) as phone:
                yield from _rows(server, window, size, joined_with, filled_s, turns=1 if small else 5)
                if not have:
                    yield _live(phone, window, source, 1 if small else 30)
            have = int(server.catch_up()["submissions"])


def _rows(
    server: Server, window: _Window, size: int, joined_with: str, filled_s: float, turns: int
) -> Iterator[Row]:
    first = window.open(f"{server.url}/?layer={_LAYER}")
    what = f"{size:,} features ({joined_with}; logged and projected in {filled_s:.0f} s)"
    figure = f"{first.ms / 1000:.2f} s; {_kilobytes(first)}"
    yield Row(SECTION, f"first paint, {what}", figure, reference=_FIRST.get(size, ""))
    changes = window.filter_changes(_filter_label(server.data), turns)
    p50, worst = percentiles([one.ms for one in changes], 50, 100)
    figure = f"p50 {p50:.0f} ms, worst of {turns} {worst:.0f} ms; {_kilobytes(changes[turns // 2])}"
    yield Row(SECTION, f"filter change, {size:,} features", figure, reference=_CHANGED.get(size, ""))


def _live(phone: Phone, window: _Window, source: Iterator[submissions.Document], count: int) -> Row:
    """From a phone's 201 to the repainted map of an open page; clocks of one machine are compared."""
    waits = []
    for _ in range(count):
        painted = window.paints()
        phone.send_in(next(source))
        accepted_ms = time.time() * 1000
        waits.append(window.next_paint_ms(painted) - accepted_ms)
        window.settle()
    p50, p95 = percentiles(waits, 50, 95)
    return Row(SECTION, f"from 201 to painted in an open page, {count} submissions",
               f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", "p95 ≤ 1,000 ms")  # fmt: skip


def _filter_label(data: Path) -> str:
    """The Thai label of the question that is filtered by, as the panel shows it."""
    with closing(Atlas(DataFolder(data))) as atlas:
        return atlas.reference.layers[_LAYER].fields[_FILTER].label["th"]


@dataclass(frozen=True, slots=True)
class _Paint:
    """One paint: milliseconds it took, bytes over HTTP for map data and the rest, and over the WebSocket."""

    ms: float
    map_bytes: int
    page_bytes: int
    socket_bytes: int


def _kilobytes(paint: _Paint) -> str:
    page = f", page and scripts {paint.page_bytes / 1000:,.0f} KB" if paint.page_bytes else ""
    return f"map data {paint.map_bytes / 1000:.1f} KB, Streamlit {paint.socket_bytes / 1000:.1f} KB{page}"


class _Window:
    """A page under measurement."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._addresses: dict[str, str] = {}
        self._bytes = {"map": 0, "page": 0, "socket": 0}
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
            self._bytes["map" if own else "page"] += int(event["encodedDataLength"])

    def _framed(self, event: dict[str, Any]) -> None:
        self._bytes["socket"] += len(event["response"]["payloadData"]) * 3 // 4  # told in base64

    def _measured(self, ms: float) -> _Paint:
        self.settle()
        paint = _Paint(ms, self._bytes["map"], self._bytes["page"], self._bytes["socket"])
        self._bytes = dict.fromkeys(self._bytes, 0)
        return paint

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

    def open(self, address: str) -> _Paint:
        """Open the page for the first time."""
        self._bytes = dict.fromkeys(self._bytes, 0)
        self._page.goto(address, wait_until="commit")
        return self._measured(self.next_paint_ms(0) - float(self._page.evaluate("performance.timeOrigin")))

    def filter_changes(self, label: str, turns: int) -> list[_Paint]:
        """Choose one answer after the other in a filter of the panel."""
        changes = []
        for _ in range(turns):
            self._measured(0)
            painted = self.paints()
            self._choose(label)
            painted_ms = self.next_paint_ms(painted)
            changes.append(self._measured(painted_ms - float(self._page.evaluate("window.clicks.at(-1)"))))
        return changes

    def _choose(self, label: str) -> None:
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
                        self._page.locator("[data-testid=stExpander] summary").last.click(timeout=_REST_MS)
                    combobox.press("ArrowDown", timeout=_REST_MS)
                address = self._page.url
                answers.nth(1).click(timeout=_REST_MS)  # the first is "select all"
                self._page.wait_for_function("was => location.href !== was", arg=address, timeout=_HELD_MS)
            except Error:
                continue
            return
        raise RuntimeError(f"the filter {label} does not show its answers")


@contextmanager
def _browser(chromium: str, server: Server) -> Iterator[_Window]:
    """A browser with an empty cache that is signed in already."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a part of the tests' packages only

    with closing(server.browser()) as signed_in:
        cookies = dict(signed_in.cookies)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        context = browser.new_context(viewport={"width": 1360, "height": 900}, locale="th-TH")
        context.add_cookies([{"name": k, "value": v, "url": server.url} for k, v in cookies.items()])
        context.add_init_script(_WATCH)
        page = context.new_page()
        try:
            yield _Window(page, context.new_cdp_session(page))
        finally:
            browser.close()
