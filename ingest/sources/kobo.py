"""KoboToolbox: one asset of a server, through its API version 2.

A page holds at most 1,000 submissions. Edits keep ``_id`` and ``meta/rootUuid`` while the instance id
changes, and escape every filter by time, so the whole index is read each time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from ingest.sources import problems
from ingest.sources.polite import Pause, Polite, understood
from ingest.sources.remote import CONNECTIONS, Entry, RemoteForm, RemoteVersion

_PAGE = 1_000
_TOKEN = "TAMBON_KOBO_TOKEN"  # noqa: S105 - the name of a variable
_FIELDS = (
    '["_id","_uuid","meta/instanceID","meta/rootUuid","_submission_time","_validation_status","_attachments"]'
)


@understood
class Kobo:
    """One asset (form) of one server."""

    kind = "kobo"

    def __init__(self, url: str, asset: str, token: str, *, pause: Pause = time.sleep) -> None:
        session = requests.Session()
        session.headers["Authorization"] = f"Token {token}"
        session.headers["Accept"] = "application/json"
        self._http = Polite(session, url, pause=pause)
        self._asset = f"api/v2/assets/{quote(asset, safe='')}"
        self._rows: dict[str, dict[str, Any]] = {}
        self._form_id = asset

    def forms(self) -> Iterator[RemoteForm]:
        """The asset's form. Its versions are learned from the submissions, which name them."""
        asset = self._http.json(f"{self._asset}/", {"format": "json"})
        settings = (asset.get("content") or {}).get("settings")
        made_of = settings.get("id_string") if isinstance(settings, dict) else ""
        yield RemoteForm(self._form_id, {}, str(made_of or ""))

    def xform(self, form: RemoteForm, version: str) -> bytes:  # noqa: ARG002 - other servers keep several
        """The XForm as it is now: older ones are not offered, so it reads the answers of all versions."""
        return self._http.xml(f"{self._asset}.xml")

    def index(self, form_id: str, since: str) -> Iterator[Entry]:  # noqa: ARG002 - see above
        """Every submission, whatever ``since`` says: an edit keeps its time of submission."""
        path, params = (
            f"{self._asset}/data/",
            {"format": "json", "limit": str(_PAGE), "sort": '{"_id":1}', "fields": _FIELDS},
        )
        last = -1
        while True:  # by number, not by place: a deletion meanwhile would move a live row off its page
            page = self._http.json(path, params | {"query": f'{{"_id":{{"$gt":{last}}}}}'})
            rows = page["results"]
            for row in rows:
                last = int(row["_id"])
                yield self._entry(form_id, row)
            if not rows or not page.get("next"):
                return

    def _entry(self, form_id: str, row: dict[str, Any]) -> Entry:
        instance = _prefixed(str(row.get("meta/instanceID") or row.get("_uuid") or row["_id"]))
        root = _prefixed(str(row.get("meta/rootUuid") or instance))
        attached = [one for one in row.get("_attachments") or () if not one.get("is_deleted")]
        self._rows[root] = {"id": row["_id"], "instance": instance, "files": attached}
        validation = row.get("_validation_status") or {}
        return Entry(
            form_id,
            root,
            changed_at=str(row.get("_submission_time") or ""),
            mark=instance,
            review=str(validation.get("uid") or ""),
            files_expected=len(attached),
            files_present=len(attached),
        )

    def ahead(self, entries: Sequence[Entry], known: Set[str]) -> None:
        """The newest version of each, which is all that is there."""
        rows = [self._rows[one.root_id] for one in entries if not one.deleted]
        wanted = [self._xml_path(row) for row in rows if str(row["instance"]) not in known]
        self._http.ahead(wanted, most=CONNECTIONS)

    def versions(self, entry: Entry, known: Set[str]) -> list[RemoteVersion]:
        """The newest version alone; what it replaced is no longer there."""
        row = self._rows[entry.root_id]
        instance_id = str(row["instance"])
        if instance_id in known:
            return [RemoteVersion(instance_id, b"")]
        return [RemoteVersion(instance_id, self._http.xml(self._xml_path(row)))]

    def _xml_path(self, row: dict[str, Any]) -> str:
        return f"{self._asset}/data/{row['id']}/?format=xml"

    def files(self, entry: Entry) -> list[str]:
        """Attachments by their own names."""
        return [_file_name(one) for one in self._rows[entry.root_id]["files"]]

    def file(self, entry: Entry, name: str) -> bytes:
        """One attachment's bytes."""
        row = self._rows[entry.root_id]
        one = next(each for each in row["files"] if _file_name(each) == name)
        key = one.get("uid") or one["id"]
        return self._http.content(f"{self._asset}/data/{row['id']}/attachments/{key}/")


def token(token_file: Path | None) -> str:
    """The API token, from a file or TAMBON_KOBO_TOKEN; raises ``source_credentials``."""
    try:
        said = token_file.read_text(encoding="utf-8").strip() if token_file else os.environ.get(_TOKEN, "")
    except (OSError, UnicodeDecodeError):
        said = ""
    if not said or any(letter.isspace() for letter in said):
        raise problems.credentials_missing(f"{_TOKEN}, --token-file")
    return said


def _prefixed(instance_id: str) -> str:
    return instance_id if ":" in instance_id else f"uuid:{instance_id}"


def _file_name(one: dict[str, Any]) -> str:
    return str(one.get("media_file_basename") or one["filename"]).rpartition("/")[2]
