"""The map's data over HTTP, behind the gate: caching, refusals, and files from this machine alone."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import offices
import pytest

from geo.cells import cell_size_deg
from ingest.access import Viewer
from ingest.doors import layers
from ingest.maps import map_outlines
from streamlit_app.maps import map_assets, map_routes
from streamlit_app.maps.map_choice import Shade, ShownLayer, choice_of, token
from streamlit_app.office import Office, open_office
from streamlit_app.server import lanes
from streamlit_app.state import State
from streamlit_app.turns import Turns, turns

STAGES = ("bearing", "bearing", "declining")
VIEW = "/map/view?layer=pomelo_plot.points&box=100,8,100.4,8.6&zoom=12"
Ask = Any


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with three plots, open in this process."""
    with offices.opened(tmp_path_factory.mktemp("routes") / "data") as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        places = ("8.30 100.10 0 4", "8.31 100.11 0 4", "8.32 100.12 0 4")
        documents = [
            offices.submission(schema, {"tambon": "801206", "point": place, "stage": stage})
            for place, stage in zip(places, STAGES, strict=True)
        ]
        offices.send(office, *documents)
        yield office


@pytest.fixture
def ask(small: Office) -> Iterator[Ask]:
    """Ask the routes as somebody who is signed in."""
    open_office(small)

    def asked(path: str, viewer: Viewer | None = None, **headers: str) -> httpx.Response:
        who = viewer or Viewer("a", "administrator", "")

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await map_routes.answer(scope, receive, send, who)

        async def request() -> httpx.Response:
            transport = httpx.ASGITransport(app=application)
            async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(request())

    yield asked
    open_office(None)


def test_an_unchanged_view_costs_no_query(small: Office, ask: Ask) -> None:
    """The same question gets 304 until data comes in; another viewer has another answer."""
    first = ask(VIEW)
    tag = {"if-none-match": first.headers["etag"]}

    assert first.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"
    assert ask(VIEW, **tag).status_code == 304
    assert ask(VIEW, Viewer("b", "planner", "53"), **tag).status_code == 200
    schema = small.atlas.reference.catalogue.newest("pomelo_plot").schema
    offices.send(small, offices.submission(schema, {"tambon": "801206", "point": "8.33 100.13 0 4"}))
    assert ask(VIEW, **tag).json()["n"] == first.json()["n"] + 1


def test_a_status_is_read_from_the_whole_province(ask: Ask) -> None:
    """Colours tell it instead of the layer's question, far out too, and the legend counts it."""
    far = VIEW.replace("zoom=12", "zoom=7") + "&colour=status"
    legend = {one["value"]: one["n"] for one in ask(far).json()["legend"] if one["n"]}

    assert (legend["bearing"], legend["declining"]) == (2, 1)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/map/view?layer=pomelo_plot.points&box=1,2&zoom=3", 400, "bad_view"),
        (f"{VIEW}&since=yesterday", 400, "bad_filter"),
        (f"{VIEW}&received=0001-01-01", 400, "bad_filter"),
        (f"{VIEW}&f.no_such_question=1", 400, "bad_filter"),
        (f"{VIEW}&area=x", 400, "area_argument_unreadable"),
        (VIEW.replace("points", "nothing"), 404, "layer_unknown"),
        ("/map/tambons?layer=pomelo_plot.points&digits=7", 400, "bad_view"),
        ("/map/popup?layer=pomelo_plot.points&seq=1;drop", 400, "bad_view"),
        ("/map/cell?layer=pomelo_plot.points&column=1&row=2", 400, "bad_view"),
        (f"/map/cell?layer=pomelo_plot.points&column=1&row=2&zoom={'9' * 9}", 400, "bad_view"),
        (f"/map/cell?layer=pomelo_plot.points&column={'9' * 400}&row=2&zoom=19", 400, "bad_view"),
        ("/map/cell?layer=pomelo_plot.points&column=1&row=2&zoom=19&f.no_such_question=1", 400, "bad_filter"),
        ("/map/cell?layer=nothing&column=1&row=2&zoom=19", 404, "layer_unknown"),
    ],
)
def test_a_bad_question_gets_a_reason_in_both_languages(ask: Ask, path: str, status: int, code: str) -> None:
    """As JSON that no cache keeps."""
    answer = ask(path)

    assert answer.status_code == status
    (problem,) = answer.json()["problems"]
    assert problem["code"] == code
    assert problem["th"]
    assert problem["remedy_en"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_record_that_is_not_there_or_not_for_the_viewer_is_404(ask: Ask) -> None:
    """Both look alike, so that asking teaches nothing."""
    assert ask("/map/popup?layer=pomelo_plot.points&seq=1").status_code == 200
    assert ask("/map/popup?layer=pomelo_plot.points&seq=999").status_code == 404
    foreign = ask("/map/popup?layer=pomelo_plot.points&seq=1", Viewer("b", "officer", "53"))
    assert (foreign.status_code, foreign.content) == (404, b"{}")


def test_a_cell_tells_its_records_and_where_all_of_them_are_listed(small: Office, ask: Ask) -> None:
    """Counted as the map counts, under the same filter; elsewhere and for others it is 404 without a word."""
    size = cell_size_deg(19)
    cell = f"/map/cell?layer=pomelo_plot.points&column={int(100.10 / size)}&row={int(8.30 / size)}&zoom=19"
    found = ask(f"{cell}&f.stage=bearing&area=8012").json()
    told = urlsplit(found["listed"])
    state = State.from_pairs(parse_qsl(told.query))
    info = small.atlas.reference.layers[state.layers[0]]
    q = layers.query(info, Viewer("a", "administrator", ""), state.filter_for(info))

    assert (found["n"], len(found["records"])) == (1, 1)
    assert found["records"][0]["instance_id"].startswith("uuid:")
    assert (told.path, state.shared.area, state.answers) == (
        "/records", "8012", {"pomelo_plot": {"stage": ("bearing",)}},
    )  # fmt: skip
    assert layers.count(small.atlas.warehouse.cursor(), q) == 1
    for path, viewer in (
        (f"{cell}&f.stage=declining", None),
        (cell.replace("row=", "row=1"), None),
        (cell, Viewer("b", "officer", "53")),
    ):
        answer = ask(path, viewer)
        assert (answer.status_code, answer.content) == (404, b"{}")


def test_outlines_may_be_kept_for_ever(small: Office, ask: Ask) -> None:
    """Their address changes with the boundary set; an old address is gone."""
    version = map_outlines.version(small.atlas)
    answer = ask(f"/map/outlines/{version}/tambon?part=80")

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.json()["code"]) == len(small.atlas.reference.tambons)
    for path in (
        f"/map/outlines/{version}/tambon?part=99",
        f"/map/outlines/{version}/x",
        "/map/outlines/0/index",
    ):
        assert ask(path).status_code == 404


def test_the_maps_files_come_from_this_machine(ask: Ask) -> None:
    """Leaflet and the map's own script, compressed; nothing else of the disk."""
    for name, kind in (
        ("leaflet.js", "javascript"),
        ("map.js", "javascript"),
        ("leaflet.css", "css"),
        ("map.css", "css"),
    ):
        answer = ask(map_assets.asset_url(name), **{"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
    for name in ("../map_routes.py", "..%2fmap_routes.py", "leaflet-src.js", ""):
        assert ask(f"/map/assets/{name}").status_code == 404


def test_large_answers_are_compressed_for_who_can_read_that(ask: Ask) -> None:
    """And left alone for who cannot."""
    path = f"/map/outlines/{map_outlines.version(map_routes.office().atlas)}/tambon?part=80"
    plain = ask(path, **{"accept-encoding": "identity"})

    assert "content-encoding" not in plain.headers
    assert plain.json() == ask(path, **{"accept-encoding": "gzip"}).json()
    assert json.loads(ask("/map/version").content)["version"]


def test_a_question_asked_with_a_click_is_answered_with_what_the_page_chose(small: Office, ask: Ask) -> None:
    """One round trip for the choice, its views and its shades; the same as asked one by one."""
    schema = small.atlas.reference.catalogue.newest("pomelo_plot").schema
    answers = {"tambon": "801206", "variety": "thong_di", "point": "8.34 100.14 0 4"}
    offices.send(small, offices.submission(schema, answers))
    query, who, done = "f.variety=thong_di&area=8012", Viewer("a", "administrator", ""), threading.Event()
    shade = Shade("จำนวน", {"layer": "pomelo_plot.points"}, query)
    layers = [ShownLayer("pomelo_plot.points", "สวน", query)]
    choice = choice_of(layers, shade=shade, with_points=True, fit=None, start=None)

    def choose() -> None:
        while not done.wait(0.01):
            turns.chose(who, "page", choice)

    script = threading.Thread(target=choose)
    script.start()
    try:
        told = ask("/map/next?page=page&digits=6&box=100,8,100.4,8.6&zoom=12", who).json()
    finally:
        done.set()
        script.join()

    assert told["choice"] == token(choice)
    assert told["views"] == {"pomelo_plot.points": ask(f"{VIEW}&{query}").json()}
    assert told["views"]["pomelo_plot.points"]["n"] == 1
    assert told["shades"] == ask(f"/map/tambons?layer=pomelo_plot.points&digits=6&{query}").json()


def test_a_click_that_chooses_nothing_is_answered_with_nothing() -> None:
    """Another account's page tells it nothing; of two questions of a page the later counts."""
    own, other, brief = Viewer("a", "planner", ""), Viewer("b", "planner", ""), Turns(patience_s=0.05)

    async def asked() -> list[Any]:
        asking = [asyncio.create_task(brief.choice(own, "page")) for _ in range(2)]
        await asyncio.sleep(0)
        brief.chose(other, "page", {"layers": []})
        return await asyncio.gather(*asking)

    assert asyncio.run(asked()) == [None, None]


def test_a_page_waits_until_the_map_is_painted_and_not_for_one_that_does_not_paint(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its widgets come after the map; without a change it does not wait."""
    own, brief = Viewer("a", "planner", ""), Turns(most_s=0.05)
    start = time.perf_counter()
    brief.wait(own, "page")
    assert time.perf_counter() - start < 0.05
    brief.chose(own, "page", {})
    brief.wait(own, "page")
    assert time.perf_counter() - start >= 0.05
    turns.chose(own, "page", {})
    assert ask("/map/painted?page=page", own).status_code == 204
    monkeypatch.setattr(turns, "most_s", 60)
    turns.wait(own, "page")


def test_a_page_counts_nothing_before_the_map_has_its_answer() -> None:
    """A map that asked with the click is waited for until it is answered; another until it is painted."""
    own, asking, told = Viewer("a", "planner", ""), Turns(most_s=60), []

    async def clicked() -> None:
        question = asyncio.create_task(asking.choice(own, "page"))
        await asyncio.sleep(0)
        asking.chose(own, "page", {"layers": []})
        await question
        page = asyncio.create_task(asyncio.to_thread(asking.wait_answered, own, "page"))
        told.append((await asyncio.wait([page], timeout=0.05))[0])
        asking.answered(own, "page")
        await asyncio.wait_for(page, 10)

    asyncio.run(clicked())
    assert told == [set()]
    brief = Turns(most_s=0.05)
    brief.chose(own, "page", {})
    start = time.perf_counter()
    brief.wait_answered(own, "page")
    assert time.perf_counter() - start >= 0.05


def test_as_many_views_are_worked_on_at_once_as_there_are_processors() -> None:
    """Ten viewers wait for one another: threads that all compute would keep the phones' one waiting."""
    at_once = os.cpu_count() or 2
    together, lock, counts = threading.Barrier(at_once), threading.Lock(), [0, 0]

    def work() -> tuple[int, bytes]:
        with lock:
            counts[0] += 1
            counts[1] = max(counts)
        together.wait(30)  # as many are under way, or this fails
        with lock:
            counts[0] -= 1
        return 200, b""

    async def ask() -> list[tuple[int, bytes]]:
        return await asyncio.gather(*(lanes.VIEWS.run(work) for _ in range(5 * at_once)))

    assert asyncio.run(ask()) == [(200, b"")] * 5 * at_once
    assert counts == [0, at_once]
