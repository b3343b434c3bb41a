"""The simulated ODK Central answers as a real one did, and our reader reads what the real one said."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import central_story
import other_servers
import pytest
from central_story import BY_HAND, CHAPTERS, FORM, LIST, OF_A_FILE, OF_A_PHONE, Elsewhere, heard, played
from other_servers import TOKEN, Answer, Central, Held, Kobo, OtherServer, serving
from recordings import Exchange, chapters

from ingest import log
from ingest.bringing import bring
from ingest.sources import central, kobo, odata, register
from ingest.sources.pull import pull
from streamlit_app.office import Office
from thai.problem import Problem

READ = {
    "__id", "instanceId", "xmlFormId", "version", "reviewState", "edits", "attachmentsExpected", "exists",
    "attachmentsPresent", "label", "data", "name", "code", "current", "displayName", "blobExists",
    "datasetExists", "updates", "formVersion", "geometry", "depth", "body", "baseVersion", "success",
}  # fmt: skip


@dataclass
class Meanwhile(Elsewhere):
    """Phones and people of the simulated server."""

    server: Central
    minute: int = 0

    def now(self) -> str:
        """Later each time."""
        self.minute += 1
        return f"2026-11-02T00:{self.minute:02}:00.000Z"

    def send(self, xml: bytes, instance_id: str, files: dict[str, bytes | None], entity: str = "") -> None:
        """A phone sends, and the worker makes its entity."""
        self.server.held.append(Held(FORM, [(instance_id, xml)], files, created=self.now()))
        if entity:
            data = {"geometry": "8.2808 100.0898 0 5", "depth": "12.5"}
            source = {"submission": {"instanceId": instance_id}}
            version = {"label": "1", "data": data, "source": source}
            self.server.lists[LIST].append({"id": entity, "created": self.now(), "versions": [version]})

    def edit(self, root: str, xml: bytes, instance_id: str) -> None:
        """A version more."""
        one = self.server.one(root)
        one.versions.append((instance_id, xml))
        one.updated = self.now()

    def delete(self, root: str) -> None:
        """Into the bin."""
        self.server.one(root).deleted = self.now()

    def upload(self, entities: dict[str, tuple[str, dict[str, str]]]) -> None:
        """All at one moment."""
        now = self.now()
        for key, (label, data) in entities.items():
            version = {"label": label, "data": data, "source": {"name": "wells.csv", "size": 100, "count": 3}}
            self.server.lists[LIST].append({"id": key, "created": now, "versions": [version]})

    def change(self, entity: str, label: str, data: dict[str, str]) -> None:
        """A version by hand."""
        one = self.entity(entity)
        newest = one["versions"][-1]["data"] | data
        one["versions"].append({"label": label, "data": newest, "source": None})
        one["updated"] = self.now()

    def forget(self, entity: str) -> None:
        """Into the bin."""
        self.entity(entity)["deleted"] = self.now()

    def entity(self, key: str) -> dict[str, Any]:
        """One of the list."""
        return next(one for one in self.server.lists[LIST] if one["id"] == key)


def shape(value: Any, key: str = "") -> Any:
    """Keys, types and what is null; of what we read, what it says."""
    if isinstance(value, dict):
        return {name: shape(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one, key) for one in value]
    return value if key in READ else type(value).__name__


@pytest.fixture(scope="module")
def simulated() -> dict[str, list[Exchange]]:
    """The whole story, lived through at the simulated server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(other_servers, "PASSWORD", central_story.PASSWORD)
        server = Central(unfinished=())
        with serving(server), played(central_story.Office(server.url, Meanwhile(server))) as told:
            return told


@pytest.mark.parametrize("chapter", [one.__name__ for one in CHAPTERS])
def test_the_simulated_central_answers_as_a_real_one(
    simulated: dict[str, list[Exchange]], chapter: str
) -> None:
    """The same questions in the same order, with the same status, headers and structure of the answers."""
    real, ours = chapters("central")[chapter], simulated[chapter]
    for there, here in zip(real, ours, strict=False):
        told = [(one["status"], one["headers"], shape(one["body"])) for one in (there, here)]
        assert told[0] == told[1], f"{there['asked']} | {here['asked']}"
    assert len(real) == len(ours)


@dataclass
class Replayed(OtherServer):
    """What the real server said last to each question, word for word."""

    told: list[Exchange] = field(default_factory=list)

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:  # noqa: ARG002
        """One request, which must have been recorded."""
        last = {one["asked"]: one for one in self.told}
        one = last[f"{method} {central_story.asked_of(path)}"]
        text = one["body"].get("text") if isinstance(one["body"], dict) else None
        content = json.dumps(one["body"]) if text is None else "\n".join(text)
        return one["status"], one["headers"], content.encode()


def test_what_a_real_central_said_stands_here(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms, edits, a deletion, a photo that came and one that did not, a decision, the register."""
    monkeypatch.setattr(odata, "_PAGE", central_story.PAGE)
    order = [one for chapter in CHAPTERS for one in chapters("central")[chapter.__name__]]
    with serving(Replayed(told=order)) as server:
        with log.writing(office.atlas.log) as connection:
            source = register.remember(connection, "central", server.url)
        remote = central.Central(central_story.config(server.url), "1", pause=lambda _: None)
        done = pull(office.atlas, source, remote)
    office.follower.catch_up()

    def stored(query: str) -> list[tuple[Any, ...]]:
        return office.atlas.warehouse.cursor().execute(query).fetchall()

    assert (done["accepted"], done["files"], done["problems"]) == (8, 2, [])
    rows = f'SELECT "order", depth, state FROM {FORM} LEFT JOIN review USING (_instance_id) ORDER BY 1'
    assert stored(rows) == [("1", 12.5, None), ("2 at last", 12.5, None), ("4", 12.5, "asked_back")]
    listed = "SELECT entity_id, label, version FROM entity WHERE dataset = 'wells' AND NOT deleted ORDER BY 1"
    assert stored(listed) == [
        (OF_A_PHONE, "1", 1), (OF_A_FILE, "บ่อ 2", 1), (BY_HAND, "บ่อ 3 ใหม่", 2)
    ]  # fmt: skip
    looked = bring(office.atlas, [central_story.FOLDER / "submissions.csv"])
    assert (looked["accepted"], looked["duplicates"], looked["skipped"]) == (0, 3, [])


KOBO = chapters("kobo")["documented"]
UID = "aTambonAtlasMadeUp0001"


def text_of(number: int) -> bytes:
    """A document that is told."""
    return "\n".join(KOBO[number]["body"]["text"]).encode()


def test_the_simulated_kobo_answers_as_its_interface_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """An asset, its XForm, two pages, an edited submission, a file, a deleted file, and what is refused."""
    monkeypatch.setattr(kobo, "_PAGE", central_story.PAGE)
    rows = [row for page in KOBO[4:6] for row in page["body"]["results"]]
    held = [
        Held(UID, [(row["meta/rootUuid"], b""), (row["meta/instanceID"], text_of(6 + n))])
        for n, row in enumerate(rows)
    ]
    held[0].files, held[0].review, held[2].files = (
        {"1.jpg": b"a photo"},
        "validation_status_approved",
        {"2.jpg": b"x"},
    )
    server = Kobo(forms={UID: {"": text_of(3)}}, held=held, made_of="well_visit_plain", removed={"2.jpg"})
    told = list[Exchange]()
    with serving(server), heard(told.append):
        for asset, token in ((UID, "wrong"), ("aNone", TOKEN)):
            with suppress(Problem):
                list(kobo.Kobo(server.url, asset, token, pause=lambda _: None).forms())
        remote = kobo.Kobo(server.url, UID, TOKEN, pause=lambda _: None)
        (form,) = remote.forms()
        remote.xform(form, "")
        entries = list(remote.index(UID, ""))
        assert [remote.files(one) for one in entries] == [["1.jpg"], [], []]
        for one in entries:
            remote.versions(one, set())
        remote.file(entries[0], "1.jpg")
    for there, here in zip(KOBO, told, strict=True):
        compared = [(one["status"], one["headers"], shape(one["body"])) for one in (there, here)]
        assert compared[0] == compared[1], there["asked"]


def test_what_kobo_documents_stands_here(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three submissions, one of them edited, and the photo by its own name, not its name in Kobo's store."""
    monkeypatch.setattr(kobo, "_PAGE", central_story.PAGE)
    with serving(Replayed(told=KOBO)) as server:
        with log.writing(office.atlas.log) as connection:
            source = register.remember(connection, "kobo", server.url)
        done = pull(office.atlas, source, kobo.Kobo(server.url, UID, TOKEN, pause=lambda _: None))
    office.follower.catch_up()
    assert (done["accepted"], done["files"], done["problems"]) == (3, 1, [])
    rows = office.atlas.warehouse.cursor().execute(f'SELECT "order" FROM {UID} ORDER BY 1').fetchall()
    assert rows == [("1",), ("2 again",), ("3",)]
