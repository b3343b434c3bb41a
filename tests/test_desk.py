"""Paper becomes a submission: keyed in line by line, twice to be sure, or from an Excel template."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import offices
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest

from forms import trial
from forms.line_entry import read_lines, write_lines
from forms.schema import Choice, Field
from ingest.access import Viewer
from ingest.keying import composed, desk, template
from ingest.keying.desk import Draft
from ingest.keying.judge import Verdict
from reports.papers import pdf
from reports.papers.booklet import booklet
from streamlit_app import viewer as door
from streamlit_app.keyin import keyin_lines
from streamlit_app.office import Office, open_office
from thai.problem import Problem, Problems

CLERK = Viewer("clerk@example.org", "officer", "8012")
HOUSEHOLD = "3f0a6c51-9d5e-4a76-8f3b-0d2f5a7c1e90"
ACCOUNT = "household_account_month"
MONTH = "5 1 1 1,200 - 1\n5 2 11 120 1 1\n. . 12 80 2 .\n๒๘ 2 11 35.50 1 1"
HEAD = {
    "consent": "yes", "visit_date": "2026-11-20", "moo": "3", "household": HOUSEHOLD,
    "account_month": "2026-10-01", "recorded_from": "book", "account_state": "keyed",
}  # fmt: skip

DAY = Field("day", ("day",), "integer", {"th": "วัน"}, None)
KIND = Field("kind", ("kind",), "select_one", {"th": "ชนิด"}, (Choice("income", {}), Choice("expense", {})))
BAHT = Field("baht", ("baht",), "decimal", {"th": "บาท"}, None)
NOTE = Field("note", ("note",), "text", {"th": "หมายเหตุ"}, None)
QUESTIONS = [DAY, KIND, BAHT, NOTE]


@pytest.fixture
def village(office: Office) -> Office:
    """An office with one household."""
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    entity = (
        f'<entity dataset="households" id="{HOUSEHOLD}" create="1"><label>บ้านเลขที่ 2/1 หมู่ 3</label></entity>'
    )
    home = {"tambon": "801206", "moo": 3, "house_no": "2/1"}
    offices.send(office, offices.submission(schema, home, meta=entity))
    return office


def _answers(office: Office, lines: str = MONTH, **said: str) -> dict[str, Any]:
    questions = desk.sheets(office.atlas)[ACCOUNT].repeats["lines"]
    return HEAD | said | {"lines": read_lines(lines, questions).rows}


def test_a_line_is_typed_with_numbers_dots_and_dashes() -> None:
    """Numbers for choices, a dot for the line above, a dash for a blank, Thai digits, a note with spaces."""
    lines = read_lines("5 2 1,200 ค่าปุ๋ย สองกระสอบ\n. . 80\n\n๖ income - -", QUESTIONS)

    assert lines.rows == [
        {"day": "5", "kind": "expense", "baht": "1200", "note": "ค่าปุ๋ย สองกระสอบ"},
        {"day": "5", "kind": "expense", "baht": "80"},
        {"day": "6", "kind": "income"},
    ]
    assert not lines.wrong


def test_choices_left_out_at_the_end_are_those_of_the_line_above() -> None:
    """Most of a page is needed and paid in cash; a number or a text that is left out stays blank."""
    way = Field("way", ("way",), "select_one", {"th": "ทาง"}, (Choice("cash", {}), Choice("bank", {})))

    assert read_lines("5 2 80 2\n6 . 90\n7 1 20\n8", [DAY, KIND, BAHT, way, NOTE]).rows == [
        {"day": "5", "kind": "expense", "baht": "80", "way": "bank"},
        {"day": "6", "kind": "expense", "baht": "90", "way": "bank"},
        {"day": "7", "kind": "income", "baht": "20"},
        {"day": "8"},
    ]


def test_a_line_that_cannot_be_read_is_told_with_its_number_and_word() -> None:
    """Nothing is guessed and nothing is dropped silently."""
    assert [word for _, _, word in read_lines("5 1 120,50\n5 1 1,2", QUESTIONS[:3]).wrong] == [
        "120,50",
        "1,2",
    ]
    wrong = read_lines("5 3 10\n5 1 สิบ\n5 1 10 a\n5 1 10", QUESTIONS[:3]).wrong

    assert [(number, one.name if one else "", word) for number, one, word in wrong] == [
        (1, "kind", "3"), (2, "baht", "สิบ"), (3, "", "a"),
    ]  # fmt: skip


@given(
    st.lists(
        st.fixed_dictionaries(
            {"day": st.integers(1, 31).map(str), "kind": st.sampled_from(["income", "expense"])},
            optional={"baht": st.decimals(0, 9999, places=2).map(str)},
        )
    )
)
def test_typed_lines_read_back_as_they_were(rows: list[dict[str, str]]) -> None:
    """A draft shows what was typed."""
    assert read_lines(write_lines(rows, QUESTIONS), QUESTIONS).rows == rows


def test_a_month_keyed_in_is_the_submission_a_phone_would_have_sent(village: Office) -> None:
    """The phones' engine computes the totals; the record stands in the tambon with its source."""
    sheet = desk.sheets(village.atlas)[ACCOUNT]
    (verdict,) = desk.judged(village.atlas, sheet, [_answers(village)], "80120603")
    desk.send(village.atlas, CLERK, verdict.xml, "80120603")
    village.follower.catch_up()

    rows = village.atlas.warehouse.cursor().execute(
        f"SELECT _source, _tambon, income_total, expense_total, line_count FROM {ACCOUNT}"
    )
    assert [(s, t, float(i), float(e), n) for s, t, i, e, n in rows.fetchall()] == [
        ("desk", "801206", 1200.0, 235.5, 4)
    ]
    assert keyin_lines.totals(_answers(village)["lines"], sheet.repeats["lines"]) == {
        ("amount_baht", "income"): 1200, ("amount_baht", "expense"): 235.5,
    }  # fmt: skip


def test_the_form_refuses_at_the_desk_what_it_refuses_on_a_phone(village: Office) -> None:
    """Day 31 of November, in the form's own Thai words."""
    sheet = desk.sheets(village.atlas)[ACCOUNT]
    wrong = _answers(village, "31 1 1 1200 - 1", account_month="2026-11-01")
    (verdict,) = desk.judged(village.atlas, sheet, [wrong], "80120603")

    assert not verdict.xml
    assert (verdict.name, verdict.turn) == ("line_day", 1)
    assert any("ก" <= letter <= "๙" for letter in verdict.says.th)


def test_without_java_types_choices_and_required_answers_are_still_checked(
    village: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lighter check takes a whole month and refuses a missing household."""
    monkeypatch.setattr(trial, "possible", lambda: False)
    sheet = desk.sheets(village.atlas)[ACCOUNT]
    missing = {name: value for name, value in _answers(village).items() if name != "household"}
    wrong = _answers(village) | {"lines": [{"line_day": "ห้า"}]}
    filled = [_answers(village), missing, wrong]
    good, bad, unread = desk.judged(village.atlas, sheet, filled, "80120603")

    assert b"<tambon>801206</tambon>" in good.xml
    assert (bad.question, bad.xml) == ("household", b"")
    assert (bad.says.th, bad.says.en) == ("ต้องตอบข้อนี้", "An answer is required.")
    assert (unread.name, unread.turn) == ("line_day", 1)
    assert "ไม่ใช่ integer" in unread.says.th
    assert "is no integer" in unread.says.en


def test_a_month_is_not_keyed_in_twice_but_corrected(village: Office) -> None:
    """The second paper of the month finds the first, and replaces it when that is meant."""
    sheet = desk.sheets(village.atlas)[ACCOUNT]
    for lines in (MONTH, "5 1 1 900 - 1"):
        answers = _answers(village, lines, account_month="2026-10-15")
        there = desk.already(village.atlas, sheet, answers)
        (verdict,) = desk.judged(village.atlas, sheet, [answers], "80120603")
        desk.send(village.atlas, CLERK, verdict.xml, "80120603", replaces=there[0] if there else "")
        village.follower.catch_up()

    rows = village.atlas.warehouse.cursor().execute(f"SELECT income_total FROM {ACCOUNT}").fetchall()
    assert [float(total) for (total,) in rows] == [900.0]
    assert desk.already(village.atlas, sheet, _answers(village, account_month="2026-09-01")) == []


def test_a_clerk_keys_in_only_for_the_own_area(village: Office) -> None:
    """Households of elsewhere are not offered, and what is sent for elsewhere is refused."""
    stranger = Viewer("far@example.org", "officer", "53")

    assert desk.entries(village.atlas, stranger, "households") == []
    with pytest.raises(Problem, match="not_allowed"):
        desk.send(village.atlas, stranger, b"<data/>", "801206")


def test_a_draft_belongs_to_whoever_typed_it_and_goes_when_it_is_dropped(village: Office) -> None:
    """Half a month is kept over the lunch break."""
    desk.save_draft(village.atlas, CLERK, ACCOUNT, "a", Draft({"lines": [{"line_day": "5"}]}))
    desk.save_draft(village.atlas, CLERK, ACCOUNT, "a", Draft({"lines": []}, "2/1", "80120603"))

    (kept,) = desk.drafts(village.atlas, CLERK, ACCOUNT).values()
    assert (kept.answers, kept.called, kept.area) == ({"lines": []}, "2/1", "80120603")
    assert desk.drafts(village.atlas, Viewer("other", "officer", "8012"), ACCOUNT) == {}
    desk.drop_draft(village.atlas, CLERK, ACCOUNT, "a")
    assert desk.drafts(village.atlas, CLERK, ACCOUNT) == {}


# -- the Excel template ---------------------------------------------------------------------------


def _template(office: Office, month: str = "10/2569", day: object = 5, kind: str = "") -> bytes:
    sheet = desk.sheets(office.atlas)[ACCOUNT]
    book = load_workbook(BytesIO(template.write(office.atlas, CLERK, sheet)))
    told = {one.value: one.label["th"] for one in sheet.repeats["lines"][1].choices or ()}
    head = {
        "record": 1, "consent": "yes", "visit_date": "20/11/2569", "household": "บ้านเลขที่ 2/1 หมู่ 3",
        "account_month": month, "recorded_from": "book", "account_state": "keyed",
    }  # fmt: skip
    line = {
        "record": 1, "line_day": day, "line_kind": kind or told["income"], "category": "crop_sale",
        "amount_baht": 1200, "channel": "cash",
    }  # fmt: skip
    for page, row in (("records", head), ("lines", line)):
        names = [cell.value for cell in book[page][2]]
        for name, value in row.items():
            book[page].cell(3, names.index(name) + 1, value)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_filled_in_template_becomes_ordinary_submissions(village: Office) -> None:
    """Drop-down words, Thai dates and numbers; the register's label finds its entry."""
    sheet = desk.sheets(village.atlas)[ACCOUNT]
    assert template.take_in(village.atlas, CLERK, sheet, _template(village), "october.xlsx") == 1
    village.follower.catch_up()

    rows = village.atlas.warehouse.cursor().execute(f"SELECT _source, household, income_total FROM {ACCOUNT}")
    assert [(source, home, float(total)) for source, home, total in rows.fetchall()] == [
        ("desk", HOUSEHOLD, 1200.0)
    ]
    with pytest.raises(Problems, match="record_there"):
        template.take_in(village.atlas, CLERK, sheet, _template(village), "again.xlsx")


def test_a_file_is_taken_in_once_however_often_the_button_is_pressed(
    village: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form without months knows no page that is there already: a second press doubled the whole file."""
    sheet = desk.sheets(village.atlas)["training_event"]
    book = load_workbook(BytesIO(template.write(village.atlas, CLERK, sheet)))
    column = [cell.value for cell in book["records"][2]].index("tambon") + 1
    for row in (3, 4):
        book["records"].cell(row, column, "801206")
    out = BytesIO()
    book.save(out)

    def judged(_atlas: object, sheet: desk.Sheet, filled: list[Any], area: str) -> list[Verdict]:
        return [Verdict(composed.compose(sheet.form, {"tambon": area})) for _ in filled]

    monkeypatch.setattr(desk, "judged", judged)
    for _ in range(2):
        assert template.take_in(village.atlas, CLERK, sheet, out.getvalue(), "a.xlsx") == 2
    village.follower.catch_up()
    assert village.atlas.warehouse.counts()["forms"]["training_event"] == 2


def test_a_month_that_stands_twice_in_one_file_is_told(village: Office) -> None:
    """Neither row is there yet, and both together would count the month double."""
    book = load_workbook(BytesIO(_template(village)))
    for cell in book["records"][3]:
        book["records"].cell(4, cell.column, 2 if cell.column == 1 else cell.value)
    out = BytesIO()
    book.save(out)

    with pytest.raises(Problems) as raised:
        template.take_in(village.atlas, CLERK, desk.sheets(village.atlas)[ACCOUNT], out.getvalue(), "a.xlsx")

    (finding,) = raised.value.problems
    assert (finding.code, finding.place.row) == ("month_twice", 4)


@pytest.mark.parametrize(
    ("wrong", "code", "column"),
    [({"kind": "ไม่มี"}, "cell_unreadable", "line_kind"), ({"day": 32}, "record_refused", "line_day"),
     ({"month": "ตุลา"}, "cell_unreadable", "account_month")],
)  # fmt: skip
def test_one_wrong_cell_keeps_the_whole_template_out(
    village: Office, wrong: dict[str, Any], code: str, column: str
) -> None:
    """The finding names sheet, row and column; nothing is half imported."""
    sheet = desk.sheets(village.atlas)[ACCOUNT]
    with pytest.raises(Problems) as raised:
        template.take_in(village.atlas, CLERK, sheet, _template(village, **wrong), "october.xlsx")
    village.follower.catch_up()

    (finding,) = raised.value.problems
    assert (finding.code, finding.place.row, finding.place.column) == (code, 3, column)
    assert village.atlas.warehouse.counts()["forms"].get(ACCOUNT, 0) == 0


def test_the_printed_book_has_a_page_a_month_and_the_numbers_that_are_typed(
    village: Office, tmp_path: Path
) -> None:
    """A5, Thai month names, every choice of the lines with its number, room to write, totals to compare."""
    sheet = desk.sheets(village.atlas)[ACCOUNT]
    questions = sheet.repeats["lines"]
    book = booklet("บัญชีครัวเรือน", "บ้านเลขที่ 2/1 หมู่ 3", questions, date(2026, 11, 1), months=3)
    pdf.to_pdf([book], tmp_path / "book.pdf")
    with pypdfium2.PdfDocument(tmp_path / "book.pdf") as document:
        sizes = {tuple(round(side) for side in page.get_size()) for page in document}
        texts = [page.get_textpage().get_text_range() for page in document]

    assert (len(texts), sizes) == (4, {(420, 595)})
    numbers = "".join(texts[0].split())
    for one in questions:
        for number, choice in enumerate(one.choices or (), start=1):
            assert f"{number}{''.join(choice.label['th'].split())}" in numbers
    assert [month in text for month, text in zip(("2569", "2569", "2570"), texts[1:], strict=True)] == [
        True
    ] * 3


# -- the page --------------------------------------------------------------------------------------


def _run() -> None:
    from streamlit_app.views import keyin

    keyin.page()


@pytest.fixture
def look(village: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[Viewer], AppTest]:
    """Open the page as somebody."""
    open_office(village)

    def opened(viewer: Viewer) -> AppTest:
        monkeypatch.setattr(door, "viewer", lambda: viewer)
        return AppTest.from_function(_run, default_timeout=60).run()

    return opened


def test_a_clerk_keys_in_a_month_compares_the_totals_and_sends(
    village: Office, look: Callable[[Viewer], AppTest]
) -> None:
    """The paper's total differs: sending waits until the clerk says that the paper is wrong."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    start = f"keyin.{ACCOUNT}.0."
    for name in ("household", "consent", "recorded_from", "account_state"):
        page.selectbox(key=start + name).set_value(HEAD[name])
    page.text_input(key=start + "visit_date").set_value("20/11/2569")
    page.text_input(key=start + "account_month").set_value("10/2569")
    page.text_area(key=start + "lines").set_value(MONTH).run()
    page.text_input(key=f"{start}lines.amount_baht.expense").set_value("300").run()
    assert any("+64.50" in one.value for one in page.warning)
    assert page.button(key=start + "send").disabled
    page.checkbox(key=f"{start}lines.differs").set_value(True).run()
    page.button(key=start + "send").click().run()

    assert not page.exception
    assert village.atlas.warehouse.counts()["forms"][ACCOUNT] == 1
    assert page.text_area(key=f"keyin.{ACCOUNT}.1.lines").value == ""


def test_what_is_keyed_in_twice_has_to_be_the_same(
    village: Office, look: Callable[[Viewer], AppTest]
) -> None:
    """The second round begins blank; a slip is shown with its line, and keeps the month back."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    start = f"keyin.{ACCOUNT}.0."
    page.selectbox(key=start + "household").set_value(HOUSEHOLD)
    page.text_area(key=start + "lines").set_value("5 1 1 1200")
    page.toggle(key=start + "twice").set_value(True).run()
    page.button(key=start + "twice.store").click().run()
    assert page.text_area(key=start + "lines.2").value == ""

    page.text_area(key=start + "lines.2").set_value("5 1 1 2100").run()
    assert any("lines 1" in one.value and "2100" in one.value for one in page.error)
    assert page.button(key=start + "send").disabled
    page.text_area(key=start + "lines.2").set_value("5 1 1 1200").run()
    assert not page.button(key=start + "send").disabled


def test_a_draft_comes_back_as_it_was_typed(look: Callable[[Viewer], AppTest]) -> None:
    """Kept before lunch, taken up after it."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    start = f"keyin.{ACCOUNT}."
    page.selectbox(key=start + "0.household").set_value(HOUSEHOLD)
    page.text_input(key=start + "0.account_month").set_value("10/2569")
    page.text_area(key=start + "0.lines").set_value("5 1 1 1200").run()
    page.button(key=start + "0.keep").click().run()
    drafts = page.selectbox(key=start + "1.drafts")
    assert "หมู่ 3 ต.ค. 2569 · " in drafts.options[0]
    drafts.select_index(0).run()

    assert page.text_area(key=start + "2.lines").value == "5 1 1 1200 - - -"
    assert page.selectbox(key=start + "2.household").value == HOUSEHOLD


def test_what_is_refused_is_told_in_the_language_of_the_page(look: Callable[[Viewer], AppTest]) -> None:
    """The phones' engine says no more than "required"; the clerk reads Thai, and which question it is."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    page.selectbox(key=f"keyin.{ACCOUNT}.0.household").set_value(HOUSEHOLD).run()
    page.button(key=f"keyin.{ACCOUNT}.0.send").click().run()

    (told,) = page.error
    assert told.value.endswith("ต้องตอบข้อนี้")
    assert "**" in told.value
    assert "****" not in told.value


def test_drafts_of_two_days_stand_beside_one_another(look: Callable[[Viewer], AppTest]) -> None:
    """A form without register and month: each draft has its time, its place, and a date as it was typed."""
    start = "keyin.household_register."
    for house_no in ("11", "22"):
        page = look(CLERK)
        page.selectbox(key="keyin.form").set_value("household_register").run()
        page.selectbox(key=start + "0.tambon").set_value("801206")
        page.text_input(key=start + "0.moo").set_value("3")
        page.text_input(key=start + "0.visit_date").set_value("31/2/2569")
        page.text_input(key=start + "0.house_no").set_value(house_no).run()
        page.button(key=start + "0.keep").click().run()
    drafts = page.selectbox(key=start + "1.drafts")
    assert len(drafts.options) == 2
    assert all(re.search(r"\d\d:\d\d", one) for one in drafts.options)
    drafts.select_index(1).run()

    names = ("moo", "visit_date", "house_no")
    assert [page.text_input(key=f"{start}2.{one}").value for one in names] == ["3", "31/2/2569", "11"]
    assert page.selectbox(key=start + "2.tambon").value == "801206"
    page.selectbox(key="keyin.form").set_value("household_debt").run()
    assert {one.value for one in page.text_input if str(one.key).startswith("keyin.household_debt.")} == {""}


@pytest.mark.usefixtures("look")
def test_an_address_opens_the_form_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the page of forums links to it; what is chosen then stands there, one that is not known is none."""
    monkeypatch.setattr(door, "viewer", lambda: CLERK)
    page = AppTest.from_function(_run, default_timeout=60)
    page.query_params["form"] = "training_event"
    page.run()
    assert page.selectbox(key="keyin.form").value == "training_event"
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    assert page.query_params["form"] == ACCOUNT
    assert page.text_area(key=f"keyin.{ACCOUNT}.0.lines").value == ""
    page.query_params["form"] = "no_such_form"
    page.run()
    assert not page.exception


def test_a_date_that_is_none_is_not_sent_as_a_blank(look: Callable[[Viewer], AppTest]) -> None:
    """It may be left blank; the 31st of February is a slip, as moo 3/1 is. Another form costs nothing."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value("training_event").run()
    start = "keyin.training_event.0."
    page.selectbox(key=start + "tambon").set_value("801206")
    page.text_input(key=start + "ends_on").set_value("31/2/2569").run()
    assert page.button(key=start + "send").disabled

    page.text_input(key=start + "ends_on").set_value("28/2/2569").run()
    for moo, sound in (("3/1", False), ("123", False), ("๓", True), ("", True)):
        page.text_input(key=start + "moo").set_value(moo).run()
        assert page.button(key=start + "send").disabled is not sound
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    page.text_area(key=f"keyin.{ACCOUNT}.0.lines").set_value("5 1 1 1200").run()
    page.selectbox(key="keyin.form").set_value("training_event").run()
    assert page.text_input(key=start + "ends_on").value == "28/2/2569"
    assert not page.button(key=start + "send").disabled
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    assert page.text_area(key=f"keyin.{ACCOUNT}.0.lines").value == "5 1 1 1200"


def test_a_second_press_while_the_first_is_judged_sends_nothing_again(
    village: Office, look: Callable[[Viewer], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run of the first press is cut short once it has sent; the press counts again in the next."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value("training_event").run()
    start = "keyin.training_event.0."
    page.selectbox(key=start + "tambon").set_value("801206").run()
    pressed: list[Any] = []

    def judged(_atlas: object, sheet: desk.Sheet, _filled: object, area: str) -> list[Verdict]:
        if len(pressed) == 1:
            script = get_script_run_ctx()
            assert script
            assert script.script_requests
            again = RerunData(widget_states=pressed[0], page_script_hash=script.page_script_hash)
            script.script_requests.request_rerun(again)
        pressed.append(sheet)
        return [Verdict(composed.compose(sheet.form, {"tambon": area[:6]}))]

    monkeypatch.setattr(desk, "judged", judged)
    button = page.button(key=start + "send").click()
    pressed.append(deepcopy(page._tree.get_widget_states()))
    button.run()
    village.follower.catch_up()

    assert len(pressed) == 2
    assert village.atlas.warehouse.counts()["forms"]["training_event"] == 1
    assert page.selectbox(key="keyin.training_event.1.tambon").value is None


def test_households_of_one_label_are_told_apart(village: Office, look: Callable[[Viewer], AppTest]) -> None:
    """Two tambons of one name have a house 2/1 each: what is chosen is what is taken, in the template too."""
    schema = village.atlas.reference.catalogue.newest("household_register").schema
    entity = '<entity dataset="households" id="other" create="1"><label>บ้านเลขที่ 2/1 หมู่ 3</label></entity>'
    home = {"tambon": "801203", "moo": 3, "house_no": "2/1"}
    offices.send(village, offices.submission(schema, home, meta=entity))
    village.follower.catch_up()
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    box = f"keyin.{ACCOUNT}.0.household"
    for one in (HOUSEHOLD, "other"):
        page.selectbox(key=box).set_value(one).run()
        assert page.selectbox(key=box).value == one
    assert len(set(page.selectbox(key=box).options)) == 2

    sheet = desk.sheets(village.atlas)[ACCOUNT]
    book = load_workbook(BytesIO(template.write(village.atlas, CLERK, sheet)))
    named = {one.entity_id: one.called for one in desk.entries(village.atlas, CLERK, "households")}
    column = [cell.value for cell in book["records"][2]].index("household") + 1
    for row, called in enumerate(named.values(), 3):
        book["records"].cell(row, 1, row)
        book["records"].cell(row, column, called)
    out = BytesIO()
    book.save(out)
    filled = template.read(village.atlas, CLERK, sheet, out.getvalue(), "a.xlsx")
    assert [one.answers["household"] for one in filled] == list(named)


def test_a_household_in_a_line_of_a_template_is_the_one_that_was_chosen(village: Office) -> None:
    """A claimant's household is offered by its label, and read back as the register knows it."""
    sheet = desk.sheets(village.atlas)["land_case"]
    book = load_workbook(BytesIO(template.write(village.atlas, CLERK, sheet)))
    for page, name, value in (
        ("records", "tambon", "801206"), ("claimants", "claimant_household", "บ้านเลขที่ 2/1 หมู่ 3"),
    ):  # fmt: skip
        book[page].cell(3, 1, 1)
        book[page].cell(3, [cell.value for cell in book[page][2]].index(name) + 1, value)
    out = BytesIO()
    book.save(out)
    [filled] = template.read(village.atlas, CLERK, sheet, out.getvalue(), "a.xlsx")
    assert filled.answers["claimants"] == [{"claimant_household": HOUSEHOLD}]


def test_a_tambon_that_is_none_keeps_a_template_out(village: Office) -> None:
    """It was taken for the area that the lists are cut to, which left them empty; Thai digits are digits."""
    sheet = desk.sheets(village.atlas)["training_event"]
    book = load_workbook(BytesIO(template.write(village.atlas, CLERK, sheet)))
    column = [cell.value for cell in book["records"][2]].index("tambon") + 1
    for row, text in enumerate(("801299", "๘๐๑๒๐๖", "8012"), 3):
        book["records"].cell(row, column, text)
    out = BytesIO()
    book.save(out)
    with pytest.raises(Problems) as caught:
        template.read(village.atlas, CLERK, sheet, out.getvalue(), "a.xlsx")
    assert [(one.code, one.place.row) for one in caught.value.problems] == [
        ("tambon_unknown", 3), ("tambon_unknown", 5),
    ]  # fmt: skip


def test_a_correction_is_meant_of_the_record_that_was_on_the_screen(
    village: Office, look: Callable[[Viewer], AppTest]
) -> None:
    """Ticked for October, it is not ticked for September; nor once a colleague has corrected October."""
    sheet = desk.sheets(village.atlas)[ACCOUNT]

    def keyed(month: str, replaces: str = "") -> str:
        answers = _answers(village, account_month=month)
        (verdict,) = desk.judged(village.atlas, sheet, [answers], "80120603")
        desk.send(village.atlas, CLERK, verdict.xml, "80120603", replaces=replaces)
        village.follower.catch_up()
        return desk.already(village.atlas, sheet, answers)[-1]

    october, _ = keyed("2026-10-01"), keyed("2026-09-01")
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    start = f"keyin.{ACCOUNT}.0."
    page.selectbox(key=start + "household").set_value(HOUSEHOLD)
    page.text_input(key=start + "account_month").set_value("10/2569").run()
    page.checkbox[0].set_value(True).run()
    assert not page.button(key=start + "send").disabled
    page.text_input(key=start + "account_month").set_value("9/2569").run()
    assert page.button(key=start + "send").disabled
    page.text_input(key=start + "account_month").set_value("10/2569").run()
    keyed("2026-10-01", october)
    page.run()
    assert page.button(key=start + "send").disabled


def test_nothing_that_was_typed_is_lost_on_the_way_to_a_draft(look: Callable[[Viewer], AppTest]) -> None:
    """A line that is none, the first of two rounds, and a paper begun before another draft is taken up."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    start = f"keyin.{ACCOUNT}."
    page.text_area(key=start + "0.lines").set_value("5 1 1 1200\n6 1 1 12oo").run()
    page.button(key=start + "0.keep").click().run()
    page.text_area(key=start + "1.lines").set_value("7 1 1 700").run()
    page.selectbox(key=start + "1.drafts").select_index(0).run()
    assert page.text_area(key=start + "2.lines").value == "5 1 1 1200\n6 1 1 12oo"

    page.text_area(key=start + "2.lines").set_value("5 1 1 1200").run()
    page.toggle(key=start + "2.twice").set_value(True).run()
    page.button(key=start + "2.twice.store").click().run()
    page.text_area(key=start + "2.lines.2").set_value("5 1 1").run()
    page.toggle(key=start + "2.twice").set_value(False).run()
    assert page.text_area(key=start + "2.lines").value == "5 1 1 1200"
    page.toggle(key=start + "2.twice").set_value(True).run()
    page.button(key=start + "2.twice.store").click().run()
    page.button(key=start + "2.keep").click().run()
    kept = page.selectbox(key=start + "3.drafts")
    assert len(set(kept.options)) == 2
    for number, lines in enumerate(("5 1 1 1200 - - -", "7 1 1 700 - - -")):
        fresh = look(CLERK)
        fresh.selectbox(key="keyin.form").set_value(ACCOUNT).run()
        fresh.selectbox(key=start + "0.drafts").select_index(number).run()
        assert fresh.text_area(key=start + "1.lines").value == lines


def test_a_total_that_cannot_be_read_agrees_with_nothing(look: Callable[[Viewer], AppTest]) -> None:
    """It waits for the clerk's word as a total that differs does."""
    page = look(CLERK)
    page.selectbox(key="keyin.form").set_value(ACCOUNT).run()
    start = f"keyin.{ACCOUNT}.0."
    page.selectbox(key=start + "household").set_value(HOUSEHOLD)
    page.text_area(key=start + "lines").set_value("5 1 1 1200").run()
    assert not page.button(key=start + "send").disabled
    page.text_input(key=f"{start}lines.amount_baht.income").set_value("12oo").run()
    assert page.button(key=start + "send").disabled


def test_a_transfer_to_a_grant_of_no_province_can_be_keyed_in(
    village: Office, look: Callable[[Viewer], AppTest]
) -> None:
    """By who sees the whole country, where such a grant belongs; not by a province's officer."""
    schema = village.atlas.reference.catalogue.newest("grant_project").schema
    entity = '<entity dataset="grants" id="grants-1" create="1"><label>ภาคเหนือ</label></entity>'
    offices.send(village, offices.submission(schema, {"grant_level": "region"}, meta=entity))
    village.follower.catch_up()
    page = look(Viewer("region@example.org", "officer", ""))
    page.selectbox(key="keyin.form").set_value("grant_disbursement").run()
    page.selectbox(key="keyin.grant_disbursement.0.grant").set_value("grants-1").run()
    assert not page.button(key="keyin.grant_disbursement.0.send").disabled
    assert desk.entries(village.atlas, CLERK, "grants") == []


def test_a_planner_keys_nothing_in(look: Callable[[Viewer], AppTest]) -> None:
    """Paper holds personal answers."""
    page = look(Viewer("planner@example.org", "planner", "8012"))

    assert page.info
    assert not page.selectbox
