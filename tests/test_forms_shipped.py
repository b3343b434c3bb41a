"""The shipped workbooks: complete in both languages, drawn in distinct colours, always the same bytes."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from shipped_forms import NAMES, compiled

from forms.builds import builds
from forms.catalog import workbooks
from forms.compile import compile_workbook
from forms.schema import GEO_KINDS
from forms.sheets import read_sheets
from forms.workbook import Usage
from ingest.doors import units

OUTCOMES = ["แก้ได้เฉพาะบางพื้นที่", "แก้ได้ในระดับหนึ่ง", "ไม่สามารถตอบสนอง", "ยังไม่มีผล"]
OF_PERSONS = (
    "given_name", "family_name", "owner_name", "party_name", "attendee_name", "phone", "birth_date",
    "birth_year", "citizen_id", "id_last3", "address",
)  # fmt: skip
DOING = {"creates": b' create="1"', "updates": b' update="1"'}
LAND_DOCUMENTS = "ns4 ns3k ns3 ns2 sk1 spk nk stk pbt5 rtp nsl khtch chd none"
DIGEST = "import sys, hashlib, pathlib; from forms.compile import compile_workbook as c; \
print(hashlib.md5(c(pathlib.Path(sys.argv[1]).read_bytes(), file_name='x').xform).hexdigest())"


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_compiles_without_a_warning(name: str) -> None:
    """Every label, hint and message stands in Thai and English, and shared lists are as shared."""
    form = compiled(name)
    assert (form.form_id, form.warnings, form.schema.languages) == (name, (), ("th", "en"))
    assert form.title["th"] != form.title["en"]
    assert form.version.isdigit()


@pytest.mark.parametrize("name", NAMES)
def test_the_server_has_every_list_that_a_form_draws_on(name: str) -> None:
    """Areas are the server's own; other lists hold what some shipped form registers, with its properties."""
    form = compiled(name)
    made: dict[str, set[str]] = {}
    for rule in (rule for other in NAMES for rule in compiled(other).schema.entities):
        made.setdefault(rule.dataset, {"label"}).update(rule.properties)
    assert "provinces.csv" in form.media
    assert set(form.datasets) <= made.keys()
    asked = re.findall(r"instance\('(\w+)'\)/root/item\[name = [^]]+\]/(\w+)", form.xform.decode())
    assert {(one, prop) for one, prop in asked if one in made and prop not in made[one]} == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_area_is_asked_for_under_its_own_name(name: str) -> None:
    """``province``, ``amphoe``, ``tambon`` and ``moo`` are the questions that say where a record belongs."""
    form = compiled(name)
    lists = {field.name: field.dataset for field in form.schema.references().values()}
    assert lists["province"] == "provinces"
    assert lists.get("amphoe", "amphoes") == "amphoes"
    assert lists.get("tambon", "tambons") == "tambons"
    assert form.schema.field("visit_date")[1].kind == "date"


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_says_who_fills_it(name: str) -> None:
    """So that a volunteer's phone is not given the forms of an office."""
    assert compiled(name).usage.filled_by


@pytest.mark.parametrize("name", NAMES)
def test_the_plain_build_has_nothing_that_kobotoolbox_refuses(name: str) -> None:
    """The same questions and lists, without entities; each name once, groups among them, and no parameter
    of a geometry that its compiler (pyxform 3.0) does not know.
    """
    path = next(path for path in workbooks() if path.stem == name)
    full, without = builds(path.read_bytes(), file_name=path.name)
    assert b"entities" not in without.form.xform
    assert b"intersects(" not in without.form.xform
    assert without.form.schema.tables == full.form.schema.tables
    assert without.form.media == full.form.media
    rows = [
        (row.get("type"), row.get("name"), row.get("parameters"))
        for row in read_sheets(without.workbook, path.name)["survey"].filled()
    ]
    named = [one for kind, one, _ in rows if one and not kind.startswith("end")]
    assert len(named) == len(set(named))
    asked = {part.split("=")[0] for kind, _, said in rows if kind.startswith("geo") for part in said.split()}
    assert asked <= {"allow-mock-accuracy", "capture-accuracy", "warning-accuracy"}


@pytest.mark.parametrize("name", NAMES)
def test_an_entity_carries_nothing_about_persons(name: str) -> None:
    """What other phones need to find a house, a project or a leader; one entity a form, at its root."""
    form = compiled(name)
    assert len(form.schema.entities) <= 1
    for rule in form.schema.entities:
        assert {form.usage.privacy_of(ref) for ref in rule.properties.values()} <= {"public", "team"}


def test_the_register_creates_households() -> None:
    """With what other phones need to find the house."""
    (rule,) = compiled("household_register").schema.entities
    assert rule.dataset == "households"
    assert rule.properties.keys() == {"tambon", "moo", "house_no", "geometry"}


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_says_how_its_answers_are_used(name: str) -> None:
    """What has a place is a layer with colour, status, date and popup; all have filters and indicators."""
    form = compiled(name)
    usage = form.usage
    if any(field.kind in GEO_KINDS for field in form.schema.references().values()):
        assert any(layer.color_by and layer.status and layer.date and layer.popup for layer in usage.layers)
    assert len(usage.filters) >= 3
    assert len(usage.indicators) >= 3
    assert usage.units
    assert Usage.from_json(usage.to_json()) == usage


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_has_a_word(name: str) -> None:
    """No screen shows ``person`` or ``m3`` where it should say คน or ลบ.ม."""
    usage = compiled(name).usage
    used = {*usage.units.values(), *(one.unit for one in usage.indicators)} - {""}
    assert used <= units.WORDS.keys() | units.LAND_M2.keys() | units.UNCOUNTED | {"baht"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_has_a_colour_of_its_own(name: str) -> None:
    """No choice of a legend is without a colour, and no two of them share one."""
    form = compiled(name)
    drawn = {ref for layer in form.usage.layers for ref in (layer.color_by, layer.status) if ref}
    for ref in drawn:
        values = [choice.value for choice in form.schema.field(ref)[1].choices or ()]
        colors = [form.usage.styles[ref][value][0] for value in values]
        assert "" not in colors
        assert len(set(colors)) == len(values)


@pytest.mark.parametrize("name", NAMES)
def test_dates_are_buddhist_and_drawn_shapes_may_not_cross_themselves(name: str) -> None:
    """The constraint stands alone beside incremental="true", as Collect needs it."""
    document = etree.fromstring(compiled(name).xform)
    binds = {bind.get("nodeset"): bind for bind in document.iter("{*}bind")}
    for control in document.iter("{*}input"):
        bind = binds[control.get("ref")]
        if bind.get("type") == "date":
            assert "buddhist" in (control.get("appearance") or "")
        if bind.get("type") == "geoshape":
            assert (control.get("incremental"), bind.get("constraint")) == ("true", "not(intersects(.))")


@pytest.mark.parametrize("name", NAMES)
def test_a_date_that_is_copied_stays_a_date(name: str) -> None:
    """A calculation without a type writes it with a time of day, and the next visit would read that."""
    document = etree.fromstring(compiled(name).xform)
    binds = {str(bind.get("nodeset")): bind for bind in document.iter("{*}bind")}
    for nodeset, bind in binds.items():
        source = binds.get((bind.get("calculate") or "").strip())
        if source is not None and source.get("type") == "date":
            assert bind.get("type") == "date", nodeset


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_are_personal(name: str) -> None:
    """Whatever is called a person's name, telephone or paper is not for the whole team."""
    form = compiled(name)
    for ref in form.schema.references():
        if any(word in ref for word in OF_PERSONS):
            assert form.usage.privacy_of(ref) in ("personal", "secret")
        if "claimant" in ref.partition("/")[2]:
            assert form.usage.privacy_of(ref) in ("personal", "secret")


def test_land_cases_keep_the_words_of_the_programme() -> None:
    """Outcomes and land documents are the lists that the offices use."""
    schema = compiled("land_case").schema
    outcomes = [choice.label["th"] for choice in schema.field("outcome")[1].choices or ()]
    documents = [choice.value for choice in schema.field("main_document")[1].choices or ()]
    assert outcomes == OUTCOMES
    assert " ".join(documents) == LAND_DOCUMENTS


def test_the_same_workbook_always_gives_the_same_bytes() -> None:
    """Phones compare an MD5: another order of a set in another process must not change it."""
    path = workbooks()[0]
    here = hashlib.md5(compile_workbook(path.read_bytes(), file_name="x").xform).hexdigest()  # noqa: S324
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", DIGEST, str(path)]
    there = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


INSTRUMENTS = [
    [cell.strip() for cell in line.strip("| \n").split("|")]
    for line in (Path(__file__).parents[1] / "docs" / "instruments.md")
    .read_text(encoding="utf-8")
    .splitlines()
    if line.startswith("| F")
]


def test_every_instrument_of_the_programmes_is_a_workbook() -> None:
    """F01 to F44 each have one, and no workbook is without its code."""
    assert {row[0] for row in INSTRUMENTS} == {f"F{number:02d}" for number in range(1, 45)}
    assert sorted(row[1] for row in INSTRUMENTS) == sorted(f"`{name}`" for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_instruments_says_what_a_workbook_does(name: str) -> None:
    """Name, list, layers, number of indicators and who fills it are those of the workbook."""
    form = compiled(name)
    doing = [word for word, mark in DOING.items() if mark in form.xform]
    entities = [f"{' and '.join(doing)} `{rule.dataset}`" for rule in form.schema.entities]
    expected = [
        form.title["th"],
        ", ".join(entities) or "–",
        " ".join(f"`{layer.name}`" for layer in form.usage.layers) or "–",
        str(len(form.usage.indicators)),
        ", ".join(f"`{word}`" for word in form.usage.filled_by),
    ]
    assert expected == next(row[2:] for row in INSTRUMENTS if row[1] == f"`{name}`")
