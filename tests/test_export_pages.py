"""What a browser sees of a file that takes long to make or is refused: never an empty tab, never JSON."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from browser import Window, window

from ingest import accounts, log
from ingest.exports import export
from streamlit_app.office import Office, open_office
from streamlit_app.server import export_files
from streamlit_app.server.outer import Outer
from streamlit_app.texts import t
from streamlit_app.viewer import COOKIE

CLERK, OTHER = "clerk@example.org", "other@example.org"
PAGE = {"Accept": "text/html"}
FILE = "/export/pomelo_plot.points.xlsx"
WAIT_MS = 20_000


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """No page of Streamlit's is asked for."""


@pytest.fixture
def cookies(office: Office) -> dict[str, dict[str, str]]:
    """Two who have signed in, by name."""
    found = {}
    with log.writing(office.atlas.log) as connection:
        for name in (CLERK, OTHER):
            accounts.add(connection, name, "officer", "8012")
            found[name] = {COOKIE: accounts.open_session(connection, name)}
    return found


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    """The office, served without Streamlit's pages."""
    office.atlas.refresh()
    open_office(office)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = uvicorn.Server(uvicorn.Config(Outer(office, inner), lifespan="off", log_level="critical"))
        serving = threading.Thread(target=server.run, args=([taken],))
        serving.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        serving.join()
    open_office(None)


class Slow:
    """Stands before the exports: each waits until it may go on, and fails with ``error`` if there is one."""

    def __init__(self) -> None:
        self.go_on, self.own = threading.Event(), export.export
        self.error: Exception | None = None

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Export a layer when told to."""
        self.go_on.wait(60)
        if self.error:
            raise self.error
        return self.own(*given, **named)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """Exports that take as long as a test wants, each of them too long to be awaited without a word."""
    made = Slow()
    monkeypatch.setattr(export, "export", made)
    monkeypatch.setattr(export_files, "_AT_ONCE_S", 0.3)
    yield made
    made.go_on.set()


def test_a_browser_is_told_that_a_file_is_being_made_and_gets_it(
    url: str, cookies: dict[str, dict[str, str]], slow: Slow, tmp_path: Path
) -> None:
    """The tab says so at once and that it may be closed in the end; of one that fails it says what to do."""
    with window(cookies=cookies[CLERK], base_url=url) as shown:
        page = shown.page
        page.goto(url + FILE, wait_until="commit")
        page.get_by_role("heading", name=t("export.making")).wait_for(timeout=WAIT_MS)
        assert page.get_by_role("progressbar").is_visible()
        with page.expect_download(timeout=WAIT_MS) as download:
            slow.go_on.set()
        download.value.save_as(tmp_path / "x.xlsx")
        page.get_by_role("heading", name=t("export.made")).wait_for(timeout=WAIT_MS)

        assert (tmp_path / "x.xlsx").read_bytes().startswith(b"PK")
        assert download.value.suggested_filename == "pomelo_plot.points.xlsx"
        assert not page.get_by_role("progressbar").is_visible()
        slow.error = KeyError("an answer of somebody")
        slow.go_on.clear()
        page.goto(url + FILE, wait_until="commit")
        slow.go_on.set()
        told = page.get_by_role("alert").inner_text()
        assert "ข้อผิดพลาดของโปรแกรม" in told
        assert "→ ลองดาวน์โหลดใหม่" in told
        assert "somebody" not in page.content()
        slow.error = None
        refused(shown, url)
        assert shown.errors == []


def refused(shown: Window, url: str) -> None:
    """What is refused at once is a page with the remedy too, in the language of the page before."""
    for path in ("/export/nowhere.csv", "/export/pomelo_plot.points.doc", "/photo/uuid:x/a.jpg",
                 "/map/picture.pdf?box=3&zoom=9"):  # fmt: skip
        answer = shown.page.goto(url + path)
        assert answer is not None
        assert answer.status in (400, 404)
        assert "→" in shown.page.get_by_role("alert").inner_text(), path
    shown.page.goto(f"{url}/export/nowhere.csv?lang=en")
    assert "There is no layer nowhere." in shown.page.get_by_role("alert").inner_text()


def test_a_file_that_was_waited_for_is_its_owners_alone(
    url: str, cookies: dict[str, dict[str, str]], slow: Slow
) -> None:
    """And is handed out once; a program gets the file without a page, and refusals as JSON."""
    own, stranger = (
        httpx.Client(base_url=url, cookies=cookies[name], trust_env=False) for name in (CLERK, OTHER)
    )
    with own, stranger:
        threading.Timer(0.6, slow.go_on.set).start()
        (made,) = re.findall(r"url=(/export/made/[\w-]+)", own.get(FILE, headers=PAGE).text)
        codes = [one.get(made).status_code for one in (stranger, own, own)]

        assert codes == [404, 200, 404]
        assert own.get(FILE).content.startswith(b"PK")
        assert own.get("/export/nowhere.csv").json()["problems"][0]["code"] == "layer_unknown"
