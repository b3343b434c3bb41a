"""Streamlit's own files: packed once for all browsers, and named early to a page that will need them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.middleware.gzip import GZipMiddleware

from streamlit_app.maps.map_assets import asset_url
from streamlit_app.server import bundles
from streamlit_app.server.bundles import Bundles

SCRIPT, PAGE = b"export const one = 1;" * 500, b"<!doctype html><title>x</title>" * 100
asked: list[str] = []


async def streamlit(scope: Any, receive: Any, send: Any) -> None:
    """A page and its script, in two pieces; nothing else."""
    asked.append(scope["path"])
    known = {"/": (b"text/html; charset=utf-8", PAGE), "/component/x/index.html": (b"text/html", PAGE)}
    known["/static/no/such"] = known["/"]
    kind, body = known.get(scope["path"], (b"text/javascript", SCRIPT))
    status = 404 if scope["path"].endswith("gone.js") else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": body[:50], "more_body": True})
    await send({"type": "http.response.body", "body": body[50:]})


def ask(*paths: str, **headers: str) -> list[httpx.Response]:
    """The answers of one server to one question after another."""
    asked.clear()
    application: Any = Bundles(GZipMiddleware(streamlit, minimum_size=1000))

    async def all_of_them() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
            return [await client.get(path, headers=headers) for path in paths]

    return asyncio.run(all_of_them())


def test_a_file_is_packed_once_and_the_same_for_all() -> None:
    """The second browser gets it from memory; one that cannot unpack, or asks for a part, is not mixed up."""
    first, second = ask("/static/js/a.js", "/static/js/a.js", **{"accept-encoding": "gzip"})
    assert first.content == second.content == SCRIPT
    assert first.headers == second.headers
    assert second.headers["content-encoding"] == "gzip"
    assert int(second.headers["content-length"]) < len(SCRIPT) / 10
    assert asked == ["/static/js/a.js"]
    (plain,) = ask("/static/js/a.js", **{"accept-encoding": "identity"})
    assert (plain.content, "content-encoding" in plain.headers) == (SCRIPT, False)


def test_a_browser_that_leaves_keeps_no_half_file_for_the_next() -> None:
    """Streamlit stops an answer when it hears that nobody waits; what is kept must be whole."""

    async def stops(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        gone = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200,
                    "headers": [(b"content-type", b"text/javascript")]})  # fmt: skip
        await send({"type": "http.response.body", "body": SCRIPT[:50], "more_body": True})
        await asyncio.sleep(0)
        if not gone.done():
            gone.cancel()
            await send({"type": "http.response.body", "body": SCRIPT[50:]})

    async def left() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def two_browsers() -> list[bytes]:
        application, said = Bundles(stops), list[bytes]()
        scope = {"type": "http", "method": "GET", "path": "/static/js/a.js",
                 "headers": [(b"accept-encoding", b"gzip")]}  # fmt: skip

        async def hear(message: Any) -> None:
            said.append(message.get("body", b""))

        for _ in range(2):
            await application(scope, left, hear)
        return said

    assert asyncio.run(two_browsers()) == [b"", SCRIPT, b"", SCRIPT]


def test_what_is_not_there_is_asked_again() -> None:
    """A file that is missing today is not missing for ever."""
    answers = ask("/static/js/gone.js", "/static/js/gone.js", **{"accept-encoding": "gzip"})
    assert [one.status_code for one in answers] == [404, 404]
    assert len(asked) == 2


def test_the_page_in_place_of_a_file_is_not_kept() -> None:
    """Streamlit answers it to any path: names without end would fill the memory."""
    answers = ask("/static/no/such", "/static/no/such", **{"accept-encoding": "gzip"})
    assert [one.content for one in answers] == [PAGE, PAGE]
    assert len(asked) == 2


def test_a_page_names_what_it_will_need_and_a_frame_does_not() -> None:
    """Each of the later scripts of the Streamlit that is installed, and the map's own files."""
    page, frame = ask("/", "/component/x/index.html")
    named = page.headers["link"]
    assert page.content == PAGE
    assert all(f"/static/js/{name}." in named for name in bundles._LATER)
    assert all(asset_url(name) in named for name in bundles._OF_THE_MAP)
    assert "link" not in frame.headers
