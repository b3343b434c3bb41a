"""The view as a picture and a print, made without a browser: Thai set right, for the viewer who asks."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import offices
import pypdfium2
import pytest
from PIL import Image

from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.maps import map_outlines, map_view
from reports import map_drawing
from reports.map_drawing import Frame
from streamlit_app.maps import map_picture
from streamlit_app.office import Office, open_office
from thai.problem import Problem

ADMINISTRATOR = Viewer("admin", "administrator", "")
STORED = Path(__file__).resolve().parents[1] / "docs" / "images" / "map-picture.png"
BOX, ZOOM = "100.0,8.2,100.3,8.45", "11"
PLOTS = "layer=pomelo_plot.plots"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with the demo; tests only look."""
    with offices.opened(tmp_path_factory.mktemp("picture") / "data", demo=True) as office:
        open_office(office)
        yield office
        open_office(None)


def picture(office: Office, query: str, viewer: Viewer = ADMINISTRATOR) -> Image.Image:
    """A slide as pixels."""
    made = map_picture.picture(office.atlas, viewer, query, BOX, ZOOM, "png")
    return Image.open(io.BytesIO(made)).convert("RGB")


def words(office: Office, query: str, viewer: Viewer = ADMINISTRATOR, box: str = BOX) -> str:
    """What stands on the print."""
    made = map_picture.picture(office.atlas, viewer, query, box, ZOOM, "pdf")
    document = pypdfium2.PdfDocument(made)
    text: str = document[0].get_textpage().get_text_bounded()
    return text.replace("\r\n", "\n")


def test_a_slide_shows_title_map_legend_and_source(shown: Office) -> None:
    """1600 by 900, the legend's colours in it, and on the print every word."""
    made = picture(shown, PLOTS)
    told = words(shown, f"{PLOTS}&area=801206&q=ส้มโอ")

    assert made.size == (1600, 900)
    pixels = np.asarray(made).reshape(-1, 3)
    legend = map_view.view(
        shown.atlas, ADMINISTRATOR, "pomelo_plot.plots", Filter(), map_view.View((100, 8, 101, 9), 11)
    )["legend"]
    for entry in [one for one in legend if one["n"] > 20]:
        colour = [int(entry["color"][at : at + 2], 16) for at in (1, 3, 5)]
        assert (np.abs(pixels - colour).max(axis=1) <= 3).sum() > 40, entry["label"]
    assert "ปากพนัง" in told
    assert "ค้นหา" in told
    assert "2569" in told


def test_the_picture_looks_as_it_did(shown: Office) -> None:
    """Compared with the stored one, small and with tolerance: fonts differ from machine to machine."""
    small = (160, 90)
    made, stored = picture(shown, PLOTS), Image.open(STORED).convert("RGB")
    difference = np.abs(
        np.asarray(made.resize(small), dtype=float) - np.asarray(stored.resize(small), dtype=float)
    )

    assert difference.mean() < 4
    assert (difference.max(axis=2) > 60).mean() < 0.03


def test_areas_are_coloured_and_no_data_is_hatched(shown: Office) -> None:
    """With the classes of the screen, told in words below the indicator's name."""
    told = words(shown, "layer=household_register.households&shade=i:household_register.accounts_share")

    assert "ไม่มีข้อมูล" in told
    assert "เป้า" in told


def test_a_picture_tells_the_outline_and_what_the_frames_of_shapes_mean(shown: Office) -> None:
    """The outline that filters is drawn, and the legend has the states of plots drawn as shapes."""
    shape = "100.08,8.22 100.2,8.22 100.2,8.4 100.08,8.4"
    purple = [
        (np.abs(np.asarray(picture(shown, query), dtype=int) - (0x5E, 0x35, 0xB1)).max(axis=2) <= 3).sum()
        for query in (PLOTS, f"{PLOTS}&shape={shape}")
    ]

    assert purple[0] == 0 < purple[1]
    assert "ให้ผลแล้ว" in words(shown, PLOTS, box="100.08,8.26,100.12,8.30")


def test_counts_of_two_layers_stand_side_by_side() -> None:
    """In the same cell none hides the other."""
    frame = Frame.around((100.0, 8.0, 100.4, 8.4), 700, 400)
    answer = {
        "kind": "cells", "cell_deg": 0.1, "cell": [1001, 81], "count": [7], "parts": [1], "part": [0, 7],
        "legend": [{"color": "#0072b2"}],
    }  # fmt: skip
    (one,), (other,) = (map_drawing.items(answer, frame, number)[1] for number in (0, 1))

    assert math.hypot(one.x - other.x, one.y - other.y) > 22


def test_a_picture_holds_what_its_viewer_may_see(shown: Office) -> None:
    """A foreign planner's print has no plots; what cannot be read is refused with a reason."""
    foreign = Viewer("far", "planner", "53")

    assert "ทับทิมสยาม" in words(shown, PLOTS)
    assert "ทับทิมสยาม" not in words(shown, PLOTS, foreign)
    for box, code in (("1,2,3", "bad_view"), ("3,3,1,1", "bad_view"), ("a,b,c,d", "bad_view")):
        with pytest.raises(Problem, match=code):
            map_picture.picture(shown.atlas, ADMINISTRATOR, PLOTS, box, ZOOM, "png")


@pytest.mark.parametrize("zoom", [5, 8, 11, 15])
def test_a_frame_keeps_the_box_and_its_form(shown: Office, zoom: int) -> None:
    """All of the box is in the frame, pixels are square, and the outlines of its zoom are there."""
    frame = Frame.around((100.05, 8.25, 100.05 + 40 / 2**zoom, 8.25 + 10 / 2**zoom), 700, 400)
    west, south, east, north = frame.box

    assert west <= 100.05 + 1e-9 < east
    assert south <= 8.25 + 1e-9 < north
    corners = frame.pixels(np.array([[west, north], [east, south]]))
    assert corners.ravel() == pytest.approx([0, 0, 700, 400], abs=0.01)
    band = map_outlines.band_of(frame.zoom)
    parts = map_outlines.parts_in(shown.atlas, band, frame.box)
    assert all(map_outlines.outlines(shown.atlas, band, part) for part in parts)
