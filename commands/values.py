"""How a command line is read, and what stands behind its words: a mistake ends with the usage.

Standard library only, as the words themselves.
"""

from __future__ import annotations

import argparse
import re
from typing import Any


def minutes(text: str) -> int:
    """Up to a year."""
    number = int(text)
    if not 0 <= number <= 525_600:
        raise argparse.ArgumentTypeError(f"{number}: 0–525600")
    return number


def port(text: str) -> int:
    """A port; 0 has the system choose one."""
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number}: 0–65535")
    return number


def web_address(text: str) -> str:
    """Phones open nothing else: one without its scheme would stand in a QR code that leads nowhere."""
    if not re.match(r"https?://[^\s/]", text):
        raise argparse.ArgumentTypeError(f"{text}: ไม่ขึ้นต้นด้วย · does not begin with http://, https://")
    return text


def somebody(text: str) -> str:
    """A name that can be read."""
    if not text.strip():
        raise argparse.ArgumentTypeError("ต้องมีชื่อ · a name is needed")
    return text.strip()


def email(text: str) -> str:
    """What the page for signing in, where browsers look at it first, takes."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text.strip()):
        raise argparse.ArgumentTypeError(f"{text}: ไม่ใช่อีเมล · not an e-mail address")
    return text


class InAnyOrder(argparse.ArgumentParser):
    """Options may stand between the words of a command: argparse itself takes all words at the first one."""

    _sorting = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, for a command that has no further words and hands none on."""
        handed_on = {argparse.PARSER, argparse.REMAINDER}
        if self._sorting or any(one.nargs in handed_on for one in self._actions):
            return super().parse_known_args(args, namespace)
        self._sorting = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._sorting = False
