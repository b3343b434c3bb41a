"""From logged XML to typed, measured and located rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import offices
import pyarrow as pa
import pytest
import shapely
from offices import submission

from geo.locate import Locator
from ingest import log
from ingest.projecting import entity_tables
from ingest.projecting.claims import claims
from ingest.projecting.periods import Period, Places
from streamlit_app.office import Office

SQUARE = "8.2800 100.0890 0 4;8.2810 100.0890 0 4;8.2810 100.0900 0 4;8.2800 100.0900 0 4;8.2800 100.0890 0 4"
BOW_TIE = "8.280 100.089 0 4;8.281 100.090 0 4;8.281 100.089 0 4;8.280 100.090 0 4;8.280 100.089 0 4"


def _one(office: Office, form_id: str, answers: dict[str, Any]) -> dict[str, Any]:
    schema = office.atlas.reference.catalogue.newest(form_id).schema
    offices.send(office, submission(schema, answers))
    cursor = office.atlas.warehouse.cursor().execute(f'SELECT * FROM "{form_id}" ORDER BY _seq DESC LIMIT 1')
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone() or (), strict=True))


def _flags(office: Office) -> set[tuple[str, str]]:
    return set(office.atlas.warehouse.cursor().execute("SELECT field, code FROM flag").fetchall())


def test_answers_get_their_types(office: Office) -> None:
    """Whole numbers, exact decimals, dates; never a float for money."""
    row = _one(office, "pomelo_plot", {"visit_date": "2026-10-31", "trees": "12", "price_baht_kg": "35.25"})

    assert row["visit_date"] == date(2026, 10, 31)
    assert row["trees"] == 12
    assert row["price_baht_kg"] == Decimal("35.25")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("trees", "twelve", "bad_integer"),
        ("trees", "12.5", "bad_integer"),
        ("visit_date", "2026-02-30", "bad_date"),
    ],
)
def test_an_answer_that_does_not_fit_is_blank_and_flagged(
    office: Office, field: str, value: str, code: str
) -> None:
    """Nothing is guessed: the text stays in the log, the table shows a blank, the Quality page a flag."""
    row = _one(office, "pomelo_plot", {field: value})

    assert row[field] is None
    assert (field, code) in _flags(office)


def test_thai_digits_are_numbers(office: Office) -> None:
    """Somebody typed ๑๒ on a Thai keyboard."""
    assert _one(office, "pomelo_plot", {"trees": "๑๒"})["trees"] == 12


def test_a_buddhist_year_in_a_date_is_flagged(office: Office) -> None:
    """Phones store Gregorian dates; 2564 is almost surely typed as a Buddhist year."""
    _one(office, "pomelo_plot", {"visit_date": "2564-02-04"})

    assert ("visit_date", "buddhist_year") in _flags(office)


def test_an_unknown_choice_is_kept_and_flagged(office: Office) -> None:
    """A phone with an older list may send a choice that the form no longer has."""
    row = _one(office, "pomelo_plot", {"variety": "durian"})

    assert row["variety"] == "durian"
    assert ("variety", "unknown_choice") in _flags(office)


def test_thai_text_is_normalised_so_that_search_finds_it(office: Office) -> None:
    """SARA AM written as two characters equals the one; the log keeps what was sent."""
    row = _one(office, "pomelo_plot", {"plot_name": "กําแพงเพชร"})

    assert row["plot_name"] == "กำแพงเพชร"


def test_a_drawn_plot_is_measured_and_located(office: Office) -> None:
    """A walked square of about 111 by 110 m is some 12,180 m² and lies in Ko Thuat."""
    row = _one(office, "pomelo_plot", {"tambon": "801206", "plot": SQUARE})

    assert row["plot__area_m2"] == pytest.approx(12_180, rel=0.01)
    assert row["plot__drawn"] == "walked"
    assert (row["plot__tambon"], row["plot__verdict"]) == ("801206", "agrees")
    assert (row["_tambon"], row["_reported"], row["_located"], row["_boundary_set"]) == (
        "801206", "801206", "801206", "demo",
    )  # fmt: skip
    assert row["_distance_m"] is None or row["_distance_m"] > 30


def test_an_area_that_no_set_has_is_told_as_such(office: Office) -> None:
    """A slip in an office's table is no answer that somebody at the place could explain."""
    for answers in (
        {"tambon": "801299", "point": "8.291 100.101 0 4"},
        {"tambon": "801299"},
        {"tambon": "801206"},
    ):
        _one(office, "pomelo_plot", answers)
    said = office.atlas.warehouse.cursor().execute(
        "SELECT code, detail FROM flag WHERE field IN ('', 'point')"
    )
    assert said.fetchall() == [("area_unknown", "801299")] * 2


def test_a_point_that_contradicts_the_answer_is_flagged_and_keeps_both(office: Office) -> None:
    """The form says Khlong Noi, the point lies in the middle of Ko Thuat: a person must look."""
    row = _one(office, "pomelo_plot", {"tambon": "801202", "point": "8.2808 100.0898 0 4"})

    assert (row["_reported"], row["_located"], row["_verdict"]) == ("801202", "801206", "disagrees")
    assert ("point", "tambon_disagrees") in _flags(office)


def test_the_moo_of_one_tambon_is_no_village_of_another(office: Office) -> None:
    """Moo 4 of Ko Thuat with a point in Khlong Noi: a record of Khlong Noi, of none of its villages."""
    row = _one(office, "pomelo_plot", {"tambon": "801206", "moo": 4, "point": "8.356 100.111 2 5"})

    assert (row["_reported"], row["_located"], row["_verdict"]) == ("801206", "801202", "disagrees")
    assert (row["_tambon"], row["_area"], row["_village"]) == ("801202", "801202", "80120604")


def test_a_moo_is_the_same_however_it_is_typed_or_kept() -> None:
    """Of another office's form, as a text or a decimal: live from its text, moved from its number."""
    places = Places((Period("demo", Locator.build(["801206"], [shapely.box(100, 8, 100.1, 8.1)])),))

    def moos(*said: str | Decimal | None) -> list[str]:
        answers = {"moo": pa.array(said), "tambon": pa.array(["๘๐๑๒๐๖"] * len(said))}
        received = ["2026-11-21T03:00:00.000000+00:00"] * len(said)
        found = claims(answers, [None] * len(said), received, [None] * len(said), places)
        assert set(found.reported) == {"801206"}
        return found.moo.tolist()

    assert moos("๓", "3", "03", "3.0", "3.5", "²", "หมู่ 3", None) == ["03"] * 4 + [""] * 4
    assert moos(Decimal("3.000000"), Decimal("3.500000")) == ["03", ""]


def test_without_a_geometry_the_reported_tambon_counts(office: Office) -> None:
    """A record without a point is still a record of its tambon."""
    row = _one(office, "pomelo_plot", {"tambon": "801206", "moo": "4"})

    assert (row["_tambon"], row["_area"], row["_verdict"]) == ("801206", "80120604", "no_geometry")


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (BOW_TIE, "self_crossing"),
        ("8.28 100.089 0 0;8.281 100.09 0 0", "too_few_points"),
        ("999 100.089 0 0;8.28 100.09 0 0;8.28 100.1 0 0;999 100.089 0 0", "out_of_range"),
        ("rubbish", "geometry_unreadable"),
        (SQUARE.replace(" 0 4", " 0 80"), "poor_accuracy"),
    ],
)
def test_a_defective_shape_is_flagged_and_the_record_stays(office: Office, shape: str, code: str) -> None:
    """The engines on the phones check none of this."""
    row = _one(office, "pomelo_plot", {"tambon": "801206", "plot": shape})

    assert row["_tambon"] == "801206"
    assert ("plot", code) in _flags(office)


def test_latitude_and_longitude_the_wrong_way_round_are_flagged_not_turned(office: Office) -> None:
    """A swap is likely, but only a person may say so."""
    _one(office, "pomelo_plot", {"tambon": "801206", "point": "100.0898 8.2808 0 4"})

    assert {code for field, code in _flags(office) if field == "point"} & {"swapped_lat_lon", "out_of_range"}


def test_a_repeat_is_a_table_with_parent_keys(office: Office) -> None:
    """Each member of a household is a row that names its household's submission."""
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    members = [{schema.table("members").fields[0].name: "x"}, {}]
    offices.send(office, submission(schema, {"tambon": "801206", "members": members}, instance="uuid:h"))
    rows = office.atlas.warehouse.cursor().execute(
        'SELECT _instance_id, _key, _parent, _tambon FROM "household_register/members" ORDER BY _key'
    )

    assert rows.fetchall() == [("uuid:h", "1", "", "801206"), ("uuid:h", "2", "", "801206")]


def test_a_time_with_and_without_offset_is_kept_in_utc(office: Office) -> None:
    """A phone's clock tells its offset; without one it is Bangkok's."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    field = next(one.name for one in schema.tables[0].fields if one.kind == "datetime")

    assert _one(office, "pomelo_plot", {field: "2026-10-31T08:00:00.000+07:00"})[field] == datetime(
        2026, 10, 31, 1
    )
    assert _one(office, "pomelo_plot", {field: "2026-10-31T08:00:00"})[field] == datetime(2026, 10, 31, 1)


def test_quarantine_is_emptied_when_the_form_is_published(office: Office) -> None:
    """A phone that is ahead of the office loses nothing: the record waits and then appears."""
    from forms.catalog import workbooks
    from ingest import published
    from ingest.tables import form_offer, form_usage, form_version

    path = next(path for path in workbooks() if path.stem == "pomelo_plot")
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    with log.writing(office.atlas.log) as connection:
        for table in (form_version, form_usage, form_offer):
            connection.execute(table.delete().where(table.c.form_id == "pomelo_plot"))
        log.reference_changed(connection)
    offices.send(office, submission(schema, {"trees": 7}))
    assert office.atlas.warehouse.counts()["quarantined"] == 1

    with log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)
    office.follower.catch_up()

    assert office.atlas.warehouse.counts()["quarantined"] == 0
    assert office.atlas.warehouse.cursor().execute("SELECT trees FROM pomelo_plot").fetchall() == [(7,)]


def _reasons(office: Office) -> list[str]:
    found = office.atlas.warehouse.cursor().execute("SELECT reason FROM submission ORDER BY _seq").fetchall()
    return [reason for (reason,) in found]


def test_a_version_of_five_thousand_digits_keeps_nothing_from_the_map(office: Office) -> None:
    """No phone of an honest volunteer says so; whoever does stops the register for nobody."""
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    endless = f'<entity dataset="households" id="5f4d" update="1" baseVersion="{"9" * 5_000}"/>'
    offices.send(office, submission(schema, {"tambon": "801206"}, meta=endless))
    offices.send(office, submission(schema, {"tambon": "801206"}))

    assert _reasons(office) == ["", ""]
    assert all(office.follower.verify().values())


def test_a_submission_that_breaks_its_batch_goes_into_quarantine_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with it; a full disk is nobody's fault, and is waited for."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    settle, fault = entity_tables.settle, Exception()

    def breaking(connection: Any, seqs: list[int], linked: Any) -> None:
        if connection.execute("SELECT 1 FROM pomelo_plot WHERE trees = 3").fetchone():
            raise fault
        settle(connection, seqs, linked)

    monkeypatch.setattr(entity_tables, "settle", breaking)
    documents = [submission(schema, {"tambon": "801206", "trees": n}) for n in range(1, 6)]
    fault = duckdb.IOException("no space left on device")
    with pytest.raises(duckdb.IOException):
        offices.send(office, *documents)
    assert _reasons(office) == []
    fault = ValueError()
    office.follower.catch_up()
    assert _reasons(office) == ["", "", "unprojectable", "", ""]
    assert all(office.follower.verify().values())
    office.follower.rebuild()  # first at once, and as that breaks batch by batch
    assert _reasons(office) == ["", "", "unprojectable", "", ""]

    for reasons in (["", "", "unprojectable", "", ""], [""] * 5):  # a form is published, then a newer program
        with log.writing(office.atlas.log) as connection:
            log.reference_changed(connection)
        office.follower.catch_up()
        assert _reasons(office) == reasons
        monkeypatch.setattr(entity_tables, "settle", settle)
    trees = office.atlas.warehouse.cursor().execute("SELECT trees FROM pomelo_plot ORDER BY 1").fetchall()
    assert trees == [(1,), (2,), (3,), (4,), (5,)]


def test_a_phone_that_sent_an_empty_file_is_told_apart_from_what_was_taken_out(office: Office) -> None:
    """Nobody had asked for anything to be taken out."""
    offices.send(office, b"")

    assert _reasons(office) == ["unreadable"]
