"""The shipped forms in the form engine of ODK Collect: they open, refuse what is wrong, and give their XML."""

# ruff: noqa: E501 - forms and their answers are tables, read in columns

from __future__ import annotations

import functools
import gc
from typing import Any

import javarosa
import pytest
from lxml import etree
from shipped_forms import NAMES, compiled
from workbooks import AREA_FILES, HOUSEHOLD, LEVELS, WALKS, lists_of, workbook

from forms.compile import compile_workbook
from forms.xform import Schema

KO_THUAT = {"tambon": "801206", "moo": "3"}
SQUARE = (
    "8.3000 100.2000 0 0; 8.3000 100.2010 0 0; 8.3010 100.2010 0 0; 8.3010 100.2000 0 0; 8.3000 100.2000 0 0"
)
BOW_TIE = "8.300 100.200 0 0;8.301 100.201 0 0;8.300 100.201 0 0;8.301 100.200 0 0;8.300 100.200 0 0"
HOUSE: dict[str, Any] = KO_THUAT | {
    "consent": "yes",
    "consent_purposes": "members contact",
    "consent_by": "head",
    "house_no": "๙/๒",
    "point": "8.3 100.2 2 4.5",
    "participation": "joined",
    "account_keeping": "monthly",
    "head_given_name": "สมหญิง",
    "phone": "0812345678",
    "household_size": "3",
    "main_occupation": "pomelo",
    "water_enough": "partly",
    "dry_months": "m3 m4",
}
PLOT: dict[str, Any] = KO_THUAT | {
    "owner_registered": "yes",
    "household": HOUSEHOLD,
    "variety": "thapthim_siam",
    "stage": "bearing",
    "trees": "120",
    "area_rai": "12",
    "area_ngan": "2",
    "area_wah": "50",
    "water_source": "irrigation",
    "water_enough": "no",
    "damage": "salt flood",
    "yield_kg": "6000",
    "point": "8.3005 100.2005 2 4.5",
    "plot": SQUARE,
}


@functools.cache
def all_schemas() -> tuple[Schema, ...]:
    """What all shipped forms register."""
    return tuple(compiled(name).schema for name in NAMES)


def on_the_phone(name: str) -> javarosa.LoadedForm:
    """The form, opened with the lists of an enumerator who has registered one of everything."""
    form = compiled(name)
    return javarosa.engine().load(form.xform, lists_of(form.datasets, all_schemas(), rows=True))


def answers(xml: bytes) -> dict[str, list[str]]:
    """Texts of a submission by element name; repeats give several."""
    found: dict[str, list[str]] = {}
    for element in etree.fromstring(xml).iter("{*}*"):
        if not len(element):
            found.setdefault(etree.QName(element).localname, []).append(element.text or "")
    return found


def leaf_paths(xml: bytes) -> set[tuple[str, ...]]:
    """Paths of the answered elements below the root, without meta."""
    root = etree.fromstring(xml)
    paths = set()
    for element in root.iter("{*}*"):
        above = [etree.QName(e).localname for e in [*reversed(list(element.iterancestors())), element]][1:]
        if not len(element) and element.text and above[0] != "meta":
            paths.add(tuple(above))
    return paths


def field_paths(schema: Schema) -> set[tuple[str, ...]]:
    """Paths of all fields."""
    return {field.path for field in schema.references().values()}


@pytest.mark.parametrize("variant", ["entities", "plain"])
@pytest.mark.parametrize("name", NAMES)
def test_odk_validate_has_nothing_against_a_form(name: str, variant: str) -> None:
    """The same check that ODK's own tools run."""
    assert javarosa.engine().validate(compiled(name, variant).xform) == ()


@pytest.mark.parametrize(("variant", "walks"), [("entities", 3), ("plain", 1)])
@pytest.mark.parametrize("name", NAMES)
def test_a_form_opens_and_takes_any_walk_through_it(name: str, variant: str, walks: int) -> None:
    """Random answers that obey the form reach its end, and every answer is a field of the schema."""
    form = compiled(name, variant)
    phone = javarosa.engine().load(form.xform, lists_of(form.datasets, all_schemas(), rows=True))
    fixed = {ref: text for ref, text in (KO_THUAT | LEVELS).items() if ref in form.schema.references()}
    answered = set()
    for seed in range(walks):
        answered |= leaf_paths(phone.fill(fixed | WALKS.get(name, {}), seed=seed))
    assert answered <= field_paths(form.schema)
    assert len(answered) > len(form.schema.table("").fields) / 3


@pytest.mark.parametrize("name", NAMES)
def test_a_form_opens_before_anything_is_registered(name: str) -> None:
    """On the first day each list has a header and no row."""
    form = compiled(name)
    assert javarosa.engine().load(form.xform, lists_of(form.datasets, all_schemas(), rows=False))


def test_java_takes_no_part_in_the_collecting_of_garbage() -> None:
    """Its bridge walked the whole heap each time, and an office that had tried one form was slow ever after."""
    javarosa.engine()
    assert [one for one in gc.callbacks if one.__module__ == "_jpype"] == []


def test_an_area_with_one_entry_is_answered_already() -> None:
    """Province and amphoe are taps the enumerator of one tambon is spared; today is the date of visit."""
    found = answers(on_the_phone("pomelo_plot").fill(PLOT))
    assert (found["province"], found["amphoe"], found["tambon"]) == (["80"], ["8012"], ["801206"])
    assert found["visit_date"][0]


def test_a_household_is_registered_with_its_entity() -> None:
    """Names stay in the answers; the label that other phones see is house, village and tambon."""
    members = [
        {"member_given_name": "สมหญิง", "member_sex": "female", "member_relation": "head",
         "member_birth_known": "full", "member_birth_date": "1950-05-01"},
        {"member_given_name": "ก้อง", "member_sex": "male", "member_relation": "grandchild",
         "member_birth_known": "year", "member_birth_year": "2560"},
        {"member_given_name": "ดวง", "member_sex": "female", "member_relation": "child",
         "member_birth_known": "unknown"},
    ]  # fmt: skip
    xml = on_the_phone("household_register").fill(HOUSE | {"visit_date": "2026-11-20", "members": members})
    found = answers(xml)
    entity = next(etree.fromstring(xml).iter("{*}entity"))
    assert (entity.get("dataset"), entity.get("create")) == ("households", "1")
    assert len(entity.get("id") or "") == 36
    assert found["label"] == ["บ้านเลขที่ ๙/๒ หมู่ 3 ต.เกาะทวด"]
    assert found["map_point"] == ["8.3 100.2 2.0 4.5"]
    assert (found["member_age"], found["elders"], found["children"]) == (["76", "9", ""], ["1"], ["1"])


def test_a_household_that_refuses_joins_without_personal_data() -> None:
    """What is left is the house number and a point in the village, and the household is still listed."""
    form = compiled("household_register")
    refused = KO_THUAT | {"consent": "no", "house_no": "15", "participation": "interested"}
    xml = on_the_phone("household_register").fill(refused | {"village_point": "8.31 100.21 0 20"})
    elements = {etree.QName(element).localname for element in etree.fromstring(xml).iter("{*}*")}
    personal = {ref.rpartition("/")[2] for ref, kind in form.usage.privacy.items() if kind == "personal"}
    assert elements & personal == set()
    assert "point" not in elements
    assert answers(xml)["map_point"] == ["8.31 100.21 0.0 20.0"]
    assert b'dataset="households"' in xml


def test_a_house_already_registered_is_noticed() -> None:
    """The list on the phone answers before a second household is made of the same house."""
    found = answers(on_the_phone("household_register").fill(HOUSE | {"house_no": "2/1"}))
    assert found["already_registered"] == ["1"]
    thai = answers(on_the_phone("household_register").fill(HOUSE | {"house_no": "๒/๑"}))
    assert thai["already_registered"] == ["1"]


@pytest.mark.parametrize("house_no", ["2//1", "บ้าน 5", "1-2", "123456", "5/"])
def test_a_house_number_has_one_shape(house_no: str) -> None:
    """15, 2/1, ๒/๑ and 12/3ก pass; sentences and dates do not."""
    with pytest.raises(javarosa.RefusedError, match="house_no"):
        on_the_phone("household_register").fill(HOUSE | {"house_no": house_no})


def test_a_telephone_number_with_a_digit_missing_is_refused() -> None:
    """The refusal is told in the form's own words."""
    with pytest.raises(javarosa.RefusedError, match="เบอร์โทรมี 9 หรือ 10 หลัก"):
        on_the_phone("household_register").fill(HOUSE | {"phone": "05453471"})


def test_a_plot_carries_its_declared_and_its_drawn_area() -> None:
    """12-2-50 is 12.625 rai; the drawn square is about 7.6 rai."""
    found = answers(on_the_phone("pomelo_plot").fill(PLOT))
    assert (found["area_declared"], found["area_declared_m2"]) == (["12.625"], ["20200"])
    assert float(found["area_drawn"][0]) == pytest.approx(7.6, abs=0.1)
    assert (found["household"], found["yield_kg_tree"]) == ([HOUSEHOLD], ["50"])
    assert found["instanceName"] == ["ส้มโอ ม.3 120 ต้น "]


REFUSALS = {
    "a shape that crosses itself": ({"plot": BOW_TIE}, "plot"),
    "a visit in the future": ({"visit_date": "2126-01-01"}, "visit_date"),
    "a Buddhist year in a Gregorian date": ({"visit_date": "2569-11-20"}, "visit_date"),
    "a Gregorian year in a Buddhist one": ({"year_planted": "2015"}, "year_planted"),
    "a hundred square wah": ({"area_wah": "100"}, "area_wah"),
    "village 0": ({"moo": "0"}, "moo"),
    "no damage and damage": ({"damage": "none salt"}, "damage"),
    "a tambon not on the list": ({"tambon": "801299"}, "tambon"),
    "a household of another tambon": ({"tambon": "801203"}, "household"),
    "no variety": ({"variety": ""}, "variety"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_the_plot_form_refuses(what: str) -> None:
    """The phone does not go on, so the office never sees it."""
    change, where = REFUSALS[what]
    with pytest.raises(javarosa.RefusedError, match=where):
        on_the_phone("pomelo_plot").fill(PLOT | change)


def test_a_plot_of_an_unregistered_owner_needs_no_household() -> None:
    """The path without a household is open, and the list is not asked for."""
    unregistered = {key: value for key, value in PLOT.items() if key != "household"}
    xml = on_the_phone("pomelo_plot").fill(unregistered | {"owner_registered": "no", "owner_name": "ลุงแดง"})
    assert "household" not in answers(xml)


def test_a_water_agreement_counts_its_parties_and_turns() -> None:
    """Repeats come as they were filled; a party is a registered household or a name."""
    agreement = KO_THUAT | {
        "agreement_name": "คลองไส้ไก่", "status": "in_force", "season": "dry", "signed_date": "2026-01-10",
        "starts_on": "2026-02-01", "expires_on": "2026-05-31", "user_group": "village",
        "source_type": "weir", "source_name": "ฝายบ้านใน", "served_rai": "120", "served_households": "14",
        "rules": "turns clean", "penalty": "fine", "penalty_baht": "200", "point": "8.3 100.2 0 5",
        "served_area": SQUARE,
        "parties": [
            {"party_kind": "household", "party_household": HOUSEHOLD, "party_role": "upstream", "party_signed": "yes"},
            {"party_kind": "rid", "party_name": "โครงการส่งน้ำ", "party_role": "witness", "party_signed": "no"},
        ],
        "turns": [
            {"turn_order": "1", "turn_zone": "คูซ้าย", "turn_days": "mon tue", "turn_hours": "12.5",
             "turn_from": "06:00:00.000+07:00"},
        ],
    }  # fmt: skip
    phone = on_the_phone("water_agreement")
    found = answers(phone.fill(agreement))
    assert (found["party_count"], found["turn_count"], found["turn_hours_sum"]) == (["2"], ["1"], ["12.5"])
    assert found["party_name"] == ["โครงการส่งน้ำ"]
    with pytest.raises(javarosa.RefusedError, match="วันสิ้นสุดต้องหลังวันเริ่มใช้"):
        phone.fill(agreement | {"expires_on": "2026-01-31"})


def test_a_land_case_keeps_no_name_without_consent() -> None:
    """A claimant who does not agree is counted, with document and area, and not named."""
    land = KO_THUAT | {
        "case_name": "ทุ่งหนองจิก", "case_type": "state_people", "state_lands": "public_use", "documents": "pbt5",
        "main_document": "pbt5", "affected_households": "8", "area_rai": "40", "level": "amphoe",
        "stage": "negotiation", "readiness": "partly", "outcome": "to_a_degree", "urgency": "medium",
        "point": "8.3 100.2 0 5", "disputed_area": SQUARE,
        "claimants": [
            {"claimant_consent": "no", "claimant_document": "pbt5", "claimant_rai": "5"},
            {"claimant_consent": "yes", "claimant_name": "สมชาย ใจดี", "claimant_document": "none"},
        ],
    }  # fmt: skip
    found = answers(on_the_phone("land_case").fill(land))
    assert (found["claimant_name"], found["claimant_count"]) == (["สมชาย ใจดี"], ["2"])
    assert found["claimant_area"] == ["5", ""]
    assert found["instanceName"] == ["ทุ่งหนองจิก ม.3"]


def test_the_driver_tells_what_a_phone_would_not_accept() -> None:
    """A list that is missing, an answer that is never asked, a form that does not compute."""
    engine, plot = javarosa.engine(), on_the_phone("pomelo_plot")
    with pytest.raises(javarosa.NeverAskedError, match="beds"):
        plot.fill(PLOT | {"raised_beds": "no", "beds": "4"})
    with pytest.raises(javarosa.FormError):
        engine.load(b"<h:html/>")
    broken = compiled("pomelo_plot").xform.replace(b"not(intersects(.))", b"not(intersects(.)")
    assert engine.validate(broken) != ()
    with pytest.raises(javarosa.FormError):
        engine.load(broken)


def test_the_same_seed_walks_the_same_way() -> None:
    """Apart from times and ids that the engine makes, a seed repeats its answers."""
    plot = on_the_phone("pomelo_plot")
    first, again = (answers(plot.fill(KO_THUAT, seed=11, instance_id="uuid:1")) for _ in range(2))
    for made in ("start", "end"):
        first.pop(made), again.pop(made)
    assert first == again
    assert first["instanceID"] == ["uuid:1"]


def test_pulldata_reads_a_list_as_collect_does() -> None:
    """Collect's own function, which JavaRosa alone does not know, works in the driver."""
    survey = """
        | type      | name  | label::ไทย (th) | label::English (en) | calculation                                         |
        | text      | code  | รหัส            | Code                |                                                     |
        | calculate | found |                 |                     | pulldata('tambons', 'label', 'name', ${code})        |
        """
    form = compile_workbook(workbook({"survey": survey}), file_name="pull.xlsx")
    xml = javarosa.engine().load(form.xform, AREA_FILES).fill({"code": "801206"})
    assert answers(xml)["found"] == ["เกาะทวด (Ko Thuat)"]
