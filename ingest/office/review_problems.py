"""What can go wrong while deciding over records, and with what planners keep: code, sentence and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from thai.problem import Place, Problem, Text


def review_refused(count: int) -> Problem:
    """Some of the records are not there, not readable, or not for this viewer to decide over."""
    return Problem(
        "review_refused",
        Text(
            f"มี {count} รายการที่บัญชีนี้พิจารณาไม่ได้ จึงไม่ได้บันทึกรายการใดเลย",
            f"This account may not decide over {count} of these records; nothing was written.",
        ),
        Text(
            "เลือกเฉพาะรายการในพื้นที่ที่รับผิดชอบ หรือให้เจ้าหน้าที่ของพื้นที่นั้นพิจารณา",
            "Choose records of your own area, or ask an officer of theirs.",
        ),
    )


def review_state_unknown(state: str, known: Iterable[str]) -> Problem:
    """The form has no such state."""
    listed = ", ".join(known)
    return Problem(
        "review_state_unknown",
        Text(f"แบบนี้ไม่มีสถานะ “{state}”", f"The form has no state “{state}”."),
        Text(f"ใช้สถานะของแบบ: {listed}", f"Use one of the form's states: {listed}."),
    )


def review_reason_missing(state: Mapping[str, str]) -> Problem:
    """The state, told by its label, wants a reason that the person in the field can act on."""
    return Problem(
        "review_reason_missing",
        Text(
            f"สถานะ “{state['th']}” ต้องบอกเหตุผล",
            f"The state “{state.get('en') or state['th']}” needs a reason.",
        ),
        Text("เขียนเหตุผลสั้น ๆ ที่ผู้เก็บข้อมูลทำต่อได้", "Write briefly what the person in the field should do."),
    )


def review_empty() -> Problem:
    """Nothing was said."""
    return Problem(
        "review_empty",
        Text("ยังไม่ได้เลือกว่าจะทำอะไร", "Nothing was chosen."),
        Text(
            "เลือกสถานะ ผู้รับผิดชอบ กำหนดวัน หรือเขียนความเห็นอย่างน้อยหนึ่งอย่าง",
            "Choose a state, a person, a date, or write a comment.",
        ),
    )


def assignee_unusable(name: str) -> Problem:
    """Nobody of that name decides over all of these records."""
    return Problem(
        "assignee_unusable",
        Text(f"มอบหมายให้ {name} ไม่ได้", f"The records cannot be assigned to {name}."),
        Text(
            "เลือกเจ้าหน้าที่หรือผู้ดูแลระบบที่ดูแลพื้นที่ของทุกรายการ",
            "Choose an officer or administrator of the area of all of them.",
        ),
    )


def due_unreadable(text: str) -> Problem:
    """The due date is no date."""
    return Problem(
        "due_unreadable",
        Text(f"อ่านวันครบกำหนดไม่ได้: {text}", f"The due date cannot be read: {text}."),
        Text("เขียนเช่น 31 ม.ค. 2570", "Write it like 2027-01-31."),
        Place(),
    )


def undo_refused() -> Problem:
    """Somebody else's action, or one that was taken back already."""
    return Problem(
        "undo_refused",
        Text("ยกเลิกการพิจารณานี้ไม่ได้", "This action cannot be taken back."),
        Text(
            "ยกเลิกได้เฉพาะที่บัญชีนี้ทำเองและยังไม่เคยยกเลิก ถ้าต้องแก้ ให้บันทึกสถานะใหม่",
            "Only your own actions can be, and only once; otherwise write a new state.",
        ),
    )
