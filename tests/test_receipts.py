"""What the coordinator reads: what each phone sent, and what is wanting of it; and months sent twice."""

from __future__ import annotations

import csv
import io

import offices
import pytest
from streamlit.testing.v1 import AppTest

from ingest import log
from ingest.access import Viewer
from ingest.envelope import read_envelope
from ingest.field import receipts
from ingest.log import Received, StoredFile
from ingest.office import registers
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office

OFFICER = Viewer("officer@example.org", "officer", "8012")


def _from(office: Office, person: int, xml: bytes, *files: StoredFile) -> None:
    with log.writing(office.atlas.log) as connection:
        log.append(connection, [Received(read_envelope(xml), xml, "phone", files, person, "collect:1")])
    office.follower.catch_up()


@pytest.fixture
def sent(office: Office) -> Office:
    """A phone that sent a plot with one of two photos, and something that nobody can read."""
    person = offices.enumerator(office, "=สมหญิง")
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    stored = office.atlas.attachments.put("here.jpg", b"jpeg")
    _from(office, person.id, offices.submission(schema, {"tambon": "801206", "photo": "here.jpg"}), stored)
    _from(office, person.id, offices.submission(schema, {"tambon": "801206", "photo": "late.jpg"}))
    _from(
        office,
        person.id,
        b'<data id="no_such_form" version="1"><meta><instanceID>x</instanceID></meta></data>',
    )
    return office


def test_a_receipt_says_what_arrived_and_what_is_missing(sent: Office) -> None:
    """Newest first: put aside and why; a photo that has not come; a record that is whole."""
    listed = receipts.receipts(sent.atlas, OFFICER)

    assert [(one.outcome, one.reason, one.files, one.missing) for one in listed] == [
        ("quarantined", "unknown_form", 0, ()),
        ("projected", "", 0, ("late.jpg",)),
        ("projected", "", 1, ()),
    ]
    assert receipts.receipts(sent.atlas, Viewer("far", "officer", "53")) == []


def test_the_coordinators_csv_opens_in_excel_and_runs_no_formula(
    sent: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UTF-8 with a mark; a name that begins with = stays a name."""
    listed = receipts.receipts(sent.atlas, OFFICER)
    content = receipts.as_csv(listed, ["who"], lambda one: [one.enumerator, f"\t{one.enumerator}"])

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1] == [
        "'=สมหญิง",
        "'\t=สมหญิง",
    ]
    open_office(sent)
    monkeypatch.setattr(door, "viewer", lambda: OFFICER)
    page = AppTest.from_function(_run, default_timeout=60).run()
    assert not page.exception
    assert any("3" in one.value and "2" in one.value for one in page.markdown)


def _run() -> None:
    from streamlit_app.views import phones

    phones.page()


def _quality() -> None:
    from streamlit_app.views import quality

    quality.page()


def test_a_month_that_two_phones_sent_is_shown_once_with_both_records(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two volunteers keyed in one household's month without a signal: both stand until a person decides."""
    home = "3f0a6c51-9d5e-4a76-8f3b-0d2f5a7c1e90"
    schema = office.atlas.reference.catalogue.newest("household_account_month").schema
    days = ("2026-10-01", "2026-10-15", "2026-11-01")
    months = [{"tambon": "801206", "moo": 3, "household": home, "account_month": day} for day in days]
    offices.send(office, *(offices.submission(schema, one) for one in months))
    (double,) = registers.doubles(office.atlas, OFFICER)

    assert (double.form_id, double.month, len(double.instance_ids)) == (
        "household_account_month",
        "2026-10",
        2,
    )
    assert registers.doubles(office.atlas, Viewer("far", "officer", "53")) == []
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: OFFICER)
    page = AppTest.from_function(_quality, default_timeout=60).run()
    assert not page.exception
    assert any("ต.ค. 2569" in table.value.to_numpy().ravel().tolist() for table in page.dataframe)


def test_answers_whose_choice_was_removed_later_stay_as_they_were_given(office: Office) -> None:
    """An old submission is read with its own version: nothing is flagged and nothing is lost."""
    form = office.atlas.reference.catalogue.newest("pomelo_plot")
    offices.send(office, offices.submission(form.schema, {"tambon": "801206", "variety": "thong_di"}))
    xform = form.xform.replace(b"<name>thong_di</name>", b"<name>thong_di_2</name>")
    with log.writing(office.atlas.log) as connection:
        connection.exec_driver_sql(
            "INSERT INTO form_version SELECT form_id, 'later', title, ?, md5, media, datasets, published_at"
            " FROM form_version WHERE form_id = 'pomelo_plot'",
            (xform.replace(form.version.encode(), b"later", 1),),
        )
        connection.exec_driver_sql("UPDATE form_offer SET version = 'later' WHERE form_id = 'pomelo_plot'")
        log.reference_changed(connection)
    office.follower.catch_up()
    cursor = office.atlas.warehouse.cursor()

    assert cursor.execute("SELECT variety FROM pomelo_plot").fetchall() == [("thong_di",)]
    assert cursor.execute("SELECT count(*) FROM flag WHERE code = 'unknown_choice'").fetchall() == [(0,)]
    assert all(office.follower.verify().values())
