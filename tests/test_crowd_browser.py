"""More records in one point than a map shows one by one: at the last zoom their count opens what it holds."""

from __future__ import annotations

from pathlib import Path

import offices
from browser import window
from offices import RunningOffice

from streamlit_app.texts import t

WAIT_MS = 30_000
N = 2_500
PLOT = {"tambon": "801206", "variety": "thong_di", "visit_date": "2026-03-11", "point": "8.31 100.12 0 4"}


def test_a_count_that_no_zoom_parts_lists_its_records(tmp_path: Path) -> None:
    """How many, the newest with a link each, and all of them in *Records*, as many under the same filter."""
    data = tmp_path / "data"
    with offices.opened(data) as filled:
        schema = filled.atlas.reference.catalogue.newest("pomelo_plot").schema
        plots = [offices.submission(schema, PLOT) for _ in range(N)]
        elsewhere = offices.submission(schema, PLOT | {"point": "8.32 100.12 0 4"})
        other = offices.submission(schema, PLOT | {"variety": "khao_nam_phueng"})
        offices.send(filled, *plots, elsewhere, other)
    running = RunningOffice(data).start()
    try:
        with window(cookies=dict(running.browser().cookies), base_url=running.url) as shown:
            page, chosen = shown.page, "layer=pomelo_plot.points&f.pomelo_plot%2Fvariety=thong_di"
            page.set_default_timeout(WAIT_MS)
            page.goto(f"{running.url}/?{chosen}#map=19/8.31000/100.12000")
            frame = page.frame_locator("iframe[title*='st_folium']")
            frame.locator(".leaflet-container[data-ready]").wait_for()
            (map_,) = (one for one in page.frames if "st_folium" in one.url)
            map_.wait_for_function("Tambon.atlas.layers[0].answer.zoom === 19")
            x, y = map_.evaluate(
                """() => { const { item } = Tambon.atlas.items()[0];
                const at = map.latLngToContainerPoint([Tambon.toLat(item.y), Tambon.toLon(item.x)]);
                return [at.x, at.y]; }"""
            )
            frame.locator(".leaflet-container").click(position={"x": x, "y": y})
            popup = frame.locator(".tambon-popup")

            assert f"{N:,} {t('map.in_one_place')}" in popup.inner_text()
            records = popup.locator("li a")
            assert records.count() == 20
            assert "11 มี.ค. 2569" in records.first.inner_text()
            assert "/records?record=uuid" in str(records.first.get_attribute("href"))
            popup.locator(".tambon-more").click()
            page.wait_for_url("**/records?**variety=thong_di**")
            page.locator("[data-testid=stMain]").get_by_text(f"จาก {N:,} ").wait_for()
            assert shown.errors == []
            assert shown.refused == []
    finally:
        running.stop()
