"""What ``read_schema`` makes of a compiled XForm: tables, fields, labels, choices, entities."""

# ruff: noqa: E501 - forms are tables, read in columns

from __future__ import annotations

import pytest
from workbooks import SETTINGS, workbook

from forms.builds import plain
from forms.compile import compile_workbook
from forms.xform import Schema, media_of, read_schema
from thai.problem import Problem

NESTED = {
    "survey": """
        | type                               | name   | label::ไทย (th)  | label::English (en) | calculation | bind::type | choice_filter |
        | start                              | start  |                  |                     |             |            |               |
        | note                               | hello  | สวัสดี            | Hello               |             |            |               |
        | select_one_from_file tambons.csv   | tambon | ตำบล             | Tambon              |             |            | amphoe='8012' |
        | begin group                        | head   | หัวหน้า            | Head                |             |            |               |
        | text                               | name   | ชื่อหัวหน้า         | Name of the head    |             |            |               |
        | image                              | photo  | ภาพ              | Photograph          |             |            |               |
        | end group                          |        |                  |                     |             |            |               |
        | begin group                        | spouse | คู่สมรส            | Spouse              |             |            |               |
        | text                               | Name   | ชื่อคู่สมรส         | Name of the spouse  |             |            |               |
        | end group                          |        |                  |                     |             |            |               |
        | begin group                        | home   | บ้าน             | Home                |             |            |               |
        | begin repeat                       | member | สมาชิก           | Member              |             |            |               |
        | text                               | name   | ชื่อ              | Name                |             |            |               |
        | begin repeat                       | loan   | เงินกู้            | Loan                |             |            |               |
        | decimal                            | baht   | บาท              | Baht                |             |            |               |
        | end repeat                         |        |                  |                     |             |            |               |
        | end repeat                         |        |                  |                     |             |            |               |
        | end group                          |        |                  |                     |             |            |               |
        | calculate                          | total  | รวม              | Total               | 1 + 1       | decimal    |               |
        | calculate                          | words  |                  |                     | 'a'         |            |               |
        | select_multiple water              | water  | น้ำ              | Water               |             |            |               |
        | geoshape                           | plot   | แปลงของ ${words} | Plot of ${words}    |             |            |               |
        | dateTime                           | seen   | พบเมื่อ           | Seen                |             |            |               |
        """,
    "choices": """
        | list_name | name | label::ไทย (th) | label::English (en) |
        | water     | tap  | ประปา           | Tap                 |
        | water     | rain | น้ำฝน           | Rain                |
        """,
}

KOBO = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>Old form</h:title><model>
    <instance><old id="old" version="1"><formhub><uuid/></formhub><kind/><spot/>
      <meta><instanceID/></meta></old></instance>
    <bind nodeset="/old/formhub/uuid" type="string" calculate="'x'"/>
    <bind nodeset="/old/kind" type="select1"/><bind nodeset="/old/spot" type="geopoint"/>
  </model></h:head>
  <h:body><select1 ref="/old/kind"><label>Kind</label>
      <item><label>First</label><value>1</value></item><item><label>Second</label><value>2</value></item>
    </select1><input ref="/old/spot"><label>Spot</label></input></h:body>
</h:html>"""


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The schema of a form with groups, a repeat in a repeat, notes and calculations."""
    return compile_workbook(workbook(NESTED), file_name="nested.xlsx").schema


def test_the_form_and_each_repeat_is_a_table(schema: Schema) -> None:
    """Groups leave no trace in a table's name; the path keeps them, to find the elements."""
    assert [(table.name, table.path) for table in schema.tables] == [
        ("", ()),
        ("member", ("home", "member")),
        ("member/loan", ("home", "member", "loan")),
    ]


def test_notes_and_meta_are_no_fields(schema: Schema) -> None:
    """What nobody answers has no column; two names equal but for case are told apart by their groups."""
    assert [field.name for field in schema.table("").fields] == [
        "start", "tambon", "head__name", "photo", "spouse__Name", "total", "words", "water", "plot", "seen",
    ]  # fmt: skip
    assert [field.name for field in schema.table("member").fields] == ["name"]


def test_kinds_come_from_bind_and_control(schema: Schema) -> None:
    """A calculation is text unless bind::type says more."""
    kinds = {ref: field.kind for ref, field in schema.references().items()}
    assert kinds == {
        "start": "datetime", "tambon": "select_one", "head__name": "text", "photo": "attachment",
        "spouse__Name": "text", "total": "decimal", "words": "text", "water": "select_multiple",
        "plot": "geoshape", "seen": "datetime", "member/name": "text", "member/loan/baht": "decimal",
    }  # fmt: skip


def test_labels_are_always_in_both_languages(schema: Schema) -> None:
    """A calculation keeps its label; one without is called by its name; inserted answers show as …"""
    assert schema.field("total")[1].label == {"th": "รวม", "en": "Total"}
    assert schema.field("words")[1].label == {"th": "words", "en": "words"}
    assert schema.field("plot")[1].label == {"th": "แปลงของ …", "en": "Plot of …"}
    assert schema.title == {"th": "ทดลอง", "en": "Trial"}
    assert schema.languages == ("th", "en")


def test_choices_are_inline_or_a_named_list(schema: Schema) -> None:
    """A filtered CSV list is known by its name, whatever the filter."""
    _, water = schema.field("water")
    _, tambon = schema.field("tambon")
    assert [(choice.value, choice.label["th"]) for choice in water.choices or ()] == [
        ("tap", "ประปา"),
        ("rain", "น้ำฝน"),
    ]
    assert (tambon.choices, tambon.dataset) == (None, "tambons")


def test_a_search_offers_what_stands_in_its_file() -> None:
    """Its one choice names columns; every answer was no choice that was offered."""
    survey = """
        | type             | name  | label::ไทย (th) | label::English (en) | appearance       |
        | select_one fruit | fruit | ผลไม้            | Fruit               | search('fruits') |
    """
    choices = """
        | list_name | name     | label::ไทย (th) | label::English (en) |
        | fruit     | name_key | label_th        | label_en            |
    """
    form = compile_workbook(
        workbook({"survey": survey, "choices": choices, "settings": SETTINGS}), file_name="f.xlsx"
    )
    assert form.schema.field("fruit")[1].choices is None


def test_a_field_is_found_by_name_or_by_repeat_and_name(schema: Schema) -> None:
    """A bare name is the form's own; a repeat's field needs its repeat."""
    table, field = schema.field("member/loan/baht")
    assert (table.name, field.path) == ("member/loan", ("home", "member", "loan", "baht"))
    with pytest.raises(KeyError):
        schema.field("baht")


def test_an_entity_names_its_fields() -> None:
    """Property -> field, also where the field stands in a group."""
    sheets = {
        "survey": """
            | type        | name  | label::ไทย (th) | label::English (en) | save_to  |
            | begin group | g     | ก               | G                   |          |
            | integer     | trees | ต้น             | Trees               | trees    |
            | geopoint    | spot  | จุด             | Spot                | geometry |
            | end group   |       |                 |                     |          |
            """,
        "entities": """
            | list_name | label    |
            | plots     | ${trees} |
            """,
    }
    compiled = compile_workbook(workbook(sheets), file_name="plots.xlsx")
    (rule,) = compiled.schema.entities
    assert (rule.dataset, rule.properties) == ("plots", {"trees": "trees", "geometry": "spot"})
    without = compile_workbook(plain(workbook(sheets)), file_name="plots.xlsx")
    assert without.schema.entities == ()
    assert b"entities" not in without.xform


def test_entities_inside_a_repeat_keep_their_own_fields() -> None:
    """With one entity for the form and one for a repeat, each takes the fields of its own rows."""
    sheets = {
        "survey": """
            | type         | name   | label::ไทย (th) | label::English (en) | save_to |
            | text         | house  | บ้าน            | House               | homes#house |
            | begin repeat | people | คน              | People              |             |
            | integer      | age    | อายุ            | Age                 | persons#age |
            | end repeat   |        |                 |                     |             |
            """,
        "entities": """
            | list_name | label    | repeat    |
            | homes     | ${house} |           |
            | persons   | ${age}   | ${people} |
            """,
    }
    rules = compile_workbook(workbook(sheets), file_name="homes.xlsx").schema.entities
    assert {rule.dataset: rule.properties for rule in rules} == {
        "homes": {"house": "house"},
        "persons": {"age": "people/age"},
    }


def test_a_form_of_another_compiler_is_read() -> None:
    """Inline items, select1 binds, no translations: a form that Kobo or an old server made."""
    schema = read_schema(KOBO)
    assert (schema.form_id, schema.version, schema.root) == ("old", "1", "old")
    assert [(field.name, field.kind) for field in schema.table("").fields] == [
        ("uuid", "text"),
        ("kind", "select_one"),
        ("spot", "geopoint"),
    ]
    assert [choice.label["en"] for choice in schema.field("kind")[1].choices or ()] == ["First", "Second"]
    assert media_of(KOBO) == ()


@pytest.mark.parametrize(
    "xform",
    [
        b"",
        b"<html/>",
        b"not xml",
        b'<!DOCTYPE h [<!ENTITY x "boom">]><h><model><instance><d id="&x;"/></instance></model></h>',
    ],
)
def test_what_is_no_xform_is_refused(xform: bytes) -> None:
    """A hostile or broken form gets a reason, and entities are never expanded."""
    with pytest.raises(Problem) as refusal:
        read_schema(xform)
    assert refusal.value.code == "xform_unreadable"
