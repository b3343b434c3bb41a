"""Contradictions on the ground as the office sees them: on small maps, in sentences, cut to the viewer."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import offices
import pytest
import shapely
from lxml import etree
from offices import submission
from streamlit.testing.v1 import AppTest

from geo.measure import METRES_PER_DEGREE_LAT, metres_per_degree_lon
from ingest.access import Viewer
from ingest.areas import set_files
from ingest.office import contradictions
from reports.sketch import Part, sketch
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office

OFFICER = Viewer("officer@example.org", "officer", "8012")
NEIGHBOUR = Viewer("next@example.org", "officer", "801202")
STRANGER = Viewer("far@example.org", "officer", "53")
LAT, LON = 8.2808, 100.0898
EAST, NORTH = float(metres_per_degree_lon(np.float64(LAT))), METRES_PER_DEGREE_LAT


def outline(x: float, y: float, size: float) -> str:
    """A square in metres, closed, as Collect writes it."""
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
    return ";".join(f"{LAT + b / NORTH:.7f} {LON + a / EAST:.7f} 0 4" for a, b in corners)


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two plots on one another, and a plot whose form names the wrong tambon."""
    with offices.opened(tmp_path_factory.mktemp("contradictions") / "data") as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        for name, drawn, tambon in (
            ("a", outline(0, 0, 80), "801206"),
            ("b", outline(60, 0, 80), "801206"),
            ("wrong", outline(400, 0, 80), "801202"),
        ):
            answers = {"tambon": tambon, "plot": drawn}
            offices.send(office, submission(schema, answers, instance=f"uuid:{name}"))
        yield office


def run_page(name: str) -> None:
    """The body of a page, as Streamlit runs it."""
    import importlib

    importlib.import_module(f"streamlit_app.views.{name}").page()


def drawn(html: str) -> str:
    """What stands in the pictures of a piece of HTML, beside itself."""
    coded = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return "\n".join([html, *(b64decode(one).decode() for one in coded)])


def look(monkeypatch: pytest.MonkeyPatch, office: Office, page: str, viewer: Viewer, **query: str) -> str:
    """All words and pictures of a page."""
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: viewer)
    test = AppTest.from_function(run_page, args=(page,), default_timeout=30)
    for key, value in query.items():
        test.query_params[key] = value
    test.run()
    open_office(None)
    assert not test.exception, [one.value for one in test.exception]
    parts: list[Any] = [*test.markdown, *test.caption, *test.warning]
    html = [drawn(str(one.proto.body)) for one in test.get("html")]
    return "\n".join([str(one.value) for one in parts] + html)


def test_a_pair_is_told_in_sentences_with_a_map(monkeypatch: pytest.MonkeyPatch, peopled: Office) -> None:
    """How much, of which plot, whose, and what to do."""
    page = look(monkeypatch, peopled, "quality", OFFICER, code="plot_overlap")
    for words in ("แปลงสองแปลงซ้อนทับกัน", "0 ไร่ 3 งาน 99.9 ตร.ว.", "เป็น 25 % ของแปลง ก", "เดินแนวเขตร่วมใหม่"):
        assert words in page
    assert page.count("<svg") == 1
    assert "url(#hatch)" in page
    english = look(monkeypatch, peopled, "quality", OFFICER, code="plot_overlap", lang="en")
    assert "25 % of Plot B" in english


def test_a_wrong_tambon_is_told_in_sentences_with_a_map(
    monkeypatch: pytest.MonkeyPatch, peopled: Office
) -> None:
    """What the form says, where it lies, how far the line is: on the outlines of both tambons."""
    page = look(monkeypatch, peopled, "quality", OFFICER, code="tambon_disagrees")
    for words in ("แบบกรอกว่าอยู่ใน **ต\\.คลองน้อย", "แต่พิกัดอยู่ใน **ต\\.เกาะทวด", "ห่างเส้นแบ่งตำบล", "จุดที่จับพิกัด"):
        assert words in page
    assert page.count("<svg") == 1


def test_the_record_shows_its_own_pair(monkeypatch: pytest.MonkeyPatch, peopled: Office) -> None:
    """With a link to the other plot and none to itself."""
    page = look(monkeypatch, peopled, "records", OFFICER, record="uuid:a")
    assert "แปลงสองแปลงซ้อนทับกัน" in page
    assert "record=uuid%3Ab" in page
    assert "record=uuid%3Aa" not in page


def test_pairs_are_cut_to_the_viewer(peopled: Office) -> None:
    """Nobody from elsewhere hears of a pair or of a misplaced record."""
    assert len(contradictions.plot_pairs(peopled.atlas, OFFICER)) == 1
    assert len(contradictions.misplaced(peopled.atlas, OFFICER)) == 1
    for viewer in (STRANGER, NEIGHBOUR):
        assert contradictions.plot_pairs(peopled.atlas, viewer) == []
        assert contradictions.misplaced(peopled.atlas, viewer) == []


def test_the_other_plot_may_not_be_for_the_viewer(office: Office) -> None:
    """Across a tambon's line: the fact and the own plot are told, the other one's shape is not."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    tambons = set_files.drawn(office.atlas.reference.locator).set_index("code").geometry
    line = shapely.intersection(tambons["801206"], tambons["801202"])
    assert not line.is_empty
    (lon, lat), *_ = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.5, normalized=True))
    middle = shapely.Point(lon, lat)
    inside = {
        code: shapely.intersection(middle.buffer(0.002), tambons[code]) for code in ("801206", "801202")
    }
    bridge = middle.buffer(0.0004)
    for name, code in (("a", "801206"), ("b", "801202")):
        drawn = shapely.union(inside[code], bridge)
        text = ";".join(f"{y:.7f} {x:.7f} 0 4" for x, y in shapely.get_coordinates(drawn.exterior))
        offices.send(office, submission(schema, {"tambon": code, "plot": text}, instance=f"uuid:{name}"))
    (pair,) = contradictions.plot_pairs(office.atlas, NEIGHBOUR)
    assert [(one.instance_id, one.shape is None) for one in pair.sides] == [("", True), ("uuid:b", False)]


def test_a_sketch_is_a_picture_with_names_and_a_scale(tmp_path: Path) -> None:
    """Well-formed, names escaped, and the bar as long as it says."""
    square = shapely.box(LON, LAT, LON + 100 / EAST, LAT + 100 / NORTH)
    picture = etree.fromstring(
        sketch([Part(square, "first", "ก <b>"), Part(square.centroid, "place")], "ชื่อ & เรื่อง", "เมตร")
    )
    space = "{http://www.w3.org/2000/svg}"
    texts = [one.text for one in picture.iter(f"{space}text")]
    assert "ก <b>" in texts
    assert "20 เมตร" in texts or "50 เมตร" in texts
    paths = [one.get("d", "") for one in picture.iter(f"{space}path")]
    west, east = (float(paths[0].removeprefix("M").split("L")[corner].split(",")[0]) for corner in (0, 2))
    metres = float(next(text for text in texts if text and "เมตร" in text).split()[0])
    bar = float(paths[1].split("h")[1].split("v")[0])
    assert bar / abs(west - east) == pytest.approx(metres / 100, rel=0.02)
