"""Offices for tests: one opened in the test's own process, and one that runs as its users start it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import httpx
import warm
from made_once import made_once

from forms.xform import Schema
from ingest import first_start, log
from ingest.atlas import Atlas
from ingest.envelope import read_envelope
from ingest.field import enumerators
from ingest.folder import DataFolder
from ingest.log import Outcome, Received
from ingest.projecting import follow
from streamlit_app.office import Office


@contextmanager
def opened(path: Path, *, forms: bool = True, demo: bool = False) -> Iterator[Office]:
    """An office with the shipped forms and the demo's drawn boundaries; nothing follows by itself.

    With ``demo`` its submissions are there, too, as the first start brought them in.
    """
    if demo:
        shutil.copytree(made_once("demo", _start_with_demo) / "data", path)
    elif forms:
        shutil.copytree(_with_shipped_forms(), path, dirs_exist_ok=True)
    atlas = Atlas(DataFolder(path))
    follow.open_warehouse(atlas, workers=0)
    try:
        yield Office(atlas, follow.Follower(atlas, workers=0))
    finally:
        atlas.close()


def _with_shipped_forms() -> Path:
    """A data folder to copy: compiling forms and making tables takes longer than most tests."""
    return made_once("forms", _publish)


def _publish(folder: Path) -> None:
    atlas = Atlas(DataFolder(folder))
    first_start.publish_shipped_forms(atlas.log, atlas.attachments)
    follow.open_warehouse(atlas, workers=0)
    atlas.close()


def with_demo(path: Path) -> RunningOffice:
    """The product with its demo on a copy of what its first start made, as a user's would."""
    first = made_once("demo", _start_with_demo)
    shutil.copytree(first / "data", path)
    facts = json.loads((first / "facts.json").read_text(encoding="utf-8"))
    return RunningOffice(path, ("--demo",), facts=facts).start()


def _start_with_demo(folder: Path) -> None:
    running = RunningOffice(folder / "data", ("--demo",), fresh=True).start()
    running.status()
    assert running.stop() == 0
    (folder / "facts.json").write_text(json.dumps({"password": running.facts["password"]}), encoding="utf-8")


def send(office: Office, *documents: bytes, source: str = "phone") -> list[Outcome]:
    """Put submissions through the log and bring the warehouse up to it."""
    received = [Received(read_envelope(xml), xml, source) for xml in documents]
    with log.writing(office.atlas.log) as connection:
        outcomes = log.append(connection, received)
    office.follower.catch_up()
    return outcomes


def instance_id() -> str:
    """A new instance id, as Collect makes them."""
    return f"uuid:{uuid.uuid4()}"


def submission(
    schema: Schema, answers: Mapping[str, Any], *, instance: str = "", replaces: str = "", version: str = "",
    meta: str = "",
) -> bytes:  # fmt: skip
    """A submission as Collect writes it; a repeat's answers are a list of mappings under its name."""
    body = _children(schema, "", dict(answers))
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    meta_xml = f"<meta><instanceID>{instance or instance_id()}</instanceID>{deprecated}{meta}</meta>"
    root = f'{schema.root} id="{schema.form_id}" version="{version or schema.version}"'
    return f"<?xml version='1.0' ?><{root}>{meta_xml}{body}</{schema.root}>".encode()


def _children(schema: Schema, repeat: str, answers: dict[str, Any]) -> str:
    table = schema.table(repeat)
    tree: dict[str, Any] = {}
    for one in table.fields:
        if answers.get(one.name) is not None:
            _put(tree, one.path[len(table.path) :], escape(str(answers[one.name])))
    for inner in schema.tables:
        parent, _, name = inner.name.rpartition("/")
        if inner.name and parent == repeat and name in answers:
            rows = [_children(schema, inner.name, row) for row in answers[name]]
            _put(tree, inner.path[len(table.path) :], rows)
    return _xml(tree)


def _put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = value


def _xml(tree: dict[str, Any]) -> str:
    parts = []
    for name, value in tree.items():
        values = value if isinstance(value, list) else [_xml(value) if isinstance(value, dict) else value]
        parts += [f"<{name}>{one}</{name}>" for one in values]
    return "".join(parts)


@dataclass
class RunningOffice:
    """The product as ``tambon.py up`` starts it, in a process of its own."""

    data: Path
    options: tuple[str, ...] = ("--empty",)
    log: Path | None = None  # where what the server prints is kept; the terminal otherwise
    facts: dict[str, Any] = field(default_factory=dict)
    fresh: bool = False  # begins with a new interpreter, as a user's start does
    process: ForkServerProcess | None = None

    def start(self) -> RunningOffice:
        """Start and wait until it says that it is ready; an empty one begins with forms compiled already."""
        if self.options == ("--empty",) and not self.data.exists():
            shutil.copytree(_with_shipped_forms(), self.data)
        words = ("up", "--json", "--port", "0", "--data", str(self.data), *self.options)
        self.process, printed = warm.start(words, self.log, fresh=self.fresh)
        with open(printed.fileno(), encoding="utf-8", closefd=False) as lines:
            line = lines.readline()
        if not line:
            self.process.join()
            raise RuntimeError(f"up ended with {self.process.exitcode}")
        self.facts = {"password": self.facts.get("password")} | json.loads(line)
        return self

    @property
    def url(self) -> str:
        """The office's address, without the slash at the end."""
        return str(self.facts["url"]).rstrip("/")

    def command(self, *words: str, check: bool = True) -> Any:
        """Run another command on the same data, as somebody at a second terminal would."""
        errors = self.data.with_name("errors.txt")
        asked = (*words, "--json", "--data", str(self.data))
        process, printed = warm.start(asked, errors, fresh=False)
        with open(printed.fileno(), encoding="utf-8", closefd=False) as lines:
            said = lines.read()
        process.join()
        if check and process.exitcode:
            raise AssertionError(said + errors.read_text(encoding="utf-8"))
        return json.loads(said)

    def ask(self, action: str, **values: Any) -> Any:
        """What a command would ask this server over loopback, without the start of a process."""
        server = json.loads((self.data / "server.json").read_text(encoding="utf-8"))
        headers = {"x-tambon-secret": server["secret"]}
        answer = httpx.post(
            f"{self.url}/control/{action}", json=values, headers=headers, timeout=120, trust_env=False
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status(self) -> Any:
        """The counts, once everything received so far is projected."""
        return self.ask("catch_up")

    def phone(self, name: str = "สมหญิง", area: str = "8012", forms: Iterable[str] = ()) -> httpx.Client:
        """A phone that was set up with an enumerator's QR code, with a volunteer's forms or those chosen."""
        chosen = ["--forms", *forms] if forms else []
        made = self.command("enumerator", "add", name, "--area", area, "--url", self.url, *chosen)
        headers = {
            "X-OpenRosa-Version": "1.0",
            "User-Agent": "org.odk.collect.android/v2026.2.0 Dalvik/2.1.0",
        }
        return httpx.Client(base_url=made["server_url"] + "/", headers=headers, timeout=30, trust_env=False)

    def browser(self) -> httpx.Client:
        """A browser that has signed in as the administrator."""
        client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        form = {"email": self.facts["admin"], "password": self.facts["password"]}
        assert client.post("/signin", data=form).status_code == 303
        return client

    def kill(self) -> None:
        """Pull the plug."""
        assert self.process is not None
        self.process.kill()
        self.process.join()

    def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        assert self.process is not None
        if self.process.is_alive() and self.process.pid:
            os.kill(self.process.pid, signal.SIGINT)
        self.process.join(timeout=30)
        assert self.process.exitcode is not None, "still there half a minute after Ctrl-C"
        return self.process.exitcode


def enumerator(office: Office, name: str = "สมหญิง", area: str = "8012") -> enumerators.Enumerator:
    """An enumerator registered in an office of this process."""
    with log.writing(office.atlas.log) as connection:
        return enumerators.add(connection, name, area)


def post(
    phone: httpx.Client, xml: bytes, files: Mapping[str, bytes] | None = None, **fields: str
) -> httpx.Response:
    """POST a submission as Collect does: the XML part first, then each file under its own name."""
    parts: list[tuple[str, Any]] = [("xml_submission_file", ("submission.xml", xml, "text/xml"))]
    parts += [(name, (name, content, "image/jpeg")) for name, content in (files or {}).items()]
    parts += [(name, (None, value)) for name, value in fields.items()]
    return phone.post("submission?deviceID=collect%3Aabc", files=parts)
