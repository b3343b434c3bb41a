"""``rebuild``: derive every table from the log again."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office, ask
from commands.status import show

__all__ = ["run", "show"]


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Rebuild and tell the counts."""
    return ask(an_office(args.data), "rebuild")
