"""``status``: what has been received and shown."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office, ask


def run(args: argparse.Namespace) -> dict[str, Any]:
    """The counts, from the running server or from the folder."""
    return ask(an_office(args.data), "status")


def show(result: dict[str, Any]) -> str:
    """The counts as lines."""
    lines = [
        f"รับแล้ว · submissions      {result['submissions']:>8,}",
        f"แสดงแล้ว · projected       {result['projected']:>8,}",
        f"ถูกแก้ไขแทน · superseded   {result['superseded']:>8,}",
        f"กักไว้ตรวจ · quarantined   {result['quarantined']:>8,}",
        f"รอ · pending               {result['pending']:>8,}",
    ]
    lines += [f"  {form_id:<24} {count:>8,}" for form_id, count in result["forms"].items()]
    lines.append(f"ชั้นข้อมูล · layers: {', '.join(result['layers'])}")
    lines.append(f"ขอบเขต · boundary sets: {', '.join(result['boundary_sets'])}")
    if result["demo"]:
        lines.append(f"ข้อมูลตัวอย่าง · demo: {result['demo']:,}")
    return "\n".join(lines)
