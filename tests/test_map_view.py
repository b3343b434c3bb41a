"""The map's answers: the rows a plain look at the warehouse finds, small, none a viewer may not see."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import offices
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cells import cell_size_deg
from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.maps import map_outlines, map_popup, map_view
from ingest.maps.map_view import View
from streamlit_app.office import Office
from thai.problem import Problem

ADMINISTRATOR = Viewer("admin", "administrator", "")
STRANGER = Viewer("far", "planner", "53")
POINTS, PLOTS = "pomelo_plot.points", "pomelo_plot.plots"
VARIETIES = ("thapthim_siam", "thong_di", "khao_nam_phueng", None)


def plot(lon: float, lat: float, radius_deg: float, corners: int) -> str:
    """A walked outline as Collect writes it."""
    angles = [2 * math.pi * i / corners for i in range(corners)]
    ring = [(lat + radius_deg * math.sin(a), lon + radius_deg * math.cos(a)) for a in [*angles, 0.0]]
    return "; ".join(f"{y:.7f} {x:.7f} 0 4.5" for y, x in ring)


def fill(office: Office, count: int, seed: int = 7) -> None:
    """Plots around Pak Phanang, with a point and an outline each."""
    dice = random.Random(seed)
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    documents = []
    for _ in range(count):
        lon, lat = dice.uniform(100.05, 100.27), dice.uniform(8.2, 8.45)
        answers = {
            "tambon": "801206", "moo": dice.randint(1, 9), "variety": dice.choice(VARIETIES),
            "visit_date": f"2026-0{dice.randint(1, 9)}-11", "area_declared": "12.5",
            "point": f"{lat:.7f} {lon:.7f} 0 {dice.uniform(3, 20):.1f}",
            "plot": plot(lon, lat, dice.uniform(0.0002, 0.001), dice.randint(4, 9)),
        }  # fmt: skip
        documents.append(offices.submission(schema, answers))
    offices.send(office, *documents)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with 300 plots; tests only look."""
    with offices.opened(tmp_path_factory.mktemp("map") / "data") as office:
        fill(office, 300)
        yield office


def decoded(answer: dict[str, Any]) -> np.ndarray:
    """Positions of single features, degrees."""
    return np.cumsum(np.array(answer["at"], dtype=float).reshape(-1, 2), axis=0) / answer["scale"]


def truth(office: Office, view: View, chosen: Filter) -> list[tuple[int, float, float, str | None]]:
    """What a plain look at the table finds in a view."""
    west, south, east, north = view.wide
    rows = office.atlas.warehouse.cursor().execute(
        "SELECT _seq, point__lon, point__lat, variety, visit_date,"
        " coalesce(nullif(point__tambon, ''), tambon), point__verdict"
        " FROM pomelo_plot WHERE point IS NOT NULL"
    )
    return [
        (seq, lon, lat, variety)
        for seq, lon, lat, variety, day, tambon, verdict in rows.fetchall()
        if west <= lon <= east
        and south <= lat <= north
        and (not chosen.values or (variety or "~") in chosen.values["variety"])
        and (not chosen.since or day >= chosen.since)
        and (not chosen.until or day <= chosen.until)
        and (not chosen.verdicts or verdict in chosen.verdicts)
        and tambon.startswith(chosen.area)
    ]


boxes = st.tuples(st.floats(99.9, 100.25), st.floats(8.1, 8.4), st.floats(0.01, 0.5), st.floats(0.01, 0.5))
choices = st.builds(
    Filter,
    values=st.lists(st.sampled_from(["thapthim_siam", "thong_di", "~"]), max_size=2, unique=True).map(
        lambda some: {"variety": tuple(some)} if some else {}
    ),
    since=st.none() | st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    until=st.none() | st.dates(date(2026, 5, 1), date(2026, 12, 31)),
    verdicts=st.lists(st.sampled_from(["agrees", "outside", "disagrees"]), max_size=2, unique=True).map(
        tuple
    ),
    area=st.sampled_from(["", "80", "801206", "801202", "8011"]),
)


@settings(max_examples=40, deadline=None)
@given(box=boxes, zoom=st.integers(5, 17), chosen=choices, most=st.sampled_from([20, 2000]))
def test_a_view_holds_what_the_warehouse_holds(
    filled: Office, box: tuple[float, ...], zoom: int, chosen: Filter, most: int
) -> None:
    """Few rows come one by one where they are; many come counted, and every count is right."""
    west, south, width, height = box
    view = View((west, south, west + width, south + height), zoom)
    expected = truth(filled, view, chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_view, "MOST_FEATURES", most)
        answer = map_view.view(filled.atlas, ADMINISTRATOR, POINTS, chosen, view)

    assert answer["n"] == len(expected)
    told = {entry["value"]: entry["n"] for entry in answer["legend"] if entry["n"]}
    assert told == dict(Counter(variety or "~" for *_, variety in expected))
    if answer["kind"] == "features":
        at = dict(zip(np.cumsum(answer["seq"]).tolist(), decoded(answer), strict=True))
        assert at.keys() == {seq for seq, *_ in expected}
        for seq, lon, lat, _ in expected:
            assert np.abs(at[seq] - (lon, lat)).max() <= view.pixel_deg
    else:
        size = cell_size_deg(zoom)
        cells = np.cumsum(np.array(answer["cell"]).reshape(-1, 2), axis=0)
        found = {tuple(cell): n for cell, n in zip(cells.tolist(), answer["count"], strict=True)}
        assert found == Counter(
            (math.floor(lon / size), math.floor(lat / size)) for _, lon, lat, _ in expected
        )
        assert sum(answer["part"][1::2]) == len(expected)
        assert sum(answer["parts"]) == len(answer["part"]) // 2


def test_shapes_are_drawn_when_they_are_large_enough_to_see(filled: Office) -> None:
    """Far out a plot is a point; near, its outline comes, simplified, closed and in its place."""
    far = map_view.view(filled.atlas, ADMINISTRATOR, PLOTS, Filter(), View((100.0, 8.1, 100.4, 8.5), 9))
    near = map_view.view(filled.atlas, ADMINISTRATOR, PLOTS, Filter(), View((100.0, 8.1, 100.4, 8.5), 16))

    assert "rings" not in far
    owners, sizes = near["rings"][::2], near["rings"][1::2]
    assert sorted(owners) == list(range(300))
    assert min(sizes) >= 4
    corners = np.cumsum(np.array(near["xy"]).reshape(-1, 2), axis=0) / near["scale"]
    assert len(corners) == sum(sizes)
    first = corners[: sizes[0]].mean(axis=0)
    seq = int(np.cumsum(near["seq"])[owners[0]])
    row = filled.atlas.warehouse.cursor().execute(
        "SELECT plot__lon, plot__lat FROM pomelo_plot WHERE _seq = ?", [seq]
    )
    assert np.abs(first - row.fetchall()[0]).max() < 0.0005


def test_two_thousand_outlines_fit_a_slow_line(tmp_path: Any) -> None:
    """The largest answer of single shapes stays near 50 KB on the wire."""
    with offices.opened(tmp_path / "data") as office:
        fill(office, 2000)
        answer = map_view.view(
            office.atlas, ADMINISTRATOR, PLOTS, Filter(), View((100.0, 8.1, 100.4, 8.5), 14)
        )
    packed = gzip.compress(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode(), 5)

    assert (answer["kind"], answer["n"]) == ("features", 2000)
    assert len(packed) < 56_000


@pytest.mark.parametrize("viewer", [STRANGER, Viewer("x", "officer", "801201")], ids=lambda one: one.role)
def test_a_foreign_area_holds_nothing(filled: Office, viewer: Viewer) -> None:
    """Neither features nor counts nor popups of a team layer leave its area."""
    view = View((97, 5, 106, 21), 6)
    answer = map_view.view(filled.atlas, viewer, POINTS, Filter(), view)
    everywhere = map_view.view(filled.atlas, ADMINISTRATOR, POINTS, Filter(), view)
    inside = filled.atlas.warehouse.cursor().execute(
        "SELECT count(*) FROM pomelo_plot WHERE starts_with(_area, ?)", [viewer.area]
    )

    assert answer["n"] == inside.fetchall()[0][0] < everywhere["n"]
    outside = filled.atlas.warehouse.cursor().execute(
        "SELECT _seq FROM pomelo_plot WHERE NOT starts_with(_area, ?)", [viewer.area]
    )
    seqs = {row[0] for row in outside.fetchall()}
    assert not seqs & set(np.cumsum(answer["seq"]).tolist())
    assert map_popup.popup(filled.atlas, viewer, POINTS, min(seqs)) is None


def test_hidden_places_count_in_their_tambon_from_five_upwards(filled: Office) -> None:
    """A larger area is the sum of what its tambons tell, so that nothing can be subtracted."""
    own = map_view.tambon_values(filled.atlas, ADMINISTRATOR, POINTS, Filter())["values"]
    told = map_view.tambon_values(filled.atlas, STRANGER, POINTS, Filter())["values"]
    amphoe = map_view.tambon_values(filled.atlas, STRANGER, POINTS, Filter(), 4)["values"]

    assert told == {code: n for code, n in own.items() if n >= 5}
    assert amphoe == {"8012": sum(told.values())}
    assert 0 not in told.values()
    filtered = Filter(values={"moo": ("1", "2", "3", "4", "5", "6", "7", "8")})
    assert map_view.tambon_values(filled.atlas, STRANGER, POINTS, filtered)["values"] == {}
    assert map_view.tambon_values(filled.atlas, STRANGER, POINTS, Filter(area="80120103"))["values"] == {}
    assert map_view.tambon_values(filled.atlas, ADMINISTRATOR, POINTS, filtered)["values"]


def test_a_click_shows_the_record_in_thai(filled: Office) -> None:
    """Labels, Buddhist dates, declared beside measured area, the place and how it was drawn."""
    popup = map_popup.popup(filled.atlas, ADMINISTRATOR, PLOTS, 1)

    assert popup is not None
    rows = dict(popup["rows"])
    assert rows["วันที่เก็บข้อมูล"].endswith("2569")
    assert popup["area"]["declared"] == "12 ไร่ 2 งาน 0 ตร.ว."
    assert "ไร่" in popup["area"]["measured"]
    assert popup["drawn"] == "walked"
    assert "ต." in popup["place"]
    assert popup["drawing"] is True


@pytest.mark.parametrize(
    ("box", "zoom"),
    [("1,2,3", "9"), ("a,b,c,d", "9"), ("3,0,1,1", "9"), ("1,2,3,4", "99"), ("nan,0,1,1", "5")],
)
def test_a_view_that_is_no_place_is_refused(box: str, zoom: str) -> None:
    """A mistyped address gets a reason and a remedy."""
    with pytest.raises(Problem) as refused:
        View.parse(box, zoom)
    assert refused.value.code == "bad_view"
    assert refused.value.remedy.th


def test_outlines_tell_every_tambon_once(filled: Office) -> None:
    """In each band the areas, their names and their rings; parts by province and amphoe."""
    atlas = filled.atlas
    codes = sorted(atlas.reference.tambons["code"])
    for band, part, expected in (
        ("province", "", ["80"]), ("amphoe", "", ["8012"]), ("tambon", "80", codes), ("near", "8012", codes),
    ):  # fmt: skip
        answer = json.loads(gzip.decompress(map_outlines.outlines(atlas, band, part)))
        assert sorted(answer["code"]) == expected
        assert len(answer["th"]) == len(answer["en"]) == len(expected)
        assert set(answer["rings"][::2]) == set(range(len(expected)))
        at = np.cumsum(np.array(answer["at"]).reshape(-1, 2), axis=0) / answer["scale"]
        assert ((at > (99.9, 8.0)) & (at < (100.5, 8.7))).all()
    index = json.loads(gzip.decompress(map_outlines.outlines(atlas, "index")))
    assert index["drawing"] is True
    for band, part in (("tambon", "99"), ("tambon", ""), ("near", "80"), ("near", "../x")):
        with pytest.raises(KeyError):
            map_outlines.outlines(atlas, band, part)


def test_the_map_opens_where_the_data_lies(filled: Office) -> None:
    """Nearly everything is inside the first view; without data there is none."""
    box = map_view.extent(filled.atlas, ADMINISTRATOR, POINTS, Filter())

    assert box is not None
    west, south, east, north = box
    assert (west, south) == pytest.approx((100.05, 8.2), abs=0.02)
    assert (east, north) == pytest.approx((100.27, 8.45), abs=0.02)
    assert map_view.extent(filled.atlas, STRANGER, POINTS, Filter()) is None
