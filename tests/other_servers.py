"""ODK Central and KoboToolbox as their documented interfaces answer, on loopback, with traps and troubles.

Both keep submissions in memory. ``trouble`` is a list of what goes wrong next: a status, ``half``, ``short``
(a document's half that says it is whole), ``html``, ``other json``, ``elsewhere``, ``plain`` (http), ``cut``
or ``expired``; one entry is used up for each request that is not a sign-in.
"""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from forms.compile import compile_workbook
from forms.xform import read_schema

Answer = tuple[int, dict[str, str], bytes]
USER, PASSWORD, TOKEN = "office@example.org", "correct horse", "0123456789abcdef"


@dataclass
class Held:
    """One submission with all its versions, newest last; a file that has not arrived is None."""

    form_id: str
    versions: list[tuple[str, bytes]]
    files: dict[str, bytes | None] = field(default_factory=dict)
    created: str = "2026-11-01T00:00:00.000Z"
    updated: str | None = None
    deleted: str | None = None
    review: str | None = None

    @property
    def root(self) -> str:
        """The instance id it was first sent with."""
        return self.versions[0][0]


@dataclass
class OtherServer:
    """What both kinds share: forms, submissions, troubles, and a request log."""

    forms: dict[str, dict[str, bytes]] = field(default_factory=dict)  # form_id -> version -> XForm
    held: list[Held] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    page: int = 3  # a small page, so that paging happens
    url: str = ""
    _tokens: int = 0

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        """One request."""
        raise NotImplementedError

    def disturbed(self, path: str) -> Answer | None:
        """What goes wrong this time, if anything."""
        self.asked.append(path)
        return self.disturbance(self.trouble.pop(0) if self.trouble else "", path)

    def disturbance(self, trouble: str, path: str) -> Answer | None:
        """What a server, or somebody before it, answers that does not do what was asked."""
        if trouble.isdigit():
            later = {"retry-after": "7"} if trouble == "429" else {}
            return int(trouble), {"content-type": "application/json", **later}, b'{"message":"no"}'
        if trouble in ("html", "login"):
            return 200, {"content-type": "text/html"}, b"<!DOCTYPE html><title>Sign in to the hotel</title>"
        if trouble == "other json":
            return said({"login": "https://hotel.example.org"})
        if trouble == "elsewhere":
            return 302, {"location": "http://elsewhere.example.org/v1/"}, b""
        if trouble == "plain":
            return 302, {"location": self.url.replace("https", "http") + path}, b""
        return None

    def one(self, root: str) -> Held:
        """A submission by its first instance id."""
        return next(each for each in self.held if each.root == root)


def said(value: Any, status: int = 200) -> Answer:
    """A JSON document."""
    return status, {"content-type": "application/json; charset=utf-8"}, json.dumps(value).encode()


def document(xml: bytes) -> Answer:
    """An XML document."""
    return 200, {"content-type": "application/xml"}, xml


MISSING: Answer = (404, {"content-type": "application/json"}, b'{"message":"Could not find the resource"}')


@dataclass
class Central(OtherServer):
    """ODK Central, project 1. What an office writes there is kept as it came."""

    drafts: dict[str, bytes] = field(default_factory=dict)
    workbooks: dict[tuple[str, str], bytes] = field(default_factory=dict)
    attached: dict[tuple[str, str], bytes | str] = field(default_factory=dict)  # a list it is linked with
    lists: dict[str, list[dict[str, Any]]] = field(
        default_factory=dict
    )  # entities: ``versions`` and what is true of all
    without_lists: bool = False  # as before entity lists were
    people: list[str] = field(default_factory=list)
    given: list[tuple[int, str]] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    written: int = 0
    at_the_door: list[str] = field(default_factory=list)  # what goes wrong when somebody signs in
    lost: set[str] = field(default_factory=set)  # files and instances that are listed, and cannot be had
    store: str = ""  # where the files lie that it sends us on to

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        """Sessions, forms, the OData index, versions and attachments."""
        parts = urlsplit(path)
        if (method, parts.path) == ("POST", "/v1/sessions"):
            disturbance = self.at_the_door.pop(0) if self.at_the_door else ""
            return self.disturbance(disturbance, path) or self._session(json.loads(body))
        if headers.get("authorization", "").startswith("Basic "):
            return said({"code": 401.3}, 401)
        if self.trouble[:1] == ["expired"]:
            self.trouble.pop(0)
            self._tokens += 1
        if headers.get("authorization") != f"Bearer t{self._tokens}":
            return said({"code": 401.2}, 401)
        steps = [unquote(step) for step in parts.path.split("/")[2:]]
        disturbed = self.disturbed(path)
        if disturbed or method == "GET":
            return disturbed or self._project(steps, parse_qs(parts.query))
        self.written += 1
        return self._write(method, steps, body)

    def _session(self, asked: dict[str, str]) -> Answer:
        if (asked["email"], asked["password"]) != (USER, PASSWORD):
            return said({"code": 401.2}, 401)
        self._tokens += 1
        return said({"token": f"t{self._tokens}"})

    def _write(self, method: str, steps: list[str], body: bytes) -> Answer:
        match method, steps[2:]:
            case "POST", ["forms"]:
                form = compile_workbook(body, file_name="a.xlsx")
                self.drafts[form.form_id] = body
                return said({"xmlFormId": form.form_id})
            case "POST", ["forms", name, "draft"]:
                self.drafts[name] = body
            case "POST", ["forms", name, "draft", "publish"]:
                body = self.drafts.pop(name)
                form = compile_workbook(body, file_name="a.xlsx")
                self.forms.setdefault(name, {})[form.version] = form.xform
                self.workbooks[name, form.version] = body
            case "POST", ["datasets"]:
                self.lists[json.loads(body)["name"]] = []
            case "POST", ["forms", name, "draft", "attachments", file]:
                self.attached[name, file] = body
            case "PATCH", ["forms", name, "draft", "attachments", file]:
                self.attached[name, file] = file
            case "POST", ["app-users"]:
                self.people.append(json.loads(body)["displayName"])
                return said({"id": len(self.people), "token": f"key{len(self.people)}"})
            case "POST", ["forms", name, "assignments", "app-user", number]:
                if (int(number), name) in self.given:
                    return said({"message": "A resource already exists"}, 409)
                self.given.append((int(number), name))
            case "PATCH", ["forms", _, "submissions", root]:
                self.one(root).review = json.loads(body)["reviewState"]
                self.one(root).updated = "2026-11-05T00:00:00.000Z"
            case "POST", ["forms", _, "submissions", root, "comments"]:
                self.said.setdefault(root, []).append(json.loads(body)["body"])
            case _:
                return MISSING
        return said({"success": True})

    def _project(self, steps: list[str], query: dict[str, list[str]]) -> Answer:
        match steps:
            case ["projects", "1", "forms"]:
                listed = [{"xmlFormId": name, "publishedAt": "2026-01-01"} for name in self.forms]
                drafts = [{"xmlFormId": name, "publishedAt": None} for name in ("a draft", *self.drafts)]
                return said([*listed, *(one for one in drafts if one["xmlFormId"] not in self.forms)])
            case ["projects", "1", "forms", name, "versions", *file] if (
                name in self.forms and ".xlsx" not in str(file)
            ):
                return self._versions(self.forms[name], file)
            case ["projects", "1", "forms", service, "Submissions"] if service.endswith(".svc"):
                return self._index(service.removesuffix(".svc"), query)
            case [
                "projects",
                "1",
                "forms",
                _,
                "submissions",
                root,
                ("versions" | "attachments") as what,
                *rest,
            ]:
                return self._submission(self.one(root), [what, *rest])
        return self._office(steps, query)

    def _office(self, steps: list[str], query: dict[str, list[str]]) -> Answer:  # noqa: PLR0911 - one answer a path
        """What an office looks at before it writes."""
        match steps:
            case ["projects", "1", "forms", _, "submissions", root]:
                return said({"instanceId": root, "reviewState": self.one(root).review})
            case ["projects", "1", "forms", _, "submissions", root, "comments"]:
                return said([{"body": body} for body in self.said.get(root, [])])
            case ["projects", "1", "forms", name, "draft", "attachments"]:
                named = compile_workbook(self.drafts[name], file_name="a.xlsx").media
                return said([{"name": file, "exists": (name, file) in self.attached} for file in named])
            case ["projects", "1", "datasets", *rest] if not self.without_lists:
                return self._list(rest, query.get("$filter", [""])[0])
            case ["projects", "1", "app-users"]:
                keys = [f"key{n}" for n, _ in enumerate(self.people, 1)]
                return said(
                    [{"id": n, "displayName": name, "token": key}
                     for n, (name, key) in enumerate(zip(self.people, keys, strict=True), 1)]
                )  # fmt: skip
            case ["projects", "1", "assignments", "forms", "app-user"]:
                return said([{"actorId": number, "xmlFormId": name} for number, name in self.given])
            case ["projects", "1", "forms", name, "versions", file] if file.endswith(".xlsx"):
                return 200, {"content-type": "application/zip"}, self.workbooks[name, file[:-5]]
        return MISSING

    def _list(self, steps: list[str], wanted: str) -> Answer:
        """Entity lists with their properties, rows and versions; ``source`` tells who made a version.

        Deleted rows come where the filter speaks of them, and do not say that they were.
        """
        match steps:
            case []:
                return said([{"name": name} for name in self.lists])
            case [service, "Entities"]:
                rows = [one for one in self.lists[service.removesuffix(".svc")] if _told(one, wanted)]
                return said({"value": [_entity(one) for one in rows]})
            case [name]:
                found = {key for one in self.lists[name] for each in one["versions"] for key in each["data"]}
                return said({"name": name, "properties": [{"name": key} for key in sorted(found)]})
            case [name, "entities", key, "versions"]:
                (one,) = [one for one in self.lists[name] if one["id"] == key]
                told = [each | {"version": n} for n, each in enumerate(one["versions"], 1)]
                return MISSING if one.get("deleted") else said(told)
        return MISSING

    def _versions(self, versions: dict[str, bytes], file: list[str]) -> Answer:
        if file:
            return document(versions[file[0].removesuffix(".xml").replace("___", "")])
        newest_first = reversed(versions.items())
        return said([{"version": v, "hash": hashlib.md5(x).hexdigest()} for v, x in newest_first])  # noqa: S324

    def _submission(self, one: Held, rest: list[str]) -> Answer:  # noqa: PLR0911 - one answer a path
        match rest:
            case ["versions"]:
                return said([{"instanceId": key} for key, _ in reversed(one.versions)])
            case ["versions" | "attachments", file] if file.removesuffix(".xml") in self.lost:
                return MISSING
            case ["attachments", name] if self.store:
                return 307, {"location": f"{self.store}/{name}?signature=1"}, b""
            case ["versions", file]:
                return document(dict(one.versions)[file.removesuffix(".xml")])
            case ["attachments"]:
                return said([{"name": name, "exists": held is not None} for name, held in one.files.items()])
            case ["attachments", name]:
                return 200, {"content-type": "image/jpeg"}, one.files[name] or b""
        return MISSING

    def _index(self, form_id: str, query: dict[str, list[str]]) -> Answer:
        wanted = query.get("$filter", [""])[0]
        since = re.findall(r"ge (\S+)", wanted)
        rows = [one for one in self.held if one.form_id == form_id and (wanted or not one.deleted)]
        if since:
            rows = [one for one in rows if max(one.created, one.updated or "", one.deleted or "") >= since[0]]
        rows.sort(key=lambda one: one.created, reverse=True)
        start = int(query.get("$skiptoken", ["0"])[0])
        page: dict[str, Any] = {"value": [_row(one) for one in rows[start : start + self.page]]}
        if start + self.page < len(rows):
            asked = f"&$filter={wanted}" if wanted else ""
            where = f"v1/projects/1/forms/{form_id}.svc/Submissions"
            page["@odata.nextLink"] = (
                f"https://central.example.org/{where}?$skiptoken={start + self.page}{asked}"
            )
        return said(page)


def _row(one: Held) -> dict[str, Any]:
    arrived = [content for content in one.files.values() if content is not None]
    return {
        "__id": one.root,
        "__system": {
            "submissionDate": one.created, "updatedAt": one.updated, "deletedAt": one.deleted,
            "reviewState": one.review, "edits": len(one.versions) - 1, "submitterName": "somebody",
            "attachmentsExpected": len(one.files), "attachmentsPresent": len(arrived),
        },
    }  # fmt: skip


_ENTITY_MADE = "2026-11-01T00:00:00.000Z"


def _told(one: dict[str, Any], wanted: str) -> bool:
    """Whether a filter of the shape ``time ge moment or …`` lets an entity through."""
    times = {"createdAt": _ENTITY_MADE, "updatedAt": one.get("updated"), "deletedAt": one.get("deleted")}
    if one.get("deleted") and "deletedAt" not in wanted:
        return False
    asked = re.findall(r"__system/(\w+) ge (\S+)", wanted)
    return not asked or any((times[name] or "") >= moment for name, moment in asked)


def _entity(one: dict[str, Any]) -> dict[str, Any]:
    system = {
        "createdAt": _ENTITY_MADE, "updatedAt": one.get("updated"),
        "version": len(one["versions"]), "updates": len(one["versions"]) - 1,
    }  # fmt: skip
    newest = one["versions"][-1]
    return {"__id": one["id"], "label": newest["label"], "__system": system, **newest["data"]}


@dataclass
class Kobo(OtherServer):
    """KoboToolbox with one asset: the only form it has, and what its workbook called it."""

    made_of: str = ""
    vanishing: list[Held] = field(default_factory=list)  # deleted there once a page was read

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:  # noqa: ARG002
        """The asset, its XForm, its data page by page, each submission's XML and files."""
        if headers.get("authorization") != f"Token {TOKEN}":
            return said({"detail": "Invalid token."}, 401)
        parts = urlsplit(path)
        (uid,) = self.forms
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        if steps[:3] != ["api", "v2", "assets"] or steps[3].removesuffix(".xml") != uid:
            return said({"detail": "Not found."}, 404)
        return self.disturbed(path) or self._asset(steps[3:], parse_qs(parts.query))

    def _asset(self, steps: list[str], query: dict[str, list[str]]) -> Answer:
        match steps:
            case [name, "data"]:
                return self._page(query)
            case [_, "data", number]:
                return document(self.held[int(number)].versions[-1][1])
            case [_, "data", number, "attachments", key]:
                content = list(self.held[int(number)].files.values())[int(key)] or b""
                return 200, {"content-type": "image/jpeg"}, content
            case [name] if name.endswith(".xml"):
                return document(list(self.forms[name.removesuffix(".xml")].values())[-1])
        settings = {"id_string": self.made_of} if self.made_of else {}
        return said({"uid": steps[0], "content": {"settings": settings}})

    def _page(self, query: dict[str, list[str]]) -> Answer:
        last, limit = json.loads(query["query"][0])["_id"]["$gt"], min(int(query["limit"][0]), self.page)
        rows = [self._kobo_row(n, one) for n, one in enumerate(self.held) if not one.deleted and n > last]
        for one in self.vanishing:
            one.deleted = "x"
        more = f"{self.url}/next" if limit < len(rows) else None
        return said({"count": len(rows), "next": more, "results": rows[:limit]})

    def _kobo_row(self, number: int, one: Held) -> dict[str, Any]:
        newest = one.versions[-1][0]
        return {
            "_id": number, "_uuid": newest.removeprefix("uuid:"), "meta/instanceID": newest,
            "meta/rootUuid": one.root, "_submission_time": one.created[:19],
            "_geolocation": [8.28, 100.09], "_validation_status": {"uid": one.review} if one.review else {},
            "_attachments": [
                {"id": key, "uid": str(key), "filename": f"office/a/{name}", "media_file_basename": name}
                for key, (name, content) in enumerate(one.files.items()) if content is not None
            ],
        }  # fmt: skip


def made_by_kobo(xform: bytes, uid: str) -> bytes:
    """A form as KoboToolbox deploys it: under its own id and version, which its answers name too."""
    form = read_schema(xform)
    text = xform.decode().replace("/data/", f"/{uid}/")
    root = f'<data id="{form.form_id}" version="{form.version}"'
    assert root in text
    text = text.replace(root, f'<{uid} id="{uid}" version="1 (2026-11-29 10:00:00)"')
    text = text.replace("</data>", f"<__version__/></{uid}>", 1)
    bind = f'<bind nodeset="/{uid}/__version__" type="string" calculate="\'v1\'"/></model>'
    return text.replace("</model>", bind, 1).encode()


@contextmanager
def serving(server: OtherServer, *, tls: ssl.SSLContext | None = None) -> Iterator[OtherServer]:
    """Let a server answer on a free port of loopback, over https with ``tls``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            cut = server.trouble[:1] in (["half"], ["cut"], ["short"])
            trouble = server.trouble.pop(0) if cut else ""
            status, headers, content = server.answer(self.command, self.path, self.headers, body)
            if trouble == "short":  # by somebody in between who then says how long it is
                content = content if headers["content-type"].startswith("image") else content[:-20]
            if trouble == "cut":
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if trouble == "half" else content)
            if trouble == "half":
                self.close_connection = True

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - http.server's own names

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        http.socket = tls.wrap_socket(http.socket, server_side=True)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
