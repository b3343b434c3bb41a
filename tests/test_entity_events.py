"""What submissions say of entities stands as JSON, whatever was said and however little."""

from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.xform import EntityRule, Field, Schema, Table
from ingest.envelope import parse_xml
from ingest.projecting.answers import Answers
from ingest.projecting.entity_events import events
from ingest.projecting.reading import Reader, Texts

ASKED = ("name", "moo")
SCHEMA = Schema(
    "f", "1", {}, "data",
    (Table("", (), tuple(Field(one, (one,), "text", {}, None) for one in ASKED)),),
    (EntityRule("people", {"who": "name", "in moo": "moo"}), EntityRule("plots", {})), (),
)  # fmt: skip
#: Not asked, left blank, and answers with what JSON and XML hold to be their own.
ANSWERS = st.sampled_from([None, "", "กี่", 'say "yes"', "a\\b", "two\nlines", "&amp;"])


@settings(deadline=None)
@given(st.lists(st.tuples(ANSWERS, ANSWERS), min_size=1, max_size=5), st.sampled_from(["people", "plots"]))
def test_each_block_says_what_was_asked(rows: list[tuple[str | None, str | None]], dataset: str) -> None:
    """Blocks of forms that ask nothing of an entity count, and those that were asked nothing."""
    reader = Reader(SCHEMA)
    read = reader.tables()
    for number, row in enumerate(rows):
        told = "".join(
            f"<{name}>{text}</{name}>" for name, text in zip(ASKED, row, strict=True) if text is not None
        )
        entity = f'<meta><entity dataset="{dataset}" id="{number}" create="1"/></meta>'
        reader.read(parse_xml(f"<data>{told}{entity}</data>".encode()), number, read)
    texts = [Texts.of(one) for one in read]
    system = {"_seq": pa.array(range(len(rows))), "_instance_id": pa.array(map(str, range(len(rows))))}
    system |= {"_area": pa.array(["801206"] * len(rows))}

    found = events(SCHEMA, system, texts, [Answers(SCHEMA, 0, texts[0])]).to_pylist()

    expected = [
        {
            prop: (text or "").strip().replace("&amp;", "&")
            for prop, text in zip(("who", "in moo"), row, strict=True)
            if text is not None and dataset == "people"
        }
        for row in rows
    ]
    assert [json.loads(one["properties"]) for one in found] == expected
    assert [one["entity_id"] for one in found] == [str(number) for number in range(len(rows))]
