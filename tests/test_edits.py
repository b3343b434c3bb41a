"""Edits: of every chain one submission stands, whatever the order in which its parts arrive."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import offices
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from offices import submission

from forms.xform import Schema
from ingest import log
from ingest.projecting import follow
from ingest.projecting.warehouse import Warehouse
from streamlit_app.office import Office


def _pomelo(office: Office) -> Schema:
    return office.atlas.reference.catalogue.newest("pomelo_plot").schema


def _standing(office: Office) -> list[int]:
    found = office.atlas.warehouse.cursor().execute("SELECT trees FROM pomelo_plot ORDER BY trees").fetchall()
    return [row[0] for row in found]


def _rebuilt(office: Office) -> dict[str, str]:
    fresh = Warehouse(None)
    fresh.ensure_tables(office.atlas.reference.catalogue.schemas.values())
    with office.atlas.log.connect() as connection:
        upto = log.last_seq(connection)
    follow.fill(fresh, office.atlas, office.atlas.reference, upto, workers=0)
    return fresh.digests()


def _chain(schema: Schema, links: dict[str, str]) -> dict[str, bytes]:
    """Submissions named a, b, c … that replace each other as ``links`` says; each has its own tree count."""
    return {
        name: submission(
            schema, {"tambon": "801206", "trees": ord(name)}, instance=f"uuid:{name}",
            replaces=f"uuid:{old}" if old else "",
        )
        for name, old in links.items()
    }  # fmt: skip


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_last_of_a_chain_stands_in_whatever_order_it_arrives(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    """A is replaced by B, B by C; phones send when they find a signal, not in order."""
    with offices.opened(tmp_path) as office:
        documents = _chain(_pomelo(office), {"a": "", "b": "a", "c": "b"})
        for name in order:
            offices.send(office, documents[name])

        assert _standing(office) == [ord("c")]
        counts = office.atlas.warehouse.counts()
        assert (counts["projected"], counts["superseded"]) == (1, 2)
        assert office.atlas.warehouse.digests() == _rebuilt(office)


def test_of_two_edits_of_one_record_the_newer_stands(office: Office) -> None:
    """Two people correct the same record on two phones: one record is shown, both stay in the log."""
    documents = _chain(_pomelo(office), {"a": "", "b": "a", "c": "a"})
    offices.send(office, *documents.values())

    assert _standing(office) == [ord("c")]
    assert office.atlas.warehouse.counts()["superseded"] == 2


def test_an_edit_that_cannot_be_read_hides_nothing(office: Office) -> None:
    """An edit made with a form version nobody published waits in quarantine; the original stays visible."""
    schema = _pomelo(office)
    old = submission(schema, {"trees": 1}, instance="uuid:a")
    offices.send(office, old, submission(schema, {"trees": 2}, replaces="uuid:a", version="unpublished"))

    assert _standing(office) == [1]


def test_a_refused_correction_that_was_corrected_itself_is_told_no_more(office: Office) -> None:
    """It named a record of another form; its own correction stands. One batch and two give the same flags."""
    schema, other = _pomelo(office), office.atlas.reference.catalogue.newest("plot_register").schema
    refused = submission(other, {}, instance="uuid:b", replaces="uuid:a")
    offices.send(office, submission(schema, {"trees": 1}, instance="uuid:a"), refused)
    sql = "SELECT _instance_id FROM flag WHERE code = 'edit_refused'"
    assert office.atlas.warehouse.cursor().execute(sql).fetchall() == [("uuid:b",)]

    offices.send(office, submission(other, {}, instance="uuid:c", replaces="uuid:b"))

    assert office.atlas.warehouse.cursor().execute(sql).fetchall() == []
    assert office.atlas.warehouse.digests() == _rebuilt(office)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_live_equals_rebuilt_for_any_forest_of_edits(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Live batches of any size, in any order, give the tables that a rebuild gives."""
    names = "abcdefgh"[: data.draw(st.integers(2, 8))]
    links = {n: data.draw(st.sampled_from(["", *names[:i]])) for i, n in enumerate(names)}
    order = data.draw(st.permutations(list(names)))
    with offices.opened(tmp_path_factory.mktemp("edits")) as office:
        documents = _chain(_pomelo(office), links)
        while order:
            size = data.draw(st.integers(1, len(order)))
            offices.send(office, *(documents[name] for name in order[:size]))
            order = order[size:]

        assert office.atlas.warehouse.digests() == _rebuilt(office)


def test_sending_twice_is_sending_once(office: Office) -> None:
    """Ingest twice = once: neither the log nor a table grows."""
    documents = list(_chain(_pomelo(office), {"a": "", "b": "a", "c": ""}).values())
    offices.send(office, *documents)
    before = (office.atlas.warehouse.digests(), office.atlas.warehouse.counts())

    offices.send(office, *documents)

    assert (office.atlas.warehouse.digests(), office.atlas.warehouse.counts()) == before
