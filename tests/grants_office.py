"""The register of grants of seed 003 as submissions of its two forms, for tests."""

from __future__ import annotations

from datetime import date

import offices
import seed_tables

from streamlit_app.office import Office
from thai.calendar import parse_date
from thai.codes import PROVINCES

AS_OF = date(2021, 4, 19)
#: What the register says of the project as a whole: 17 provinces, 1,335 tambons.
SUMMARY = {
    "region_name": "ภาคเหนือ", "target_tambons": 1335, "objectives": "(1) พัฒนาศักยภาพผู้นำชุมชน",
    "gains": "โอนงบประมาณลงสู่พื้นที่จังหวัดครบทั้ง 17 จังหวัด", "activities": [
        {"activity_text": "พัฒนาศักยภาพผู้นำชุมชน", "activity_result": "พัฒนาหลักสูตร 2 ระดับ"},
        {"activity_text": "พัฒนาระบบติดตามประเมินผล"},
    ],
}  # fmt: skip
_CODES = {name: code for code, name in PROVINCES.items()}


def fill(office: Office) -> None:
    """Eighteen grants with their first transfers, in the order of the printed table."""
    catalogue = office.atlas.reference.catalogue
    grants, transfers = (catalogue.newest(one).schema for one in ("grant_project", "grant_disbursement"))
    people = dict(seed_tables.PEOPLE)
    documents = []
    for number, row in enumerate(seed_tables.disbursement()[1:-1], 1):
        _, _, approved_on, province, organisation, approved, first, on, _ = row
        regional = province == "งบภาค"
        level = {"grant_level": "region" if regional else "province", "province": _CODES.get(province)}
        entity = f"0000{number:04d}-0000-4000-8000-000000000000"
        meeting = ("2020-12-22", "2020-12-22", 1) if regional else ("2021-01-20", "2021-01-21", 2)
        answers = level | {
            "visit_date": "2021-04-19", "project_name": f"โครงการพัฒนาขีดความสามารถผู้นำชุมชน {province}",
            "organisation": organisation, "fiscal_year": 2564, "target_people": people.get(province),
            "meeting_number": meeting[2], "meeting_year": 2564, "meeting_no": f"{meeting[2]}/2564",
            "meeting_from": meeting[0], "meeting_to": meeting[1], "approved_on": parse_date(approved_on),
            "frame_baht": _bare(approved), "approved_baht": _bare(approved), "first_baht": _bare(first),
            "codi_pm_recorded": "yes", "status": "first_paid",
        }  # fmt: skip
        answers |= SUMMARY if regional else {}
        meta = (
            f'<entity dataset="grants" id="{entity}" create="1" '
            'xmlns="http://www.opendatakit.org/xforms/entities"><label>ทุน</label></entity>'
        )
        documents.append(offices.submission(grants, answers, meta=meta))
        documents.append(offices.submission(transfers, level | {
            "visit_date": "2021-04-19", "grant": entity, "instalment": "1", "transferred_on": parse_date(on),
            "amount_baht": _bare(first), "codi_pm_recorded": "yes",
        }))  # fmt: skip
    offices.send(office, *documents)


def _bare(text: str) -> str:
    return text.replace(",", "")
