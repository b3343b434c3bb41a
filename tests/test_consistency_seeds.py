"""What the seed documents print, recomputed: each finding by its number in the requirements."""

from __future__ import annotations

from pathlib import Path

import pytest
import seed_tables as seeds

from reports.consistency.engine import check_file
from reports.consistency.model import Checked, Finding
from reports.consistency.wording import CAUSES, KINDS, as_dict, said


def checked(name: str, content: bytes) -> Checked:
    """The outcome of a file."""
    return check_file(Path(name), content)[1]


def of(outcome: Checked, kind: str) -> list[Finding]:
    """The findings of one kind."""
    return [one for one in outcome.findings if one.kind == kind]


def words(*sentences: str) -> Checked:
    """The outcome of sentences in a document."""
    return checked("words.docx", seeds.docx_file(*sentences))


@pytest.fixture(scope="module")
def disbursement() -> Checked:
    """003:82–106."""
    return checked("003.csv", seeds.csv_file(seeds.disbursement()))


def test_d01_to_d03_the_money_columns_add_up(disbursement: Checked) -> None:
    """15,635,880, 10,921,966 and 4,713,914 are the sums of their eighteen rows."""
    assert disbursement.agreed["column_total"] == 3
    assert not of(disbursement, "column_total")


def test_d04_what_is_left_is_the_difference_in_every_row(disbursement: Checked) -> None:
    """Approved minus first instalment, in Decimal: eighteen rows and the totals."""
    assert disbursement.agreed["balance"] == 19
    assert not of(disbursement, "balance")


def test_d08_the_foot_of_the_date_column_is_a_sum_of_dates(disbursement: Checked) -> None:
    """281,545 is the sum of 12 of 18 serial numbers with the year 64 as 1964; six dates were text."""
    (finding,) = of(disbursement, "date_column_total")

    assert finding.cell.address == "H20"
    assert finding.detail == "12/18"
    assert finding.causes == ("date_column_summed", "be_year_as_1964", "text_date")
    left_out = [cell.text for cell in finding.with_cells]
    assert sorted(left_out) == ["10 มี ค 64", "25 ก.พ.64", "25 ก.พ.64", "8 มี.ค.64", "8 มี.ค.64", "8 มี.ค.64"]
    assert [one for one in disbursement.findings if one.weight == "wrong"] == [finding]


@pytest.mark.parametrize("kind", ["csv", "docx"])
def test_d05_the_percentages_of_the_summary_are_right(kind: str) -> None:
    """70/30, 69.83/30.17 and 69.85/30.15, under two header rows, one of them merged."""
    rows = seeds.status()
    content = seeds.csv_file(rows) if kind == "csv" else seeds.docx_file("ณ วันที่ 19 เมษายน 2564", rows)
    outcome = checked(f"003.{kind}", content)

    assert outcome.findings == []
    assert outcome.agreed == {"column_total": 7, "balance": 3, "share": 9}


def test_d09_people_do_not_come_to_their_total() -> None:
    """12,850 are printed and 12,810 computed: 40 apart, and no single row is convicted."""
    (finding,) = checked("people.csv", seeds.csv_file(seeds.people())).findings

    assert (finding.kind, finding.cell.address, finding.printed) == ("column_total", "C19", "12,850")
    assert finding.computed == "12,810"
    assert finding.difference == 40


def test_d10_two_numbers_of_tambons_for_the_same_provinces() -> None:
    """1,070 tambons in the objective, 1,335 in the area column: both in 17 provinces."""
    outcome = words("เป้าหมาย 1,070 ตำบล 17 จังหวัด", "พื้นที่ 17 จังหวัด 1,335 ตำบล 12,850 คน")
    (finding,) = of(outcome, "two_figures")

    assert (finding.printed, finding.computed, finding.difference) == ("1,335 ตำบล", "1,070 ตำบล", 265)


def test_d11_lists_in_another_order_are_to_be_joined_by_code() -> None:
    """People and money name the same provinces in another order."""
    outcome = checked("003.docx", seeds.docx_file(seeds.people(), seeds.disbursement()))

    assert of(outcome, "order_differs")
    assert [one.printed for one in of(outcome, "not_in_both")] == ["งบภาค"]


def test_d12_number_and_words_contradict() -> None:
    """984 of 6,150 are 16.0 %, not under 10 %."""
    (finding,) = of(words("เป้าหมาย 6,150 ครัวเรือน ทำจริง 984 ครัวเรือน ซึ่งไม่ถึงร้อยละ 10"), "words_share")

    assert finding.computed == "16.00%"
    assert finding.detail == "984/6,150"


def test_d13_ten_households_a_village_give_whole_villages() -> None:
    """6,150 at 10 a village are 615 villages; 6,155 would be none."""
    assert words("อย่างน้อยหมู่บ้านละ 10 ครัวเรือน รวม 6,150 ครัวเรือน").agreed["words_each"] == 1
    (finding,) = of(words("อย่างน้อยหมู่บ้านละ 10 ครัวเรือน รวม 6,155 ครัวเรือน"), "words_each")
    assert finding.computed == "615.5 × 10"


def test_d14_to_d16_means_without_their_n() -> None:
    """3.9 and 1.58 projects and 897,183.33 baht a tambon can only come from twelve tambons, or more."""
    outcome = words(
        "เฉลี่ยตำบลละ 3.9 โครงการ เฉลี่ย 897,183.33 บาท และจากภายนอกเฉลี่ย 1.58 โครงการ เฉลี่ย 2,671,250 บาท"
    )
    (finding,) = of(outcome, "mean_without_n")

    assert finding.computed == "n ≥ 12"
    assert not of(words("เฉลี่ย 1.58 โครงการ จาก 12 ตำบล"), "mean_without_n")


def test_d17_the_seventeen_provinces_are_named() -> None:
    """3 + 6 + 3 + 5 = 17, and each number is that of the names beside it."""
    outcome = checked("002.docx", seeds.docx_file(seeds.regions()))

    assert outcome.findings == []
    assert outcome.agreed == {"column_total": 1, "list_count": 4}


def test_d18_the_length_of_the_project() -> None:
    """February 2555 to January 2557 is two years; three would be found."""
    assert words("กุมภาพันธ์ ๒๕๕๕ – มกราคม ๒๕๕๗ รวมทั้งสิ้น ๒ ปี").agreed["words_period"] == 1
    (finding,) = of(words("เดือนกุมภาพันธ์ ๒๕๕๕ – เดือนมกราคม ๒๕๕๗ รวมทั้งสิ้น ๓ ปี"), "words_period")
    assert finding.computed == "24 เดือน"


def test_d19_one_letter_with_two_years() -> None:
    """30 March 2565 in the citing letter, 2564 on its own face."""
    (finding,) = of(words("อ้างถึงหนังสือลงวันที่ ๓๐ มีนาคม ๒๕๖๕", "๓๐ มีนาคม ๒๕๖๔"), "year_differs")

    assert (finding.printed, finding.computed) == ("30 มี.ค. 2564", "30 มี.ค. 2565")
    assert finding.causes == ("one_digit",)


def test_d20_one_letter_with_two_numbers() -> None:
    """The scan gives two readings of one letter's number."""
    outcome = words("ที่ มท ๐๘๙๑.๔/๑ ๘๙๓ ถึงผู้ว่าราชการจังหวัด", "อ้างถึง มท ๐๘๙๑.๔/๙ ผส๗")

    assert [one.cell.row for one in of(outcome, "letter_number")] == [2]


def test_d21_more_provinces_than_there_are() -> None:
    """79 provinces, and 12 for the whole country, cannot be; 76 can."""
    assert len(of(words("ประชุมชี้แจง ๗๙ จังหวัด"), "beyond_all")) == 1
    assert of(words("ประชุมชี้แจง ๗๙ จังหวัด"), "beyond_all")[0].causes == ("one_digit",)
    assert len(of(words("เป้าหมาย ๑๒ จังหวัดทั่วประเทศ"), "not_all")) == 1
    assert not words("ทั่วประเทศ ๗๖ จังหวัด").findings


def test_d22_a_digit_that_the_scan_lost() -> None:
    """17 of 333 are 5.1 %; with one digit more, 257 of them are the 77 % printed."""
    (finding,) = of(words("เกิดตำบลเข้มแข็งจำนวน ๑๗ ตำบล จากพื้นที่นำร่อง ๓๓๓ ตำบล คิดเป็นร้อยละ ๗๗"), "words_share")

    assert finding.computed == "5.11%"
    assert finding.causes[0] == "digit_missing"


def test_d23_a_percentage_read_wrong() -> None:
    """5 of 17 provinces are 29 %, printed as 26."""
    outcome = words("ดำเนินการใน ๑๗ จังหวัด", "มีจังหวัดที่เข้มแข็งถึง ๕ จังหวัด (ร้อยละ ๒๖)")
    (finding,) = of(outcome, "words_share")

    assert finding.computed == "29.41%"
    assert "one_digit" in finding.causes


def test_d24_to_d26_the_debt_table_is_good_for_its_layout_only() -> None:
    """Totals repeat a column, columns repeat each other, and mean times people gives other amounts."""
    caption = "ตาราง ความสามารถในการชำระหนี้ จากข้อมูลกลุ่มตัวอย่าง ๗๗๖ รายใน ๑๖ จังหวัด"
    outcome = checked("002.docx", seeds.docx_file(caption, seeds.debts()))
    people, debt = of(outcome, "row_total")

    assert (people.printed, people.computed, people.causes[0]) == ("๓๘๑", "909", "repeats_part")
    assert (debt.printed, debt.computed, debt.causes[0]) == ("๒๒.๑๒", "34.87", "repeats_part")
    assert [one.computed for one in of(outcome, "caption")] == ["909"]
    assert [one.cell.address for one in of(outcome, "columns_repeat")] == ["K2"]
    assert len(of(outcome, "product")) == 6
    assert outcome.agreed == {}


def test_d27_sixteen_of_seventeen_provinces() -> None:
    """Perhaps a province without data, perhaps a digit: both numbers are shown."""
    (finding,) = of(words("ใน ๑๗ จังหวัด", "ตัวอย่าง ๗๗๖ รายใน ๑๖ จังหวัด"), "two_figures")

    assert finding.weight == "note"
    assert finding.difference == -1


def test_d28_to_d30_numbering_that_goes_back_or_skips() -> None:
    """Section ๔ after ๗; a list that begins with ๔.๒; a b) after ๕)."""
    sections = words(*(f"{n}. หัวข้อ" for n in (1, 2, 3, 4, 5, 6, 7, 4, 5)))
    assert [(one.printed, one.computed) for one in of(sections, "sequence")] == [("4.", "8.")]
    goals = words("๔.๒ เป้าหมายเชิงอุดมการณ์ คือ", "๔.๓ เป้าหมาย")
    assert [(one.printed, one.computed) for one in of(goals, "sequence")] == [("4.2", "4.1")]
    steps = words(*(f"{n}) ขั้นตอน" for n in "๑๒๓๔๕"), "b) การกระจายศักยภาพ")
    assert [(one.printed, one.computed) for one in of(steps, "sequence")] == [("b)", "6)")]


def test_d31_a_telephone_number_that_is_too_short() -> None:
    """Eight digits are no number."""
    (finding,) = of(words("โทร. ๐-๕๔๕๓-๔๗๑"), "phone")

    assert finding.detail == "8"


def _grid(kind: str, names: list[str], columns: list[str]) -> list[list[str]]:
    return [[kind, *columns], *([name, *["1"] * len(columns)] for name in names)]


def test_d32_a_caption_used_twice() -> None:
    """Table 4 repeats the caption of table 3, above rows about something else."""
    third = _grid("ขั้นตอน", ["สร้างทีม", "เลือกชุดข้อมูล", "เก็บและตรวจสอบ"], ["ก", "ข"])
    fourth = _grid("ระบบ", ["คน", "กลไก", "ข้อมูล"], ["มีอะไร", "ยกระดับ"])
    outcome = checked(
        "004.docx",
        seeds.docx_file("ตาราง 3 ระบบข้อมูลชุมชน", third, "ตาราง 4 ระบบข้อมูลชุมชน", fourth),
    )

    assert len(of(outcome, "caption_repeats")) == 1


def test_d33_one_criterion_worded_in_two_ways() -> None:
    """The slide's list and the table's headings agree but for one."""
    criteria = ["องค์กรหลัก", "ภาคีร่วม", "ทุนเดิม", "ทิศทาง", "กติกา", "ภารกิจประจำ"]
    heads = [*criteria[:5], "การใช้จ่าย"]
    outcome = checked(
        "004.docx",
        seeds.docx_file(_grid("กลไก", criteria, ["ข้อ"]), _grid("ประเภท", ["กลุ่ม", "เวที"], heads)),
    )

    assert [(one.printed, one.computed) for one in of(outcome, "words_differ")] == [
        ("การใช้จ่าย", "ภารกิจประจำ")
    ]


def test_d34_a_digit_that_was_a_letter() -> None:
    """S-21 and S-2I are one strategy."""
    (finding,) = of(words("ยุทธศาสตร์ S-2I", "ตามยุทธศาสตร์ S-21"), "look_alike")

    assert (finding.printed, finding.computed) == ("S-21", "S-2I")


def test_d35_people_in_three_bodies() -> None:
    """59, 28 and 300 are 387 if nobody sits in two: it is not said, so it is told."""
    (finding,) = of(words("กรรมการ 59 คน ยุทธศาสตร์ 28 คน คณะทำงานตำบล 300 คน"), "sum_not_said")

    assert finding.computed == "387"


def test_d36_one_name_in_two_codings() -> None:
    """SARA AM in two characters is the same word to a reader and another to a search."""
    two = "ก\u0e4d\u0e32แพงเพชร"
    rows = [["จังหวัด", "จำนวน"], ["กำแพงเพชร", "5"], [two, "6"], ["น่าน", "7"], ["รวม", "18"]]
    (finding,) = of(checked("names.csv", seeds.csv_file(rows)), "spelling")

    assert finding.cell.address == "A3"


def test_every_kind_and_cause_has_its_words(disbursement: Checked) -> None:
    """A finding speaks Thai and English and says where it is."""
    finding = disbursement.findings[0]

    assert said(finding).startswith("H20: ")
    assert as_dict(finding)["cell"] == "H20"
    for words_ in (*KINDS.values(), *CAUSES.values()):
        assert words_.th
        assert words_.en
