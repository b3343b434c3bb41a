"""Durable acceptance over HTTP: what 1, 8 and 32 phones that send without a pause hear, and how soon.

The server runs in a process of its own, checks the token, parses, commits and answers, and goes on putting
what it accepted on the map meanwhile. With "a flush of 2 ms" its disk is slowed as ``slow_disk`` tells.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench import load, submissions
from bench.machine import cpu_seconds, flush_ms
from bench.product import Server, serving
from bench.report import Row, percentiles

SECTION = "acceptance.py: a submission is on the disk and answered"
_FLUSH_MS = 2.0
_WARM = 200
_AIMS = {8: "5,000/s, p95 ≤ 5 ms"}
_AIMS_SLOWED = {8: "1,200/s", 32: "4,000/s"}
_OTHERS = {8: "bare prototype 9,828/s p95 0.9 ms; ODK Central 221/s p95 52 ms"}
_OTHERS_SLOWED = {8: "bare prototype 1,397/s p95 6.3 ms", 32: "bare prototype 4,321/s p95 9.9 ms"}


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """Rows for a plain disk, then for one whose flush takes 2 ms longer."""
    most, seconds = (150, 5.0) if small else (40_000, 8.0)
    yield from _disk(folder / "acceptance", 0.0, most, seconds, _AIMS, _OTHERS)
    yield from _disk(folder / "acceptance-slowed", _FLUSH_MS, most, seconds, _AIMS_SLOWED, _OTHERS_SLOWED)


def _disk(
    data: Path, slowed_ms: float, most: int, seconds: float, aims: dict[int, str], others: dict[int, str]
) -> Iterator[Row]:
    path = submissions.prepare(data)
    source = submissions.stream(data, ["pomelo_plot"], answered=0.35)
    disk = f"flush {flush_ms(data):.2f} ms" + (f" + {slowed_ms:.0f} ms added" if slowed_ms else "")
    with serving(data, flush_ms=slowed_ms) as server:
        _run(server, [load.request(path, one) for one in islice(source, _WARM)], 8, seconds)
        for connections in (1, 8, 32):
            requests = [load.request(path, one) for one in islice(source, most)]
            figure, least_ms = _run(server, requests, connections, seconds)
            if least_ms < slowed_ms:
                raise RuntimeError("an answer came before its flush: the slow disk is not in the way")
            what = f"{connections} connection{'s' * (connections > 1)}, {_kilobytes(requests)}, {disk}"
            yield Row(SECTION, what, figure, aims.get(connections, ""), others.get(connections, ""))


def _run(server: Server, requests: list[bytes], connections: int, seconds: float) -> tuple[str, float]:
    """Rate and waits as text, and the shortest wait. The server's CPU counts the rows it made of them too."""
    server.catch_up()
    before = cpu_seconds(server.process_id)
    result = load.send(server.port, requests, connections=connections, seconds=seconds)
    server.catch_up()
    used = cpu_seconds(server.process_id) - before
    if result.refused:
        raise RuntimeError(f"{len(result.refused)} refused: {result.refused[0][-400:]!r}")
    p50, p95, p99 = percentiles(result.waits_ms, 50, 95, 99)
    told = f"{result.rate:,.0f}/s, p50 {p50:.1f} p95 {p95:.1f} p99 {p99:.1f} ms"
    share = f"client {result.client_cpu_s / result.seconds:.0%} of a core"
    each = (
        ""
        if math.isnan(used)
        else f"server {used / len(result.waits_ms) * 1e6:.0f} µs CPU each, rows included; "
    )
    return f"{told}; {each}{share}", min(result.waits_ms)


def _kilobytes(requests: list[bytes]) -> str:
    return f"{sum(map(len, requests)) / len(requests) / 1000:.1f} KB a request"
