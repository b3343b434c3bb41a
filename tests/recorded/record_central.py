"""Record what a real ODK Central answers: ``PYTHONPATH=.:tests python tests/recorded/record_central.py URL``.

The server is one of our own on loopback, with no project yet and an administrator called as in
``central_story``. Tokens, times and ids of its own are replaced by fixed ones; times keep their order.
"""

from __future__ import annotations

import json
import re
import sys
import time
from typing import Any
from urllib.parse import quote

import requests
from central_story import FOLDER, FORM, LIST, PASSWORD, USER, Office, played

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d)(:|%3A)(\d\d)(?::|%3A)(\d\d\.\d{3}Z)")
_TOKEN = re.compile(r'("(?:token|csrf|draftToken)": )"[^"]+"')
_EVER = "1970-01-01T00:00:00.000Z"  # asked for by our reader
_OWN_ID = re.compile(r"(?<![:0-9a-f-])(?![123]0000000-)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class RealCentral:
    """Phones and people of project 1."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/v1"
        who = {"email": USER, "password": PASSWORD}
        token = requests.post(f"{self._url}/sessions", json=who, timeout=60).json()["token"]
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._ask("POST", "/projects", json={"name": "ทดลอง"})
        self._url += "/projects/1"

    def _ask(self, method: str, path: str, **what: Any) -> Any:
        headers = self._bearer | what.pop("headers", {})
        answer = requests.request(method, self._url + path, headers=headers, timeout=60, **what)
        answer.raise_for_status()
        time.sleep(0.05)  # times tell the order
        return answer.json()

    def _submission(self, root: str) -> str:
        return f"/forms/{FORM}/submissions/{quote(root)}"

    def send(self, xml: bytes, instance_id: str, files: dict[str, bytes | None], entity: str = "") -> None:
        """As a phone's submission comes, and Central's worker after it."""
        self._ask("POST", f"/forms/{FORM}/submissions", data=xml, headers={"Content-Type": "text/xml"})
        for name, content in files.items():
            if content is not None:
                path = f"{self._submission(instance_id)}/attachments/{quote(name)}"
                self._ask("POST", path, data=content, headers={"Content-Type": "image/jpeg"})
        while entity and entity not in json.dumps(self._ask("GET", f"/datasets/{LIST}/entities")):
            time.sleep(1)

    def edit(self, root: str, xml: bytes, instance_id: str) -> None:  # noqa: ARG002 - it stands in the XML
        """As the web form does."""
        self._ask("PUT", self._submission(root), data=xml, headers={"Content-Type": "text/xml"})

    def delete(self, root: str) -> None:
        """Into the bin."""
        self._ask("DELETE", self._submission(root))

    def upload(self, entities: dict[str, tuple[str, dict[str, str]]]) -> None:
        """As a CSV on the list's page."""
        rows = [{"uuid": key, "label": label, "data": data} for key, (label, data) in entities.items()]
        source = {"name": "wells.csv", "size": 100}
        self._ask("POST", f"/datasets/{LIST}/entities", json={"entities": rows, "source": source})

    def change(self, entity: str, label: str, data: dict[str, str]) -> None:
        """On the entity's page."""
        path = f"/datasets/{LIST}/entities/{entity}?force=true"
        self._ask("PATCH", path, json={"label": label, "data": data})

    def forget(self, entity: str) -> None:
        """On the list's page."""
        self._ask("DELETE", f"/datasets/{LIST}/entities/{entity}")

    def export(self) -> bytes:
        """The table that its pages offer for download."""
        path = f"{self._url}/forms/{FORM}/submissions.csv"
        return requests.get(path, headers=self._bearer, timeout=60).content


def fixed(text: str) -> str:
    """Times by their order, tokens by one that opens nothing, the server's own ids by noughts."""
    moments = sorted({_moment(found) for found in _TIME.finditer(text)} - {_EVER})
    named = {one: f"2026-11-01T{n // 60:02}:{n % 60:02}:00.000Z" for n, one in enumerate(moments)}
    text = _TIME.sub(lambda found: named.get(_moment(found), _EVER).replace(":", found[2]), text)
    return _OWN_ID.sub("0" * 8 + "-0000" * 3 + "-" + "0" * 12, _TOKEN.sub(rf'\1"{"0" * 64}"', text))


def _moment(found: re.Match[str]) -> str:
    return f"{found[1]}:{found[3]}:{found[4]}"


def record(url: str) -> None:
    """Live through the story and keep what was answered, and an export of it."""
    real = RealCentral(url)
    with played(Office(url, real)) as told:
        for name, exchanges in json.loads(fixed(json.dumps(told))).items():
            text = json.dumps(exchanges, ensure_ascii=False, indent=1)
            (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "submissions.csv").write_bytes(fixed(real.export().decode()).encode())


if __name__ == "__main__":
    record(sys.argv[1].rstrip("/"))
