"""ODK Collect, as far as a server can tell: its form engine behind the server's own addresses."""

from __future__ import annotations

import httpx
import javarosa
from lxml import etree
from offices import post

MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


class Phone:
    """One phone: it downloads, fills with JavaRosa and sends."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def form(self, form_id: str) -> javarosa.LoadedForm:
        """Download a form with its lists and open it."""
        listed = self.http.get("formList").text.split("<xform>")
        entry = next(one for one in listed if f"<formID>{form_id}<" in one)
        download, manifest = (
            entry.partition(f"<{name}>")[2].partition("<")[0] for name in ("downloadUrl", "manifestUrl")
        )
        media = {}
        for file in etree.fromstring(self.http.get(manifest).content) if manifest else ():
            name, url = (file.findtext(f"{MANIFEST}{tag}") or "" for tag in ("filename", "downloadUrl"))
            media[name] = self.http.get(url).content
        return javarosa.engine().load(self.http.get(download).content, media)

    def send(self, xml: bytes, files: dict[str, bytes] | None = None) -> None:
        """Send and hear "received"."""
        answer = post(self.http, xml, files)
        assert answer.status_code == 201, answer.text
