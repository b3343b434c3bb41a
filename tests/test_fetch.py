"""``boundaries fetch`` against a stand-in of HDX on the loopback: only what arrives whole is kept."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingest.areas import fetch
from thai.problem import Problem


def _a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("tha_admbnda_adm3.shp", b"shapes" * 1000)
    return out.getvalue()


SHAPES = _a_zip()


class StandIn(ThreadingHTTPServer):
    """A catalogue with one dataset; a test changes what it says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.status = 200
        self.body: bytes | None = None
        self.files = {"/adm3.zip": SHAPES}
        self.cut = 0
        self.asked: list[str] = []
        self.resources: list[dict[str, Any]] = [
            {"name": "tha_adm_gazetteer.xlsx", "format": "XLSX", "url": f"{self.url}/gazetteer.xlsx"},
            {"name": "tha_admbnda_adm2.zip", "format": "GeoJSON", "url": f"{self.url}/adm2.zip"},
            {"name": "tha_adm_SHP.zip", "format": "SHP", "url": f"{self.url}/adm3.zip", "hash": _md5(SHAPES)},
        ]

    def answer(self) -> bytes:
        """``package_show`` as CKAN gives it."""
        dataset = {
            "name": "cod-ab-tha",
            "title": "Thailand - Subnational Administrative Boundaries",
            "dataset_source": "Royal Thai Survey Department",
            "dataset_date": "[2022-01-21T00:00:00 TO 2022-01-22T23:59:59]",
            "license_title": "Creative Commons Attribution for Intergovernmental Organisations",
            "license_url": "https://example.org/cc-by-igo",
            "resources": self.resources,
        }
        return json.dumps({"success": True, "result": dataset}).encode()


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        """Answer the catalogue's question or send a file."""
        server = self.server
        server.asked.append(self.path)
        if self.path.startswith("/api/3/action/package_show?id=cod-ab-tha"):
            self._send(server.status, server.answer() if server.body is None else server.body)
        elif self.path == "/moved.zip":
            self.send_response(302)
            self.send_header("Location", "/adm3.zip")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path in server.files:
            self._send(200, server.files[self.path], server.cut)
        else:
            self._send(404, b"")

    def _send(self, status: int, body: bytes, cut: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) - cut])
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@pytest.fixture
def hdx(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The stand-in, running; no proxy of this machine stands between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def refused(hdx: StandIn, folder: Path) -> str:
    """Why it cannot be fetched; and nothing half is left behind."""
    with pytest.raises(Problem) as problem:
        fetch.fetch(folder, base_url=hdx.url)
    assert problem.value.code == "fetch_failed"
    assert list(folder.iterdir()) == []
    return problem.value.says.en


def test_the_national_set_arrives_with_licence_date_and_checksum(hdx: StandIn, tmp_path: Path) -> None:
    """What the office must know of a boundary set comes with it."""
    seen: list[tuple[int, str]] = []
    (one,) = fetch.fetch(tmp_path, base_url=hdx.url, progress=lambda done, name: seen.append((done, name)))
    assert one.path.read_bytes() == SHAPES
    assert one.path.parent == tmp_path
    assert one.sha256 == hashlib.sha256(SHAPES).hexdigest()
    assert (one.checked, one.published, one.size_bytes) == (True, "2022-01-22", len(SHAPES))
    assert "Creative Commons" in one.licence
    assert "https://example.org/cc-by-igo" in one.licence
    assert one.source == f"Royal Thai Survey Department {hdx.url}/dataset/cod-ab-tha"
    assert seen[-1] == (0, "cod-ab-tha.zip")
    assert not any("gazetteer" in path or "adm2" in path for path in hdx.asked)


def test_the_address_may_name_the_api_itself_and_files_may_have_moved(hdx: StandIn, tmp_path: Path) -> None:
    """Both ways of writing the catalogue's address work, and redirects are followed."""
    hdx.resources[-1]["url"] = "/moved.zip"
    (one,) = fetch.fetch(tmp_path, base_url=f"{hdx.url}/api/3/action/")
    assert one.path.read_bytes() == SHAPES


def test_geopackage_is_taken_before_shapefile(hdx: StandIn, tmp_path: Path) -> None:
    """A format without cut-off names is better; a file without checksum is taken and said to be unchecked."""
    hdx.files["/x.gpkg"] = b"SQLite format 3\0"
    hdx.resources.append({"name": "tha_adm3", "format": "GeoPackage", "url": f"{hdx.url}/x.gpkg"})
    (one,) = fetch.fetch(tmp_path, base_url=hdx.url)
    assert (one.path.name, one.checked) == ("cod-ab-tha.gpkg", False)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (200, b"<html>sign in to the hotel's wifi</html>"),
        (200, b'{"success": false}'),
        (200, b'{"success": true, "result": {"resources": []}}'),
        (200, b"[]"),
    ],
)
def test_a_catalogue_that_does_not_answer_is_named(
    hdx: StandIn, tmp_path: Path, status: int, body: bytes
) -> None:
    """A fault, a captive portal, an unknown dataset, an empty one: one problem with a remedy."""
    hdx.status, hdx.body = status, body
    refused(hdx, tmp_path)


def test_no_network_is_named(hdx: StandIn, tmp_path: Path) -> None:
    """Nobody listens: the cable is out."""
    hdx.url = "http://127.0.0.1:9"
    assert "ConnectError" in refused(hdx, tmp_path)


def test_a_wrong_checksum_is_refused(hdx: StandIn, tmp_path: Path) -> None:
    """Something changed the file on its way."""
    hdx.files["/adm3.zip"] = SHAPES + b"x"
    assert "md5" in refused(hdx, tmp_path)


def test_half_a_file_is_refused(hdx: StandIn, tmp_path: Path) -> None:
    """The connection broke; with and without a checksum to notice it by."""
    hdx.cut = 100
    refused(hdx, tmp_path)
    hdx.resources[-1]["hash"] = ""
    refused(hdx, tmp_path)
    hdx.cut, hdx.files["/adm3.zip"] = 0, SHAPES[:-100]
    assert "cut short" in refused(hdx, tmp_path)


def test_a_web_page_in_place_of_the_file_is_refused(hdx: StandIn, tmp_path: Path) -> None:
    """A server that says 200 to everything."""
    hdx.resources[-1]["hash"] = ""
    hdx.files["/adm3.zip"] = b"\n<!DOCTYPE html><title>Not found</title>"
    assert "HTML" in refused(hdx, tmp_path)


def test_a_file_without_end_is_stopped(hdx: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is not filled by whatever the address gives."""
    monkeypatch.setattr(fetch, "MAX_FILE_BYTES", 1000)
    assert "MiB" in refused(hdx, tmp_path)


def test_an_earlier_download_stays_when_the_next_fails(hdx: StandIn, tmp_path: Path) -> None:
    """A good file is not given up for a bad one."""
    (one,) = fetch.fetch(tmp_path, base_url=hdx.url)
    hdx.files["/adm3.zip"] = b"<html>"
    with pytest.raises(Problem):
        fetch.fetch(tmp_path, base_url=hdx.url)
    assert one.path.read_bytes() == SHAPES
