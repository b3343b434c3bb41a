"""``backup``: the whole office as one file, also while it is open."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import Any

from commands.console import Progress
from commands.opened_log import opened_log
from ingest import backup, log
from ingest.folder import DataFolder
from thai.calendar import BANGKOK
from thai.problem import Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Write it; in a folder it gets a name with the moment."""
    folder, target = DataFolder(args.data), args.file.absolute()
    if target.is_dir():
        target /= f"tambon-atlas-{datetime.now(BANGKOK):%Y-%m-%d-%H%M}.zip"
    with Progress(Text("สำรองไฟล์แนบ", "attachments")) as progress:
        copied = backup.write(folder, target, lambda done, _total: progress.at(done))
    with opened_log(args.data) as atlas, log.writing(atlas.log) as connection:
        log.set_setting(connection, backup.LAST, copied.made_at)
        log.note(connection, "console", "backup")
    base_maps = sorted(one.name for one in folder.base_maps.iterdir()) if folder.base_maps.is_dir() else []
    size_bytes = target.stat().st_size
    return {"file": str(target), "size_bytes": size_bytes, **asdict(copied), "without": base_maps}


def show(result: dict[str, Any]) -> str:
    """Where it lies, what it holds, and what it lacks."""
    lines = [
        f"✓ {result['file']}  {result['size_bytes'] / 1e6:,.1f} MB",
        f"  รับแล้ว · submissions {result['submissions']:,}   ไฟล์แนบ · attachments {result['attachments']:,}",
        "  มีข้อมูลส่วนบุคคล เก็บให้ปลอดภัยเท่ากับเครื่องสำนักงาน · personal data: keep it as safe as the office",
    ]
    if result["lacking"]:
        lines.append(
            f"  ! ไฟล์แนบที่หายหรือเสียหาย · attachments missing or damaged here: {len(result['lacking']):,}"
        )
    if result["without"]:
        lines.append(f"  ไม่รวมแผนที่ฐาน · base maps are not in it: {', '.join(result['without'])}")
    return "\n".join(lines)
