"""From the phone's 201 to the map: how soon a view's answer holds what was just accepted.

Each submission stands at a place of its own; the view around it is asked every 10 ms, as a browser asks
(with the last answer's ETag), until it counts one record more than before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from bench import load, submissions
from bench.product import Server, serving
from bench.report import Row, percentiles
from bench.submissions import Document

SECTION = "visible.py: from 201 to the map's data"
_LAYER = "pomelo_plot.points"
_EVERY_S = 0.01
_GIVEN_UP_S = 30.0
_VIEW_DEG = 1e-5
_ARRIVING_PER_S = 50


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """Rows for an idle server and for one that 50 submissions a second reach."""
    count, data = 3 if small else 100, folder / "visible"
    path = submissions.prepare(data)
    own = submissions.stream(data, ["pomelo_plot"])
    others = submissions.stream(data, seed=2)
    with serving(data) as server, closing(server.browser()) as browser, Phone(server, path) as phone:
        _wait_ms(phone, browser, next(own))  # the first loads what the others find loaded
        waits = [_wait_ms(phone, browser, next(own)) for _ in range(count)]
        yield _row(f"{count} submissions, nothing else going on", waits)
        with _arriving(Phone(server, path), others):
            waits = [_wait_ms(phone, browser, next(own)) for _ in range(count)]
        yield _row(f"{count} submissions while {_ARRIVING_PER_S}/s more arrive", waits)


def _row(what: str, waits_ms: list[float]) -> Row:
    p50, p95 = percentiles(waits_ms, 50, 95)
    return Row(SECTION, what, f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", "p95 ≤ 1,000 ms")


class Phone(httpx.Client):
    """A phone; ``path`` holds its token."""

    def __init__(self, server: Server, path: str) -> None:
        headers = {"Content-Type": load.CONTENT_TYPE, "X-OpenRosa-Version": "1.0", "User-Agent": load.AGENT}
        super().__init__(base_url=server.url + path, headers=headers, timeout=30, trust_env=False)

    def send_in(self, one: Document) -> None:
        """Post a submission and hear 201."""
        answer = self.post("/submission", content=load.body_of(one))
        if answer.status_code != 201:
            raise RuntimeError(f"{answer.status_code}: {answer.text}")


def _wait_ms(phone: Phone, browser: httpx.Client, one: Document) -> float:
    etag, before = _counted(browser, one, "")
    phone.send_in(one)
    accepted = time.perf_counter()
    while time.perf_counter() < accepted + _GIVEN_UP_S:
        etag, count = _counted(browser, one, etag)
        if count is not None and count > (before or 0):
            return (time.perf_counter() - accepted) * 1000
        time.sleep(_EVERY_S)
    raise RuntimeError(f"not on the map after {_GIVEN_UP_S:.0f} s")


def _counted(browser: httpx.Client, one: Document, etag: str) -> tuple[str, int | None]:
    """The view's ETag and its number of records; ``None`` when nothing changed since ``etag``."""
    sides = (one.lon - _VIEW_DEG, one.lat - _VIEW_DEG, one.lon + _VIEW_DEG, one.lat + _VIEW_DEG)
    asked = {"layer": _LAYER, "box": ",".join(f"{side:.6f}" for side in sides), "zoom": "22"}
    answer = browser.get("/map/view", params=asked, headers={"If-None-Match": etag} if etag else {})
    if answer.status_code == 304:
        return etag, None
    return answer.headers["etag"], int(answer.raise_for_status().json()["n"])


@contextmanager
def _arriving(phone: Phone, source: Iterator[Document]) -> Iterator[None]:
    """Post at an even pace from another thread meanwhile."""
    done = threading.Event()
    failed: list[Exception] = []

    def post() -> None:
        due = time.perf_counter()
        try:
            while not done.is_set():
                phone.send_in(next(source))
                due += 1 / _ARRIVING_PER_S
                done.wait(max(0.0, due - time.perf_counter()))
        except Exception as error:  # told by the thread that waits for this one
            failed.append(error)

    thread = threading.Thread(target=post)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        phone.close()
    if failed:
        raise failed[0]
