"""Ten viewers filter at once while phones submit 200 a second: how long each waits for an answer.

Viewers ask a view of 100,000 plots with another filter each, one after the other without a rest, each over a
kept connection of its own; phones send at an even pace whatever the answers take, and from a process of
their own: beside ten viewers' clients each would wait for the interpreter, which is no wait for the office.
"""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from bench import map as map_page
from bench import submissions
from bench.product import Server, serving
from bench.report import Row, percentiles
from bench.visible import Phone

SECTION = "viewers.py: ten viewers filter while phones send"
_VIEWERS, _PHONES, _PER_S = 10, 4, 200


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """Two rows: the viewers' waits and the phones'."""
    data, size, seconds = folder / "viewers", 50 if small else 100_000, 1.0 if small else 20.0
    path = submissions.prepare(data)
    source = submissions.stream(data, [map_page.FORM], answered=0.9)
    map_page.fill(data, source, 0, size)
    sent = [list(itertools.islice(source, int(_PER_S * seconds) // _PHONES)) for _ in range(_PHONES)]
    with serving(data) as server, ThreadPoolExecutor(_VIEWERS + _PHONES) as people:
        server.catch_up()
        server.browser().close()  # signs in once for all
        stop = threading.Event()
        starts = [itertools.islice(map_page.questions(data), 37 * n, None) for n in range(_VIEWERS)]
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
            apart.submit(_phones, server, path, [[]]).result()  # has loaded its modules before anybody asks
            viewing = [people.submit(_view, server, start, stop) for start in starts]
            phones = apart.submit(_phones, server, path, sent).result()
        stop.set()
        viewers = [wait for one in viewing for wait in one.result()]
    yield _row(f"{_VIEWERS} viewers of {size:,} features, {len(viewers):,} filter changes", viewers, "")
    yield _row(f"phones meanwhile, {len(phones):,} submissions at {_PER_S}/s", phones, "p95 < 100 ms")


def _row(what: str, waits_ms: list[float], aim: str) -> Row:
    p50, p95 = percentiles(waits_ms, 50, 95)
    return Row(SECTION, what, f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", aim)


def _view(server: Server, asked: Iterator[dict[str, str]], stop: threading.Event) -> list[float]:
    waits: list[float] = []
    with closing(server.browser()) as client:
        while not stop.is_set() or not waits:
            start = time.perf_counter()
            client.get("/map/view", params=next(asked)).raise_for_status()
            waits.append((time.perf_counter() - start) * 1000)
    return waits


def _phones(server: Server, path: str, sent: list[list[submissions.Document]]) -> list[float]:
    with ThreadPoolExecutor(len(sent)) as people:
        sending = [people.submit(_send, server, path, documents) for documents in sent]
        return [wait for one in sending for wait in one.result()]


def _send(server: Server, path: str, documents: list[submissions.Document]) -> list[float]:
    """Each at its due moment; a late answer shows as the wait it is, and the next is sent at once."""
    waits: list[float] = []
    due = time.perf_counter()
    with closing(Phone(server, path)) as phone:
        for one in documents:
            time.sleep(max(0.0, due - time.perf_counter()))
            start = time.perf_counter()
            phone.send_in(one)
            waits.append((time.perf_counter() - start) * 1000)
            due += _PHONES / _PER_S
    return waits
