"""ODK Central: its REST and OData interfaces, read through pyodk's session.

What is known of it and cannot be seen in its answers: ``__id`` stays over edits while meta/instanceID
changes; nextLink names the server's configured host; rows that were deleted are left out unless the filter
speaks of ``deletedAt``; the whole submission, with its entity, stands only in the XML.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import Any

from pyodk._utils.config import CentralConfig, read_config
from pyodk._utils.session import Session
from pyodk.errors import PyODKError

from ingest.sources import odata, problems
from ingest.sources.entity_lists import EntityLists
from ingest.sources.odata import escaped
from ingest.sources.polite import Pause, Polite, understood
from ingest.sources.remote import CONNECTIONS, Entry, RemoteForm, RemoteVersion

_NO_VERSION = "___"  # how Central's addresses write a version that is blank
_CREDENTIALS = ("TAMBON_CENTRAL_USER", "TAMBON_CENTRAL_PASSWORD")

# pyodk logs whole answers, which hold what people said.
logging.getLogger("pyodk").setLevel(logging.CRITICAL)


@understood
class Central:
    """One project of one server; ``form_id`` '' takes every form of it, and its entity lists."""

    kind = "central"

    def __init__(
        self, config: CentralConfig, project: str, form_id: str = "", *, pause: Pause = time.sleep
    ) -> None:
        self._http = signed_in(config, pause=pause)
        self._project = f"projects/{escaped(project)}"
        self._form_id = form_id
        self._lists = EntityLists(self._http, self._project)

    def forms(self) -> Iterator[RemoteForm]:
        """The published forms, each with all its versions; before them what they may draw on."""
        if not self._form_id:
            yield from self._lists.forms()
        for one in self._http.json(f"{self._project}/forms"):
            form_id = str(one["xmlFormId"])
            if self._form_id in ("", form_id) and one.get("publishedAt"):
                listed = self._http.json(f"{self._form(form_id)}/versions")
                oldest_first = reversed(listed)
                yield RemoteForm(
                    form_id,
                    {str(one.get("version") or ""): str(one.get("hash") or "") for one in oldest_first},
                )

    def xform(self, form: RemoteForm, version: str) -> bytes:
        """The XForm that Central gave to phones."""
        if form.form_id in self._lists:
            return self._lists.xform(form.form_id)
        return self._http.xml(f"{self._form(form.form_id)}/versions/{escaped(version or _NO_VERSION)}.xml")

    def index(self, form_id: str, since: str) -> Iterator[Entry]:
        """The OData index without answers."""
        if form_id in self._lists:
            yield from self._lists.index(form_id, since)
            return
        path = f"{self._form(form_id)}.svc/Submissions"
        changed = odata.since(since, "submissionDate", "updatedAt", "deletedAt")
        for row in odata.rows(self._http, path, where=changed, select="__id,__system"):
            yield _entry(form_id, row)

    def ahead(self, entries: Sequence[Entry], known: Set[str]) -> None:
        """The submissions that were never edited: one document each."""
        first = [one for one in entries if not (one.edits or one.deleted or one.root_id in known)]
        if first and first[0].form_id not in self._lists:
            paths = [self._version(one, one.root_id) for one in first]
            self._http.ahead(paths, most=CONNECTIONS)

    def versions(self, entry: Entry, known: Set[str]) -> list[RemoteVersion]:
        """All versions since the first, so that an edit of an edit finds what it replaces."""
        if entry.form_id in self._lists:
            return self._lists.versions(entry, known)
        ids = [entry.root_id]
        if entry.edits:
            listed = self._http.json(f"{self._submission(entry)}/versions")
            ids = [str(one["instanceId"]) for one in reversed(listed)]
        return [RemoteVersion(one, b"" if one in known else self._xml(entry, one)) for one in ids]

    def _xml(self, entry: Entry, instance_id: str) -> bytes:
        return self._http.xml(self._version(entry, instance_id))

    def files(self, entry: Entry) -> list[str]:
        """Attachments of the newest version that have arrived there."""
        listed = self._http.json(f"{self._submission(entry)}/attachments")
        return [str(one["name"]) for one in listed if one.get("exists")]

    def file(self, entry: Entry, name: str) -> bytes:
        """One attachment's bytes."""
        return self._http.content(f"{self._submission(entry)}/attachments/{escaped(name)}")

    def _form(self, form_id: str) -> str:
        return f"{self._project}/forms/{escaped(form_id)}"

    def _version(self, entry: Entry, instance_id: str) -> str:
        return f"{self._submission(entry)}/versions/{escaped(instance_id)}.xml"

    def _submission(self, entry: Entry) -> str:
        return f"{self._form(entry.form_id)}/submissions/{escaped(entry.root_id)}"


def credentials(url: str, config: Path | None) -> CentralConfig:
    """Who asks: a ``pyodk.toml``, or TAMBON_CENTRAL_USER and TAMBON_CENTRAL_PASSWORD.

    Raises ``source_credentials``.
    """
    user, password = (os.environ.get(name, "") for name in _CREDENTIALS)
    try:
        if config is not None:
            central: CentralConfig = read_config(config).central
            return CentralConfig(url or central.base_url, central.username, central.password)
        return CentralConfig(url, user, password)
    except (PyODKError, OSError, KeyError, TypeError, ValueError) as error:
        raise problems.credentials_missing(f"pyodk.toml (--config), {', '.join(_CREDENTIALS)}") from error


def signed_in(config: CentralConfig, *, pause: Pause = time.sleep) -> Polite:
    """A session at a server; raises ``source_refused`` and whatever signing in meets."""
    session = _NoCache(config.base_url, "v1", config.username, config.password)
    door = _NoCache(config.base_url, "v1", config.username, config.password)  # nobody signs in to sign in
    asking = Polite(door, session.base_url, pause=pause)
    _sign_in(session, asking)
    return Polite(session, session.base_url, renew=lambda: _sign_in(session, asking), pause=pause)


class _NoCache(Session):  # type: ignore[misc]
    """pyodk's session with its token in memory only: no file of the user's home is written."""

    def __init__(self, base_url: str, api_version: str, username: str, password: str) -> None:
        super().__init__(base_url, api_version, username, password, cache_path=os.devnull)


def _sign_in(session: Session, http: Polite) -> None:
    """Begin a session: Basic is refused over http, a session is not."""
    who = {"email": session.auth.username, "password": session.auth.password}
    with http.understood():
        token = http.send("POST", "sessions", json=who, twice=True)["token"]
    session.headers["Authorization"] = f"Bearer {token}"


def _entry(form_id: str, row: dict[str, Any]) -> Entry:
    system = row["__system"]
    times = (system.get(name) or "" for name in ("submissionDate", "updatedAt", "deletedAt"))
    return Entry(
        form_id,
        str(row["__id"]),
        changed_at=max(times),
        review=str(system.get("reviewState") or ""),
        files_expected=int(system.get("attachmentsExpected") or 0),
        files_present=int(system.get("attachmentsPresent") or 0),
        edits=int(system.get("edits") or 0),
        deleted=bool(system.get("deletedAt")),
    )
