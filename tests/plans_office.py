"""A village's project and a budget line of its LAO, as records of the registers of plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import offices

from streamlit_app.office import Office

_PLACE = {"province": "80", "amphoe": "8012", "tambon": "801206", "moo": 3, "visit_date": "2026-01-05"}
PROJECT = _PLACE | {
    "plan_level": "village", "plan_year": 2570, "project_name": "ฝายคลองไส้ไก่", "theme": "water",
    "problem_side": "resources", "status": "proposed", "doer_tier": "lao", "amount_baht": "100000",
    "budget_wanted": "lao", "evidence_count": 1, "worth_total": 7,
    "evidence": [{"evidence_kind": "forum", "evidence_record": "uuid:forum"}],
}  # fmt: skip
LINE = _PLACE | {
    "work_level": "tambon", "moo": None, "budget_name": "งบพัฒนาแหล่งน้ำ", "budget_kind": "lao",
    "owner_org": "อบต.เกาะทวด", "fiscal_year": 2570, "themes": "water", "amount_baht": "60000",
    "status": "open", "window_closes": "2099-03-31",
}  # fmt: skip


def register(office: Office, form_id: str, answers: Mapping[str, Any], entity_id: str) -> None:
    """Send a record that makes a register entry; what stands before the dash of its id is the register."""
    entity = (
        f'<entity xmlns="http://www.opendatakit.org/xforms/entities" create="1" id="{entity_id}"'
        f' dataset="{entity_id.partition("-")[0]}"><label>x</label></entity>'
    )
    schema = office.atlas.reference.catalogue.newest(form_id).schema
    offices.send(office, offices.submission(schema, answers, meta=entity))
