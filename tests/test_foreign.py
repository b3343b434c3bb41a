"""Forms that were not made for this system: taken as they are, mapped, and never shown to all."""

# ruff: noqa: E501 - forms are tables, read in columns

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import javarosa
import offices
import pytest
from workbooks import workbook

from forms.compile import CompiledForm, compile_workbook, compile_xform
from forms.foreign import usage_of
from forms.workbook import Layer, Usage
from ingest import log, published
from ingest.access import Viewer
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.projecting.table_lines import date_ref
from streamlit_app.office import Office
from thai.problem import Problem, Problems

OFFICER = Viewer("officer@example.org", "officer", "80")
WELLS = """
    | type              | name   | label                |
    | text              | order  | Number of the round  |
    | select_one yesno  | select | Is the pump broken?  |
    | date              | group  | Day of the visit     |
    | geopoint          | where  | Where are you?       |
    | begin repeat      | well   | Wells                |
    | geopoint          | spot   | The well             |
    | geoshape          | field  | What it waters       |
    | decimal           | depth  | Depth in metres      |
    | end repeat        |        |                      |
    """
ENDS = "| date | ends_on | End |\n    | geopoint | where "
YES_NO = """
    | list_name | name | label |
    | yesno     | yes  | Yes   |
    | yesno     | no   | No    |
    """
SHAPE = "8.3 100.2 0 0;8.3 100.201 0 0;8.301 100.201 0 0;8.3 100.2 0 0"
ANSWERS = {
    "order": "1", "select": "yes", "group": "2026-11-01", "where": "8.2808 100.0898 0 5",
    "well": [{"spot": "8.2809 100.0899 0 5", "field": SHAPE, "depth": "12.5"},
             {"spot": "8.2810 100.0890 0 5", "depth": "30"}],
}  # fmt: skip


def wells(file_name: str = "Village wells.xlsx", **sheets: str) -> CompiledForm:
    """A form of another office: one language, no settings, nothing of ours, names that SQL keeps for itself."""
    book = workbook({"survey": WELLS, "choices": YES_NO, "settings": ""} | sheets)
    return compile_workbook(book, file_name=file_name)


def test_a_form_of_another_office_is_taken_as_it_is() -> None:
    """It is called like its file; what is missing is said and does not stand in the way."""
    form = wells()

    assert (form.form_id, form.version, form.schema.languages) == ("Village wells", "", ("th",))
    assert any("settings" in warning for warning in form.warnings)
    assert form.schema.field("select")[1].label == {"th": "Is the pump broken?", "en": "Is the pump broken?"}


def test_every_geometry_becomes_a_layer_and_nothing_public() -> None:
    """Those of a repeat too, coloured and dated by the nearest answers that can be."""
    usage = wells().usage

    drawn = {layer.geometry: (layer.name, layer.color_by, layer.date) for layer in usage.layers}
    assert drawn == {
        "where": ("where", "select", "group"),
        "well/spot": ("well_spot", "select", "group"),
        "well/field": ("well_field", "select", "group"),
    }
    assert usage.filters == ("select",)
    assert {usage.privacy_of(ref) for ref in wells().schema.references()} == {"team"}


def test_a_workbook_that_says_something_of_ours_is_held_to_all_of_it() -> None:
    """Half-translated labels are a warning for a foreign form and a mistake in one of ours."""
    half = "| type | name | label::ไทย (th) | label::English (en) |{} \n| text | a | ก | |{} \n"

    assert compile_workbook(workbook({"survey": half.format("", "")}), file_name="a.xlsx").warnings
    with pytest.raises(Problems) as refusal:
        compile_workbook(workbook({"survey": half.format(" privacy |", " team |")}), file_name="a.xlsx")
    assert [one.code for one in refusal.value.problems] == ["label_missing"]


@pytest.mark.parametrize("name", ["ลำดับ", "a b"])
def test_what_a_phone_cannot_carry_is_refused(name: str) -> None:
    """The form engine of phones fails on such names, whoever made the form."""
    with pytest.raises(Problems):
        compile_workbook(
            workbook({"survey": f"| type | name | label |\n| text | {name} | A |\n"}), file_name="a.xlsx"
        )


def test_a_version_that_other_compilers_write_into_the_answers_is_a_column_like_others() -> None:
    """KoboToolbox adds ``__version__``, which would pass for a column of our own."""
    xform = wells().xform.replace(b"<order/>", b"<order/><__version__/>").replace(
        b'<bind nodeset="/data/order"', b'<bind nodeset="/data/__version__" type="string" calculate="\'v1\'"/><bind nodeset="/data/order"'
    )  # fmt: skip
    form = compile_xform(xform)

    assert form.schema.field("version_")[1].path == ("__version__",)
    assert [layer.name for layer in form.usage.layers] == [layer.name for layer in wells().usage.layers]


def test_records_are_placed_in_time_by_a_date_that_is_still_asked() -> None:
    """Layers may be dated by a question that was dropped."""
    of_the_form = "| date              | group  | Day of the visit     |"
    no_place = WELLS.replace("| geopoint          | where  | Where are you?       |", "")
    of_the_well = no_place.replace("| decimal ", "| date | checked | Day |\n    | decimal ")
    for before, now, date in (
        (WELLS, WELLS.replace(of_the_form, ""), ""),
        (of_the_well, no_place, "group"),
    ):
        newest, earlier = wells(survey=now).schema, wells(survey=before).schema
        assert date_ref(newest, usage_of(newest, [earlier])) == date != date_ref(earlier, usage_of(earlier))


def test_records_are_placed_in_time_by_when_they_were_made_and_not_by_when_they_end() -> None:
    """One layer of agreements is dated by the visit, another by the end, which half of them have."""
    schema = wells(survey=WELLS.replace("| geopoint          | where ", ENDS)).schema
    of_ends = [Layer(name, {}, "where", date=date) for name, date in (("a", "ends_on"), ("b", "group"))]
    assert date_ref(schema, Usage("wells", tuple(of_ends))) == "group"
    assert date_ref(schema, Usage("wells", tuple(of_ends[:1]))) == "ends_on"


def publish(office: Office, path: Path) -> None:
    """As ``forms publish`` does."""
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)
    office.follower.catch_up()


def filled(settings: str) -> bytes:
    """The form filled by the engine of ODK Collect."""
    return javarosa.engine().load(wells(settings=settings).xform, {}).fill(ANSWERS)


def counted(office: Office, layer: str) -> int:
    """How many features of a layer an officer of the province sees."""
    info = office.atlas.reference.layers[layer]
    return layers.count(office.atlas.warehouse.cursor(), layers.query(info, OFFICER, Filter()))


def test_its_answers_stand_on_the_map_and_a_workbook_may_say_more_later(
    office: Office, tmp_path: Path
) -> None:
    """The same questions with layers and privacy need no new version, and no answer is touched."""
    path = tmp_path / "wells.xlsx"
    settings = "| form_title | form_id | version |\n| Wells | wells | 7 |\n"
    book = {"survey": WELLS, "choices": YES_NO, "settings": settings}
    path.write_bytes(workbook(book))
    publish(office, path)
    offices.send(office, filled(settings))

    names = ("where", "well_spot", "well_field")
    assert [counted(office, f"wells.{name}") for name in names] == [1, 2, 1]
    row = office.atlas.warehouse.cursor().execute('SELECT "order", "select", _tambon FROM "wells"').fetchone()
    assert row == ("1", "yes", "801206")

    lines = WELLS.strip().splitlines()
    more = [lines[0] + " privacy |", *(line + " personal |" for line in lines[1:])]
    said = "| name | label | geometry |\n| pumps | Pumps | well/spot |\n"
    path.write_bytes(workbook(book | {"survey": "\n".join(more).replace("|  |  |", "| |"), "layers": said}))
    publish(office, path)

    assert "wells.where" not in office.atlas.reference.layers
    assert counted(office, "wells.pumps") == 2
    assert office.atlas.reference.catalogue.usages["wells"].privacy_of("order") == "personal"


def test_a_place_that_a_later_version_asks_for_no_more_stays_on_the_map(
    office: Office, tmp_path: Path
) -> None:
    """Nobody decided that it should go; a workbook that says which layers there are decides."""
    path = tmp_path / "wells.xlsx"
    no_where = WELLS.replace("| geopoint          | where  | Where are you?       |", "")
    said = {"layers": "| name | label | geometry |\n| pumps | Pumps | well/spot |\n"}
    for version, survey, more in (("1", WELLS, {}), ("2", no_where, {}), ("3", no_where, said)):
        settings = f"| form_title | form_id | version |\n| Wells | wells | {version} |\n"
        book = {"survey": survey, "choices": YES_NO, "settings": settings} | more
        path.write_bytes(workbook(book))
        publish(office, path)
        if version == "1":
            offices.send(office, filled(settings))
        if version == "2":
            assert counted(office, "wells.where") == 1
            assert office.atlas.reference.layers["wells.where"].label["en"].endswith("(no longer asked)")
    assert [one for one in office.atlas.reference.layers if one.startswith("wells.")] == ["wells.pumps"]


def test_a_form_that_another_server_gives_to_phones_is_read_and_not_offered(office: Office) -> None:
    """Other bytes under its version are another compiler's work; other questions are refused."""

    def take_over(xform: bytes) -> None:
        with log.writing(office.atlas.log) as connection:
            published.take_over(connection, xform)
        office.follower.catch_up()

    take_over(wells().xform)
    take_over(wells().xform.replace(b"Where are you?", b"Where do you stand?"))
    catalogue = office.atlas.reference.catalogue
    assert {"Village wells"} == catalogue.elsewhere == catalogue.withdrawn

    with pytest.raises(Problem) as refusal:
        take_over(wells().xform.replace(b"order", b"number"))
    assert refusal.value.code == "version_frozen"

    for name in ("../../evil", "..\\evil", "a:b", 'a"b', "a|b", "line\nbreak"):
        with pytest.raises(Problem) as refusal, log.writing(office.atlas.log) as connection:
            published.take_over(connection, wells().xform, form_id=name)
        assert refusal.value.code == "setting_unusable", name
        with pytest.raises(Problem, match="setting_unusable"):
            compile_xform(wells().xform.replace(b'id="Village wells"', f"id={quoteattr(name)}".encode()))

    own = office.atlas.reference.catalogue.newest("pomelo_plot")
    take_over(own.xform.replace("ส้มโอ".encode(), "ส้ม".encode()))
    catalogue = office.atlas.reference.catalogue
    assert "pomelo_plot" not in catalogue.elsewhere | catalogue.withdrawn
    assert catalogue.newest("pomelo_plot").xform == own.xform
