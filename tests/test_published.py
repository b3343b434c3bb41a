"""Publishing a workbook: what old answers stay, which names are refused, and which files go to the phones."""

# ruff: noqa: E501 - forms are tables, read in columns

from __future__ import annotations

from pathlib import Path

import offices
import pytest
import sqlalchemy as sa
from workbooks import SETTINGS, workbook

from forms.catalog import workbooks
from ingest import log, published
from ingest.access import Viewer
from ingest.field import phones
from ingest.field.phones import MediaFile
from ingest.office import records
from ingest.projecting.warehouse import Warehouse
from ingest.published import OWN_TABLES
from ingest.tables import form_usage
from streamlit_app.office import Office
from thai.problem import Problem

PLANNER = Viewer("planner@example.org", "planner", "8012")
ADMINISTRATOR = Viewer("boss@example.org", "administrator", "")
ONE = "uuid:11111111-1111-4111-8111-111111111111"
CARD = """
    | type             | name   | label::ไทย (th) | label::English (en) | privacy  | unit |
    | text             | tambon | ตำบล            | Tambon              | public   |      |
    | text             | card   | เลขบัตร          | Citizen number      | secret   |      |
    | text             | phone  | โทรศัพท์          | Telephone           | personal |      |
    | decimal          | income | รายได้            | Income              |          | baht |
    """
PRICES = """
    | type                             | name   | label::ไทย (th) | label::English (en) | save_to |
    | select_one_from_file prices.csv  | fruit  | ผลไม้            | Fruit               |         |
    """
LIST = b"name,label\npomelo,\xe0\xb8\xaa\xe0\xb9\x89\xe0\xb8\xa1\xe0\xb9\x82\xe0\xb8\xad\n"


def publish(office: Office, folder: Path, survey: str, *, form_id: str = "trial", version: str = "1", **sheets: str) -> None:  # fmt: skip
    """Publish a small form from this folder, and read the forms again as the server does."""
    settings = SETTINGS.replace("trial  ", form_id).replace("2026112101", version)
    path = folder / "trial.xlsx"
    path.write_bytes(workbook({"survey": survey, "settings": settings} | sheets))
    publish_file(office, path)


def publish_file(office: Office, path: Path) -> None:
    """Publish a workbook that lies on the disk."""
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)
    office.follower.catch_up()


def asking(*names: str, kind: str = "text") -> str:
    """A survey sheet that asks these questions and nothing else."""
    rows = "".join(f"| {kind} | {name} | ก | A |\n" for name in names)
    return f"| type | name | label::ไทย (th) | label::English (en) |\n{rows}"


def without(survey: str, *names: str) -> str:
    """The survey sheet without the questions of these names."""
    return "\n".join(line for line in survey.splitlines() if not any(f"| {name} " in line for name in names))


def refused(office: Office, folder: Path, survey: str, **options: str) -> Problem:
    """Why this form is not published; what phones and the office have stays as it was."""
    before = office.atlas.reference.catalogue.versions.keys()
    with pytest.raises(Problem) as refusal:
        publish(office, folder, survey, **options)
    assert office.atlas.refresh().catalogue.versions.keys() == before
    return refusal.value


def answers(office: Office, viewer: Viewer, reason: str = "") -> set[str]:
    """The questions of the one record whose answers this person is shown."""
    found = records.record(office.atlas, viewer, ONE, reason=reason)
    assert found is not None
    return {one.info.ref for section in found.sections for row in section.rows for one in row.answers}


def list_on_the_phone(office: Office, name: str) -> MediaFile:
    """A file of the form ``trial`` as a phone downloads it."""
    form = office.atlas.reference.catalogue.newest("trial")
    found = phones.media_file(office.atlas, form, name, offices.enumerator(office).viewer)
    assert found is not None
    return found


def test_a_dropped_question_keeps_its_class(office: Office, tmp_path: Path) -> None:
    """When a newer form no longer asks for the citizen's number, a planner still does not see the old ones."""
    publish(office, tmp_path, CARD)
    schema = office.atlas.reference.catalogue.newest("trial").schema
    said = {"tambon": "801206", "card": "1101700000000", "phone": "0810000000", "income": "1"}
    offices.send(office, offices.submission(schema, said, instance=ONE))
    assert answers(office, PLANNER) == {"tambon", "income"}

    publish(office, tmp_path, without(CARD, "card", "phone", "income"), version="2")
    publish(
        office,
        tmp_path,
        without(CARD, "card", "phone", "income") + asking("more").partition("\n")[2],
        version="3",
    )

    assert answers(office, PLANNER) == {"tambon", "income"}
    assert answers(office, ADMINISTRATOR, "court order") == {"tambon", "card", "phone", "income"}
    assert office.atlas.reference.catalogue.usages["trial"].units == {"income": "baht"}


def test_a_question_that_is_still_asked_has_the_class_of_the_newest_workbook(
    office: Office, tmp_path: Path
) -> None:
    """Who opens an answer or closes it again in the workbook is obeyed, for old records too."""
    for privacy, meant in (("personal", "personal"), ("        ", "team"), ("secret  ", "secret")):
        publish(office, tmp_path, CARD.replace("personal", privacy))
        assert office.atlas.reference.catalogue.usages["trial"].privacy_of("phone") == meant


def test_a_bare_xform_opens_no_answer(office: Office, tmp_path: Path) -> None:
    """It has no column of classes; planners read every telephone number once the same form came as XML."""
    publish(office, tmp_path, CARD)
    bare = tmp_path / "trial.xml"
    bare.write_bytes(office.atlas.reference.catalogue.newest("trial").xform)
    publish_file(office, bare)

    usage = office.atlas.reference.catalogue.usages["trial"]
    assert [usage.privacy_of(name) for name in ("tambon", "card", "phone")] == [
        "public",
        "secret",
        "personal",
    ]
    assert usage.units == {"income": "baht"}


def test_publishing_what_stands_there_changes_nothing(office: Office, tmp_path: Path) -> None:
    """A workbook that dropped a question may be published again and again without a trace."""
    publish(office, tmp_path, CARD)
    publish(office, tmp_path, without(CARD, "card"), version="2")
    publish(office, tmp_path, without(CARD, "card"), version="2")

    with office.atlas.log.connect() as connection:
        kept = sa.select(sa.func.count()).where(form_usage.c.form_id == "trial")
        assert connection.scalar(kept) == 2


def test_the_shipped_forms_are_published_as_they_are(office: Office) -> None:
    """All stand in a new office, without any refusal, and once more changes nothing."""
    before = {key: one.md5 for key, one in office.atlas.reference.catalogue.versions.items()}
    for path in workbooks():
        publish_file(office, path)
    after = {key: one.md5 for key, one in office.atlas.refresh().catalogue.versions.items()}
    assert len(after) == len(workbooks())
    assert after == before


def test_a_name_spelled_with_other_capitals_is_refused(office: Office, tmp_path: Path) -> None:
    """``name1`` and ``Name1`` would be one column, so the office would never start again."""
    publish(office, tmp_path, asking("name1"))
    problem = refused(office, tmp_path, asking("Name1"), version="2")
    assert (problem.code, problem.place.sheet, problem.place.column) == ("name_mixed", "survey", "name")
    assert "“Name1”" in problem.says.en
    assert "“name1”" in problem.says.en


def test_a_repeat_spelled_with_other_capitals_is_refused(office: Office, tmp_path: Path) -> None:
    """A repeat is a table of its own, and tables are not told apart by capitals either."""
    repeat = asking("first") + "| begin repeat | visits | ก | A |\n| text | {} | ก | A |\n| end repeat |\n"
    publish(office, tmp_path, repeat.format("a"))
    problem = refused(office, tmp_path, repeat.replace("visits", "Visits").format("b"), version="2")
    assert (problem.code, "“Visits”" in problem.says.en) == ("name_mixed", True)


def test_a_new_version_may_ask_more(office: Office, tmp_path: Path) -> None:
    """The same names once more and new ones beside them are no clash."""
    publish(office, tmp_path, asking("spot", kind="geopoint"))
    publish(office, tmp_path, asking("spot", "other", kind="geopoint"), version="2")
    assert office.atlas.reference.catalogue.newest("trial").version == "2"


def test_questions_told_apart_by_their_groups_do_not_meet_a_place(office: Office, tmp_path: Path) -> None:
    """``lon`` in the group ``spot`` becomes ``spot__lon``, which is where the point ``spot`` keeps its longitude."""
    groups = "".join(
        f"| begin group | {group} | ก | A |\n| {kind} | {name} | ก | A |\n| end group |\n"
        for group, kind, name in (("a", "geopoint", "spot"), ("spot", "text", "lon"), ("b", "text", "lon"))
    )
    problem = refused(office, tmp_path, asking("first") + groups)
    assert (problem.code, "“spot__lon”" in problem.says.en) == ("name_mixed", True)

    publish(
        office,
        tmp_path,
        asking("first") + groups.replace("| spot | ก | A |\n| text", "| c | ก | A |\n| text"),
    )
    assert "c__lon" in office.atlas.reference.catalogue.newest("trial").schema.references()


def test_the_warehouses_own_tables_are_no_form_ids() -> None:
    """Every table and view of an empty warehouse is on the list that publication refuses."""
    warehouse = Warehouse(None)
    tables = warehouse.cursor().execute("SELECT table_name FROM information_schema.tables").fetchall()
    warehouse.close()
    assert tables
    assert {name for (name,) in tables} <= OWN_TABLES


@pytest.mark.parametrize("form_id", sorted(OWN_TABLES | {"Entity", "FLAG"}))
def test_a_form_called_like_one_of_them_is_refused(office: Office, tmp_path: Path, form_id: str) -> None:
    """Its answers would be written among the office's own notes."""
    problem = refused(office, tmp_path, asking("first"), form_id=form_id)
    assert (problem.code, problem.place.sheet, problem.place.column) == (
        "name_reserved",
        "settings",
        "form_id",
    )


def test_a_form_id_spelled_with_other_capitals_is_refused(office: Office, tmp_path: Path) -> None:
    """``Farm`` and ``farm`` would share a table."""
    publish(office, tmp_path, asking("first"), form_id="Farm")
    problem = refused(office, tmp_path, asking("first"), form_id="farm")
    assert (problem.code, problem.place.column) == ("name_mixed", "form_id")


def test_a_list_beside_the_workbook_reaches_the_phone(office: Office, tmp_path: Path) -> None:
    """A price list is what its author wrote, not an empty list of entities."""
    (tmp_path / "prices.csv").write_bytes(LIST)
    publish(office, tmp_path, PRICES)

    assert office.atlas.reference.catalogue.newest("trial").datasets == ()
    sent = list_on_the_phone(office, "prices.csv")
    assert (sent.content, sent.is_list) == (LIST, False)


def test_a_list_that_is_nowhere_waits_for_its_entities(office: Office, tmp_path: Path) -> None:
    """Without a file beside the workbook another form may still come that makes these entities."""
    publish(office, tmp_path, PRICES)
    assert list_on_the_phone(office, "prices.csv").is_list


@pytest.mark.parametrize("maker", ["itself", "another form"])
def test_a_list_that_a_form_makes_stays_a_list_of_entities(
    office: Office, tmp_path: Path, maker: str
) -> None:
    """A CSV that lies beside the workbook for a trial does not freeze what phones register."""
    entities = "| list_name | label |\n| prices | a price |\n"
    making = asking("first").replace("(en) |", "(en) | save_to |").replace("| A |", "| A | kind |")
    if maker == "itself":
        making = PRICES.replace("Fruit               |         |", "Fruit | kind |")
    (tmp_path / "prices.csv").write_bytes(LIST)
    publish(office, tmp_path, making, form_id="trial" if maker == "itself" else "maker", entities=entities)
    if maker == "another form":
        publish(office, tmp_path, PRICES)

    assert list_on_the_phone(office, "prices.csv").is_list
