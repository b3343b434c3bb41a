"""A small account book as a form: months of households with lines of money, for tests of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import offices
import workbooks

from ingest import log, published
from ingest.identifiers import quoted
from streamlit_app.office import Office

SHEETS = {
    "survey": """
        | type                                | name      | label    | privacy  |
        | select_one_from_file tambons.csv    | tambon    | ตำบล     | public   |
        | integer                             | moo       | หมู่ที่     | public   |
        | select_one_from_file households.csv | household | ครัวเรือน |          |
        | date                                | month     | เดือน     | public   |
        | select_one yes_no                   | debt_less | หนี้ลดลง   |          |
        | integer                             | debt      | หนี้      | personal |
        | datetime                            | told_at   | บอกเมื่อ   |          |
        | begin_repeat                        | lines     | รายการ   |          |
        | select_one sides                    | side      | ด้าน      |          |
        | select_one yes_no                   | needed    | จำเป็น    |          |
        | decimal                             | amount    | จำนวนเงิน |          |
        | end_repeat                          |           |          |          |
    """,
    "choices": """
        | list_name | name    | label    |
        | yes_no    | yes     | ใช่      |
        | yes_no    | no      | ไม่ใช่    |
        | sides     | income  | รายรับ   |
        | sides     | expense | รายจ่าย  |
    """,
    "indicators": """
        | name | label | measure | of | where | per | unit | target | good |
        | months | เดือนบัญชี | count |  |  | village month | time |  | up |
        | keeping | บัญชี | distinct | household |  | village fiscal_year | household | 10 | up |
        | spent | รายจ่าย | sum | lines/amount | ${lines/side}='expense' | village month | baht | | down |
        |line_mean|เฉลี่ย|mean|lines/amount|${lines/side}='expense'| village month | baht |  |  |
        | line_most | มากสุด | max | lines/amount | | village month | baht | | |
        | line_mid | มัธยฐาน | median | lines/amount | | village month | baht | | |
        |unneeded|ไม่จำเป็น|share||${lines/needed}='no' and ${lines/side}='expense'|village month|%|20|down|
        | debt_less | หนี้ลดลง | share | debt_less | ${debt_less} = 'yes' | tambon fiscal_year | % |  | up |
        |less|ลดหนี้ได้|distinct|household|${debt_less}='yes'|tambon fiscal_year|household||up|
        |not_more|ไม่เพิ่ม|distinct|household|${debt_less}='yes' or ${debt_less}=''|tambon||||
        | debt_total | หนี้รวม | sum | debt |  | tambon fiscal_year | baht |  | down |
    """,
}  # fmt: skip

Line = tuple[str, str, str | Decimal | None]  # side, needed, amount


def month(
    area: str,
    household: str,
    day: str,
    lines: Sequence[Line] = (),
    *,
    debt_less: str = "",
    debt: int | None = None,
) -> dict[str, Any]:
    """One household's month."""
    return {
        "area": area, "household": household, "month": date.fromisoformat(day), "debt": debt,
        "debt_less": debt_less or None,
        "lines": [
            (side, needed, None if amount is None else Decimal(amount)) for side, needed, amount in lines
        ],
    }  # fmt: skip


@contextmanager
def opened(folder: Path, sheets: dict[str, str] = SHEETS) -> Iterator[Office]:
    """An office in which the form is published and nothing was sent."""
    with offices.opened(folder / "data", forms=False) as office:
        workbook = folder / "trial.xlsx"
        workbook.write_bytes(workbooks.workbook(sheets))
        with log.writing(office.atlas.log) as connection:
            published.publish(connection, workbook, office.atlas.attachments)
        office.atlas.refresh()
        yield office


def fill(office: Office, months: Iterable[dict[str, Any]]) -> None:
    """Make these months the only rows of the form, as the projection would write them."""
    with office.atlas.warehouse.transaction() as connection:
        for table in ("trial", "trial/lines"):
            connection.execute(f"DELETE FROM {quoted(table)}")
        for seq, one in enumerate(months, 1):
            received = "2026-11-21T03:00:00.000000+00:00"
            connection.execute(
                "INSERT INTO trial (_seq, _instance_id, _area, _tambon, _received_at, household, month,"
                " debt_less, debt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [seq, f"uuid:{seq}", one["area"], one["area"][:6], received, one["household"], one["month"],
                 one["debt_less"], one["debt"]],
            )  # fmt: skip
            for key, (side, needed, amount) in enumerate(one["lines"], 1):
                connection.execute(
                    'INSERT INTO "trial/lines" (_seq, _instance_id, _area, _tambon, _key, _parent, side,'
                    " needed, amount) VALUES (?, ?, ?, ?, ?, '', ?, ?, ?)",
                    [seq, f"uuid:{seq}", one["area"], one["area"][:6], str(key), side, needed, amount],
                )
