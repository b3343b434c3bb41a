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
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from recordings import chapters, like

from forms.compile import CompiledForm, compile_workbook
from forms.schema import EntityRule
from forms.xform import read_schema
from thai.problem import Problem, Problems

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

    @property
    def newest(self) -> str:
        """The instance id of its last edit."""
        return self.versions[-1][0]

    @property
    def stands(self) -> str | None:
        """Its review state: an edit makes one of its own."""
        return self.review or ("edited" if len(self.versions) > 1 else None)


@dataclass
class OtherServer:
    """What both kinds share: forms, submissions, troubles, and a request log."""

    forms: dict[str, dict[str, bytes]] = field(default_factory=dict)  # form_id -> version -> XForm
    held: list[Held] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    page: int = 3  # a small page, so that paging happens
    url: str = ""

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


@cache
def compiled(workbook: bytes) -> CompiledForm:
    """The form that a workbook makes; raises its problems."""
    return compile_workbook(workbook, file_name="a.xlsx")


def kept(server: str, asked: str, status: int = 200) -> Any:
    """The body of a recorded answer."""
    return like(server, asked, status)["body"]


def refused(asked: str, status: int) -> Answer:
    """Central's own words for what it does not do."""
    return said(kept("central", asked, status), status)


def sent(asked: str, content: bytes, name: str = "") -> Answer:
    """A document or a file with the headers that Central gives it."""
    headers = like("central", asked)["headers"]
    if name:
        way = headers["content-disposition"].partition(";")[0]
        plain = re.sub(r"[^ -~]+", "-", name)
        headers["content-disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return 200, headers, content


MISSING = refused("GET .*/submissions/uuid:none", 404)
_P = "/v1/projects/1"
_DEFAULT_PAGE = 1_000
_REVIEWS = {None, "hasIssues", "edited", "approved", "rejected"}


@dataclass
class Central(OtherServer):
    """ODK Central, project 1, as it answered when it was recorded; the tests' own rows are put into that.

    What an office writes there is kept as it came.
    """

    drafts: dict[str, bytes] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ("a draft",)  # forms that were never published
    workbooks: dict[tuple[str, str], bytes] = field(default_factory=dict)
    attached: dict[tuple[str, str], bytes | str] = field(default_factory=dict)  # a list it is linked with
    touched: set[tuple[str, str]] = field(default_factory=set)  # attached by somebody
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
    _sessions: set[str] = field(default_factory=set)  # one does not end with the next
    _signed_in: int = 0

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        """Sessions, forms, the OData index, versions and attachments."""
        parts = urlsplit(path)
        if (method, parts.path) == ("POST", "/v1/sessions"):
            disturbance = self.at_the_door.pop(0) if self.at_the_door else ""
            return self.disturbance(disturbance, path) or self._session(json.loads(body))
        if headers.get("authorization", "").startswith("Basic "):
            return refused(f"GET {_P}/forms", 401)
        if self.trouble[:1] == ["expired"]:
            self.trouble.pop(0)
            self._sessions.clear()
        if headers.get("authorization") not in self._sessions:
            return refused("POST /v1/sessions", 401)
        steps = [unquote(step) for step in parts.path.split("/")[2:]]
        disturbed = self.disturbed(path)
        if disturbed or method == "GET":
            return disturbed or self._project(steps, dict(parse_qsl(parts.query)))
        self.written += 1
        return self._write(method, steps, body)

    def _session(self, asked: dict[str, str]) -> Answer:
        if (asked["email"], asked["password"]) != (USER, PASSWORD):
            return refused("POST /v1/sessions", 401)
        self._signed_in += 1
        self._sessions.add(f"Bearer t{self._signed_in}")
        return said(kept("central", "POST /v1/sessions") | {"token": f"t{self._signed_in}"})

    def _write(self, method: str, steps: list[str], body: bytes) -> Answer:  # noqa: PLR0911 - one answer a path
        match method, steps[2:]:
            case "POST", ["forms"]:
                return self._new_form(body)
            case "POST", ["forms", name, "draft"]:
                self._draft(name, body)
            case "POST", ["forms", name, "draft", "publish"]:
                return self._publish(name)
            case "POST", ["datasets"]:
                return self._new_list(json.loads(body)["name"])
            case (("POST" | "PATCH"), ["forms", name, "draft", "attachments", file]):
                self.attached[name, file] = body if method == "POST" else file
                self.touched.add((name, file))
                told = kept("central", f"{method} .*/draft/attachments/.*")
                return said({key: value for key, value in self._attached(name, file).items() if key in told})
            case "POST", ["app-users"]:
                self.people.append(json.loads(body)["displayName"])
                made = self._person(len(self.people))
                return said(kept("central", f"POST {_P}/app-users") | made)
            case "POST", ["forms", name, "assignments", "app-user", number]:
                if (int(number), name) in self.given:
                    return refused("POST .*/assignments/.*", 409)
                self.given.append((int(number), name))
            case _, ["forms", _, "submissions", root, *rest]:
                return self._decide(root, rest, json.loads(body))
            case _:
                return MISSING
        return said({"success": True})

    def _new_form(self, workbook: bytes) -> Answer:
        asked = f"POST {_P}/forms\\?.*"
        try:
            form = compiled(workbook)
        except (Problem, Problems):
            return refused(asked, 400)
        if form.form_id in {*self.forms, *self.drafts}:
            return refused(asked, 409)
        self._draft(form.form_id, workbook)
        return said(kept("central", asked) | self._form_row(form.form_id, form.version, form.xform))

    def _draft(self, name: str, workbook: bytes) -> None:
        """What the draft before it was given stays; a list that is there by now is linked."""
        self.drafts[name] = workbook
        for file in compiled(workbook).media:
            if file.removesuffix(".csv") in self.lists:
                self.attached.setdefault((name, file), file)

    def _publish(self, name: str) -> Answer:
        form = compiled(self.drafts[name])
        if form.version in self.forms.get(name, {}):
            return refused("POST .*/draft/publish", 409)
        self.forms.setdefault(name, {})[form.version] = form.xform
        self.workbooks[name, form.version] = self.drafts.pop(name)
        for rule in form.schema.entities:
            self.lists.setdefault(rule.dataset, [])
        return said({"success": True})

    def _new_list(self, name: str) -> Answer:
        if name in self.lists:
            return refused(f"POST {_P}/datasets", 409)
        self.lists[name] = []
        return said(kept("central", f"POST {_P}/datasets") | {"name": name})

    def _decide(self, root: str, rest: list[str], words: dict[str, str]) -> Answer:
        asked = ".*/submissions/[^/]*"
        if rest == ["comments"]:
            self.said.setdefault(root, []).append(words["body"])
            return said(kept("central", f"POST {asked}/comments") | words)
        one = self.one(root)
        if words["reviewState"] not in _REVIEWS:
            return refused(f"PATCH {asked}", 400)
        one.review, one.updated = words["reviewState"], "2026-11-05T00:00:00.000Z"
        return said(kept("central", f"PATCH {asked}") | _stands(one))

    def _project(self, steps: list[str], query: dict[str, str]) -> Answer:
        match steps:
            case ["projects", "1", "forms"]:
                return said(self._all_forms())
            case ["projects", "1", "forms", name, "versions", *file] if name in self.forms:
                return self._versions(name, file)
            case ["projects", "1", "forms", service, "Submissions"] if service.endswith(".svc"):
                return self._index(service.removesuffix(".svc"), query)
            case ["projects", "1", "forms", _, "submissions", root, *rest]:
                found = [one for one in self.held if one.root == root and not one.deleted]
                return self._submission(found[0], rest) if found else MISSING
        return self._office(steps, query)

    def _all_forms(self) -> list[dict[str, Any]]:
        drafts = {name: self._form_row(name, "", b"") for name in self.unfinished}
        for name, workbook in self.drafts.items():
            form = compiled(workbook)
            drafts[name] = self._form_row(name, form.version, form.xform)
        newest = {name: list(versions.items())[-1] for name, versions in self.forms.items()}
        published = {name: self._form_row(name, *one) for name, one in newest.items()}
        return [row for _, row in sorted((drafts | published).items())]

    def _form_row(self, name: str, version: str, xform: bytes) -> dict[str, Any]:
        """A form as Central tells of it, or one of its versions: a draft has never been published."""
        row = kept("central", f"GET {_P}/forms" if name in self.forms else f"POST {_P}/forms\\?.*")
        row = row[0] if isinstance(row, list) else row
        title = re.search(rb"<h:title>(.*?)</h:title>", xform)
        row |= {"name": title[1].decode() if title else name, "hash": hashlib.md5(xform).hexdigest()}  # noqa: S324
        draft = {"draftToken": "0" * 64} if name in self.drafts else {}
        return row | {"xmlFormId": name, "version": version} | draft

    def _office(self, steps: list[str], query: dict[str, str]) -> Answer:
        """What an office looks at before it writes."""
        match steps:
            case ["projects", "1", "forms", name, "draft", "attachments"]:
                named = compiled(self.drafts[name]).media
                return said([self._attached(name, file) for file in sorted(named)])
            case ["projects", "1", "datasets", *rest] if not self.without_lists:
                return self._list(rest, query)
            case ["projects", "1", "app-users"]:
                row = kept("central", f"GET {_P}/app-users")[0]
                return said([row | self._person(n) for n, _ in enumerate(self.people, 1)])
            case ["projects", "1", "assignments", "forms", "app-user"]:
                row = kept("central", f"GET {_P}/assignments/forms/app-user")[0]
                return said([row | {"actorId": number, "xmlFormId": name} for number, name in self.given])
        return MISSING

    def _person(self, number: int) -> dict[str, Any]:
        return {"id": number, "displayName": self.people[number - 1], "token": f"key{number}"}

    def _attached(self, name: str, file: str) -> dict[str, Any]:
        held = self.attached.get((name, file))
        row = kept("central", "GET .*/draft/attachments")[0]
        if (name, file) not in self.touched:
            del row["updatedAt"]
        md5 = hashlib.md5(held).hexdigest() if isinstance(held, bytes) else None  # noqa: S324
        there = {"blobExists": md5 is not None, "datasetExists": isinstance(held, str)}
        return row | there | {"name": file, "hash": md5, "exists": held is not None}

    def _list(self, steps: list[str], query: dict[str, str]) -> Answer:
        """Entity lists with their properties, rows and versions; ``source`` tells who made a version."""
        match steps:
            case []:
                row = kept("central", f"GET {_P}/datasets")[0]
                return said([row | {"name": name} for name in self.lists])
            case [service, "Entities"]:
                name = service.removesuffix(".svc")
                return self._entities(name, query)
            case [name] if name in self.lists:
                return said(self._told_of(name))
            case [name, "entities", key, "versions"]:
                (one,) = [one for one in self.lists[name] if one["id"] == key]
                return MISSING if one.get("deleted") else said(_versions(one["versions"]))
        return MISSING

    def _makers(self, name: str) -> dict[str, EntityRule]:
        """The forms that make or change entities of a list."""
        return {
            form_id: rule
            for form_id, versions in self.forms.items()
            for xform in list(versions.values())[-1:]
            for rule in (read_schema(xform).entities if xform else ())
            if rule.dataset == name
        }

    def _properties(self, name: str) -> list[str]:
        rows = [each["data"] for one in self.lists[name] for each in one["versions"]]
        return list(dict.fromkeys(key for row in (*_asked_for(self._makers(name)), *rows) for key in row))

    def _told_of(self, name: str) -> dict[str, Any]:
        told = kept("central", f"GET {_P}/datasets/[^/.]*")
        (form,), one = told["sourceForms"], told["properties"][0]
        makers = self._makers(name)
        linked = sorted({form_id for (form_id, _), held in self.attached.items() if held == f"{name}.csv"})
        told["sourceForms"] = [form | {"xmlFormId": each} for each in makers]
        told["linkedForms"] = [form | {"xmlFormId": each} for each in linked if each in self.forms]
        told["properties"] = [
            one | {"name": key, "odataName": re.sub(r"[.-]", "_", key), "forms": [
                form | {"xmlFormId": each} for each, rule in makers.items() if key in rule.properties
            ]} for key in self._properties(name)
        ]  # fmt: skip
        return told | {"name": name}

    def _entities(self, name: str, query: dict[str, str]) -> Answer:
        """Newest first; deleted ones come where the filter speaks of them, and say when they were."""
        every = sorted(self.lists[name], key=lambda one: (one.get("created", _ENTITY_MADE), one["id"]))
        wanted, properties = query.get("$filter", ""), self._properties(name)
        rows = [(one["id"], _entity(one, properties)) for one in reversed(every) if _told(one, wanted)]
        return self._page(f"datasets/{name}.svc/Entities", query, rows)

    def _versions(self, name: str, file: list[str]) -> Answer:
        versions = self.forms[name]
        if not file:
            return said([self._form_row(name, *one) for one in reversed(versions.items())])
        version, _, kind = file[0].rpartition(".")
        version = version.replace("___", "")
        if kind == "xlsx" and (name, version) in self.workbooks:
            return sent("GET .*[.]xlsx", self.workbooks[name, version], f"{name}.xlsx")
        return sent("GET .*/forms/.*[.]xml", versions[version]) if kind == "xml" else MISSING

    def _submission(self, one: Held, rest: list[str]) -> Answer:  # noqa: PLR0911 - one answer a path
        asked = "GET .*/submissions/[^/]*"
        match rest:
            case []:
                told = kept("central", asked) | _stands(one)
                return said(told | {"currentVersion": told["currentVersion"] | {"instanceId": one.newest}})
            case ["comments"]:
                row = kept("central", f"{asked}/comments")[0]
                return said([row | {"body": body} for body in self.said.get(one.root, [])])
            case ["versions"]:
                row = kept("central", f"{asked}/versions")[0]
                ids = [key for key, _ in reversed(one.versions)]
                return said([row | {"instanceId": key, "current": key == one.newest} for key in ids])
            case ["versions" | "attachments", file] if file.removesuffix(".xml") in self.lost:
                return MISSING
            case ["attachments", name] if self.store:
                return 307, {"location": f"{self.store}/{name}?signature=1"}, b""
            case ["versions", file]:
                return sent(f"{asked}/versions/.*[.]xml", dict(one.versions)[file.removesuffix(".xml")])
            case ["attachments"]:
                row = kept("central", f"{asked}/attachments")[0]
                files = one.files.items()
                return said([row | {"name": name, "exists": held is not None} for name, held in files])
            case ["attachments", name] if one.files.get(name) is not None:
                return sent(f"{asked}/attachments/1.jpg", one.files[name] or b"", name)
        return MISSING

    def _index(self, form_id: str, query: dict[str, str]) -> Answer:
        wanted = query.get("$filter", "")
        since = re.findall(r"ge (\S+)", wanted)
        rows = [one for one in self.held if one.form_id == form_id and (wanted or not one.deleted)]
        if since:
            rows = [one for one in rows if max(one.created, one.updated or "", one.deleted or "") >= since[0]]
        rows.sort(key=lambda one: one.created, reverse=True)
        return self._page(f"forms/{form_id}.svc/Submissions", query, [(one.root, _row(one)) for one in rows])

    def _page(self, path: str, query: dict[str, str], rows: list[tuple[str, dict[str, Any]]]) -> Answer:
        """A page of rows by their keys; the next one begins behind its last row, wherever that stands."""
        table, after = f"https://central.example.org{_P}/{path}", query.get("$skiptoken")
        start = next((n for n, (key, _) in enumerate(rows, 1) if key == after), 0)
        top = min(int(query.get("$top", _DEFAULT_PAGE)), self.page)
        shown = rows[start : start + top]
        context = f"{table.rpartition('/')[0]}/$metadata#{table.rpartition('/')[2]}"
        page: dict[str, Any] = {"value": [row for _, row in shown], "@odata.context": context}
        if start + top < len(rows):
            page["@odata.nextLink"] = f"{table}?{urlencode(query | {'$skiptoken': shown[-1][0]})}"
        return said(page)


def _stands(one: Held) -> dict[str, Any]:
    return {
        "instanceId": one.root,
        "createdAt": one.created,
        "updatedAt": one.updated,
        "reviewState": one.stands,
    }


def _row(one: Held) -> dict[str, Any]:
    arrived = [content for content in one.files.values() if content is not None]
    row = kept("central", r"GET .*\$select=__id,__system")["value"][0]
    return {"__id": one.root, "__system": row["__system"] | {
        "submissionDate": one.created, "updatedAt": one.updated, "deletedAt": one.deleted,
        "reviewState": one.stands, "edits": len(one.versions) - 1,
        "attachmentsExpected": len(one.files), "attachmentsPresent": len(arrived),
    }}  # fmt: skip


_ENTITY_MADE = "2026-11-01T00:00:00.000Z"


def _told(one: dict[str, Any], wanted: str) -> bool:
    """Whether a filter of the shape ``time ge moment or …`` lets an entity through."""
    made = one.get("created", _ENTITY_MADE)
    times = {"createdAt": made, "updatedAt": one.get("updated"), "deletedAt": one.get("deleted")}
    if one.get("deleted") and "deletedAt" not in wanted:
        return False
    asked = re.findall(r"__system/(\w+) ge (\S+)", wanted)
    return not asked or any((times[name] or "") >= moment for name, moment in asked)


def _entity(one: dict[str, Any], properties: list[str]) -> dict[str, Any]:
    """A row of a list: a property that the entity lacks is blank in it."""
    row = kept("central", r"GET .*/Entities\?\$top=2")["value"][0]
    system = row["__system"] | {
        "createdAt": one.get("created", _ENTITY_MADE), "updatedAt": one.get("updated"),
        "deletedAt": one.get("deleted"), "version": len(one["versions"]), "updates": len(one["versions"]) - 1,
    }  # fmt: skip
    newest = one["versions"][-1]
    told = {re.sub(r"[.-]", "_", name): newest["data"].get(name, "") for name in properties}
    return {"__id": one["id"], "label": newest["label"], "__system": system, **told}


def _asked_for(makers: dict[str, EntityRule]) -> list[dict[str, str]]:
    return [rule.properties for rule in makers.values()]


def _versions(versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An entity's versions, oldest first, each with what it changed."""
    row = kept("central", "GET .*/entities/.*/versions")[0]
    told, before = list[dict[str, Any]](), dict[str, str]()
    for number, one in enumerate(versions, 1):
        after = {"label": one["label"], **one["data"]}
        received = {key: value for key, value in after.items() if before.get(key) != value}
        changed = sorted(received) if before else []
        newest = number == len(versions)
        told.append(row | {
            "label": one["label"], "data": one["data"], "source": _source(one.get("source")),
            "version": number, "baseVersion": number - 1 or None, "baseDiff": changed, "serverDiff": changed,
            "dataReceived": received, "current": newest, "lastGoodVersion": newest,
        })  # fmt: skip
        before = after
    return told


def _source(source: dict[str, Any] | None) -> dict[str, Any]:
    """Who made a version: a phone's submission, a file, or somebody by hand, of which nothing is told."""
    if not source:
        return {}
    told = deepcopy(next(one for one in _sources() if ("submission" in one) == ("submission" in source)))
    for key, value in source.items():
        told[key] = told[key] | value if isinstance(value, dict) else value
    return told


def _sources() -> list[dict[str, Any]]:
    """What was recorded of first versions: by a phone, by a file."""
    asked = [one for one in chapters("central")["entity_lists"] if "/entities/" in one["asked"]]
    return [one["body"][0]["source"] for one in asked if one["status"] == 200]


_ASSET = "/api/v2/assets/[^/]*"


@dataclass
class Kobo(OtherServer):
    """KoboToolbox with one asset: the only form it has, and what its workbook called it."""

    made_of: str = ""
    vanishing: list[Held] = field(default_factory=list)  # deleted there once a page was read
    removed: set[str] = field(default_factory=set)  # files that somebody deleted, which are listed still

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:  # noqa: ARG002
        """The asset, its XForm, its data page by page, each submission's XML and files."""
        if headers.get("authorization") != f"Token {TOKEN}":
            told = like("kobo", ".*", 401)
            return 401, told["headers"], json.dumps(told["body"]).encode()
        parts = urlsplit(path)
        (uid,) = self.forms
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        if steps[:3] != ["api", "v2", "assets"] or steps[3].removesuffix(".xml") != uid:
            return self._json(kept("kobo", ".*", 404), 404)
        return self.disturbed(path) or self._asset(steps[3:], dict(parse_qsl(parts.query)))

    def _json(self, value: Any, status: int = 200) -> Answer:
        return status, like("kobo", f".*{_ASSET}/[?].*")["headers"], json.dumps(value).encode()

    def _xml(self, content: bytes) -> Answer:
        return 200, like("kobo", ".*[.]xml")["headers"], content

    def _asset(self, steps: list[str], query: dict[str, str]) -> Answer:
        match steps:
            case [name, "data"]:
                return self._page(name, query)
            case [_, "data", number]:
                return self._xml(self.held[int(number)].versions[-1][1])
            case [_, "data", number, "attachments", key]:
                name, content = list(self.held[int(number)].files.items())[int(key)]
                headers = {"content-disposition": f"inline; filename={name}"}
                return 200, like("kobo", ".*/attachments/.*")["headers"] | headers, content or b""
            case [name] if name.endswith(".xml"):
                return self._xml(list(self.forms[name.removesuffix(".xml")].values())[-1])
        asset = kept("kobo", f".*{_ASSET}/[?].*") | {"uid": steps[0]}
        del asset["content"]["settings"]["id_string"]
        asset["content"]["settings"] |= {"id_string": self.made_of} if self.made_of else {}
        return self._json(asset)

    def _page(self, name: str, query: dict[str, str]) -> Answer:
        last, limit = json.loads(query["query"])["_id"]["$gt"], min(int(query["limit"]), self.page)
        rows = [self._kobo_row(n, one) for n, one in enumerate(self.held) if not one.deleted and n > last]
        for one in self.vanishing:
            one.deleted = "x"
        following = urlencode([*sorted(query.items()), ("start", limit)])
        more = (
            f"https://kobo.example.org/api/v2/assets/{name}/data/?{following}" if limit < len(rows) else None
        )
        asked = json.loads(query["fields"])
        shown = [{key: value for key, value in row.items() if key in asked} for row in rows[:limit]]
        page = kept("kobo", ".*/data/[?].*") | {"count": len(rows), "next": more, "results": shown}
        return self._json(page)

    def _kobo_row(self, number: int, one: Held) -> dict[str, Any]:
        """A row; a file's name in Kobo's store may have letters behind it, where two are called alike."""
        row = kept("kobo", ".*/data/[?].*")["results"][0]
        (file,) = row["_attachments"]
        status = row["_validation_status"] | {"uid": one.review} if one.review else {}
        files = [(key, name) for key, (name, content) in enumerate(one.files.items()) if content is not None]
        return row | {
            "_id": number, "_uuid": one.newest.removeprefix("uuid:"), "meta/instanceID": one.newest,
            "meta/rootUuid": one.root, "_submission_time": one.created[:19], "_validation_status": status,
            "_attachments": [
                file | {"uid": str(key), "media_file_basename": name, "is_deleted": name in self.removed}
                for key, name in files
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
