"""How lists of entities meet phones that were offline: each case is what arrives, in order, and what follows.

The cases follow the rules of the ODK entities specification; its words (base version, trunk version, branch)
are explained in ``docs/forms.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OTHER_AREA = "8001"


@dataclass(frozen=True)
class Sent:
    """One submission: what it does to the entity, the day it arrives, what it corrects (by number)."""

    action: str  # create | update | upsert | nothing
    says: dict[str, Any]
    base: int | None = None
    trunk: int | None = None
    branch: str = ""
    day: int = 0
    corrects: int | None = None
    number: int | None = None  # its own number when it does not arrive in the order it was made
    area: str = "8012"


@dataclass(frozen=True)
class Case:
    """What arrives, and the entity that follows: version, answers, a conflict for each version, outcomes."""

    name: str
    sent: list[Sent]
    version: int
    says: dict[str, Any]
    conflicts: list[str]
    outcomes: list[str]
    resolved: list[bool] = field(default_factory=list)


def new(**says: Any) -> Sent:
    """A household is registered."""
    return Sent("create", {"moo": 3, "house_no": "1"} | says)


def seen(base: int, **says: Any) -> Sent:
    """A household is visited again by a phone that had that version from the server."""
    return Sent("update", says, base)


def offline(base: int, trunk: int | None, branch: str = "b", **says: Any) -> Sent:
    """A visit by a phone that had already changed the household on its own."""
    return Sent("update", says, base, trunk, branch)


def on(day: int, sent: Sent) -> Sent:
    """The same, arriving that many days later."""
    return Sent(**{**vars_of(sent), "day": day})


def fix(number: int, **says: Any) -> Sent:
    """A correction of the submission of that number (from 0), saying everything again."""
    return Sent("create" if number == 0 else "update", says, 1 if number else None, corrects=number)


def vars_of(sent: Sent) -> dict[str, Any]:
    """The parts of a frozen submission."""
    return {name: getattr(sent, name) for name in Sent.__dataclass_fields__}


_OK, _WAITS, _REPLACED = "applied", "waiting", "replaced"

CASES = [
    Case("a registration", [new()], 1, {"moo": "3", "house_no": "1"}, [""], [_OK]),
    Case("a visit", [new(), seen(1, house_no="2")], 2, {"house_no": "2"}, ["", ""], [_OK] * 2),
    Case(
        "two visits that saw the same and ask different things are both kept",
        [new(), seen(1, house_no="2"), seen(1, moo=4)],
        3, {"moo": "4", "house_no": "2"}, ["", "", "soft"], [_OK] * 3,
    ),
    Case(
        "two visits that saw the same and disagree: the later stands, and the conflict is hard",
        [new(), seen(1, house_no="2"), seen(1, house_no="9")],
        3, {"house_no": "9"}, ["", "", "hard"], [_OK] * 3,
    ),
    Case(
        "two visits that saw the same and agree are a soft conflict",
        [new(), seen(1, house_no="2"), seen(1, house_no="2")],
        3, {"house_no": "2"}, ["", "", "soft"], [_OK] * 3,
    ),
    Case(
        "three offline visits of one phone in order",
        [new(), offline(1, 1, moo=4), offline(2, 1, moo=5), offline(3, 1, moo=6)],
        4, {"moo": "6"}, [""] * 4, [_OK] * 4,
    ),
    Case(
        "three offline visits of one phone in the opposite order",
        [new(), offline(3, 1, moo=6), offline(2, 1, moo=5), offline(1, 1, moo=4)],
        4, {"moo": "6"}, [""] * 4, [_OK] * 4,
    ),
    Case(
        "three offline visits of which the middle one comes last",
        [new(), offline(1, 1, moo=4), offline(3, 1, moo=6), offline(2, 1, moo=5)],
        4, {"moo": "6"}, [""] * 4, [_OK] * 4,
    ),
    Case(
        "a gap in a branch holds what follows it",
        [new(), offline(1, 1, moo=4), offline(3, 1, moo=6)],
        2, {"moo": "4"}, [""] * 2, [_OK, _OK, _WAITS],
    ),
    Case(
        "registered and visited offline, in order",
        [new(), offline(1, None, moo=4), offline(2, None, moo=5)],
        3, {"moo": "5"}, [""] * 3, [_OK] * 3,
    ),
    Case(
        "registered and visited offline, in the opposite order",
        [offline(2, None, moo=5), offline(1, None, moo=4), new()],
        3, {"moo": "5"}, [""] * 3, [_OK] * 3,
    ),
    Case(
        "somebody else comes between two offline visits",
        [new(), offline(1, 1, moo=4), seen(1, house_no="2"), offline(2, 1, moo=5)],
        4, {"moo": "5", "house_no": "2"}, ["", "", "soft", "soft"], [_OK] * 4,
    ),
    Case(
        "somebody else was there before the offline visits began to arrive",
        [new(), seen(1, house_no="2"), offline(1, 1, moo=4), offline(2, 1, moo=5)],
        4, {"moo": "5", "house_no": "2"}, ["", "", "soft", "soft"], [_OK] * 4,
    ),
    Case(
        "an offline visit contradicts what somebody else said meanwhile",
        [new(), seen(1, moo=9), offline(1, 1, moo=4), offline(2, 1, house_no="7")],
        4, {"moo": "4", "house_no": "7"}, ["", "", "hard", "soft"], [_OK] * 4,
    ),
    Case(
        "two phones were offline with the same household",
        [new(), offline(1, 1, "b", moo=4), offline(1, 1, "c", moo=7), offline(2, 1, "b", house_no="8"),
         offline(2, 1, "c", house_no="9")],
        5, {"moo": "7", "house_no": "9"}, ["", "", "hard", "soft", "hard"], [_OK] * 5,
    ),
    Case(
        "a visit arrives before its registration",
        [seen(1, house_no="2"), new()],
        2, {"house_no": "2", "moo": "3"}, ["", ""], [_OK] * 2,
    ),
    Case("a visit to a household that nobody registered waits", [seen(1, house_no="2")], 0, {}, [], [_WAITS]),
    Case(
        "a visit that saw a version that is not there waits",
        [new(), seen(5, house_no="2")],
        1, {"house_no": "1"}, [""], [_OK, _WAITS],
    ),
    Case(
        "one id registered twice: the first stands, the other is shown",
        [new(), new(house_no="5")],
        1, {"house_no": "1"}, [""], [_OK, "exists"],
    ),
    Case(
        "an upsert registers what is not there",
        [Sent("upsert", {"moo": 3, "house_no": "4"}, 1)],
        1, {"house_no": "4"}, [""], [_OK],
    ),
    Case(
        "an upsert changes what is there",
        [new(), Sent("upsert", {"house_no": "4"}, 1)],
        2, {"house_no": "4", "moo": "3"}, ["", ""], [_OK] * 2,
    ),
    Case(
        "a blank answer clears, a question that was not asked does not",
        [new(), seen(1, house_no="")],
        2, {"house_no": "", "moo": "3"}, ["", ""], [_OK] * 2,
    ),
    Case(
        "a phone of another area changes nothing here",
        [new(), Sent("update", {"house_no": "6"}, 1, area=OTHER_AREA)],
        1, {"house_no": "1"}, [""], [_OK, "refused"],
    ),
    Case(
        "a corrected registration lies under what was said later",
        [new(), seen(1, house_no="2"), fix(0, moo=8, house_no="1")],
        3, {"moo": "8", "house_no": "2"}, [""] * 3, [_REPLACED, _OK, _OK],
    ),
    Case(
        "a corrected visit takes its own place",
        [new(), seen(1, house_no="2"), seen(2, moo=5), fix(1, house_no="22")],
        4, {"moo": "5", "house_no": "22"}, [""] * 4, [_OK, _REPLACED, _OK, _OK],
    ),
    Case(
        "a correction that names the household no more takes back what was said",
        [new(), seen(1, house_no="2"), Sent("nothing", {}, corrects=1)],
        3, {"house_no": "1"}, [""] * 3, [_OK, _REPLACED],
    ),
    Case(
        "a correction arrives before what it corrects",
        [new(), Sent("update", {"house_no": "3"}, 1, corrects=2, number=1),
         Sent("update", {"house_no": "2"}, 1, number=2)],
        2, {"house_no": "3"}, ["", ""], [_OK, _OK, _REPLACED],
    ),
    Case(
        "correcting one side settles a conflict",
        [new(), seen(1, house_no="2"), seen(1, house_no="9"), fix(2, house_no="2")],
        4, {"house_no": "2"}, ["", "", "hard", ""], [_OK, _OK, _REPLACED, _OK], [False, False, True, False],
    ),
    Case(
        "asking again with both in view settles a conflict",
        [new(), seen(1, house_no="2"), seen(1, house_no="9"), seen(3, house_no="4")],
        4, {"house_no": "4"}, ["", "", "hard", ""], [_OK] * 4, [False, False, True, False],
    ),
    Case(
        "a visit about something else settles nothing",
        [new(), seen(1, house_no="2"), seen(1, house_no="9"), seen(3, moo=4)],
        4, {"house_no": "9"}, ["", "", "hard", ""], [_OK] * 4, [False] * 4,
    ),
]  # fmt: skip

#: What the log's own time decides: another submission arrives on the last day.
LATE_CASES = [
    Case(
        "after four days an update still waits",
        [new(), on(0, seen(5, house_no="2")), on(4, seen(1, moo=4))],
        2, {"house_no": "1", "moo": "4"}, ["", ""], [_OK, _WAITS, _OK],
    ),
    Case(
        "after five days it is applied all the same",
        [new(), on(0, seen(5, house_no="2")), on(5, seen(1, moo=4))],
        3, {"house_no": "2", "moo": "4"}, ["", "", "soft"], [_OK, "forced", _OK],
    ),
    Case(
        "after five days a visit makes the household that nobody registered",
        [seen(1, house_no="2"), on(6, Sent("upsert", {"moo": 4}, 1))],
        2, {"house_no": "2", "moo": "4"}, ["", ""], ["forced", _OK],
    ),
    Case(
        "a registration that comes after all lies under the visit",
        [seen(1, house_no="2"), on(6, new(house_no="1"))],
        2, {"house_no": "2", "moo": "3"}, ["", "soft"], ["forced", _OK],
    ),
    Case(
        "a branch goes on from where it was forced",
        [new(), on(0, offline(2, 1, moo=5)), on(6, offline(3, 1, moo=6))],
        3, {"moo": "6"}, [""] * 3, [_OK, "forced", _OK],
    ),
]  # fmt: skip
