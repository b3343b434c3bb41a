"""Kept views: what people leave for each other."""

from __future__ import annotations

from contextlib import closing

from browser import window
from offices import RunningOffice

from ingest import log
from ingest.folder import DataFolder
from ingest.office import saved_views
from streamlit_app.office import Office
from streamlit_app.texts import t

ME, OTHER = "me@example.org", "other@example.org"


def test_a_view_is_kept_replaced_shared_and_let_go(office: Office) -> None:
    """Own views and those that others share, by name; nobody lets another's go."""
    with log.writing(office.atlas.log) as connection:
        saved_views.save(connection, ME, " ขาดน้ำ ", "map", "layer=a", shared=False)
        saved_views.save(connection, ME, "ขาดน้ำ", "map", f"layer=b&within={'8.3,100.1;' * 600}", shared=True)
        saved_views.save(connection, OTHER, "ของฉันเอง", "records", "q=x", shared=False)
        mine, theirs = saved_views.listed(connection, ME), saved_views.listed(connection, OTHER)

        assert [(one.name, one.query[:7], len(one.query)) for one in mine] == [("ขาดน้ำ", "layer=b", 6_015)]
        assert [one.name for one in theirs] == ["ของฉันเอง", "ขาดน้ำ"]
        assert not saved_views.forget(connection, OTHER, mine[0].id)
        assert saved_views.forget(connection, ME, mine[0].id)
        assert saved_views.listed(connection, ME) == []


def test_a_kept_view_is_ones_own_unless_it_is_shared(running_office: RunningOffice) -> None:
    """Its name and what was searched for may name a person."""
    with closing(running_office.browser()) as client:
        cookies = dict(client.cookies)
    with window(cookies=cookies, base_url=running_office.url) as shown:
        page = shown.page
        page.goto(f"{running_office.url}/records?q=สมชาย")
        page.get_by_text(t("saved.title"), exact=True).last.click()
        for name, share in (("ของฉัน", False), ("ของทุกคน", True)):
            page.get_by_label(t("saved.name")).fill(name)
            if share:
                page.get_by_text(t("saved.share"), exact=True).click()
            page.get_by_text(t("saved.keep"), exact=True).click()
            page.locator("a.kept", has_text=name).wait_for()
    engine, admin = log.open_log(DataFolder(running_office.data).log), running_office.facts["admin"]
    with log.writing(engine) as connection:
        kept, others = (saved_views.listed(connection, who) for who in (admin, OTHER))
        for one in kept:
            saved_views.forget(connection, admin, one.id)
    engine.dispose()

    assert {one.name for one in kept} >= {"ของฉัน", "ของทุกคน"}
    assert [one.name for one in others] == ["ของทุกคน"]
