"""The phones' side of the server (OpenROSA): /v1/key/{token}/projects/1/…

No session and no password: one revocable token per enumerator stands in the path, as ODK Collect sends
no Basic credentials over plain http. A token never reaches a log line.
"""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, quote, unquote

import sqlalchemy as sa

from ingest import problems
from ingest.field import enumerators, offers, openrosa, phones
from ingest.field.enumerators import Enumerator
from ingest.field.openrosa import ListedFile, ListedForm
from ingest.published import FormVersion
from streamlit_app.office import Office
from streamlit_app.server.answers import Headers, Receive, Scope, Send, answer, base_url, header
from streamlit_app.server.browser_forms import FILL, BrowserForms
from streamlit_app.server.receiving import Receiver, Sender, refuse
from thai.problem import Problem

_Answer = tuple[int, bytes, Headers]
_CSV = [(b"content-type", b"text/csv; charset=utf-8"), (b"x-openrosa-version", b"1.0")]
_FILE = [(b"content-type", b"application/octet-stream"), (b"x-openrosa-version", b"1.0")]


class PhoneServer:
    """Answers phones for one office. ``public_url`` replaces the request's host where it is given."""

    def __init__(
        self, office: Office, receiver: Receiver, browsers: BrowserForms, public_url: str = ""
    ) -> None:  # fmt: skip
        self._office = office
        self._public_url = public_url
        self._receiver = receiver
        self._browsers = browsers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request below ``/v1``."""
        token, rest = _split(scope["raw_path"].decode("latin-1"))
        enumerator = self._office.atlas.reference.phones.get(token)
        if enumerator is None:
            await answer(send, 403, openrosa.refusal(problems.unknown_token()), openrosa.HEADERS)
            return
        try:
            if rest == "submission":
                await self._receiver(scope, receive, send, Sender("phone", enumerator.id))
            elif rest == FILL or rest.startswith(f"{FILL}/"):
                await self._browsers.of_phone(enumerator, rest, scope, send)
            elif scope["method"] in ("GET", "HEAD"):
                status, body, headers = await asyncio.to_thread(self._get, enumerator, scope, rest)
                await answer(send, status, body, headers)
            else:
                await answer(send, 405)
        except (Problem, OSError, sa.exc.SQLAlchemyError) as error:
            await refuse(send, error)

    def _get(self, enumerator: Enumerator, scope: Scope, rest: str) -> _Answer:
        base = enumerators.server_url(base_url(scope, self._public_url), enumerator.token)
        if rest == "formList":
            return 200, openrosa.form_list(self._listed(base, enumerator)), openrosa.HEADERS
        parts = [unquote(part) for part in rest.split("/")]
        if len(parts) >= 4 and parts[0] == "forms":
            form = self._office.atlas.reference.catalogue.versions.get((parts[1], parts[2]))
            if form:
                return self._form_part(form, enumerator, scope, base, parts[3:])
        if len(parts) == 3 and parts[0] == "datasets" and parts[2] == "integrity":
            ids = parse_qs(scope.get("query_string", b"").decode()).get("id", [""])[0].split(",")
            gone = phones.deleted(self._office.atlas, parts[1], [one for one in ids if one])
            return 200, openrosa.integrity(gone), openrosa.HEADERS
        return 404, b"", openrosa.HEADERS

    def _listed(self, base: str, enumerator: Enumerator) -> list[ListedForm]:
        listed = []
        for form in offers.of_phone(self._office.atlas.reference, enumerator):
            root = _form_url(base, form)
            name = form.title.get("th") or form.title.get("en") or form.form_id
            manifest = f"{root}/manifest" if form.media else ""
            listed.append(
                ListedForm(form.form_id, name, form.version, form.md5, f"{root}/form.xml", manifest)
            )
        return listed

    def _form_part(
        self, form: FormVersion, enumerator: Enumerator, scope: Scope, base: str, parts: list[str]
    ) -> _Answer:
        atlas, root = self._office.atlas, _form_url(base, form)
        if parts == ["form.xml"]:
            return _unless_known(scope, form.xform, form.md5, openrosa.HEADERS)
        if parts == ["manifest"]:
            files = [
                ListedFile(
                    one.name,
                    one.md5,
                    f"{root}/media/{quote(one.name)}",
                    f"{base}/datasets/{quote(one.name.removesuffix('.csv'))}/integrity"
                    if one.is_list
                    else "",
                )
                for one in phones.media(atlas, form, enumerator.viewer)
            ]
            return 200, openrosa.manifest(files), openrosa.HEADERS
        if len(parts) == 2 and parts[0] == "media":
            file = phones.media_file(atlas, form, parts[1], enumerator.viewer)
            if file:
                kind = _CSV if file.name.endswith(".csv") else _FILE
                return _unless_known(scope, file.content, file.md5, kind)
        return 404, b"", openrosa.HEADERS


def _unless_known(scope: Scope, body: bytes, md5: str, headers: Headers) -> _Answer:
    """The body, or 304 to a phone that holds it already: Collect asks with the ETag it was given."""
    etag = f'"{md5}"'
    if header(scope, b"if-none-match") == etag:
        return 304, b"", [(b"etag", etag.encode())]
    return 200, body, [*headers, (b"etag", etag.encode())]


def _split(path: str) -> tuple[str, str]:
    """``/v1/key/TOKEN/projects/1/REST`` -> token and rest; two empty strings for anything else."""
    parts = path.split("/", 6)
    if len(parts) == 7 and parts[1:3] == ["v1", "key"] and parts[4:6] == ["projects", "1"]:
        return parts[3], parts[6]
    return "", ""


def _form_url(base: str, form: FormVersion) -> str:
    return f"{base}/forms/{quote(form.form_id, safe='')}/{quote(form.version, safe='')}"
