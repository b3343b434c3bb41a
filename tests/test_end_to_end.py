"""From a phone to the map: the engine of ODK Collect fills the forms that the server gave it."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from collect import Phone
from lxml import etree
from offices import RunningOffice
from workbooks import LEVELS, WALKS

from forms.catalog import workbooks
from forms.compile import CompiledForm, compile_workbook

KO_THUAT = {"tambon": "801206", "moo": "4"}
SURE = KO_THUAT | LEVELS | {
    "province": "80", "amphoe": "8012", "point": "8.2806 100.0896 0 5", "consent": "yes", "new_debt": "yes",
    "grant_level": "province",
}  # fmt: skip
FORMS = {path.stem: compile_workbook(path.read_bytes(), file_name=path.name) for path in workbooks()}
AROUND_THE_HOUSE = {"box": "100.05,8.24,100.13,8.32", "zoom": "18"}
PLOT = "8.2800 100.0890 0 4;8.2800 100.0900 0 4;8.2810 100.0900 0 4;8.2810 100.0890 0 4;8.2800 100.0890 0 4"


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
    sure = {name: value for name, value in SURE.items() if name in form.schema.references()}
    return sure | WALKS.get(form.form_id, {})


@pytest.fixture(scope="module")
def filled(running_office: RunningOffice) -> dict[str, bytes]:
    """Every form filled once at random on a province's phone, registers first."""
    phone = Phone(running_office.phone(f"phone {uuid.uuid4()}", "80", FORMS))
    sent: dict[str, bytes] = {}
    registered: set[str] = set()
    waiting = list(FORMS.values())
    while waiting:
        ready = [form for form in waiting if _chosen_from(form) <= registered]
        assert ready, [form.form_id for form in waiting]
        for form in ready:
            sent[form.form_id] = phone.form(form.form_id).fill(_given(form), seed=5)
            phone.send(sent[form.form_id])
        running_office.status()
        registered |= {rule.dataset for form in ready for rule in form.schema.entities}
        waiting = [form for form in waiting if form not in ready]
    return sent


def _chosen_from(form: CompiledForm) -> set[str]:
    """The lists in which something must stand before this form can be filled."""
    own = {rule.dataset for rule in form.schema.entities if b' create="1"' in form.xform}
    return set(form.datasets) - own


@pytest.mark.parametrize("form_id", FORMS)
def test_any_form_filled_at_random_is_on_its_layer_and_in_its_export(
    running_office: RunningOffice, filled: dict[str, bytes], tmp_path: Path, form_id: str
) -> None:
    """Whatever a form lets an enumerator answer becomes a row."""
    xml, counts = filled[form_id], running_office.status()

    assert counts["forms"][form_id] >= 1
    for layer in FORMS[form_id].usage.layers[:1]:
        if _meta(xml, layer.geometry.rpartition("/")[2]):
            exported = _features(running_office, f"{form_id}.{layer.name}", tmp_path)
            assert _meta(xml, "instanceID") in [one["properties"]["instance_id"] for one in exported]


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
