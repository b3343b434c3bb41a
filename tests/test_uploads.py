"""Files brought in from the page, by somebody without a command line."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from offices import submission
from shapely import Point
from streamlit.testing.v1 import AppTest
from test_sheets import book, rows

from ingest import uploads
from ingest.access import Viewer
from ingest.uploads import Wanted
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from thai.problem import Problem

__all__ = ["book"]  # the fixture

ADMINISTRATOR = Viewer("admin@tambon.local", "administrator", "")


def _page() -> None:
    from streamlit_app.views import sources

    sources.page()


def looked_at(office: Office, monkeypatch: pytest.MonkeyPatch, viewer: Viewer) -> AppTest:
    """The page, whose work is done in this process here: one of its own is tried once, below."""
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: viewer)

    def here(_data: Path, wanted: Wanted, progress: Callable[[int], None]) -> dict[str, Any]:
        progress(1)
        try:
            return uploads.answer(office.atlas, wanted)
        except Problem as problem:
            return {"problems": [problem.as_dict()]}

    monkeypatch.setattr(uploads, "apart", here)
    return AppTest.from_function(_page, default_timeout=60).run()


def listed(page: AppTest, label: str) -> Any:
    """The list beside a heading, a word of a cell, or a question."""
    return next(one for one in page.selectbox if label in one.label)


def test_a_clerk_brings_the_offices_own_table_in(
    office: Office, monkeypatch: pytest.MonkeyPatch, book: Path
) -> None:
    """Upload, form, what each column answers, a look at every row with what is wrong, only then the store."""
    page = looked_at(office, monkeypatch, ADMINISTRATOR)
    page.get("file_uploader")[0].set_value([("สวน.xlsx", book.read_bytes(), "")])
    page.run()
    assert page.button(key="upload.store").disabled
    page.button(key="upload.look").click().run()
    page.selectbox(key="upload.form").set_value("pomelo_plot").run()
    which = page.selectbox[1]
    which.set_value(next(n for n, label in enumerate(which.options) if "3 แถว" in label)).run()
    assert listed(page, "จำนวนต้น").value == "trees"
    assert listed(page, "วันที่สำรวจ").value == ""
    listed(page, "วันที่สำรวจ").set_value("visit_date").run()
    listed(page, "ตำบล").set_value("801206").run()
    page.button(key="upload.look").click().run()
    (shown,) = (frame.value for frame in page.dataframe)
    (left,) = (one.value for one in page.markdown if one.value.startswith("- **"))
    assert (len(shown), left.count("\n- ")) == (2, 0)
    assert "แถว 6, คอลัมน์ พันธุ์ส้มโอ**: " in left
    assert "ไม่ใช่ตัวเลือกของ พันธุ์ส้มโอหลัก" in left
    assert "ในรายการบนหน้าจอ" in left
    assert "thong_di" not in shown["พันธุ์ส้มโอหลัก"].tolist()
    assert "ทองดี" in shown["พันธุ์ส้มโอหลัก"].tolist()
    assert rows(office) == []

    listed(page, "ลำดับ").set_value("trees").run()
    assert "จำนวนต้นส้มโอ" in page.error[0].value  # two columns answer it
    listed(page, "ลำดับ").set_value("").run()
    listed(page, "พันธุ์แปลก").set_value("other").run()
    assert page.button(key="upload.store").disabled  # what was looked at was something else
    page.button(key="upload.look").click().run()
    page.button(key="upload.store").click().run()
    assert "3" in page.success[0].value
    assert len(rows(office)) == 3
    said = office.atlas.warehouse.cursor().execute(
        "SELECT trees, variety, visit_date, _reported, _located FROM pomelo_plot ORDER BY 1"
    )
    assert said.fetchall()[0] == (40, "other", date(2021, 3, 10), "801206", "801206")
    assert not page.exception
    with office.atlas.log.connect() as connection:
        noted = connection.exec_driver_sql("SELECT actor FROM audit WHERE action = 'files_bring'").all()
    assert noted == [(ADMINISTRATOR.name,)]
    open_office(None)


def _lists(path: str, form_id: str) -> None:
    from pathlib import Path

    import streamlit as st

    from ingest.sheets.suggest import drafts
    from streamlit_app.field.mapping_view import MappingChoice
    from streamlit_app.office import office

    [draft] = drafts(office().atlas.reference.catalogue, form_id, [Path(path)])
    st.session_state["said"] = MappingChoice(draft, "th", "table").draw()


@pytest.fixture
def mapped(office: Office, tmp_path: Path) -> Iterator[Callable[..., AppTest]]:
    """The lists for a table of that form."""
    open_office(office)

    def opened(form_id: str, *rows: dict[str, object], shape: Point | None = None) -> AppTest:
        path = tmp_path / "table.geojson"
        gpd.GeoDataFrame(list(rows), geometry=[shape] * len(rows), crs="EPSG:4326").to_file(path)
        return AppTest.from_function(_lists, args=(str(path), form_id), default_timeout=30).run()

    yield opened
    open_office(None)


def test_what_words_mean_stays_with_them(mapped: Callable[..., AppTest]) -> None:
    """While an earlier column is mapped, which asks for words first, and while the text is looked at."""
    page = mapped(
        "pomelo_plot",
        {"สภาพน้ำ": "แห้ง", "พันธุ์ส้มโอ": "แปลก", "จำนวนต้น": 40},
        {"สภาพน้ำ": "ท่วม", "พันธุ์ส้มโอ": "ใหม่", "จำนวนต้น": 50},
    )
    listed(page, "แปลก").set_value("other").run()
    listed(page, "ใหม่").set_value("thong_di").run()
    listed(page, "สภาพน้ำ").set_value("water_enough").run()
    listed(page, "แห้ง").set_value("no").run()
    said = page.session_state["said"]
    assert tomllib.loads(said)["words"] == {
        "variety": {"แปลก": "other", "ใหม่": "thong_di"},
        "water_enough": {"แห้ง": "no"},
    }
    page.toggle[0].set_value(True).run()
    assert page.text_area[0].value == said
    page.toggle[0].set_value(False).run()
    assert page.session_state["said"] == said

    own = said.replace("แห้ง", "แล้ง")
    page.toggle[0].set_value(True).run()
    page.text_area[0].set_value(own).run()
    page.toggle[0].set_value(False).run()
    assert (page.session_state["said"], len(page.info)) == (said, 1)
    page.toggle[0].set_value(True).run()
    assert page.session_state["said"] == own
    page.toggle[0].set_value(False).run()
    listed(page, "ท่วม").set_value("yes").run()  # what was written before says nothing of it
    page.toggle[0].set_value(True).run()
    assert page.text_area[0].value == page.session_state["said"] != own
    page.toggle[0].set_value(False).run()

    listed(page, "สภาพน้ำ").set_value("variety").run()  # two columns with words for one question
    assert "พันธุ์" in page.error[0].value
    assert not page.exception


def test_questions_of_one_label_are_told_apart(mapped: Callable[..., AppTest]) -> None:
    """The form has a mean that is given and one that it works out, called the same."""
    page = mapped("pre_post_test", {"คะแนนที่แจ้ง": 12})
    column = listed(page, "คะแนนที่แจ้ง")
    assert len(set(column.options)) == len(column.options)
    column.set_value("mean_pre_given").run()
    assert tomllib.loads(page.session_state["said"])["columns"] == {"mean_pre_given": "คะแนนที่แจ้ง"}


def test_what_a_rows_own_shape_answers_is_not_asked(mapped: Callable[..., AppTest]) -> None:
    """Else a column could answer it a second time."""
    page = mapped("pomelo_plot", {"จำนวนต้น": 40}, shape=Point(100.09, 8.28))
    assert tomllib.loads(page.session_state["said"])["columns"]["point"] == {"as": "geometry"}
    assert [one for one in listed(page, "จำนวนต้น").options if "ละติจูด" in one] == []


def test_only_an_administrator_brings_files_in(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may hold records of any area."""
    page = looked_at(office, monkeypatch, Viewer("officer@example.org", "officer", ""))
    assert not page.get("file_uploader")
    open_office(None)


def test_a_process_of_its_own_takes_in_what_a_phone_held(office: Office, tmp_path: Path) -> None:
    """With how far it is; what cannot be read is told in both languages."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(
            "instances/one/one.xml", submission(schema, {"tambon": "801206"}, instance="uuid:one")
        )
        archive.writestr("instances/two/two.xml", b"")
    (tmp_path / "phone.zip").write_bytes(content.getvalue())
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0 of the year 2003")
    steps: list[int] = []
    wanted = Wanted((str(tmp_path / "phone.zip"),), "admin@tambon.local")

    stored = uploads.apart(office.atlas.folder.path, replace(wanted, dry_run=False), steps.append)
    refused = uploads.apart(
        office.atlas.folder.path, replace(wanted, paths=(str(tmp_path / "old.xls"),)), steps.append
    )
    assert (stored["accepted"], [one["reason"] for one in stored["skipped"]]) == (1, ["empty"])
    assert steps == [2]
    (problem,) = refused["problems"]
    assert (problem["code"], ".xlsx" in problem["remedy_th"]) == ("table_kind", True)
