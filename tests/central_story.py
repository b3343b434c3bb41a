"""What an office does with ODK Central, in chapters that a real server and the simulated one both go through.

Our own reader and writer ask; every answer that they get is kept. What a phone or Central's own pages do
meanwhile is done by ``Elsewhere``. ``recorded/central`` holds a real server's answers.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote_plus, urlencode, urlsplit

import pytest
import requests
from pyodk._utils.config import CentralConfig
from workbooks import workbook

from ingest.sources import odata
from ingest.sources.central import Central
from ingest.sources.central_project import CentralProject
from ingest.sources.polite import Polite
from ingest.sources.remote import Entry
from ingest.sources.side_by_side import Answer
from thai.problem import Problem

FOLDER = Path(__file__).parent / "recorded" / "central"
USER, PASSWORD = "office@example.org", "correct horse battery"
FORM, PLAIN, LIST = "well_visit", "plain form", "wells"
A, B, C, D = (f"uuid:10000000-0000-4000-8000-00000000000{n}" for n in range(1, 5))
B2, B3 = (f"uuid:20000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
OF_A_PHONE, OF_A_FILE, BY_HAND, GONE = (f"30000000-0000-4000-8000-00000000000{n}" for n in range(1, 5))
PHOTO = b"a photo"
THAI_PHOTO = "บ่อน้ำ 1.jpg"

_SURVEY = """
    | type                             | name    | label            | save_to |
    | select_one_from_file wells.csv   | known   | บ่อที่มีอยู่         |         |
    | select_one_from_file tambons.csv | tambon  | ตำบล             |         |
    | text                             | order   | ลำดับ             |         |
    | geopoint                         | spot    | ที่ตั้ง             | geometry |
    | decimal                          | depth   | ความลึก (เมตร)    | depth   |
    | image                            | photo   | ภาพ              |         |
    | image                            | photo_2 | ภาพที่สอง          |         |
    """
_ENTITIES = """
    | list_name | label    |
    | wells     | ${order} |
    """


def book(version: str, more: str = "") -> bytes:
    """The workbook of the form with a list, an image and an entity."""
    settings = f"| form_title | form_id | version |\n| Well | {FORM} | {version} |"
    return workbook({"survey": _SURVEY + more, "entities": _ENTITIES, "settings": settings})


def plain_book() -> bytes:
    """A workbook whose version is blank and whose id has a space."""
    survey = "| type | name | label |\n| text | order | ลำดับ |"
    return workbook({"survey": survey, "settings": f"| form_title | form_id |\n| Plain | {PLAIN} |"})


def filled(instance_id: str, order: str, *, replaces: str = "", entity: str = "", photos: str = "") -> bytes:
    """A submission; photos are named by number, the third in Thai."""
    names = {"1": "1.jpg", "2": "2.jpg", "3": THAI_PHOTO}
    shown = "".join(
        f"<{tag}>{names[number]}</{tag}>" for tag, number in zip(("photo", "photo_2"), photos, strict=False)
    )
    old = f"<orx:deprecatedID>{replaces}</orx:deprecatedID>" if replaces else ""
    made = (
        f'<entity dataset="{LIST}" id="{entity}" create="1"><label>{order}</label></entity>' if entity else ""
    )
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{FORM}" version="1"><order>{order}</order>'
        f"<spot>8.2808 100.0898 0 5</spot><depth>12.5</depth>{shown}"
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID>{old}{made}</orx:meta></data>"
    ).encode()


class Elsewhere(Protocol):
    """What phones and other people do at the same server."""

    def send(self, xml: bytes, instance_id: str, files: dict[str, bytes | None], entity: str = "") -> None:
        """A phone sends a submission, whose file of None never arrives."""

    def edit(self, root: str, xml: bytes, instance_id: str) -> None:
        """Somebody edits a submission."""

    def delete(self, root: str) -> None:
        """Somebody deletes a submission."""

    def upload(self, entities: dict[str, tuple[str, dict[str, str]]]) -> None:
        """Somebody uploads a list: label and properties by entity."""

    def change(self, entity: str, label: str, data: dict[str, str]) -> None:
        """Somebody changes an entity by hand."""

    def forget(self, entity: str) -> None:
        """Somebody deletes an entity."""


@dataclass
class Office:
    """Signed in to read and to write, and whoever else is there."""

    url: str
    elsewhere: Elsewhere
    central: Central | None = None
    project: CentralProject | None = None

    def entries(self, form_id: str, since: str = "") -> dict[str, Entry]:
        """The index of a form or a list."""
        assert self.central is not None
        return {one.root_id: one for one in self.central.index(form_id, since)}


def config(url: str, password: str = PASSWORD) -> CentralConfig:
    """Who asks."""
    return CentralConfig(url, USER, password)


def sign_in(office: Office) -> None:
    """With a wrong password, with Basic over http, with a token that ended, and rightly."""
    with suppress(Problem):
        Central(config(office.url, "wrong horse"), "1", pause=lambda _: None)
    basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    for words in (f"Basic {basic}", "Bearer " + "x" * 64):
        session = requests.Session()
        session.headers["Authorization"] = words
        with suppress(Problem):
            Polite(session, f"{office.url}/v1/", pause=lambda _: None).json("projects/1/forms")
    office.central = Central(config(office.url), "1", pause=lambda _: None)
    office.project = CentralProject(config(office.url), "1", pause=lambda _: None)


def publish(office: Office) -> None:
    """Lists first, then a draft with its files, then phones may have it; a second version; a form without."""
    project = _given(office.project)
    assert project.datasets() == set()
    project.add_dataset(LIST)
    with suppress(Problem):
        project.add_dataset(LIST)  # once is enough
    with suppress(Problem):
        project.draft(FORM, workbook({"survey": "| type | name |\n| nonsense | a |"}), new=True)
    project.draft(FORM, book("1"), new=True)
    assert project.known() > project.published()
    project.lacking(FORM)
    project.link(FORM, f"{LIST}.csv")
    project.upload(FORM, "tambons.csv", b"name,label\n801206,Ko Thuat\n")
    assert project.lacking(FORM) == []
    project.publish(FORM)
    with suppress(Problem):
        project.draft(FORM, book("1"), new=True)  # its id is taken
    project.draft(FORM, book("1"), new=False)
    with suppress(Problem):
        project.publish(FORM)  # so is its version
    project.draft(FORM, book("2", "| text | note | หมายเหตุ | |\n"), new=False)
    project.publish(FORM)
    project.draft(PLAIN, plain_book(), new=True)
    project.publish(PLAIN)
    assert (project.versions(FORM), project.versions(PLAIN)) == (["2", "1"], [""])
    assert {project.workbook(PLAIN, "")[:2], project.workbook(FORM, "1")[:2]} == {b"PK"}
    with suppress(Problem):
        project.workbook(FORM, "none such")


def forms(office: Office) -> None:
    """Every form with its versions, and their XForms."""
    central = _given(office.central)
    for form in central.forms():
        for version in form.versions:
            central.xform(form, version)


def people(office: Office) -> None:
    """An app user is made and given a form, once."""
    project = _given(office.project)
    assert project.app_users() == []
    made = project.add_app_user("อาสา หมู่ 3")
    assert project.forms_of(made) == set()
    project.give(made, FORM)
    with suppress(Problem):
        project.give(made, FORM)
    assert (project.app_users(), project.forms_of(made)) == ([made], {FORM})


def submissions(office: Office) -> None:
    """The index page by page, an edit of an edit, files that came and one that did not, a deletion."""
    there, central = office.elsewhere, _given(office.central)
    there.send(filled(A, "1", entity=OF_A_PHONE, photos="12"), A, {"1.jpg": PHOTO, "2.jpg": None}, OF_A_PHONE)
    there.send(filled(B, "2", photos="3"), B, {THAI_PHOTO: PHOTO})
    there.send(filled(C, "3"), C, {})
    there.send(filled(D, "4"), D, {})
    first = office.entries(FORM)
    assert (list(first), office.entries(PLAIN)) == ([D, C, B, A], {})
    there.edit(B, filled(B2, "2 again", replaces=B, photos="3"), B2)
    there.edit(B, filled(B3, "2 at last", replaces=B2, photos="3"), B3)
    there.delete(C)
    assert set(office.entries(FORM)) == {A, B, D}
    changed = office.entries(FORM, min(one.changed_at for one in first.values()))
    assert {key: (one.edits, one.deleted) for key, one in changed.items()} == {
        A: (0, False), B: (2, False), C: (0, True), D: (0, False)
    }  # fmt: skip
    assert [one.instance_id for one in central.versions(changed[B], set())] == [B, B2, B3]
    assert central.versions(changed[A], set())[0].xml == filled(A, "1", entity=OF_A_PHONE, photos="12")
    assert (central.files(changed[A]), central.files(changed[B])) == (["1.jpg"], [THAI_PHOTO])
    assert central.files(changed[D]) == []
    assert central.file(changed[A], "1.jpg") == central.file(changed[B], THAI_PHOTO) == PHOTO
    central.versions(changed[D], set())
    for name in ("2.jpg", "none.jpg"):
        with suppress(Problem):
            central.file(changed[A], name)
    with suppress(Problem):
        central.versions(changed[C], set())
    with suppress(Problem):
        central.files(changed[C])


def decisions(office: Office) -> None:
    """A review state and a comment go there and stand there."""
    project = _given(office.project)
    assert (project.review(FORM, D), project.comments(FORM, D)) == ("", [])
    project.set_review(FORM, D, "hasIssues")
    project.comment(FORM, D, "พิกัดอยู่นอกตำบล")
    assert (project.review(FORM, D), project.comments(FORM, D)) == ("hasIssues", ["พิกัดอยู่นอกตำบล"])
    with suppress(Problem):
        project.set_review(FORM, D, "no such state")
    with suppress(Problem):
        project.review(FORM, "uuid:none")
    office.entries(FORM)


def entity_lists(office: Office) -> None:
    """What a phone made, what was uploaded, changed by hand, and deleted."""
    there, central = office.elsewhere, _given(office.central)
    place = "8.2808 100.0898 0 0"
    whole = {"geometry": place, "depth": "9"}
    there.upload({OF_A_FILE: ("บ่อ 2", {"geometry": place}), BY_HAND: ("บ่อ 3", whole), GONE: ("บ่อ 4", whole)})
    there.change(BY_HAND, "บ่อ 3 ใหม่", {"depth": ""})
    there.forget(GONE)
    next(central.forms())
    rows = office.entries(f"entities_{LIST}")
    assert {key: (one.edits, one.deleted) for key, one in rows.items()} == {
        OF_A_PHONE: (0, False), OF_A_FILE: (0, False), BY_HAND: (1, False), GONE: (0, True)
    }  # fmt: skip
    office.entries(f"entities_{LIST}", rows[OF_A_FILE].changed_at)
    made = {key: len(central.versions(rows[key], set())) for key in (OF_A_PHONE, OF_A_FILE, BY_HAND)}
    assert made == {OF_A_PHONE: 0, OF_A_FILE: 1, BY_HAND: 2}
    with suppress(Problem):
        central.versions(rows[GONE], set())


CHAPTERS: list[Callable[[Office], None]] = [
    sign_in, publish, forms, people, submissions, decisions, entity_lists
]  # fmt: skip
PAGE = 2  # rows that our reader asks for at once, so that there is a next page
KEPT = ("content-type", "content-disposition", "location", "retry-after", "www-authenticate")


def _given(one: Any) -> Any:
    assert one is not None
    return one


Exchange = dict[str, Any]  # asked, status, headers, body


def asked_of(url: str) -> str:
    """The path and the query, to be read by people."""
    parts = urlsplit(url)
    return unquote_plus(parts.path + (f"?{parts.query}" if parts.query else ""))


@contextmanager
def heard(keep: Callable[[Exchange], None]) -> Iterator[None]:
    """Each answer that our own client gets is kept, too."""
    honest = Polite._one

    def asked(self: Polite, method: str, url: str, params: Any, *rest: Any) -> Answer:
        answer = honest(self, method, url, params, *rest)
        keep(exchange(method, f"{url}?{urlencode(params)}" if params else url, answer))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Polite, "_one", asked)
        yield


@contextmanager
def played(office: Office) -> Iterator[dict[str, list[Exchange]]]:
    """All chapters in their order, with what was asked and answered in each, once."""
    told: dict[str, list[Exchange]] = {}

    def keep(said: Exchange) -> None:
        chapter = told[list(told)[-1]]
        if said not in chapter:
            chapter.append(said)

    with heard(keep), pytest.MonkeyPatch.context() as patch:
        patch.setattr(odata, "_PAGE", PAGE)
        for chapter in CHAPTERS:
            told[chapter.__name__] = []
            chapter(office)
    yield told


def exchange(method: str, url: str, answer: Answer) -> Exchange:
    """An answer as it is kept: JSON as it is, text by lines, of a workbook only that it was one."""
    asked = f"{method} {asked_of(url)}"
    headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    kind = headers.get("content-type", "")
    body: Any = {"binary": True}
    if "json" in kind:
        body = json.loads(answer.content) if answer.content else None
    elif b"\0" not in answer.content:
        body = {"text": answer.content.decode().split("\n")}
    return {"asked": asked, "status": answer.status, "headers": headers, "body": body}
