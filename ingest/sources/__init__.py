"""Other servers whose submissions come into the same log: ODK Central and KoboToolbox."""

from __future__ import annotations

from pathlib import Path

from ingest.sources import problems
from ingest.sources.central import Central, credentials
from ingest.sources.central_project import CentralProject
from ingest.sources.kobo import Kobo, token
from ingest.sources.register import Source
from ingest.sources.remote import Remote


def connect(source: Source) -> Remote:
    """Sign in at a source's server; raises ``source_credentials`` and whatever signing in meets."""
    secret = Path(source.secret_file) if source.secret_file else None
    if source.kind == "central":
        return Central(credentials(source.url, secret), source.project, source.form_id)
    return Kobo(source.url, source.form_id, token(secret))


def project(source: Source) -> CentralProject:
    """Sign in to write to a source's project; raises ``source_not_central`` besides what ``connect`` does."""
    if source.kind != "central":
        raise problems.not_central(source.id)
    secret = Path(source.secret_file) if source.secret_file else None
    return CentralProject(credentials(source.url, secret), source.project)
