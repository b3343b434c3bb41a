"""What can go wrong when records leave the office as a file."""

from __future__ import annotations

from thai.problem import Problem, Text


def chosen_by_personal(layer: str) -> Problem:
    """An export without personal answers whose rows personal answers would choose."""
    return Problem(
        "chosen_by_personal",
        Text(
            f"ชั้นข้อมูลหรือตัวกรองของ {layer} เลือกรายการด้วยคำตอบส่วนบุคคล ซึ่งแฟ้มนี้ไม่มี",
            f"The layer or filter of {layer} chooses records by personal answers, which the file leaves out.",
        ),
        Text(
            "ล้างตัวกรองนั้น หรือส่งออกด้วยคำสั่ง export --personal",
            "Clear that filter, or take the personal answers too: export --personal.",
        ),
    )
