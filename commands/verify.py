"""``verify``: are the tables what the log gives?"""

from __future__ import annotations

import argparse
from typing import Any

from commands import problems
from commands.asking import an_office, ask


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Compare with a fresh derivation; refuses with the tables that differ."""
    result = ask(an_office(args.data), "verify")
    if not result["equal"]:
        raise problems.tables_differ([name for name, equal in result["tables"].items() if not equal])
    return result


def show(result: dict[str, Any]) -> str:
    """One line: every table is equal, or the command has refused."""
    return f"✓ {len(result['tables'])} ตารางตรงกับบันทึก · tables equal what the log gives"
