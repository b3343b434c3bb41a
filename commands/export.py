"""``export``: a layer into a file that QGIS, Excel or a script opens."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office, ask


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Write the file, in the running server or here; paths are made absolute for the server."""
    return ask(
        an_office(args.data), "export", layer=args.layer, path=str(args.to.absolute()), area=args.area,
        where=args.where, account=args.as_email or "", personal=args.personal,
    )  # fmt: skip


def show(result: dict[str, Any]) -> str:
    """How much stands where."""
    return f"✓ {result['rows']:,} · {result['path']}"
