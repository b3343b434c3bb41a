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
_SLOW_PLAIN = {1: "", 8: "1,200/s", 32: "4,000/s"}
_BARE = {8: "bare prototype 9,828/s p95 0.9 ms; ODK Central 221/s p95 52 ms"}
_BARE_SLOW = {8: "bare prototype 1,397/s p95 6.3 ms", 32: "bare prototype 4,321/s p95 9.9 ms"}


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """Rows for a plain disk, then for one whose flush takes 2 ms."""
    most, seconds = (150, 5.0) if small else (40_000, 8.0)
    for slowed, aims, references in (
        (0.0, {8: "5,000/s, p95 ≤ 5 ms"}, _BARE),
        (_FLUSH_MS, _SLOW_PLAIN, _BARE_SLOW),
    ):
        data = folder / f"acceptance-{slowed:.0f}"
        submissions.prepare(data)
        source = submissions.stream(data, ["pomelo_plot"], answered=0.35)
        disk = f"flush {flush_ms(folder) + slowed:.2f} ms"
        with serving(data, flush_ms=slowed) as server:
            path = server.phone_path()
            _run(server, [load.request(path, one) for one in islice(source, _WARM)], 8, seconds)
            for connections in (1, 8, 32):
                requests = [load.request(path, one) for one in islice(source, most)]
                figure, fastest_ms = _run(server, requests, connections, seconds)
                if fastest_ms < slowed:
                    raise RuntimeError("an answer came before its flush: the slow disk is not in the way")
                what = f"{connections} connection{'s' * (connections > 1)}, {_kilobytes(requests)}, {disk}"
                yield Row(SECTION, what, figure, aims.get(connections, ""), references.get(connections, ""))


def _run(server: Server, requests: list[bytes], connections: int, seconds: float) -> tuple[str, float]:
    server.catch_up()
    before = cpu_seconds(server.process_id)
    result = load.send(server.port, requests, connections=connections, seconds=seconds)
    used = cpu_seconds(server.process_id) - before
    if result.refused:
        raise RuntimeError(f"{len(result.refused)} refused: {result.refused[0][-400:]!r}")
    p50, p95, p99 = percentiles(result.waits_ms, 50, 95, 99)
    told = f"{result.rate:,.0f}/s, p50 {p50:.1f} p95 {p95:.1f} p99 {p99:.1f} ms"
    share = f"client {result.client_cpu_s / result.seconds:.0%} of a core"
    server_us = "" if math.isnan(used) else f"server {used / len(result.waits_ms) * 1e6:.0f} µs CPU each, "
    return f"{told}; {server_us}{share}", min(result.waits_ms)


def _kilobytes(requests: list[bytes]) -> str:
    return f"{sum(map(len, requests)) / len(requests) / 1000:.1f} KB a request"
