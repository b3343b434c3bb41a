"""``demo remove``: take the demo's submissions away, and nothing else."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office, ask


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Remove them."""
    return ask(an_office(args.data), "remove_demo")


def show(result: dict[str, Any]) -> str:
    """How many went."""
    return f"✓ ลบข้อมูลตัวอย่าง {result['removed']:,} รายการ · demo submissions removed"
