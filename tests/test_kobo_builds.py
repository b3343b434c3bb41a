"""Our own workbooks in KoboToolbox: the plain build goes there, and what comes back is as if by phone."""

from __future__ import annotations

from collections.abc import Iterator

import javarosa
import offices
import pytest
from lxml import etree
from other_servers import Held, Kobo, made_by_kobo, serving
from test_forms_on_the_phone import PLOT, SQUARE
from test_sources import pulled
from workbooks import lists_of

from forms.builds import builds
from forms.catalog import workbooks
from ingest.access import Viewer
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from reports.indicators import answer
from streamlit_app.office import Office
from thai.periods import parse_period

BOSS = Viewer("boss@example.org", "administrator", "")


def filled(office: Office, xform: bytes, **said: str) -> tuple[str, bytes]:
    """A plot as Collect's engine fills it in, with its instance id."""
    catalogue = office.atlas.reference.catalogue
    schemas = [catalogue.newest(name).schema for name in catalogue.form_ids]
    lists = lists_of(catalogue.newest("pomelo_plot").datasets, schemas, rows=True)
    xml = javarosa.engine().load(xform, lists).fill(PLOT | {"plot": SQUARE} | said)
    return str(etree.fromstring(xml).xpath("string(//*[local-name()='instanceID'])")), xml


@pytest.fixture
def asset(office: Office) -> Iterator[Kobo]:
    """The asset that was made of the plain build, with one plot."""
    book = next(path for path in workbooks() if path.stem == "pomelo_plot")
    _, plain = builds(book.read_bytes(), file_name=book.name)
    xform = made_by_kobo(plain.form.xform, "wells")
    server = Kobo(forms={"wells": {"": xform}}, made_of="pomelo_plot")
    server.held = [Held("wells", [filled(office, xform)])]
    with serving(server):
        yield server


def test_what_comes_back_from_a_plain_build_is_as_if_by_phone(office: Office, asset: Kobo) -> None:
    """The same table, place, layer and number: nobody could tell the two rows apart but by their source."""
    _, by_phone = filled(office, office.atlas.reference.catalogue.newest("pomelo_plot").xform)
    offices.send(office, by_phone)
    pulled(office, asset)

    assert "wells" not in office.atlas.reference.catalogue.offered
    cursor = office.atlas.warehouse.cursor().execute("SELECT * FROM pomelo_plot ORDER BY _source")
    names = [column[0] for column in cursor.description or ()]
    from_kobo, from_phone = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    own = {"start", "end"} | {name for name in names if name.startswith("_") and name != "_tambon"}
    apart = {name for name in names if from_kobo[name] != from_phone[name]}
    assert (from_kobo["_source"], from_kobo["_version"]) == ("kobo", from_phone["_version"])
    assert apart <= own
    assert from_kobo["plot__tambon"] == "801208"
    q = layers.query(office.atlas.reference.layers["pomelo_plot.plots"], BOSS, Filter())
    assert counts.by_area(office.atlas.warehouse.cursor(), q, 6) == {"801208": 2}
    trees = answer(office.atlas, BOSS, "pomelo_plot.trees", "801208", parse_period("all"))
    assert trees.value == 240
    assert pulled(office, asset, whole=True)["accepted"] == 0


def test_a_question_that_was_added_there_is_told_before_its_answers_are_lost(
    office: Office, asset: Kobo
) -> None:
    """None of the answers is taken until somebody looks."""
    changed = asset.forms["wells"][""].replace(b"<trees/>", b"<trees/><shade_trees/>", 1)
    changed = changed.replace(
        b"</model>", b'<bind nodeset="/wells/orchard/shade_trees" type="int"/></model>', 1
    )
    asset.forms["wells"][""] = changed
    found = pulled(office, asset)

    (problem,) = found["problems"]
    assert (problem["code"], "shade_trees" in str(problem["th"])) == ("source_form_differs", True)
    assert found["accepted"] == 0
