"""Pages of the server itself: what a browser shows in place of a file that is refused, or not made yet."""

from __future__ import annotations

import html
from urllib.parse import parse_qs

from streamlit_app.server.answers import Headers, Scope, Send, answer, answer_json, wants_page
from streamlit_app.texts import t
from thai.problem import Problem

HTML: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept"),
]
_HEAD = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>
<style>body{{font-family:"Noto Sans Thai",Sarabun,"Leelawadee UI",Loma,Tahoma,sans-serif;background:#f4f7f4;
margin:0;display:grid;place-items:center;min-height:100vh;line-height:1.7;color:#1c2b21}}
main{{background:#fff;padding:1.6rem 2rem;border-radius:12px;box-shadow:0 2px 16px #0002;
width:min(30rem,80vw)}}
h1{{font-size:1.25rem;margin:0 0 .4rem}}p{{margin:.3rem 0;overflow-wrap:anywhere}}
progress{{width:100%;accent-color:#2e7d32}}a{{color:#1b5e20;font-weight:600}}</style></head><body><main>"""


def language_of(query: str) -> str:
    """The language that an address asks for; Thai until it does."""
    return "en" if parse_qs(query).get("lang") == ["en"] else "th"


def head(title: str, language: str) -> str:
    """A page's beginning, up to what it says."""
    return _HEAD.format(language=language, title=html.escape(title))


def saying(problem: Problem, language: str) -> str:
    """What is wrong and what to do, as a piece of a page."""
    says, remedy = html.escape(problem.says[language]), html.escape(problem.remedy[language])
    place = html.escape(problem.place[language])
    return f'<div role="alert"><h1>{says}</h1>{f"<p>{place}</p>" if place else ""}<p>→ {remedy}</p></div>'


async def refuse(scope: Scope, send: Send, problem: Problem, status: int) -> None:
    """Say what is wrong: a page to whom looks at it in a browser, JSON to programs."""
    if not wants_page(scope):
        await answer_json(send, {"problems": [problem.as_dict()]}, status)
        return
    language = language_of(scope.get("query_string", b"").decode("latin-1"))
    way = f'<p><a href="/?lang={language}">{html.escape(t("page.map", language))}</a></p>'
    page = head(problem.says[language], language) + saying(problem, language) + way
    await answer(send, status, page.encode(), HTML)
