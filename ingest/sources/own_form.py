"""The form of our own that another server's was made of: its answers come as a phone's would.

KoboToolbox calls every form by an id of its own and counts its own versions; the id that the workbook had
stands in the asset's settings, and the questions keep their names and places.
"""

from __future__ import annotations

from forms.compile import compile_xform
from forms.schema import PathNames, Schema
from ingest.published import Catalogue, FormVersion
from ingest.sources import problems


def own_form(catalogue: Catalogue, made_of: str, xform: bytes) -> FormVersion | None:
    """The newest version published here that asks all that the other form asks; None for a foreign form.

    Raises ``source_form_differs`` where it asks something else too: that answer would have no place. A form
    that shares less than half of our questions only happens to have the same id.
    """
    if made_of not in catalogue.offered or made_of in catalogue.elsewhere:
        return None
    asked = _asked(compile_xform(xform).schema)
    versions = [one for one in catalogue.versions.values() if one.form_id == made_of]
    for version in reversed(versions):
        if asked <= _asked(version.schema):
            return version
    ours = _asked(catalogue.newest(made_of).schema)
    if 2 * len(asked & ours) < len(ours):
        return None
    raise problems.form_differs(made_of, sorted("/".join(path) for path, _ in asked - ours))


def _asked(schema: Schema) -> frozenset[tuple[PathNames, str]]:
    """Questions by place and kind, without what KoboToolbox adds of its own (``__version__``)."""
    return frozenset(
        (one.path, one.kind)
        for table in schema.tables
        for one in table.fields
        if not one.path[-1].startswith("_")
    )
