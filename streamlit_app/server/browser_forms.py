"""Forms in the browser, for iPhones and desks: the ODK project's web engine on pages of this server.

An enumerator's link carries the same key as the QR code of a phone (``…/projects/1/fill/``) and sends to
the same address; at a desk the session stands for it (``/fill/``). Where the engine is missing, the pages say
how to bring it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import json
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from forms.browser import for_browsers
from ingest import access
from ingest.access import Viewer
from ingest.field import offers, openrosa, phones
from ingest.field.enumerators import Enumerator
from ingest.published import FormVersion
from streamlit_app import web_engine
from streamlit_app.office import Office
from streamlit_app.server.answers import Headers, Receive, Scope, Send, answer, answer_compressed
from streamlit_app.server.receiving import Receiver, Sender
from streamlit_app.texts import pick, t, words

FILL = "fill"
_STATIC = Path(__file__).resolve().parents[1] / "static"
_OWN_FILES = ("fill.js", "fill.css")
#: The engine's maps, where there is internet; nothing else comes from elsewhere.
_TILES = "https://tile.openstreetmap.org"
_HTML = b"text/html; charset=utf-8"
_FOR_EVER = b"private, max-age=31536000, immutable"
_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><base href="{base}">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="fill.css">{scripts}</head><body>
<header><a href="?lang={language}">{home}</a><h1>{title}</h1><nav>{languages}</nav></header>
<main>{body}</main></body></html>"""


@dataclass(frozen=True)
class _Asked:
    """One request: who fills (``viewer``), which forms are offered, and where the pages' root lies."""

    viewer: Viewer
    forms: Sequence[FormVersion]
    base: str  # the path of the list, with the slash at its end
    submission: str  # where a filled form is sent
    parts: tuple[str, ...]
    language: str


class BrowserForms:
    """Answers everything below ``fill/``, for enumerators' links and for those who have signed in."""

    def __init__(self, office: Office, receiver: Receiver) -> None:
        self._office = office
        self._receiver = receiver

    async def of_phone(self, enumerator: Enumerator, rest: str, scope: Scope, send: Send) -> None:
        """The forms of an enumerator's phone. ``rest`` is the path from ``fill`` on."""
        root = f"/v1/key/{enumerator.token}/projects/1"
        forms = offers.of_phone(self._office.atlas.reference, enumerator)
        asked = _asked(scope, enumerator.viewer, forms, root, f"/{rest}")
        await self._answer(asked, scope, send)

    async def at_desk(self, viewer: Viewer, scope: Scope, receive: Receive, send: Send) -> None:
        """The pages of somebody signed in: all open forms, for those who may see personal answers."""
        if access.reach(viewer, access.PERSONAL) is None:
            await answer(send, 404)
        elif scope["path"] == f"/{FILL}/submission":
            await self._receiver(scope, receive, send, Sender("desk", writer=viewer))
        else:
            forms = offers.open_forms(self._office.atlas.reference.catalogue)
            await self._answer(
                _asked(scope, viewer, forms, "", scope["raw_path"].decode("latin-1")), scope, send
            )

    async def _answer(self, asked: _Asked, scope: Scope, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await answer(send, 405)
            return
        status, body, headers = await asyncio.to_thread(self._found, asked)
        headers += [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
        await answer_compressed(scope, send, status, body, headers)  # no referrer: keys stand in paths

    def _found(self, asked: _Asked) -> tuple[int, bytes, Headers]:
        match asked.parts:
            case () | ("",):
                return _list(asked)
            case ("engine", version, name) if version == web_engine.folder().name:
                return _file(web_engine.folder() / Path(name).name, _FOR_EVER)
            case (name,) if name in _OWN_FILES:
                return _file(_STATIC / name, b"private, no-cache")
            case ("form", form_id, *rest):
                form = next((one for one in asked.forms if one.form_id == form_id), None)
                return self._form(asked, form, rest) if form else _nothing()
        return _nothing()

    def _form(self, asked: _Asked, form: FormVersion, rest: list[str]) -> tuple[int, bytes, Headers]:
        if not rest:
            return _form_page(asked, form)
        if rest == ["form.xml"]:
            return 200, _browser_form(form.xform), [(b"content-type", b"text/xml; charset=utf-8"), _fresh()]
        if len(rest) == 2 and rest[0] == "media":
            file = phones.media_file(self._office.atlas, form, rest[1], asked.viewer)
            if file:
                kind = "text/csv; charset=utf-8" if file.name.endswith(".csv") else _kind(file.name)
                return 200, file.content, [(b"content-type", kind.encode()), _fresh()]
        return _nothing()


def _asked(scope: Scope, viewer: Viewer, forms: Sequence[FormVersion], root: str, path: str) -> _Asked:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    language = "en" if query.get("lang") == ["en"] else "th"
    parts = tuple(unquote(part) for part in path.split("/")[2:])
    base = f"{root}/{FILL}/"
    return _Asked(viewer, forms, base, f"{root or f'/{FILL}'}/submission", parts, language)


def _list(asked: _Asked) -> tuple[int, bytes, Headers]:
    """The forms that may be filled, each a link."""
    rows = "".join(
        f'<li><a href="form/{quote(one.form_id, safe="")}?lang={asked.language}">'
        f"{html.escape(pick(one.title, asked.language) or one.form_id)}</a></li>"
        for one in asked.forms
    )
    body = f"<p>{html.escape(t('fill.what', asked.language))}</p><ul>{rows}</ul>" if rows else ""
    return _page(asked, t("fill.title", asked.language), body or html.escape(t("fill.none", asked.language)))


def _form_page(asked: _Asked, form: FormVersion) -> tuple[int, bytes, Headers]:
    engine = f"engine/{web_engine.folder().name}"
    imports = {"vue": f"{asked.base}{engine}/{web_engine.VUE_ENTRY}",
               "web-forms": f"{asked.base}{engine}/{web_engine.ENTRY}"}  # fmt: skip
    known = {
        "form": f"{asked.base}form/{quote(form.form_id, safe='')}",
        "submission": asked.submission,
        "maxBytes": openrosa.MAX_UPLOAD_BYTES,
        "username": asked.viewer.name,
        "language": asked.language,
        "words": words("fill", asked.language),
    }
    scripts = _script("importmap", {"imports": imports}) + _script("application/json", known, "known")
    scripts += '<script type="module" src="fill.js"></script>'
    title = pick(form.title, asked.language) or form.form_id
    body = '<div id="told" role="status"></div><div id="form"></div>'
    return _page(asked, title, body, scripts)


def _script(kind: str, value: Any, key: str = "") -> str:
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    named = f' id="{key}"' if key else ""
    return f'<script type="{kind}"{named}>{text}</script>'


def _page(asked: _Asked, title: str, body: str, scripts: str = "") -> tuple[int, bytes, Headers]:
    """A page; where the engine was not brought it says so instead, in both languages."""
    ready = web_engine.is_here()
    if not ready:
        told = "".join(f"<p>{t('fill.missing', language)}</p>" for language in ("th", "en"))
        body, scripts = f'<div class="missing">{told}</div>', ""
    here = "/".join(quote(part, safe="") for part in asked.parts)
    languages = " ".join(
        f'<a href="{here}?lang={key}">{name}</a>' for key, name in (("th", "ไทย"), ("en", "English"))
    )
    page = _PAGE.format(
        language=asked.language, base=html.escape(asked.base), title=html.escape(title), scripts=scripts,
        home=html.escape(t("fill.home", asked.language)), languages=languages, body=body,
    )  # fmt: skip
    headers: Headers = [(b"content-type", _HTML), _fresh(), (b"content-security-policy", _policy(scripts))]
    return 200 if ready else 503, page.encode(), headers


def _policy(scripts: str) -> bytes:
    """Nothing but this server's files runs; the engine reads its formulas with WebAssembly."""
    inline = scripts.partition("</script>")[0].partition(">")[2]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return (
        f"default-src 'self'; script-src 'self' 'sha256-{digest}' 'wasm-unsafe-eval'; "
        "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        f"img-src 'self' data: blob: {_TILES}; "
        "media-src 'self' blob:; connect-src 'self' data: blob:; object-src 'none'; frame-ancestors 'none'"
    ).encode()


@lru_cache(maxsize=128)
def _browser_form(xform: bytes) -> bytes:
    return for_browsers(xform)


def _kind(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or ""
    return kind if kind.startswith(("image/", "audio/", "video/")) else "application/octet-stream"


def _file(path: Path, cache: bytes) -> tuple[int, bytes, Headers]:
    if not path.is_file():
        return _nothing()
    kind = b"text/css; charset=utf-8" if path.suffix == ".css" else b"text/javascript; charset=utf-8"
    return 200, path.read_bytes(), [(b"content-type", kind), (b"cache-control", cache)]


def _fresh() -> tuple[bytes, bytes]:
    return b"cache-control", b"no-store"


def _nothing() -> tuple[int, bytes, Headers]:
    return 404, b"", []
