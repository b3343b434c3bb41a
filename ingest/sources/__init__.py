"""Other servers whose submissions come into the same log: ODK Central and KoboToolbox.

Their clients are loaded when one is signed in to: most offices have no other server.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.sources import problems
from ingest.sources.register import Source
from ingest.sources.remote import Remote

if TYPE_CHECKING:
    from ingest.sources.central_project import CentralProject


def connect(source: Source) -> Remote:
    """Sign in at a source's server; raises ``source_credentials`` and whatever signing in meets."""
    from ingest.sources.central import Central, credentials  # noqa: PLC0415
    from ingest.sources.kobo import Kobo, token  # noqa: PLC0415

    secret = Path(source.secret_file) if source.secret_file else None
    if source.kind == "central":
        return Central(credentials(source.url, secret), source.project, source.form_id)
    return Kobo(source.url, source.form_id, token(secret))


def project(source: Source) -> CentralProject:
    """Sign in to write to a source's project; raises ``source_not_central`` besides what ``connect`` does."""
    from ingest.sources.central import credentials  # noqa: PLC0415
    from ingest.sources.central_project import CentralProject  # noqa: PLC0415

    if source.kind != "central":
        raise problems.not_central(source.id)
    secret = Path(source.secret_file) if source.secret_file else None
    return CentralProject(credentials(source.url, secret), source.project)
