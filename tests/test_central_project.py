"""Giving to ODK Central: workbooks, app users, review decisions; all of it asked first and done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from other_servers import PASSWORD, USER, Central, serving
from pyodk._utils.config import CentralConfig
from test_sources import filled, held, pulled, xform

from forms.catalog import workbooks
from ingest import log
from ingest.access import Viewer
from ingest.office import reviews
from ingest.office.reviews import Action
from ingest.sources import decisions, publishing, register
from ingest.sources.central_project import CentralProject
from ingest.sources.register import Source
from streamlit_app import actions
from streamlit_app.office import Office
from thai.problem import Problem

OFFICER = Viewer("officer@example.org", "officer", "")
BOOKS = [path for path in workbooks() if path.stem in ("plot_visit", "household_register")]


@pytest.fixture
def other() -> Iterator[Central]:
    """A Central with three submissions of a form of its own."""
    server = Central(forms={"wells": {"1": xform()}}, held=[held(str(n)) for n in range(3)])
    with serving(server):
        yield server


def project(server: Central) -> CentralProject:
    """Signed in to write, without waiting between tries."""
    return CentralProject(CentralConfig(server.url, USER, PASSWORD), "1", pause=lambda _: None)


def source(office: Office) -> Source:
    """The one source of the office."""
    with office.atlas.log.connect() as connection:
        return register.everything(connection)[0]


def decide(office: Office, round_: str, state: str, **said: str) -> str:
    """An officer decides over the record of a round."""
    query = 'SELECT _instance_id FROM wells WHERE "order" = ?'
    (row,) = office.atlas.warehouse.cursor().execute(query, [round_]).fetchall()
    reviews.act(office.atlas, OFFICER, [row[0]], Action(state=state, **said))
    return str(row[0])


def states(office: Office) -> dict[str, str]:
    """Round and state of every record that somebody decided over."""
    query = 'SELECT "order", state FROM wells JOIN review USING (_instance_id) ORDER BY 1'
    return dict(office.atlas.warehouse.cursor().execute(query).fetchall())


def test_workbooks_are_published_once_with_their_lists(other: Central) -> None:
    """Registers of the project are linked, lists of areas uploaded; a second run writes nothing."""
    steps = publishing.plan(project(other), BOOKS)
    assert (other.written, [one.action for one in steps]) == (0, ["create", "create"])

    publishing.publish(project(other), steps, lambda name: name.encode())

    assert set(other.lists) == {"households", "plots"}
    assert other.attached["plot_visit", "plots.csv"] == "plots.csv"
    assert other.attached["plot_visit", "tambons.csv"] == b"tambons.csv"
    written = other.written
    again = publishing.plan(project(other), BOOKS)
    publishing.publish(project(other), again, lambda name: name.encode())
    assert (other.written, {one.action for one in again}) == (written, {"same"})


def test_what_broke_off_is_ended_by_the_next_run(other: Central) -> None:
    """A POST whose answer was lost is not said twice; a draft that was left is published."""
    steps = publishing.plan(project(other), BOOKS[:1])
    other.trouble = ["", "", "429", "", "", "", "500"]
    with pytest.raises(Problem) as refusal:
        publishing.publish(project(other), steps, lambda name: name.encode())
    assert refusal.value.code == "source_busy"

    again = publishing.plan(project(other), BOOKS[:1])
    publishing.publish(project(other), again, lambda name: name.encode())
    assert [one.action for one in again] == ["update"]
    assert BOOKS[0].stem in other.forms
    assert other.drafts == {}


def test_a_version_that_says_something_else_there_is_told(other: Central) -> None:
    """The remedy is a new version, never to write over it."""
    steps = publishing.plan(project(other), BOOKS[:1])
    publishing.publish(project(other), steps, lambda name: name.encode())
    key = (steps[0].form_id, steps[0].build.form.version)
    other.workbooks[key] += b"changed"

    with pytest.raises(Problem) as refusal:
        publishing.plan(project(other), BOOKS[:1])
    assert refusal.value.code == "source_version_taken"


def test_app_users_are_made_once_and_given_what_is_new(office: Office, other: Central) -> None:
    """Each with a QR code that holds the project's address; the dry run makes nobody."""
    register_other(office, other)
    asked = actions.central_people(office, 1, ["อาสา หนึ่ง"], dry_run=True)
    assert (other.people, asked["people"][0]["server_url"]) == ([], "")

    (made,) = actions.central_people(office, 1, ["อาสา หนึ่ง"])["people"]
    assert made["server_url"] == f"{other.url}/v1/key/key1/projects/1"
    assert Path(made["qr_png"]).read_bytes()[:4] == b"\x89PNG"
    other.forms["pumps"] = {"1": b""}
    (again,) = actions.central_people(office, 1, ["อาสา หนึ่ง"])["people"]
    assert (again["new"], again["forms"], other.people) == (False, ["pumps"], ["อาสา หนึ่ง"])
    with pytest.raises(Problem) as refusal:
        actions.central_people(office, 1, ["อาสา สอง"], ["no_such_form"])
    assert (refusal.value.code, other.people) == ("source_not_found", ["อาสา หนึ่ง"])


def register_other(office: Office, server: Central) -> None:
    """Remember a server with its credentials, as a pull does."""
    config = office.atlas.folder.path / "pyodk.toml"
    config.write_text(f'[central]\nbase_url = "{server.url}"\nusername = "{USER}"\npassword = "{PASSWORD}"\n')
    with log.writing(office.atlas.log) as connection:
        register.remember(connection, "central", server.url, project="1", secret_file=str(config))


def test_what_was_decided_there_stands_here_in_its_name(office: Office, other: Central) -> None:
    """By what a state means, whatever a form calls it; taken back when it is taken back there."""
    other.held[0].review, other.held[1].review = "approved", "hasIssues"
    pulled(office, other)
    assert states(office) == {"0": "approved", "1": "asked_back"}
    event = reviews.history(office.atlas, OFFICER, other.held[0].root)[0]
    assert (event.actor, event.comment) == ("ODK Central 1", "approved")

    other.held[0].review, other.held[0].updated = None, "2026-11-02T00:00:00.000Z"
    pulled(office, other)
    assert states(office)["0"] == ""


def test_a_decision_of_our_own_is_never_written_over(office: Office, other: Central) -> None:
    """What differs is told and stands beside it; it goes there when somebody asks for that."""
    pulled(office, other)
    decide(office, "0", "approved")
    decide(office, "1", "rejected", reason="อยู่นอกแปลง")
    other.held[0].review, other.held[0].updated = "rejected", "2026-11-02T00:00:00.000Z"

    assert pulled(office, other)["reviews_differ"] == 1
    assert states(office) == {"0": "approved", "1": "rejected"}
    planned = {one.root_id: one.action for one in decisions.plan(office.atlas, source(office))}
    assert planned == {other.held[0].root: "differs", other.held[1].root: "push"}

    def push(*, ours: bool) -> dict[str, int]:
        known = source(office)
        return decisions.push(
            office.atlas, known, project(other), decisions.plan(office.atlas, known), ours=ours
        )

    assert push(ours=False) == {"pushed": 1, "differs": 1, "moved": 0}
    assert (other.held[0].review, other.held[1].review) == ("rejected", "rejected")
    assert other.said == {other.held[1].root: ["อยู่นอกแปลง"]}
    assert push(ours=True)["pushed"] == 1
    assert (other.held[0].review, decisions.plan(office.atlas, source(office))) == ("approved", [])
    assert pulled(office, other)["reviews_differ"] == 0


def test_a_decision_made_knowing_the_other_one_goes_there(office: Office, other: Central) -> None:
    """Somebody who decides after it was heard has seen it; what moved meanwhile is left alone."""
    other.held[0].review = "approved"
    pulled(office, other)
    decide(office, "0", "rejected", reason="ซ้ำ")
    (planned,) = decisions.plan(office.atlas, source(office))
    assert planned.action == "push"

    other.held[0].review = "hasIssues"
    done = decisions.push(office.atlas, source(office), project(other), [planned])
    assert (done["moved"], other.held[0].review) == (1, "hasIssues")


def test_only_central_is_written_to(office: Office) -> None:
    """KoboToolbox has no such interface here."""
    with log.writing(office.atlas.log) as connection:
        register.remember(connection, "kobo", "https://kobo.example.org", form_id="a")
    with pytest.raises(Problem) as refusal:
        actions.central_publish(office, 1)
    assert refusal.value.code == "source_not_central"


def test_an_edit_starts_anew_with_the_office(office: Office, other: Central) -> None:
    """Central calls it ``edited``: nobody has decided over what it says now."""
    other.held[0].review = "approved"
    pulled(office, other)
    one = other.held[0]
    one.versions.append(filled("0 again", replaces=one.root))
    one.review, one.updated = "edited", "2026-11-02T00:00:00.000Z"
    pulled(office, other)

    assert states(office) == {}


@pytest.mark.parametrize("trouble", ["login", "other json", "half"])
def test_whatever_answers_in_the_servers_place_is_told_or_asked_again(other: Central, trouble: str) -> None:
    """A hotel's page, a proxy's own JSON; half a document is asked for again."""
    asks: list[Callable[[CentralProject], object]] = [
        lambda one: one.versions("wells"),
        lambda one: one.app_users(),
        lambda one: one.datasets(),
        lambda one: one.review("wells", other.held[0].root),
        lambda one: one.comments("wells", other.held[0].root),
    ]
    for ask in asks:
        there = project(other)
        other.trouble = [trouble]
        if trouble == "half":
            ask(there)
            continue
        with pytest.raises(Problem) as refusal:
            ask(there)
        assert refusal.value.code == "source_odd_answer"
