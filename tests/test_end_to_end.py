"""From a phone to the map: the engine of ODK Collect fills the forms that the server gave it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import offices
import pyarrow.csv
import pytest
import shapely
from collect import Phone
from lxml import etree
from offices import RunningOffice
from shipped_forms import NAMES, compiled
from workbooks import LEVELS, WALKS

from forms.compile import CompiledForm
from forms.schema import GEO_KINDS
from ingest.access import Viewer
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.exports import export
from ingest.office import records, registers
from ingest.office.record_parts import GeometryFacts
from reports import indicators
from streamlit_app.office import Office

KO_THUAT = {"tambon": "801206", "moo": "4"}
SURE = KO_THUAT | LEVELS | {
    "province": "80", "amphoe": "8012", "point": "8.2806 100.0896 0 5", "consent": "yes", "new_debt": "yes",
    "grant_level": "province",
}  # fmt: skip
AROUND_THE_HOUSE = {"box": "100.05,8.24,100.13,8.32", "zoom": "18"}
WEST, SIDE = 100.0890, 0.0010


def _square(number: int) -> str:
    """A square of some 110 m within Ko Thuat, as it is walked; squares of different numbers lie apart."""
    west = WEST + 2 * SIDE * number
    corners = [(8.28, west), (8.28, west + SIDE), (8.281, west + SIDE), (8.281, west), (8.28, west)]
    return ";".join(f"{lat:.4f} {lon:.4f} 0 4" for lat, lon in corners)


PLOT = _square(0)

SIZE = {
    "area_rai": "7",
    "area_ngan": "2",
    "area_wah": "45",
}  # of the squares, so that declared and drawn agree
GIVEN = {
    "pomelo_plot": SIZE,
    "plot_register": SIZE,
    "land_case": SIZE,
    "lao_opt_in": {"status": "joined"},  # an indicator counts these
    "land_case_followup": {"outcome": "not_yet"},  # two phones will both change it
}
NOT_OF_ALL = ("water_area",)  # shapes that a form asks for after some answers only
EVERYONE = Viewer("admin@example.org", "administrator", "")


def _meta(xml: bytes, name: str) -> str:
    return str(etree.fromstring(xml).xpath(f"string(//*[local-name()='{name}'])"))


@pytest.fixture(scope="module")
def phone(running_office: RunningOffice) -> Phone:
    """A volunteer's phone in Ko Thuat."""
    return Phone(running_office.phone(f"phone {uuid.uuid4()}", "801206"))


def _features(running_office: RunningOffice, layer: str, folder: Path) -> list[dict[str, Any]]:
    target = folder / f"{layer}.geojson"
    running_office.ask("export", layer=layer, path=str(target))
    return list(json.loads(target.read_text(encoding="utf-8"))["features"])


def test_a_household_is_registered_and_then_chosen_for_its_plot(
    running_office: RunningOffice, phone: Phone, tmp_path: Path
) -> None:
    """Visit one registers the household; visit two finds it in the list and draws its plot.

    The plot is on the map, in the right tambon, and in the export.
    """
    house_no = f"{uuid.uuid4().int % 900 + 100}/7"
    household = phone.form("household_register").fill(
        KO_THUAT | {"consent": "yes", "house_no": house_no, "point": "8.2806 100.0896 0 5"}, seed=1
    )
    phone.send(household)
    running_office.status()
    entity = etree.fromstring(household).xpath("string(//*[local-name()='entity']/@id)")

    plot = phone.form("pomelo_plot").fill(
        KO_THUAT
        | {"owner_registered": "yes", "household": entity, "variety": "thapthim_siam", "trees": "120"}
        | {"point": "8.2805 100.0895 0 4.5", "plot": PLOT},
        seed=2,
    )
    phone.send(plot)
    running_office.status()

    seen = running_office.browser().get("/map/view", params=AROUND_THE_HOUSE | {"layer": "pomelo_plot.plots"})
    exported = _features(running_office, "pomelo_plot.plots", tmp_path)
    assert seen.json()["n"] >= 1
    own = next(one for one in exported if one["properties"]["instance_id"] == _meta(plot, "instanceID"))
    assert own["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert own["properties"]["tambon_code"] == "801206"
    assert own["properties"]["tambon_th"] == "เกาะทวด"
    assert own["properties"]["verdict"] == "agrees"
    assert own["properties"]["household"] == entity
    assert own["properties"]["trees"] == 120


def _given(form: CompiledForm) -> dict[str, str]:
    """What is not left to chance: the place, and that people agree and register something new."""
    shapes = [form_id for form_id in NAMES if b"geoshape" in compiled(form_id).xform]
    plot = _square(shapes.index(form.form_id)) if form.form_id in shapes else ""
    asked = [one for one in form.schema.tables[0].fields if one.name not in NOT_OF_ALL]
    drawn = {one.name: plot for one in asked if one.kind == "geoshape"}
    sure = {name: value for name, value in SURE.items() if name in form.schema.references()}
    return drawn | sure | WALKS.get(form.form_id, {}) | GIVEN.get(form.form_id, {})


@dataclass(frozen=True)
class Visited:
    """An office to which a phone has sent every form once; stopped since, and opened to be looked into.

    ``closed`` are two reports on its land case by phones that had not heard of each other.
    """

    office: Office
    sent: dict[str, bytes]
    closed: list[bytes]


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    """Every form filled once at random on a province's phone and sent over HTTP, registers first."""
    running = RunningOffice(tmp_path_factory.mktemp("visited") / "data").start()
    phone = Phone(running.phone("phone", "80", NAMES))
    sent: dict[str, bytes] = {}
    registered: set[str] = set()
    waiting = [compiled(form_id) for form_id in NAMES]
    while waiting:
        ready = [form for form in waiting if _chosen_from(form) <= registered]
        assert ready, [form.form_id for form in waiting]
        for form in ready:
            sent[form.form_id] = phone.form(form.form_id).fill(_given(form), seed=5)
            phone.send(sent[form.form_id])
        running.status()
        registered |= {rule.dataset for form in ready for rule in form.schema.entities}
        waiting = [form for form in waiting if form not in ready]
    closed = _closed_differently(running)
    running.stop()
    with offices.opened(running.data, forms=False) as office:
        yield Visited(office, sent, closed)


def _closed_differently(running: RunningOffice) -> list[bytes]:
    """Two enumerators fetch the same list, are out of reach, and come home with different outcomes."""
    phones = [Phone(running.phone(name, "801206", ["land_case_followup"])) for name in ("first", "second")]
    forms = [phone.form("land_case_followup") for phone in phones]
    closed = [
        form.fill(KO_THUAT | {"outcome": outcome}, seed=8)
        for form, outcome in zip(forms, ("some_areas", "no_response"), strict=True)
    ]
    for phone, xml in zip(phones, closed, strict=True):
        phone.send(xml)
    running.status()
    return closed


def _chosen_from(form: CompiledForm) -> set[str]:
    """The lists in which something must stand before this form can be filled."""
    own = {rule.dataset for rule in form.schema.entities if b' create="1"' in form.xform}
    return set(form.datasets) - own


def _said(form: CompiledForm, xml: bytes) -> dict[str, list[dict[str, str]]]:
    """The answers as the phone's engine wrote them, by table and row."""

    def inside(names: tuple[str, ...]) -> str:
        return "".join(f"/*[local-name()='{name}']" for name in names)

    root = etree.fromstring(xml)
    return {
        table.name: [
            {one.name: row.xpath(f"string(.{inside(one.path[len(table.path) :])})") for one in table.fields}
            for row in root.xpath(f"/*{inside(table.path)}")
        ]
        for table in form.schema.tables
    }


def _typed(kind: str, said: str) -> Any:
    """What a phone's text is worth, read by Python; of a shape how many corners it has."""
    if not said:
        return None
    if kind == "decimal":
        return round(float(said), 5)
    if kind == "datetime":
        return datetime.fromisoformat(said).astimezone(UTC)
    if kind in GEO_KINDS:
        return len(said.split(";"))
    return {"integer": int, "date": date.fromisoformat}.get(kind, str)(said)


def _kept(kind: str, value: Any) -> Any:
    """A stored value in the same terms."""
    if isinstance(value, GeometryFacts):
        return shapely.get_num_coordinates(shapely.from_wkb(value.wkb))
    if kind == "decimal" and value is not None:
        return round(float(value), 5)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


@pytest.mark.parametrize("form_id", NAMES)
def test_any_form_filled_at_random_is_found_everywhere(
    visited: Visited, tmp_path: Path, form_id: str
) -> None:
    """Every answer is a typed value without a flag, and layer, table, export and indicators have it."""
    atlas, form, xml = visited.office.atlas, compiled(form_id), visited.sent[form_id]
    found = records.record(atlas, EVERYONE, _meta(xml, "instanceID"), reason="a test")
    assert found is not None
    assert (found.outcome, found.hidden_fields) == ("projected", 0)
    assert [(one.code, one.field, one.detail) for one in found.flags] == []

    said = _said(form, xml)
    for section in found.sections:
        fields = {one.name: one.kind for one in form.schema.table(section.name).fields}
        assert [
            {one.info.ref.rpartition("/")[2]: _kept(one.info.kind, one.value) for one in row.answers}
            for row in section.rows
        ] == [{name: _typed(fields[name], text) for name, text in row.items()} for row in said[section.name]]

    for layer in form.usage.layers:
        shown = layers.query(atlas.reference.layers[f"{form_id}.{layer.name}"], EVERYONE, Filter())
        if not layer.where and _meta(xml, layer.geometry.rpartition("/")[2]):
            assert layers.count(atlas.warehouse.cursor(), shown) >= 1
    report = export.export(atlas, EVERYONE, form_id, Filter(), tmp_path / f"{form_id}.csv")
    assert _meta(xml, "instanceID") in pyarrow.csv.read_csv(report.path)["instance_id"].to_pylist()
    answered = [indicators.answer(atlas, EVERYONE, f"{form_id}.{one.name}") for one in form.usage.indicators]
    assert any(one.n for one in answered)


def test_a_land_case_closed_differently_by_two_is_shown_with_both_outcomes(visited: Visited) -> None:
    """Both reports stand; the later one's outcome is the list's, and an officer is asked which is right."""
    found = registers.contradictions(visited.office.atlas, EVERYONE)

    (one,) = [one for one in found if one.dataset == "land_cases"]
    assert one.came == _meta(visited.closed[1], "instanceID")
    said = {each.property: (each.there, each.came) for each in one.disagreements}
    assert said["outcome"] == ("some_areas", "no_response")
    assert [
        records.record(visited.office.atlas, EVERYONE, _meta(xml, "instanceID")) is not None
        for xml in visited.closed
    ] == [True, True]


def test_the_addresses_a_phone_gets_lead_back_to_the_server_it_asked(phone: Phone) -> None:
    """Every URL in the form list has the host that the phone used."""
    hosts = {urlsplit(url).netloc for url in re.findall(r"<\w+Url>(.+?)</", phone.http.get("formList").text)}

    assert hosts == {phone.http.base_url.netloc.decode()}


def test_what_was_sent_over_http_is_in_no_second_copy_when_the_cable_brings_it_again(
    running_office: RunningOffice, phone: Phone, tmp_path: Path
) -> None:
    """The phone's instances folder holds what was already sent: duplicates, not new records."""
    xml = phone.form("pomelo_plot").fill(KO_THUAT, seed=21)
    phone.send(xml)
    folder = tmp_path / "instances" / "pomelo_plot_2026-11-21_10-00-00"
    folder.mkdir(parents=True)
    (folder / "pomelo_plot_2026-11-21_10-00-00.xml").write_bytes(xml)

    result = running_office.command("ingest", "files", str(tmp_path / "instances"))

    assert (result["accepted"], result["duplicates"], result["quarantined"]) == (0, 1, 0)
