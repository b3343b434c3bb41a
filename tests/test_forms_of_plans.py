"""The forms of plans, money, leaders and reviews on the phone: what they refuse and what they compute."""

from __future__ import annotations

import functools
from typing import Any

import javarosa
import jpype
import pytest
import seed_tables
from lxml import etree
from shipped_forms import NAMES, compiled
from workbooks import HOUSEHOLD, lists_of

from forms.schema import Schema

KO_THUAT = {"tambon": "801206"}
PROPOSAL: dict[str, Any] = KO_THUAT | {
    "plan_level": "village", "plan_year": "2570", "project_name": "ขุดลอกคู", "theme": "water",
    "problem_side": "resources", "problem_text": "น้ำไม่ถึงท้ายคลอง", "doer_tier": "group",
    "doer_org": "กลุ่มผู้ใช้น้ำ", "benefit_households": "40", "amount_baht": "120000", "own_baht": "20000",
    "budget_wanted": "lao", "worth_economic": "3", "worth_social": "2", "worth_resource": "3",
    "worth_health": "1",
    "evidence": [{"evidence_kind": "water_agreement", "evidence_record": "uuid:1"},
                 {"evidence_kind": "forum", "evidence_record": "uuid:2"}],
}  # fmt: skip
MATCH: dict[str, Any] = KO_THUAT | {
    "project": HOUSEHOLD, "budget_registered": "yes", "budget": HOUSEHOLD, "budget_kind": "lao",
    "fiscal_year": "2570", "decision": "partly", "decided_by": "lao_council", "requested_baht": "100000",
    "granted_baht": "60000", "reason": "งบจำกัด", "spending_kind": "environment",
}  # fmt: skip
WITHDRAWN: dict[str, Any] = {
    "decision": "withdrawn", "requested_baht": None, "granted_baht": None, "returned_baht": "60000",
    "target_plan": "lao",
}  # fmt: skip
GRANT: dict[str, Any] = {
    "grant_level": "province", "province": "80", "project_name": "พัฒนาผู้นำ", "organisation": "เครือข่าย",
    "fiscal_year": "2569", "meeting_number": "2", "meeting_year": "2569", "meeting_from": "2026-01-20",
    "approved_on": "2026-02-04", "frame_baht": "519500", "approved_baht": "519500", "first_baht": "363650",
    "codi_pm_recorded": "yes",
}  # fmt: skip
TRANSFER: dict[str, Any] = {
    "grant_level": "province", "province": "80", "grant": HOUSEHOLD, "instalment": "1",
    "transferred_on": "2026-04-10", "amount_baht": "70000", "codi_pm_recorded": "yes",
}  # fmt: skip
LEADER: dict[str, Any] = KO_THUAT | {
    "consent": "yes", "consent_purposes": "registry contact", "moo": "3", "leader_code": "801206-001",
    "leader_kind": "new_leader", "new_leader": "yes", "sex": "female", "status": "active",
    "roles": "facilitator", "given_name": "มานี", "id_kind": "thai", "birth_known": "full",
    "birth_date": "1980-05-01", "position": "กรรมการ", "organisation": "กลุ่มออมทรัพย์",
    "visit_date": "2026-11-20",
}  # fmt: skip


@functools.cache
def all_schemas() -> tuple[Schema, ...]:
    """What all shipped forms register."""
    return tuple(compiled(name).schema for name in NAMES)


def filled(name: str, answers: dict[str, Any]) -> dict[str, list[str]]:
    """The texts of a filled form by element name."""
    form = compiled(name)
    phone = javarosa.engine().load(form.xform, lists_of(form.datasets, all_schemas(), rows=True))
    return texts(phone.fill(answers))


def texts(xml: bytes) -> dict[str, list[str]]:
    """The texts of a submission by element name."""
    found: dict[str, list[str]] = {}
    for element in etree.fromstring(xml).iter("{*}*"):
        if not len(element):
            found.setdefault(etree.QName(element).localname, []).append(element.text or "")
    return found


def choices(name: str, ref: str) -> list[str]:
    """The Thai labels of a question's choices."""
    return [choice.label["th"] for choice in compiled(name).schema.field(ref)[1].choices or ()]


def test_a_proposal_weighs_its_data_and_its_worth() -> None:
    """Four dimensions add up, citations are counted, and the label tells the project from others."""
    found = filled("project_proposal", PROPOSAL)
    assert (found["worth_total"], found["evidence_count"]) == (["9"], ["2"])
    assert found["asked_baht"] == ["100000"]
    assert found["label"] == ["ขุดลอกคู (2570, 120000 บาท)"]


def test_who_does_it_is_one_of_four() -> None:
    """The household itself, a group, the local authority, government agencies; one must be chosen."""
    values = [
        choice.value for choice in compiled("project_proposal").schema.field("doer_tier")[1].choices or ()
    ]
    assert values == ["household", "group", "lao", "agency"]
    with pytest.raises(javarosa.RefusedError, match="doer_tier"):
        filled("project_proposal", PROPOSAL | {"doer_tier": "", "doer_org": ""})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "partly_funded"),
        ({"decision": "approved", "granted_baht": "100000", "reason": None}, "funded"),
        (WITHDRAWN, "in_plan"),
    ],
)
def test_a_decision_changes_the_project(change: dict[str, Any], status: str) -> None:
    """The project of the list has 50,000 baht as its cost."""
    answers = {name: value for name, value in (MATCH | change).items() if value is not None}
    found = filled("budget_match", answers)
    assert (found["project_baht"], found["project_status"]) == (["50000"], [status])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"granted_baht": "100000"}, "granted_baht"),
        ({"decision": "approved", "granted_baht": "90000"}, "granted_baht"),
        ({"budget_kind": "province"}, "budget_kind"),
        ({"reason": ""}, "reason"),
        (WITHDRAWN | {"returned_baht": None}, "returned_baht"),
    ],
)
def test_a_decision_is_held_to_its_own_words(change: dict[str, Any], where: str) -> None:
    """Part of what was asked is less than it; the kind of money is the register's; a reason is given; whoever
    takes money back says how much.
    """
    answers = {name: value for name, value in (MATCH | change).items() if value is not None}
    with pytest.raises(javarosa.RefusedError, match=where):
        filled("budget_match", answers)


@pytest.mark.parametrize(("first", "fits"), [("363650", True), ("363650.01", False)])
def test_a_first_instalment_is_at_most_seventy_percent(first: str, *, fits: bool) -> None:
    """To the satang: 363,650 of 519,500 is 70 percent exactly, which binary fractions get wrong."""
    if fits:
        found = filled("grant_project", GRANT | {"first_baht": first})
        assert (found["second_baht"], found["first_percent"], found["meeting_no"]) == (
            ["155850"],
            ["70"],
            ["2/2569"],
        )
    else:
        with pytest.raises(javarosa.RefusedError, match="ร้อยละ 70"):
            filled("grant_project", GRANT | {"first_baht": first})


def test_every_grant_of_the_register_fits_the_form() -> None:
    """Eighteen grants of fiscal year 2564, ten of them at 70 percent exactly."""
    rows = seed_tables.disbursement()[1:-1]
    shares = []
    for *_, approved, first, _, _ in rows:
        amounts = {"frame_baht": approved, "approved_baht": approved, "first_baht": first}
        found = filled(
            "grant_project", GRANT | {name: text.replace(",", "") for name, text in amounts.items()}
        )
        shares += found["first_percent"]
    assert len(shares) == 18
    assert shares.count("70") == 10


@pytest.mark.parametrize(
    ("day", "late"),
    [("2026-01-10", "no"), ("2026-04-10", "no"), ("2026-04-11", "yes"), ("2026-05-01", "yes")],
)
def test_a_first_transfer_is_due_within_three_months(day: str, late: str) -> None:
    """The grant was approved on 10 January; a late transfer is kept, marked and explained."""
    answers = TRANSFER | {"transferred_on": day} | ({"late_reason": "รอเอกสาร"} if late == "yes" else {})
    found = filled("grant_disbursement", answers)
    assert (found["over_three_months"], found["left_baht"], found["grant_status"]) == (
        [late],
        ["30000"],
        ["first_paid"],
    )


def test_a_second_transfer_is_neither_late_nor_in_time() -> None:
    """Of first transfers alone a share is late."""
    found = filled("grant_disbursement", TRANSFER | {"instalment": "2", "transferred_on": "2026-05-01"})
    assert not any(found.get("over_three_months", []))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"amount_baht": "70000.01"}, "amount_baht"),
        ({"instalment": "2", "amount_baht": "100000.01"}, "amount_baht"),
        ({"transferred_on": "2026-01-09"}, "transferred_on"),
        ({"transferred_on": "2026-04-11"}, "late_reason"),
    ],
)
def test_a_transfer_is_held_to_the_grant(change: dict[str, str], where: str) -> None:
    """Of 100,000 baht approved on 10 January nothing is paid yet."""
    with pytest.raises(javarosa.RefusedError, match=where):
        filled("grant_disbursement", TRANSFER | change)


def corrected(
    name: str, given: dict[str, Any], before: bytes = b"", after: bytes = b""
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What a form says that is sent, and what when phones open it again after its list has followed."""
    form, engine = compiled(name), javarosa.engine()
    lists = lists_of(form.datasets, all_schemas(), rows=True)
    sent = engine.load(form.xform, lists).fill(given)
    followed = {file: content.replace(before, after) for file, content in lists.items()}
    opened = engine.load(form.xform, followed).open()
    parser = jpype.JClass("org.javarosa.xform.parse.XFormParser")
    root = opened.getInstance().getRoot().deepCopy(True)
    root.populate(parser.restoreDataModel(jpype.JArray(jpype.JByte)(sent), None).getRoot(), opened)
    opened.getInstance().setRoot(root)
    opened.initialize(False, engine.rosa.core.model.instance.InstanceInitializationFactory())
    opened.postProcessInstance()
    serializer = engine.rosa.model.xform.XFormSerializingVisitor()
    return texts(sent), texts(bytes(serializer.serializeInstance(opened.getInstance())))


def test_a_correction_does_not_count_its_own_transfer() -> None:
    """The register holds it already; it was added once more, and the second instalment had no room left."""
    _, found = corrected("grant_disbursement", TRANSFER, b",0,", b",70000,")
    assert float(found["paid_before"][0]) == 0
    assert (found["paid_after"], found["left_baht"]) == (["70000"], ["30000"])


def test_a_correction_still_says_who_a_case_was_handed_to() -> None:
    """The register has the new level already; the question for whom was blanked."""
    case = KO_THUAT | {
        "moo": "3", "case": HOUSEHOLD, "event_date": "2026-01-18", "case_event": "meeting",
        "level": "province", "stage": "negotiation", "readiness": "ready", "outcome": "not_yet",
        "event_text": "ประชุม", "handed_to": "จังหวัด",
    }  # fmt: skip
    _, found = corrected("land_case_followup", case, b",amphoe,", b",province,")
    assert (found["handed_over"], found["handed_to"]) == (["yes"], ["จังหวัด"])


def test_a_correction_of_a_new_debt_makes_no_second_one() -> None:
    """Its id and its number were made anew with every opening."""
    debt = KO_THUAT | {
        "moo": "3", "consent": "yes", "household": HOUSEHOLD, "new_debt": "yes", "debt_event": "borrowed",
        "event_date": "2026-01-18", "lender": "informal", "purpose": "earning", "borrowed_baht": "5000",
    }  # fmt: skip
    sent, found = corrected("household_debt", debt)
    assert (found["new_id"], found["label"]) == (sent["new_id"], ["หนี้ก้อนที่ 2"])


@pytest.mark.parametrize("number", ["3100600445635", "๑๑๑๒๐๓๔๕๖๓๕๖๒"])
def test_a_citizen_number_is_checked_and_secret(number: str) -> None:
    """Asked only of those who agree to the registry; the label on other phones is a code."""
    found = filled("leader_register", LEADER | {"citizen_id": number})
    assert found["citizen_id"] == [number]
    assert (found["age"], found["label"]) == (["46"], ["ผู้นำ 801206-001 หมู่ 3"])
    assert compiled("leader_register").usage.privacy_of("citizen_id") == "secret"


@pytest.mark.parametrize("number", ["3100600445636", "310060044563", "31006004456355"])
def test_a_citizen_number_with_a_wrong_digit_is_refused(number: str) -> None:
    """The last digit follows from the twelve before it."""
    with pytest.raises(javarosa.RefusedError, match="citizen_id"):
        filled("leader_register", LEADER | {"citizen_id": number})


def test_a_leader_who_refuses_is_counted_without_a_name() -> None:
    """Kind, sex and tambon are left, and nothing that is personal."""
    kept = {
        name: LEADER[name] for name in ("tambon", "moo", "leader_code", "leader_kind", "new_leader", "sex")
    }
    found = filled("leader_register", kept | {"consent": "no", "status": "active", "roles": "data"})
    usage = compiled("leader_register").usage
    personal = {
        ref.rpartition("/")[2] for ref, kind in usage.privacy.items() if kind in ("personal", "secret")
    }
    assert {name for name in personal if any(found.get(name, ()))} == set()


def test_the_tables_of_the_review_keep_the_words_of_the_programme() -> None:
    """Rows and criteria as they stand on the slides: five, seven and five to tick."""
    assert choices("sii_people", "rows/row_kind")[:5] == [
        "คนต้นแบบ", "ผู้นำการเปลี่ยนแปลง", "ผู้นำรุ่นใหม่", "แกนนำ-ผู้นำเยาวชน", "เพิ่ม-พัฒนาจิตอาสา/อาสาสมัคร",
    ]  # fmt: skip
    assert choices("sii_people", "rows/ticks")[4] == "มีการพัฒนาคนในรูปแบบต่างๆอย่างต่อเนื่อง"
    mechanism = choices("sii_mechanism", "rows/ticks")
    assert mechanism[5] == "ผลักดันให้เกิดการบูรณาการ ปฏิบัติการ นวัตกรรมสู่ภารกิจประจำ"
    assert mechanism[6] == "สามารถตอบสนองนโยบายภาคีที่สอดคล้องกับความต้องการของชุมชน"
    data = choices("sii_data", "rows/ticks")
    assert [len(choices(name, "rows/ticks")) for name in ("sii_people", "sii_mechanism", "sii_data")] == [
        5,
        7,
        5,
    ]
    assert data[4] == "ผลักดันให้เกิดการบูรณาการระบบข้อมูลชุมชนสู่ภารกิจประจำ"


def test_a_row_left_out_of_a_table_counts_as_without_ticks() -> None:
    """Two rows of five with five and three ticks are 8 of 25; another kind of row adds five."""
    rows = [{"row_kind": "team", "ticks": "c1 c2 c3 c4 c5"}, {"row_kind": "use", "ticks": "c1 c2 c3"}]
    review = KO_THUAT | {"fiscal_year": "2569", "main_orgs": "lao"}
    found = filled("sii_data", review | {"rows": rows})
    assert (found["tick_total"], found["tick_possible"], found["score_percent"]) == (["8"], ["25"], ["32"])
    other = {"row_kind": "other", "row_other": "ห้องข้อมูล", "ticks": "c1"}
    assert filled("sii_data", review | {"rows": [*rows, other]})["tick_possible"] == ["30"]


def test_a_funds_month_adds_up_or_says_why_not() -> None:
    """Brought forward, in, out: 500 + 130 − 80 − 10 = 540; what was counted may differ with a reason."""
    month = KO_THUAT | {
        "fund": HOUSEHOLD, "fund_month": "2026-10-01", "members_joined": "2", "members_left": "1",
        "members_end": "101", "brought_baht": "500", "from_members_baht": "100", "from_lao_baht": "30",
        "from_state_baht": "0", "from_others_baht": "0", "running_cost_baht": "10", "counted_baht": "540",
        "benefits": [{"benefit_kind": "illness", "benefit_people": "2", "benefit_baht": "80"}],
    }  # fmt: skip
    found = filled("welfare_fund_month", month)
    assert (found["balance_baht"], found["difference_baht"], found["month_code"]) == (
        ["540"],
        ["0"],
        ["2026-10"],
    )
    with pytest.raises(javarosa.RefusedError, match="difference_reason"):
        filled("welfare_fund_month", month | {"counted_baht": "539"})


def test_a_forum_of_the_province_asks_for_no_tambon() -> None:
    """How far down the area goes is the level's to say."""
    forum = {
        "forum_level": "province", "province": "80", "forum_kind": "negotiation", "venue": "ศาลากลาง",
        "hosts": "province_team", "attend_lao": "4", "attend_local_admin": "0", "attend_community_org": "9",
        "attend_state_agency": "12", "attend_households": "0", "data_used": "household_account forum",
        "point": "8.43 99.96 0 5",
    }  # fmt: skip
    found = filled("forum_record", forum)
    assert (found["attend_total"], found["main_orgs"]) == (["25"], ["3"])
    assert not {"amphoe", "tambon", "moo"} & found.keys()
    with pytest.raises(javarosa.NeverAskedError, match="tambon"):
        filled("forum_record", forum | {"tambon": "801206"})
