"""``restore``: an office again from a backup, in a folder that holds none."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from commands.console import Progress
from ingest import backup
from ingest.folder import DataFolder
from streamlit_app.moments import format_moment
from thai.problem import Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Make it; the tables are derived at the next start."""
    folder = DataFolder(args.data)
    with folder.held(), Progress(Text("กู้คืนไฟล์", "files")) as progress:
        restored = backup.restore(args.file.absolute(), folder, lambda done, _total: progress.at(done))
    return {"folder": str(folder.path), **asdict(restored)}


def show(result: dict[str, Any]) -> str:
    """What is there again, and what to do next."""
    lines = [
        f"✓ {result['folder']}  สำรองเมื่อ · backed up {format_moment(result['made_at'], 'th')}",
        f"  รับแล้ว · submissions {result['submissions']:,}   ไฟล์แนบ · attachments {result['attachments']:,}",
        "  เปิดด้วย up ตารางจะสร้างใหม่เอง รหัสของโทรศัพท์ใช้ได้ต่อ · start it with up; phones keep their keys",
    ]
    if result["lacking"]:
        lines.append(f"  ! ไฟล์แนบที่ไม่มีในสำเนา · attachments that the backup lacks: {len(result['lacking']):,}")
    return "\n".join(lines)
