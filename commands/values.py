"""What stands behind the words of a command line, as ``argparse`` reads it: a mistake ends with the usage.

Standard library only, as the words themselves.
"""

from __future__ import annotations

import argparse
import re


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
