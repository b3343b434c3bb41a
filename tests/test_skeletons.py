"""Submissions read together say what each says when it is walked alone."""

from __future__ import annotations

import string
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.xform import EntityRule, Field, Schema, Table
from ingest.envelope import parse_xml
from ingest.projecting import skeletons
from ingest.projecting.reading import EntityNote, Reader, Texts
from ingest.projecting.skeletons import WORTH, Skeletons

HEAD = "<?xml version='1.0' encoding='UTF-8'?>"
PLAIN = HEAD + (
    '<data id="f" version="1"><name>{0}</name><g><n>{1}</n></g>'
    "<m><age>{2}</age></m><m><age>{1}</age><note/></m>"
    '<meta><entity dataset="people" id="uuid:{3}" create="1"><label>{0}</label></entity>'
    "<instanceID>{3}</instanceID></meta></data>"
)
#: What a phone, a server or a person with an editor may write where Collect writes ``PLAIN``.
OTHERWISE = [
    lambda xml: xml.replace("<g>", "<g>\n  "),
    lambda xml: xml.replace("<name>", "<name >").replace(HEAD, HEAD + "\n"),
    lambda xml: xml.replace(HEAD, ""),
    lambda xml: xml.replace("<n>", "<n>&amp;"),
    lambda xml: xml.replace("<n>", "<n>&#x0E01;&lt;"),
    lambda xml: xml.replace("<n>", "<n><![CDATA[<n>]]>"),
    lambda xml: xml.replace("<n>", "<n><!-- <n>2</n> -->"),
    lambda xml: xml.replace("<n>", "<n>before<?pi?>"),
    lambda xml: xml.replace("<n>", "<n>before<strange/>"),
    lambda xml: xml.replace("<n>", "<n>12</n><n>"),
    lambda xml: xml.replace("</g>", "</g><g><n>13</n></g>"),
    lambda xml: xml.replace("<n>", "<n>a>b"),
    lambda xml: xml.replace("<n>", '<n>said "yes" id="3" '),
    lambda xml: xml.replace("<n>", "<n note=' id=\"4' more=\"it's\">"),
    lambda xml: xml.replace("<n>", "<n>\r\n"),
    lambda xml: xml.replace("<n>", "<n>\x01"),
    lambda xml: xml.replace("<n>", "<n>\ufffe"),
    lambda xml: xml.replace("</data>", "</dat>"),
    lambda xml: xml.replace("uuid:", ""),
    lambda xml: xml.replace('id="uuid:', "id='5' was=\""),
    lambda xml: xml.replace("<n>", "<n>\x7f4"),
    lambda xml: xml.replace('id="uuid:', 'id="\tuuid:'),
    lambda xml: xml.replace('create="1"', 'update="1" baseVersion="3" branchId="b"'),
    lambda xml: xml.replace("<label>", '<label lang="th">').replace("<age>", "<age></age><other>"),
    lambda xml: xml.replace("<data ", '<o:data xmlns:o="urn:o" ').replace("</data>", "</o:data>"),
    lambda xml: xml.replace("<name>", '<name xmlns="urn:n">'),
    lambda xml: xml.replace(HEAD, "<?xml version='1.0' encoding='TIS-620'?>"),
    lambda xml: xml.replace(HEAD, HEAD + "<!DOCTYPE data>"),
    lambda xml: xml + "\n",
]
TEXT = st.one_of(
    st.just(""),
    st.sampled_from([" ", " a ", "\u00a0x\u3000", "น้ำ", "🌊", "1\n2", "]]", "'", '="', "/"]),
    st.text(string.ascii_letters + string.digits + " \t'\"กขำ้", max_size=6),
)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """A name, a number in a group, and a repeat of ages; the name and a blank note are saved."""

    def field(*path: str) -> Field:
        return Field(path[-1], path, "text", {}, None)

    main = Table("", (), (field("name"), field("g", "n")))
    members = Table("m", ("m",), (field("m", "age"), field("m", "note")))
    saved = {"name": "name", "note": "m/note", "number": "n"}
    return Schema("f", "1", {}, "data", (main, members), (EntityRule("people", saved),), ())


def _alone(schema: Schema, xmls: Sequence[bytes]) -> tuple[list[int], list[Texts]]:
    reader, read = Reader(schema), list[int]()
    tables = reader.tables()
    for number, xml in enumerate(xmls):
        try:
            root = parse_xml(xml)
        except ValueError:
            continue
        reader.read(root, len(read), tables)
        read.append(number)
    return read, [Texts.of(rows) for rows in tables]


def _said(read: Sequence[int], texts: Texts) -> set[tuple[object, ...]]:
    """Every row, blank and entity of a table, by the submission that it comes from."""
    of = [read[number] for number in texts.instance]
    columns = [column.to_pylist() for column in texts.columns]
    rows = {
        (of[row], texts.key[row], texts.parent[row], *(column[row] for column in columns))
        for row in range(len(of))
    }
    blanks = {
        (of[row], texts.key[row], column, "blank")
        for column, asked in texts.blanks.items()
        for row in np.flatnonzero(asked)
    }
    notes = [EntityNote(**one) for one in texts.entities.to_pylist()]
    return rows | blanks | {(of[one.row], texts.key[one.row], *one[1:]) for one in notes}


def _agree(schema: Schema, xmls: Sequence[bytes]) -> int:
    """Hold both ways against each other; returns how many were read together."""
    together, tables = Skeletons(schema).read(xmls)
    read, walked = _alone(schema, xmls)
    assert set(together.tolist()) <= set(read)
    for one, other in zip(tables, walked, strict=False):
        expected = {row for row in _said(read, other) if row[0] in set(together.tolist())}
        assert _said(together.tolist(), one) == expected
    return len(together)


def test_plain_submissions_are_read_together(schema: Schema) -> None:
    """As Collect writes them, blank and filled."""
    xmls = [PLAIN.format(f"ชื่อ {n}", n % 3 or "", n, f"id-{n}").encode() for n in range(WORTH)]

    assert _agree(schema, xmls) == len(xmls)


def test_what_is_too_much_to_cut_at_once_is_left_to_the_walk(
    schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty thousand long submissions have more bytes than Arrow's places can count."""
    xmls = [PLAIN.format(f"ชื่อ {n}", n % 3 or "", n, f"id-{n:02d}").encode() for n in range(2 * WORTH)]
    monkeypatch.setattr(skeletons, "_MOST_TOGETHER", sum(map(len, xmls[: WORTH + 3])))

    assert _agree(schema, xmls) == WORTH + 3


@pytest.mark.parametrize("otherwise", range(len(OTHERWISE)))
def test_what_is_written_otherwise_says_the_same(schema: Schema, otherwise: int) -> None:
    """Whatever other tools write, it is read together to the same end, or left to the walk."""
    xmls = [PLAIN.format(f"ชื่อ {n}", n % 3 or "", n, f"id-{n}").encode() for n in range(WORTH)]
    xmls += [OTHERWISE[otherwise](xml.decode()).encode() for xml in xmls]

    _agree(schema, xmls)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(TEXT, TEXT, TEXT, TEXT, st.integers(0, 2 * len(OTHERWISE))), min_size=WORTH, max_size=40
    )
)
def test_any_mixture_of_submissions_is_read_as_each_alone(
    schema: Schema, told: list[tuple[str, str, str, str, int]]
) -> None:
    """Texts of all kinds, some submissions written otherwise."""
    xmls = []
    for *texts, turn in told:
        xml = PLAIN.format(*texts)
        xmls.append((OTHERWISE[turn](xml) if turn < len(OTHERWISE) else xml).encode())

    _agree(schema, xmls)
