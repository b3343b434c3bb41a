"""The forms that files are read by: the office's own, and those that lie among the files."""

from __future__ import annotations

from forms.compile import compile_xform
from ingest import log, published
from ingest.atlas import Atlas
from ingest.published import Catalogue
from thai.problem import Problem, Problems


class KnownForms:
    """What is known of forms while files come in; in a dry run what lies among them is known to it alone."""

    def __init__(self, atlas: Atlas, *, dry_run: bool) -> None:
        self.catalogue: Catalogue = atlas.refresh().catalogue
        self._atlas, self._dry_run = atlas, dry_run

    def take_over(self, xform: bytes, *, form_id: str = "", version: str | None = None) -> None:
        """Make a version's answers readable, and tell no phone; raises as ``published.take_over``."""
        if self._dry_run:
            self.catalogue = published.as_taken_over(self.catalogue, xform, form_id=form_id, version=version)
            return
        with log.writing(self._atlas.log) as connection:
            published.take_over(connection, xform, form_id=form_id, version=version)
        self.catalogue = self._atlas.refresh().catalogue

    def take_unknown(self, xform: bytes) -> bool:
        """Take over a form that is not known, or a version of one that is collected elsewhere; False where it
        is known, or cannot be read.
        """
        try:
            form, known = compile_xform(xform), self.catalogue
            if form.form_id in known.offered.keys() - known.elsewhere:
                return False
            if (form.form_id, form.version) in known.versions:
                return False
            self.take_over(xform)
        except (Problem, Problems):
            return False
        return True
