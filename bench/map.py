"""The map page in a real browser with few, many and very many features: paints, bytes, and what they cost.

Some thousand records are logged and projected; the others are copies of them made in the warehouse
(``copies.py``), as what is measured is reading. ``windows.py`` says how a paint is timed. The server's share
is a view with another filter each time, asked over one kept connection; a script's time is what its thread
took of the processor.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench import copies, submissions, windows
from bench.machine import resident_mb
from bench.product import Server, add_boundaries, serving
from bench.report import Row, percentiles
from bench.visible import Phone
from bench.windows import SLOW_LINE, Window
from ingest.atlas import Atlas
from ingest.folder import DataFolder

SECTION = "map.py: the map page in Chromium"
FORM, LAYER, _FILTER = "pomelo_plot", "pomelo_plot.plots", "land_document"
_CLICKED = "moo"  # among the questions that stand ready in the panel, with many answers
_SIZES = (1_000, 100_000, 1_000_000)
_LOGGED = 4_000
_BYTES = {1_000: "≤ 15 KB", 100_000: "≤ 30 KB", 1_000_000: "≤ 50 KB"}
_SHARE = {1_000: "p95 ≤ 10 ms", 100_000: "p95 ≤ 15 ms", 1_000_000: "p95 ≤ 25 ms"}
_FIRST = {1_000: "prototype 1.6 s", 100_000: "prototype 1.3 s", 1_000_000: "prototype 0.9–1.5 s"}
_CHANGED = {
    1_000: "prototype 128–194 ms; folium markers 0.7–1.8 s",
    100_000: "prototype 78–161 ms; folium GeoJSON 1.4–10.8 s",
    1_000_000: "prototype 77–163 ms; pydeck: the browser died",
}
# West, south, east, north, zoom: the provinces, one of them, an amphoe, and two views of true shapes.
_BOXES = (
    "98.0,7.5,101.6,19.0,6", "99.0,7.8,100.6,9.4,9", "99.6,8.1,100.2,8.7,11", "99.9,8.3,100.13,8.45,13",
    "99.95,8.35,100.0,8.38,15",
)  # fmt: skip


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """Rows for each number of features; one row that says why where there is no browser."""
    if not windows.chromium():
        yield Row(SECTION, "not measured", windows.NEEDS)
        return
    data, have = folder / "map", 0
    path = submissions.prepare(data)
    joined_with = add_boundaries(data, small=small)
    source = submissions.stream(data, [FORM], answered=0.9)
    for size in (50,) if small else _SIZES:
        filled = fill(data, source, have, size) + f"; {joined_with}"
        reruns = folder / "reruns.txt"
        reruns.unlink(missing_ok=True)
        with serving(data, reruns=reruns) as server, windows.browser(server) as window:
            yield from _rows(server, window, size, filled, reruns, turns=1 if small else 5)
            if not have:
                with closing(Phone(server, path)) as phone:
                    yield _live(phone, window, source, 1 if small else 30)
            have = size


def fill(data: Path, source: Iterator[submissions.Document], have: int, size: int) -> str:
    """Bring a folder from ``have`` to ``size`` plots; tells how many are copies and how long it took."""
    start, logged = time.perf_counter(), max(0, min(size, _LOGGED) - have)
    submissions.fill_log(data, source, logged)
    if copied := size - have - logged:
        copies.scatter(data, FORM, copied)
    made = f"{size - min(size, _LOGGED):,} of them copied in the warehouse, " if size > _LOGGED else ""
    return f"{size:,} features ({made}filled in {time.perf_counter() - start:.0f} s"


def _rows(server: Server, window: Window, size: int, filled: str, reruns: Path, turns: int) -> Iterator[Row]:
    form, label = labels(server.data)
    address = f"{server.url}/?layer={LAYER}"
    first = window.open(address)
    figure = f"{first.ms / 1000:.2f} s; {first.kilobytes()}"
    aim = f"≤ 1.5 s; map data {_BYTES.get(size, '≤ 15 KB')}, boundaries ≤ 180 KB"
    yield Row(SECTION, f"first load of the app, {filled})", figure, aim, _FIRST.get(size, ""))
    for line, aim in (("", "≤ 200 ms"), (f" at {SLOW_LINE}", "≤ 400 ms")):
        if line:
            window.open(address)  # with no answer chosen any more
        window.line(slow=bool(line))
        changes = window.filter_changes(form, label, turns)
        p50, worst = percentiles([one.ms for one in changes], 50, 100)
        figure = f"p50 {p50:.0f} ms, worst of {turns} {worst:.0f} ms; {changes[turns // 2].kilobytes()}"
        reference = "" if line else _CHANGED.get(size, "")
        yield Row(SECTION, f"filter click to repaint{line}, {size:,} features", figure, aim, reference)
    window.forget()
    later = window.open(address)
    yield Row(SECTION, f"first load of the app at {SLOW_LINE}, {size:,} features", f"{later.ms / 1000:.2f} s",
              "≤ 8 s")  # fmt: skip
    window.line(slow=False)
    yield _share(server, size, 10 if turns == 1 else 300)
    took = [float(line.split()[1]) for line in reruns.read_text().splitlines() if line.startswith("fragment")]
    p50, p95 = percentiles(took, 50, 95)
    figure = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms of processor time, {len(took)} reruns"
    yield Row(SECTION, f"Streamlit's script at a filter change, {size:,} features", figure, "≤ 10 ms")
    yield Row(SECTION, f"memory of the server after that, {size:,} features",
              f"{resident_mb(server.process_id):,.0f} MB", "≤ 400 MB")  # fmt: skip


def labels(data: Path) -> tuple[str, str]:
    """The Thai labels of the form and of the question that is filtered by, as the panel shows them."""
    with closing(Atlas(DataFolder(data))) as atlas:
        asked = atlas.reference.layers[LAYER].fields[_CLICKED].label["th"]
        return atlas.reference.catalogue.newest(FORM).title["th"], asked


def questions(data: Path) -> Iterator[dict[str, str]]:
    """Views of the map, each with another filter, without end."""
    with closing(Atlas(DataFolder(data))) as atlas:
        choices = atlas.reference.layers[LAYER].fields[_FILTER].choices
        areas = ["", *sorted(code for code in atlas.reference.names if len(code) == 4)]
    for area, choice in itertools.cycle(itertools.product(areas, choices)):
        for box in _BOXES:
            bounds, _, zoom = box.rpartition(",")
            asked = {"layer": LAYER, "box": bounds, "zoom": zoom, f"f.{_FILTER}": choice.value}
            yield asked | ({"area": area} if area else {})


def _share(server: Server, size: int, count: int) -> Row:
    waits, sizes = [], []
    with closing(server.browser()) as client:
        for asked in itertools.islice(questions(server.data), count):
            start = time.perf_counter()
            answer = client.get("/map/view", params=asked).raise_for_status()
            waits.append((time.perf_counter() - start) * 1000)
            sizes.append(answer.num_bytes_downloaded)
    p50, p95 = percentiles(waits, 50, 95)
    figure = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms; largest answer {max(sizes) / 1000:.1f} KB"
    return Row(SECTION, f"server's share of a filter change, {count} views of {size:,} features", figure,
               _SHARE.get(size, ""))  # fmt: skip


def _live(phone: Phone, window: Window, source: Iterator[submissions.Document], count: int) -> Row:
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
