"""Entity lists of ODK Central: what was uploaded or changed there by hand stands in the registers here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import javarosa
import pytest
from lxml import etree
from other_servers import Central, Held, serving
from test_sources import ADMINISTRATOR, connected, held, pulled, xform
from workbooks import workbook

from forms.compile import compile_workbook
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from streamlit_app.office import Office

VISIT = {
    "survey": """
        | type                                   | name  | label | save_to |
        | select_one_from_file water_points.csv  | point | จุด    |         |
        | text                                   | order | ลำดับ  | order   |
        """,
    "entities": """
        | list_name    | entity_id |
        | water_points | ${point}  |
        """,
    "settings": """
        | form_title | form_id | version |
        | Visit      | visit   | 1       |
        """,
}
KO_THUAT = "8.2808 100.0898 0 0"
PUMP, TANK, OF_A_PHONE = (f"5f4d8a0e-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))


def version(label: str, geometry: str = KO_THUAT, *, source: Any = None, **data: str) -> dict[str, Any]:
    """A version of an entity as Central tells of it."""
    return {"label": label, "data": {"geometry": geometry, **data}, "source": source}


@pytest.fixture
def other() -> Iterator[Central]:
    """A Central with a list of two that were uploaded and one that a phone's submission made."""
    uploaded = {"name": "water.csv", "count": 2}
    phone = {"event": {"action": "submission.create"}, "submission": {"instanceId": "uuid:1"}}
    points = [
        {"id": PUMP, "versions": [version("เครื่องสูบน้ำ", source=uploaded, order="1")]},
        {"id": TANK, "versions": [version("ถังน้ำ", source=uploaded, order="2")]},
        {"id": OF_A_PHONE, "versions": [version("บ่อน้ำ", source=phone, order="3")]},
    ]
    server = Central(forms={"wells": {"1": xform()}}, held=[held("0")], lists={"water_points": points})
    with serving(server):
        yield server


def register_of(office: Office) -> list[tuple[Any, ...]]:
    """Label, version and an answer of what stands in the register."""
    query = (
        "SELECT label, version, json_extract_string(properties, '$.order') FROM entity"
        " WHERE dataset = 'water_points' AND NOT deleted ORDER BY 1"
    )
    return office.atlas.warehouse.cursor().execute(query).fetchall()


def on_the_map(office: Office, layer: str = "geometry") -> dict[str, int]:
    """How many of the list lie in each tambon."""
    q = layers.query(office.atlas.reference.layers[f"entities_water_points.{layer}"], ADMINISTRATOR, Filter())
    return counts.by_area(office.atlas.warehouse.cursor(), q, 6)


def test_an_uploaded_list_stands_in_the_register_and_on_the_map(office: Office, other: Central) -> None:
    """What a phone's submission made comes with that submission, and not from the list."""
    first, second = pulled(office, other), pulled(office, other)

    assert (first["accepted"], second["accepted"], second["duplicates"]) == (3, 0, 0)
    assert register_of(office) == [("ถังน้ำ", 1, "2"), ("เครื่องสูบน้ำ", 1, "1")]
    assert on_the_map(office) == {"801206": 2}
    assert all(office.follower.verify().values())


def test_a_change_by_hand_is_a_version_and_a_deletion_takes_all_of_them(
    office: Office, other: Central
) -> None:
    """And what was deleted there may come back."""
    pulled(office, other)
    pump = other.lists["water_points"][0]
    pump["versions"].append(version("เครื่องสูบน้ำใหม่", order="9"))
    pump["updated"] = "2026-11-02T00:00:00.000Z"
    assert pulled(office, other)["accepted"] == 1
    assert register_of(office) == [("ถังน้ำ", 1, "2"), ("เครื่องสูบน้ำใหม่", 2, "9")]
    assert on_the_map(office) == {"801206": 2}

    pump["deleted"] = "2026-11-03T00:00:00.000Z"
    assert pulled(office, other)["deleted"] == 1
    assert register_of(office) == [("ถังน้ำ", 1, "2")]

    pump["deleted"], pump["updated"] = None, "2026-11-04T00:00:00.000Z"
    assert pulled(office, other)["restored"] == 1
    assert register_of(office) == [("ถังน้ำ", 1, "2"), ("เครื่องสูบน้ำใหม่", 2, "9")]
    assert all(office.follower.verify().values())


def test_a_property_that_somebody_empties_there_is_empty_here(office: Office, other: Central) -> None:
    """Central keeps it as a blank text, its place on the map too; what was never given stays out."""
    pulled(office, other)
    pump = other.lists["water_points"][0]
    pump["versions"].append(version("เครื่องสูบน้ำ", "", order=""))
    pump["updated"] = "2026-11-02T00:00:00.000Z"

    assert pulled(office, other)["accepted"] == 1
    assert register_of(office) == [("ถังน้ำ", 1, "2"), ("เครื่องสูบน้ำ", 2, "")]
    assert on_the_map(office) == {"801206": 1}
    assert all(office.follower.verify().values())


def test_versions_by_hand_and_by_phone_take_turns(office: Office, other: Central) -> None:
    """Keyed in, changed by a phone, keyed again, in one pull or in three: one entity with three versions."""
    form = compile_workbook(workbook(VISIT), file_name="visit.xlsx")
    lists = {"water_points.csv": f"name,label,__version,order\n{PUMP},เครื่องสูบน้ำ,1,1\n".encode()}
    xml = javarosa.engine().load(form.xform, lists).fill({"point": PUMP, "order": "7"})
    said = str(etree.fromstring(xml).xpath("string(//*[local-name()='instanceID'])"))
    phone = {"event": {"action": "submission.create"}, "submission": {"instanceId": said}}
    other.forms["visit"] = {form.version: form.xform}
    pump = other.lists["water_points"][0]
    pulled(office, other)
    steps = (version("เครื่องสูบน้ำ", source=phone, order="7"), version("เครื่องสูบน้ำใหม่", order="8"))
    for number, step in enumerate(steps):
        pump["versions"].append(step)
        pump["updated"] = f"2026-11-02T00:00:0{number}.000Z"
        if number == 0:
            other.held.append(Held("visit", [(said, xml)], created=pump["updated"]))
            pulled(office, other)
            assert register_of(office)[1] == ("เครื่องสูบน้ำ", 2, "7")
    pulled(office, other)

    assert register_of(office) == [("ถังน้ำ", 1, "2"), ("เครื่องสูบน้ำใหม่", 3, "8")]
    assert on_the_map(office) == {"801206": 2}
    assert pulled(office, other, whole=True)["accepted"] == 0
    assert all(office.follower.verify().values())


def test_a_list_may_gain_a_property_and_shapes_later(office: Office, other: Central) -> None:
    """Its form has a version with areas then, and a layer of them while there are any."""
    pulled(office, other)
    pump = other.lists["water_points"][0]
    area = ";".join(["8.28 100.08 0 0", "8.28 100.09 0 0", "8.29 100.09 0 0", "8.28 100.08 0 0"])
    pump["versions"].append(version("เครื่องสูบน้ำ", area, order="1", depth="4"))
    pump["updated"] = "2026-11-02T00:00:00.000Z"

    again = pulled(office, other)
    assert (again["accepted"], again["problems"]) == (1, [])
    query = "SELECT json_extract_string(properties, '$.depth') FROM entity WHERE entity_id = ?"
    assert office.atlas.warehouse.cursor().execute(query, [PUMP]).fetchone() == ("4",)
    assert on_the_map(office) == {"801206": 1}
    assert on_the_map(office, "geometry_area") == {"801206": 1}
    pump["versions"].append(version("เครื่องสูบน้ำ", order="1"))
    pump["updated"] = "2026-11-03T00:00:00.000Z"
    assert pulled(office, other)["problems"] == []
    assert on_the_map(office) == {"801206": 2}
    assert "entities_water_points.geometry_area" not in office.atlas.reference.layers
    assert all(office.follower.verify().values())


def test_properties_that_are_called_alike_keep_their_list_and_each_its_answer(
    office: Office, other: Central
) -> None:
    """Like another but for capitals, like a block or a place that every such form has."""
    said = {"depth": "4", "Depth": "5", "meta": "m", "geometry_line": "g", "a__b": "ab", "a_b": "c"}
    other.lists["water_points"][0]["versions"] = [version("เครื่องสูบน้ำ", **said)]

    assert pulled(office, other)["problems"] == []
    query = "SELECT properties FROM entity WHERE entity_id = ?"
    (row,) = office.atlas.warehouse.cursor().execute(query, [PUMP]).fetchall()
    kept = json.loads(row[0])
    assert {name: kept[name] for name in said} == said
    assert on_the_map(office) == {"801206": 2}


def test_a_list_of_phones_entities_makes_no_form(office: Office, other: Central) -> None:
    """A form without a record would stand in every choice of forms."""
    other.lists["water_points"] = other.lists["water_points"][2:]

    assert pulled(office, other)["accepted"] == 1
    assert "entities_water_points" not in office.atlas.reference.catalogue.form_ids


def test_a_source_of_one_form_and_an_older_server_have_no_lists(office: Office, other: Central) -> None:
    """Which is no reason to take nothing."""
    other.without_lists = True

    assert pulled(office, other)["accepted"] == 1
    assert [form.form_id for form in connected(other).forms()] == ["wells"]


def test_an_entity_restored_while_its_list_is_read_is_in_the_index(
    other: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Live and deleted ones come with one question: between two it would stand in neither answer."""
    pump, answered = other.lists["water_points"][0], other._entities
    pump["deleted"] = "2026-11-05T00:00:00.000Z"

    def restored_after(*asked: Any) -> Any:
        answer = answered(*asked)
        pump["deleted"] = None
        return answer

    monkeypatch.setattr(other, "_entities", restored_after)
    remote = connected(other)
    next(iter(remote.forms()))
    assert PUMP in {one.root_id for one in remote.index("entities_water_points", "")}
