"""An office's Excel table taken in by a mapping: read, every cell understood, every row a submission."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from openpyxl import Workbook

from bench import submissions
from bench.machine import peak_mb
from bench.product import ROOT
from bench.report import Row
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.sheets import load, mapping

SECTION = "sheets.py: an office's Excel table becomes submissions"
_ROWS, _FEW = 100_000, 50
_HEADINGS = ["ลำดับ", "ชื่อสวน", "จำนวนต้น", "เนื้อที่", "ปีที่ปลูก", "วันที่สำรวจ", "ละติจูด", "ลองจิจูด"]
_MAPPING = """
name = "ทะเบียนสวน"
form = "pomelo_plot"
key = ["ลำดับ"]
[columns]
plot_name = "ชื่อสวน"
trees = "จำนวนต้น"
area_rai = { column = "เนื้อที่", as = "rai" }
visit_date = "วันที่สำรวจ"
point = { columns = ["ละติจูด", "ลองจิจูด"], as = "point" }
[constants]
tambon = "801206"
"""


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """One row: seconds from the command to the log's end."""
    data, rows = folder / "office-table", _FEW if small else _ROWS
    submissions.prepare(data)
    _write(data, rows)
    line = [sys.executable, "-m", "bench.sheets", str(data)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    figure = (
        f"{found['seconds']:.1f} s ({found['cpu_s']:.1f} s of processor time), {found['peak_mb']:,.0f} MB"
    )
    yield Row(SECTION, f"{found['rows']:,} rows of {len(_HEADINGS)} columns", figure, "≤ 30 s for 100,000")


def _write(data: Path, rows: int) -> None:
    """As an office keeps it: a caption, Thai digits, areas and dates as words, a total below."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("สวน")
    sheet.append(["ทะเบียนสวนส้มโอ"])
    sheet.append(_HEADINGS)
    for n in range(rows):
        sheet.append([n + 1, f"สวนที่ {n}", 40 + n % 90, "5-2-30", 2550 + n % 15, "๑๑ มี.ค. ๒๕๖๙", 8.28, 100.09])
    sheet.append(["รวม", None, rows])
    book.save(data / "plots.xlsx")
    (data / "plots.toml").write_text(_MAPPING, encoding="utf-8")


def once(data: Path) -> dict[str, float]:
    """Take the table in."""
    start, cpu = time.perf_counter(), time.process_time()
    with closing(Atlas(DataFolder(data))) as atlas:
        found = load.load(atlas, [data / "plots.xlsx"], mapping.read(data / "plots.toml"))
    seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    return {"rows": found["accepted"], "seconds": seconds, "cpu_s": cpu_s, "peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(once(Path(sys.argv[1]))))
