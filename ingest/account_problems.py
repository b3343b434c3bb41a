"""What can go wrong with accounts of the office: code, sentence and remedy."""

from __future__ import annotations

from thai.problem import Problem, Text


def account_exists(email: str) -> Problem:
    """The e-mail address has an account."""
    return Problem(
        "account_exists",
        Text(f"มีบัญชี {email} อยู่แล้ว", f"The account {email} exists already."),
        Text(
            "ใช้อีเมลอื่น หรือเปลี่ยนบัญชีนั้นด้วย account change",
            "Use another e-mail address, or change that account with: account change.",
        ),
    )


def account_unknown(email: str) -> Problem:
    """No such account."""
    return Problem(
        "account_unknown",
        Text(f"ไม่มีบัญชี {email}", f"There is no account {email}."),
        Text("ดูรายชื่อด้วย account list", "See the accounts with: account list."),
    )


def nothing_to_change() -> Problem:
    """An account is to be changed, but not in what."""
    return Problem(
        "nothing_to_change",
        Text("ยังไม่ได้บอกว่าจะเปลี่ยนอะไร", "It is not said what to change."),
        Text(
            "ใส่ --role, --area หรือ --password อย่างน้อยหนึ่งอย่าง",
            "Give at least one of --role, --area and --password.",
        ),
    )


def role_unknown(role: str) -> Problem:
    """A role that access rules do not know."""
    return Problem(
        "role_unknown",
        Text(f"ไม่รู้จักบทบาท {role}", f"Unknown role {role}."),
        Text("ใช้ administrator, planner หรือ officer", "Use administrator, planner or officer."),
    )
