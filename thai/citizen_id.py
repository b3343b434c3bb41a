"""The thirteen digits of a citizen: what they can tell of themselves, and what they cannot.

``stdnum.th.pin`` has the check digit; it refuses numbers that begin with 0, which people without
nationality hold and which are real members of households, so the rest stands here.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from stdnum.th import pin

from thai import problems
from thai.codes import PROVINCES
from thai.text import arabic_digits, normalise

_FIRST_MUNICIPAL = 60  # registrars of municipalities have numbers counted down from 99


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A number that can be right. ``doubts`` are codes of what speaks against it without refusing it.

    ``amphoe_unknown``: digits 2 to 5 are no amphoe or municipality of those that are known; amphoe were
    divided and abolished, so an elder's number may carry one that is no more.
    """

    digits: str
    doubts: tuple[str, ...] = ()

    @property
    def ending(self) -> str:
        """The last three digits: all that may be shown or kept without a reason."""
        return self.digits[-3:]

    def __str__(self) -> str:
        """In the groups of the card: 1-4-5-2-1."""
        return str(pin.format(self.digits))


def parse_citizen_id(text: str, amphoes: Container[str] = ()) -> CitizenId:
    """Read a number and check it; raises ``Problem`` without repeating it.

    ``amphoes`` are the known codes of four digits. The third digit has weight 11, so the check digit
    is the same for all ten of them: digits 2 and 3 must be a province, and 4 and 5 are compared with
    ``amphoes`` where these are given.
    """
    digits = re.sub(r"[\s-]", "", arabic_digits(normalise(str(text))))
    if not re.fullmatch(r"[0-9]{13}", digits):
        raise problems.citizen_id_unreadable(sum(letter.isdigit() for letter in digits))
    if digits[-1] != pin.calc_check_digit(digits) or digits[0] == "9":
        raise problems.citizen_id_wrong(digits[-3:])
    if digits[1:3] not in PROVINCES and digits[0] != "0":
        raise problems.citizen_id_province(digits[-3:])
    municipal = int(digits[3:5]) >= _FIRST_MUNICIPAL
    unknown = amphoes and not municipal and digits[0] != "0" and digits[1:5] not in amphoes
    return CitizenId(digits, ("amphoe_unknown",) if unknown else ())
