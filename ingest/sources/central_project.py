"""An office's own project on ODK Central, to write to: forms with their lists, app users, review states."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pyodk._utils.config import CentralConfig

from ingest.sources.central import signed_in
from ingest.sources.odata import escaped
from ingest.sources.polite import Pause, understood

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NO_VERSION = "___"
_ROLE = "app-user"


@dataclass(frozen=True, slots=True)
class AppUser:
    """A phone's way in: who scans its QR code sends in its name. ``token`` '' when it was revoked."""

    id: int
    name: str
    token: str


@understood
class CentralProject:
    """One project; every method raises the problems of this package."""

    def __init__(self, config: CentralConfig, project: str, *, pause: Pause = time.sleep) -> None:
        self._http = signed_in(config, pause=pause)
        self._path = f"projects/{escaped(project)}"
        self.host = self._http.host

    def versions(self, form_id: str) -> list[str]:
        """Versions that were published, newest first; none for a form that the project does not have."""
        if form_id not in self.published():
            return []
        return [str(one.get("version") or "") for one in self._http.json(f"{self._form(form_id)}/versions")]

    def published(self) -> set[str]:
        """The ids of all forms that phones may be given."""
        return {str(one["xmlFormId"]) for one in self._forms() if one.get("publishedAt")}

    def known(self) -> set[str]:
        """The ids of all forms, those that are still drafts too."""
        return {str(one["xmlFormId"]) for one in self._forms()}

    def workbook(self, form_id: str, version: str) -> bytes:
        """The workbook that a version was made from."""
        name = escaped(version or _NO_VERSION)
        return self._http.content(f"{self._form(form_id)}/versions/{name}.xlsx")

    def draft(self, form_id: str, workbook: bytes, *, new: bool) -> None:
        """Put a workbook there as the form's draft, which no phone sees yet."""
        path = f"{self._path}/forms" if new else f"{self._form(form_id)}/draft"
        headers = {"X-XlsForm-FormId-Fallback": quote(form_id)}
        self._http.send(
            "POST", path, content=workbook, kind=_XLSX, headers=headers, params={"ignoreWarnings": "true"}
        )

    def lacking(self, form_id: str) -> list[str]:
        """The files that the draft names and that are neither there nor linked with an entity list."""
        listed = self._http.json(f"{self._form(form_id)}/draft/attachments")
        return [str(one["name"]) for one in listed if not one.get("exists")]

    def datasets(self) -> set[str]:
        """The names of the project's entity lists."""
        return {str(one["name"]) for one in self._http.json(f"{self._path}/datasets")}

    def add_dataset(self, name: str) -> None:
        """A new entity list without properties: forms bring theirs."""
        self._http.send("POST", f"{self._path}/datasets", json={"name": name})

    def link(self, form_id: str, name: str) -> None:
        """Let a draft's file be the project's entity list of that name."""
        self._http.send("PATCH", self._draft_file(form_id, name), json={"dataset": True})

    def upload(self, form_id: str, name: str, content: bytes) -> None:
        """Put a file beside a draft."""
        kind = "text/csv" if name.endswith(".csv") else "application/octet-stream"
        self._http.send("POST", self._draft_file(form_id, name), content=content, kind=kind)

    def publish(self, form_id: str) -> None:
        """Give the draft to phones."""
        self._http.send("POST", f"{self._form(form_id)}/draft/publish")

    def app_users(self) -> list[AppUser]:
        """Every app user, revoked ones too."""
        listed = self._http.json(f"{self._path}/app-users")
        return [
            AppUser(int(one["id"]), str(one["displayName"]), str(one.get("token") or "")) for one in listed
        ]

    def add_app_user(self, name: str) -> AppUser:
        """A new app user, who has no form yet."""
        one = self._http.send("POST", f"{self._path}/app-users", json={"displayName": name})
        return AppUser(int(one["id"]), name, str(one["token"]))

    def server_url(self, user: AppUser) -> str:
        """The address that goes into a phone."""
        return f"{self._http.base_url}key/{user.token}/{self._path}"

    def forms_of(self, user: AppUser) -> set[str]:
        """The forms that an app user is given."""
        listed = self._http.json(f"{self._path}/assignments/forms/{_ROLE}")
        return {str(one["xmlFormId"]) for one in listed if int(one["actorId"]) == user.id}

    def give(self, user: AppUser, form_id: str) -> None:
        """Let an app user fill a form in."""
        self._http.send("POST", f"{self._form(form_id)}/assignments/{_ROLE}/{user.id}")

    def review(self, form_id: str, root_id: str) -> str:
        """Where a submission stands there now: '' while it was only received."""
        return str(self._http.json(self._submission(form_id, root_id))["reviewState"] or "")

    def set_review(self, form_id: str, root_id: str, state: str) -> None:
        """Decide over a submission."""
        self._http.send("PATCH", self._submission(form_id, root_id), json={"reviewState": state})

    def comments(self, form_id: str, root_id: str) -> list[str]:
        """What was said about a submission."""
        listed = self._http.json(f"{self._submission(form_id, root_id)}/comments")
        return [str(one["body"]) for one in listed]

    def comment(self, form_id: str, root_id: str, words: str) -> None:
        """Say something about a submission."""
        self._http.send("POST", f"{self._submission(form_id, root_id)}/comments", json={"body": words})

    def _forms(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self._http.json(f"{self._path}/forms")
        return listed

    def _form(self, form_id: str) -> str:
        return f"{self._path}/forms/{escaped(form_id)}"

    def _draft_file(self, form_id: str, name: str) -> str:
        return f"{self._form(form_id)}/draft/attachments/{escaped(name)}"

    def _submission(self, form_id: str, root_id: str) -> str:
        return f"{self._form(form_id)}/submissions/{escaped(root_id)}"
