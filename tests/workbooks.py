"""Small forms written as tables inside the tests that use them."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from openpyxl import Workbook

from forms.schema import Schema

SETTINGS = """
    | form_title      | form_id | version    | default_language |
    | ทดลอง · Trial   | trial   | 2026112101 | ไทย (th)         |
"""


def workbook(sheets: dict[str, str]) -> bytes:
    r"""An .xlsx with each sheet given as a Markdown table, its first line the headings.

    A cell may hold ``\|`` for a bar; blank lines and ``|---|`` lines are skipped. Without a settings sheet
    the form is called ``trial``; settings given as '' leave the sheet out.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, table in ({"settings": SETTINGS} | sheets).items():
        if table.strip():
            sheet = book.create_sheet(name)
            for line in lines(table):
                sheet.append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def lines(table: str) -> list[list[str | None]]:
    """The cells of a Markdown table, None where blank."""
    found = []
    for line in table.splitlines():
        text = line.strip()
        if not text.startswith("|") or not text.strip("|-: "):
            continue
        cells = text.replace("\\|", "\0").strip("|").split("|")
        found.append([cell.strip().replace("\0", "|") or None for cell in cells])
    return found


AREA_FILES = {
    "provinces.csv": "name,label,province,amphoe\n80,นครศรีธรรมราช (Nakhon Si Thammarat),,\n".encode(),
    "amphoes.csv": "name,label,province,amphoe\n8012,ปากพนัง (Pak Phanang),80,\n".encode(),
    "tambons.csv": (
        "name,label,province,amphoe\n801203,คลองน้อย (Khlong Noi),80,8012\n801206,เกาะทวด (Ko Thuat),80,8012\n"
    ).encode(),
    "households.csv": b"name,label,__version,geometry,tambon,moo,house_no\n",
}
"""What the server sends beside the workbooks, for an enumerator of two tambons and no household yet."""

HOUSEHOLD = "3f0a6c51-9d5e-4a76-8f3b-0d2f5a7c1e90"


#: What the entities of the lists hold, by property: one of each dataset, in village 3 of Ko Thuat.
REGISTERED = {
    "province": "80", "amphoe": "8012", "tambon": "801206", "moo": "3", "geometry": "8.3 100.2 0 0",
    "house_no": "2/1", "grant_level": "province", "approved_baht": "100000", "approved_on": "2026-01-10",
    "paid_baht": "0", "budget_kind": "lao", "amount_baht": "50000", "point": "8.3 100.2 0 0",
    "household": HOUSEHOLD, "crop": "mangosteen", "plot_name": "แปลงริมคลอง", "area_rai": "4", "trees": "80",
    "debt_number": "1", "debt_state": "open", "affected_households": "8", "level": "amphoe",
    "work_level": "village",
}  # fmt: skip


#: Answers that no dice would hit: amounts and dates that hang on one another.
WALKS: dict[str, dict[str, str]] = {
    "grant_project": {
        "visit_date": "2026-11-20", "meeting_from": "2026-01-05", "meeting_to": "2026-01-06",
        "approved_on": "2026-02-01", "frame_baht": "100000", "approved_baht": "100000", "first_baht": "70000",
    },
    "grant_disbursement": {
        "grant_level": "province", "province": "80", "visit_date": "2026-11-20",
        "transferred_on": "2026-02-10", "amount_baht": "7000",
    },
    "bimonthly_evaluation": {"period_from": "2026-10-01", "period_to": "2026-11-30"},
}  # fmt: skip
LEVELS = {"work_level": "village", "forum_level": "village"}  # where a form asks down to the village


def lists_of(datasets: Iterable[str], schemas: Iterable[Schema], *, rows: bool) -> dict[str, bytes]:
    """The area lists and these entity lists, whose columns are what the schemas' entities keep."""
    kept: dict[str, set[str]] = {}
    for rule in (rule for schema in schemas for rule in schema.entities):
        kept.setdefault(rule.dataset, set()).update(rule.properties)
    files = dict(AREA_FILES)
    for dataset in datasets:
        columns = sorted(kept.get(dataset, ()))
        lines = [",".join(["name", "label", "__version", *columns])]
        if rows:
            lines.append(",".join([HOUSEHOLD, "one", "1", *(REGISTERED.get(name, "") for name in columns)]))
        files[f"{dataset}.csv"] = ("\n".join(lines) + "\n").encode()
    return files
