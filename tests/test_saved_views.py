"""Kept views: what people leave for each other."""

from __future__ import annotations

from ingest import log
from ingest.office import saved_views
from streamlit_app.office import Office

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
