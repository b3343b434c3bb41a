"""What can go wrong with indicators, tables and papers, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from thai.problem import Place, Problem, Text


def font_missing(folder: str) -> Problem:
    """No font with Thai letters is installed."""
    return Problem(
        "font_missing",
        Text("เครื่องนี้ไม่มีแบบอักษรไทย จึงทำเอกสารไม่ได้", "No font with Thai letters is installed on this machine."),
        Text(
            "Linux: ติดตั้ง fonts-thai-tlwg (Debian/Ubuntu) หรือ google-noto-sans-thai-fonts (Fedora) "
            f"Windows และ macOS มีมาแล้ว หรือวางไฟล์ .ttf เช่น TH Sarabun New ใน {folder or 'fonts/'}",
            "Linux: install fonts-thai-tlwg (Debian, Ubuntu) or google-noto-sans-thai-fonts (Fedora); "
            f"Windows and macOS have one; or put a .ttf such as TH Sarabun New into {folder or 'fonts/'}.",
        ),
    )


def paper_unknown(name: str, known: Iterable[str]) -> Problem:
    """No paper has this name."""
    near = get_close_matches(name, list(known), 1)
    listed = ", ".join(known)
    return Problem(
        "paper_unknown",
        Text(f"ไม่มีเอกสารชื่อ “{name}”", f"There is no paper called “{name}”."),
        Text(
            f"หมายถึง {near[0]} หรือไม่" if near else f"เลือกจาก {listed}",
            f"Did you mean {near[0]}?" if near else f"Choose one of {listed}.",
        ),
    )


def paper_kind(name: str) -> Problem:
    """A paper cannot be written as this kind of file."""
    return Problem(
        "paper_kind",
        Text(f"ทำเอกสารเป็นแฟ้ม {name} ไม่ได้", f"A paper cannot be written as {name}."),
        Text(
            "ใช้ชื่อแฟ้มที่ลงท้าย .pdf .docx .xlsx หรือ .html", "Use a name that ends in .pdf, .docx, .xlsx or .html."
        ),
    )


def paper_level(name: str, area: str, needs: Text) -> Problem:
    """The area is larger or smaller than the paper is made for."""
    return Problem(
        "paper_level",
        Text(
            f"เอกสาร {name} ทำสำหรับพื้นที่ “{area}” ไม่ได้",
            f"The paper {name} cannot be made for the area “{area}”.",
        ),
        Text(f"ระบุ{needs.th}", f"Give {needs.en}."),
    )


def paper_uncut(name: str) -> Problem:
    """A filter on a paper of sums, which is of all records."""
    return Problem(
        "paper_uncut",
        Text(
            f"เอกสาร {name} นับทุกรายการ กรองไม่ได้", f"The paper {name} is of all records and takes no filter."
        ),
        Text(
            "เอาตัวกรองออก หรือเลือกเอกสารที่เป็นรายการ",
            "Leave the filter out, or choose a paper that lists records.",
        ),
    )


def paper_empty(area: str) -> Problem:
    """Nothing was recorded there, or nothing that this viewer may see."""
    return Problem(
        "paper_empty",
        Text(f"พื้นที่ {area} ยังไม่มีข้อมูลสำหรับเอกสารนี้", f"Nothing is recorded for this paper in {area}."),
        Text(
            "ตรวจรหัสพื้นที่และช่วงเวลา หรือใช้บัญชีที่มีสิทธิในพื้นที่นั้น",
            "Check the area code and the period, or use an account that has this area.",
        ),
    )


def indicator_unknown(name: str, known: Iterable[str]) -> Problem:
    """No workbook and no programme defines it."""
    near = get_close_matches(name, list(known), 1)
    hint = Text(f"หมายถึง {near[0]} หรือไม่", f"Did you mean {near[0]}?") if near else None
    return Problem(
        "indicator_unknown",
        Text(f"ไม่มีตัวชี้วัด “{name}”", f"There is no indicator “{name}”."),
        hint or Text("เลือกจากหน้า “ตัวชี้วัด”", "Choose one from the page “Indicators”."),
    )


def level_unknown(name: str) -> Problem:
    """The level is none, or nobody said which areas belong to it."""
    return Problem(
        "level_unknown",
        Text(f"ไม่รู้จักระดับพื้นที่ “{name}”", f"The level “{name}” is not known."),
        Text(
            "ใช้ household village tambon amphoe province country หรือ lao และ province_group ที่บันทึกสมาชิกไว้แล้ว",
            "Use household, village, tambon, amphoe, province, country, or lao and province_group once their "
            "members are loaded.",
        ),
    )


def reference_unreadable(place: Place, column: str, value: str) -> Problem:
    """A row of targets or counts has a cell that cannot be used."""
    return Problem(
        "reference_unreadable",
        Text(
            f"ช่อง {column} มีค่า “{value}” ที่ใช้ไม่ได้", f"The cell {column} holds “{value}”, which cannot be used."
        ),
        Text(
            "ตรวจรหัสพื้นที่ ช่วงเวลา และตัวเลขในแถวนั้น แล้วนำเข้าใหม่",
            "Check area code, period and number in that row, then load the file again.",
        ),
        place,
    )


def area_in_no_set(place: Place, area: str, boundary_set: str) -> Problem:
    """A target for an area that the boundary set does not have."""
    return Problem(
        "area_in_no_set",
        Text(
            f"ชุดขอบเขต {boundary_set} ไม่มีพื้นที่รหัส {area}",
            f"The boundary set {boundary_set} has no area {area}.",
        ),
        Text(
            "ตรวจรหัส หรือเพิ่มชุดขอบเขตที่มีพื้นที่นี้ก่อน",
            "Check the code, or add a boundary set that has this area first.",
        ),
        place,
    )


def not_yours(name: str) -> Problem:
    """A decision on a project of another area, or by a role that decides nothing."""
    return Problem(
        "not_yours",
        Text(f"บัญชีนี้ลงมติโครงการ “{name}” ไม่ได้", f"This account may not decide on “{name}”."),
        Text("ให้เจ้าหน้าที่ของพื้นที่เป็นผู้ลงมติ", "Ask an officer of the area."),
    )


def reason_missing() -> Problem:
    """Whoever refuses, defers, cuts or withdraws says why."""
    return Problem(
        "reason_missing",
        Text("มตินี้ต้องมีเหตุผล", "This decision needs a reason."),
        Text("เขียนเหตุผลตามที่ประชุม แล้วบันทึกใหม่", "Write the meeting's reason, then save again."),
    )


def grant_contradicts(requested: object, granted: object) -> Problem:
    """Approved in full below the request, in part at or above it, or more taken back than is held."""
    return Problem(
        "grant_contradicts",
        Text(
            f"ขอ (หรือได้ไว้) {requested} บาท ให้ (หรือถอนคืน) {granted} บาท ไม่ตรงกับมติที่เลือก",
            f"{requested} baht asked (or held), {granted} granted (or taken back): against the decision.",
        ),
        Text(
            "เห็นชอบเต็มจำนวนต้องได้ไม่น้อยกว่าที่ขอ บางส่วนต้องได้น้อยกว่าที่ขอและมากกว่าศูนย์ ถอนคืนต้องไม่เกินที่ได้ไว้",
            "In full means at least what was asked; in part less than that and more than nothing;"
            " no more is taken back than is held.",
        ),
    )


def plan_not_higher(now: str, to: str) -> Problem:
    """A plan is raised upwards only."""
    return Problem(
        "plan_not_higher",
        Text(f"แผนระดับ {to} ไม่สูงกว่าระดับ {now}", f"The plan {to} is not above {now}."),
        Text("เลือกแผนระดับที่สูงกว่า", "Choose a higher plan."),
    )


def project_changed(name: str) -> Problem:
    """Somebody edited or raised the project after it was read."""
    return Problem(
        "project_changed",
        Text(f"โครงการ “{name}” ถูกแก้ไขไปแล้วระหว่างนี้", f"“{name}” was changed meanwhile."),
        Text(
            "หน้านี้แสดงโครงการตามที่เป็นอยู่แล้ว ตรวจแล้วเลือกใหม่", "It is shown as it is now: look, and choose again."
        ),
    )
