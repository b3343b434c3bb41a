"""The tables and sentences of the five seed documents, as printed, for tests of the consistency engine.

Lines are named ``seed:line``. Where the reading of the scan is doubtful, the doubtful reading stands here:
that is what an office would import.
"""

from __future__ import annotations

import io

import docx

DISBURSEMENT_HEAD = [
    *("ที่", "ประชุมคณะพิจารณาโครงการภาคเหนือ", "วันที่อนุมัติ", "จังหวัด", "องค์กรชุมชนที่เสนอ"),
    *("งบอนุมัติ", "เบิกงวด 1", "วันที่โอนงวด1", "คงเหลือเบิกงวด 2"),
]
_MEETING = "ครั้งที่ 2/2564 วันที่ 20-21 ม.ค.64"
_ROWS = """เชียงใหม่|เครือข่ายองค์กรชุมชนจังหวัดเชียงใหม่|1,781,000|1,240,000|25 ก.พ.64|541,000
ลำพูน|เครือข่ายองค์กรชุมชนจังหวัดลำพูน|519,500|363,650|25 ก.พ.64|155,850
ลำปาง|คณะกรรมการเครือข่ายขบวนการองค์กรชุมชนจังหวัดลำปาง|785,500|545,000|10 มี ค 64|240,500
แม่ฮ่องสอน|เครือข่ายเสริมสร้าง ความเข้มแข็ง องค์กรชุมชน จังหวัดแม่ฮ่องสอน (คสช.)|438,500|306,950|10 มี.ค. 64|131,550
น่าน|เครือข่ายคนน่าน จัดการตนเอง|926,000|647,000|10 มี.ค. 64|279,000
เชียงราย|เครือข่ายสภา องค์กรชุมชน จังหวัดเชียงราย|1,451,500|1,016,050|17 มี.ค. 64|435,450
พะเยา|เครือข่ายสร้างบ้าน แปงเมืองพะเยา|714,000|499,800|8 มี.ค. 64|214,200
แพร่|เครือข่ายคน ฮักแป๋|789,500|550,000|8 มี.ค.64|239,500
พิษณุโลก|เครือข่ายองค์กร ประชาชนจังหวัด พิษณุโลก|913,000|639,100|8 มี.ค.64|273,900
อุตรดิตถ์|ขบวนองค์กรชุมชน จังหวัดอุตรดิตถ์|695,500|486,000|8 มี.ค.64|209,500
เพชรบูรณ์|เครือข่ายองค์กร ชุมชน จังหวัด เพชรบูรณ์|841,500|589,050|1 เม.ย. 64|252,450
สุโขทัย|องค์กรชุมชนลูกพ่อ ขุนรามจังหวัด สุโขทัย|800,000|560,000|1 เม.ย. 64|240,000
ตาก|เครือข่ายองค์กร ชุมชนจังหวัดตาก|461,500|323,050|1 เม.ย. 64|138,450
นครสวรรค์|คณะประสานงาน ขบวนองค์กรชุมชน จังหวัดนครสวรรค์|688,500|480,000|1 เม.ย. 64|208,500
อุทัยธานี|คณะประสานงาน ขบวนองค์กรชุมชน จังหวัดอุทัยธานี|393,500|275,000|1 เม.ย. 64|118,500
กำแพงเพชร|เครือข่ายองค์กร ชุมชนคนกำแพง|785,000|545,000|7 เม.ย. 64|240,000
พิจิตร|เครือข่ายองค์กร ชุมชนจังหวัดพิจิตร|889,500|622,650|7 เม.ย. 64|266,850
งบภาค|คณะทำงานพัฒนา ศักยภาพ แกนนำ และคนในขบวน องค์กรชุมชน ภาคเหนือ|1,762,380|1,233,666|1 เม.ย. 64|528,714"""


def _cut(line: str) -> list[str]:
    """A row's cells."""
    return line.split("|")


def disbursement() -> list[list[str]]:
    """003:82–106: 18 grants and the printed totals, 281,545 below the dates among them."""
    rows = []
    for number, line in enumerate(_ROWS.splitlines(), 1):
        province, proposer, approved, first, transferred, left = line.split("|")
        meeting = _MEETING if number < 18 else "ครั้งที่ 1/2564 วันที่ 22 ธ.ค.63"
        day = "4 ก.พ.64" if number < 18 else "4 ม.ค.64"
        rows.append([str(number), meeting, day, province, proposer, approved, first, transferred, left])
    foot = ["", "", "", "", "", "15,635,880", "10,921,966", "281,545", "4,713,914"]
    return [DISBURSEMENT_HEAD, *rows, foot]


def status() -> list[list[str]]:
    """003:64–71: three rows under two header rows."""
    return [
        ["รายการ", "ผลการดำเนินงาน ณ 19 เม.ย.64", *[""] * 9],
        [
            *("", "กรอบงบ", "อนุมัติ", "จำนวนโครงการที่อนุมัติ", "ร้อยละกรอบงบอนุมัติ"),
            *("จำนวนโครงการที่บันทึกในระบบโปรแกรม CODI", "เบิกจ่าย", "จำนวนโครงการที่เบิกจ่าย", "ร้อยละเบิกจ่าย"),
            *("งบประมาณคงเหลือที่ยังไม่เบิกจ่าย", "ร้อยละคงเหลือ"),
        ],
        _cut("โครงการระดับภาค|1,762,380|1,762,380|1|100|1|1,233,666|1|70|528,714|30"),
        _cut("โครงการระดับจังหวัด|13,873,500|13,873,500|17|100|17|9,688,300|17|69.83|4,185,200|30.17"),
        _cut("รวมทั้งสิ้น|15,635,880|15,635,880|18|100|18|10,921,966|18|69.85|4,713,914|30.15"),
    ]  # fmt: skip


PEOPLE = (
    ("เชียงใหม่", 1650), ("ลำพูน", 485), ("ลำปาง", 710), ("แม่ฮ่องสอน", 405), ("น่าน", 830), ("เชียงราย", 1470),
    ("พะเยา", 740), ("แพร่", 700), ("อุตรดิตถ์", 650), ("พิษณุโลก", 860), ("เพชรบูรณ์", 730), ("ตาก", 390),
    ("สุโขทัย", 750), ("นครสวรรค์", 550), ("อุทัยธานี", 310), ("กำแพงเพชร", 740), ("พิจิตร", 840),
)  # fmt: skip


def people() -> list[list[str]]:
    """003:57–59: people by province, in another order than the money; 12,850 is printed below them."""
    rows = [[str(i), name, f"{n:,}"] for i, (name, n) in enumerate(PEOPLE, 1)]
    return [["ที่", "จังหวัด", "จำนวนคน"], *rows, ["", "รวมทั้งสิ้น", "12,850"]]


def debts() -> list[list[str]]:
    """002:389–395 as the scan was read."""
    return [
        ["อาชีพ", "กลุ่มเกษตรกร", "", "", "", "", "กลุ่มคนหางาน", "", "", "กลุ่มคนประกอบธุรกิจ", "", "รวมทั้งหมด"],
        [
            "",
            *_cut("ทำนา|ทำนา+|ทำสวน/ทำไร่|ประมง|ชาวบ้าน|คนหางาน|คนหางาน+|คนหางาน-|ประกอบธุรกิจ|ประกอบธุรกิจ+"),
            "",
        ],
        ["ค่าเฉลี่ย/ปี", *_cut("๓๔,๖๙๘|๒๔,๑๖๖|๔๕,๗๗๑|๗๗,๔๐๐|๘๔,๗๐๘|๒๔,๗๗๘|๒๐,๗๐๘|๓๓,๔๙๙|๓๔,๔๙๙|๓๔,๔๙๙|")],
        ["จำนวนคน", *_cut("๓๘๑|๔๔|๑๗๙|๕|๖๑|๖๐|๔๗|๔๔|๔๔|๔๔|๓๘๑")],
        ["มูลหนี้ลดได้ (ล้านบาท)", *_cut("||||๒๒.๑๒|๗.๓๐|๒.๑๒|๑.๑๑|๑.๑๑|๑.๑๑|๒๒.๑๒")],
    ]


def regions() -> list[list[str]]:
    """002:366–371: the seventeen provinces by region."""
    return [
        ["ภาค", "จำนวนจังหวัด", "จังหวัด"],
        ["เหนือ", "๓", "กำแพงเพชร พิษณุโลก อุตรดิตถ์"],
        ["ตะวันออกเฉียงเหนือ", "๖", "ยโสธร ร้อยเอ็ด มหาสารคาม กาฬสินธุ์ ขอนแก่น ชัยภูมิ"],
        ["กลาง", "๓", "ชัยนาท ราชบุรี สมุทรสงคราม"],
        ["ใต้", "๕", "ชุมพร นครศรีธรรมราช พัทลุง ปัตตานี นราธิวาส"],
        ["รวม", "๑๗", ""],
    ]


def csv_file(rows: list[list[str]]) -> bytes:
    """A table as offices save it from Excel: UTF-8 with a byte-order mark."""
    quoted = ('"' + cell.replace('"', '""') + '"' for row in rows for cell in row)
    lines = (",".join(next(quoted) for _ in row) for row in rows)
    return ("\ufeff" + "\r\n".join(lines)).encode()


def docx_file(*parts: str | list[list[str]]) -> bytes:
    """A Word document of paragraphs and tables; a blank heading right of another is merged with it."""
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(len(part), len(part[0]))
        for r, row in enumerate(part):
            for c, text in enumerate(row):
                table.cell(r, c).text = text
        _merge_headings(table, part)
        document.add_paragraph("")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _merge_headings(table: object, rows: list[list[str]]) -> None:
    c = 1
    while rows[0][1:].count("") and c < len(rows[0]):
        end = c
        while end + 1 < len(rows[0]) and not rows[0][end + 1]:
            end += 1
        if end > c:
            table.cell(0, c).merge(table.cell(0, end))  # type: ignore[attr-defined]
        c = end + 1
