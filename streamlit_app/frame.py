"""What stands on every page: who is signed in, the language, and the banner over example data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode

import streamlit as st

from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.doors.shown import place_name
from streamlit_app.actions import remove_demo
from streamlit_app.filters import counted
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import State, change, current
from streamlit_app.texts import LANGUAGES, plain, t
from thai.problem import Problem, Problems


def sidebar(viewer: Viewer, state: State) -> None:
    """Account, area, language and the way out."""
    with st.sidebar:
        other = next(language for language in LANGUAGES if language != state.language)
        st.button(
            LANGUAGES[other], key="language", icon=":material/translate:", width="stretch",
            on_click=change, kwargs={"language": other},
        )  # fmt: skip
        names = office().atlas.reference.names
        everywhere = t("app.everywhere", state.language)
        where = place_name(viewer.area, state.language, names) if viewer.area else everywhere
        st.caption(f"{plain(viewer.name)}  \n{t(f'role.{viewer.role}', state.language)} · {where}")
        # Plain links in this tab: these are the server's own pages.
        ways = {f"/signin?change=1&amp;lang={state.language}": "signin.change", "/signout": "app.sign_out"}
        links = (
            f'<a class="signout" href="{way}" target="_top">{t(words, state.language)}</a>'
            for way, words in ways.items()
        )
        st.html("<br>".join(links))
    words = {name: t(f"app.{name}", state.language) for name in _OWN_WORDS}
    tools = [_TOOL.format(label=label, word=t(key, state.language)) for label, key in _TOOLS.items()]
    st.html(f"{_STYLE}{_WORDS.format(**words)}<style>{''.join(tools)}</style>")


def demo_banner(viewer: Viewer, state: State) -> None:
    """Says that what is shown is made up; an administrator may take it away, and only it."""
    n = counted.everything()["demo"]
    if not n:
        return
    text, button = st.columns([5, 1.4], vertical_alignment="center")
    text.warning(t("demo.banner", state.language, n=f"{n:,}"), icon=":material/science:")
    if viewer.role == "administrator":
        with button.popover(t("demo.remove", state.language), width="stretch"):
            st.write(t("demo.remove_what", state.language, n=f"{n:,}"))
            if st.button(t("demo.remove_now", state.language), type="primary", key="demo.remove"):
                remove_demo(office())
                st.rerun()


def broken(error: Exception) -> bool:
    """Say what went wrong on a page where nothing else did, with a remedy; True, as that is all to be shown.

    What the catalogue of errors does not know stands in the server's log, and here when to look for it.
    """
    language = current().language
    known = error.problems if isinstance(error, Problems) else [error] if isinstance(error, Problem) else []
    for one in known:
        st.error(f"{plain(one.says[language])}  \n→ {plain(one.remedy[language])}", icon=":material/error:")
        if one.code == "bad_filter":  # of a link whose layer is gone: what would clear it is not drawn by now
            query = escape(urlencode(replace(current(), shared=Filter(), answers={}).to_pairs()))
            st.html(f'<a class="kept" href="?{query}" target="_top">{t("filter.clear", language)}</a>')
    if not known:
        remedy = t("app.broken_do", language, at=format_moment(datetime.now(UTC).isoformat(), language))
        st.error(f"{t('app.broken', language)}  \n→ {remedy}", icon=":material/error:")
    return True


# Words of the program where Streamlit has none, or its own English ones.
_OWN_WORDS = ("title", "upload", "working", "no_option", "no_option_left")
_WORDS = """<style>
[data-testid="stSelectboxVirtualDropdown"] [role="option"][style] > span {{ font-size: 0; }}
[data-testid="stMultiSelectDropdown"] [role="option"][style] > span {{ font-size: 0; }}
[data-testid="stSelectboxVirtualDropdown"] [role="option"][style] > span::after {{ content: "{no_option}"; }}
[data-testid="stMultiSelectDropdown"] [role="option"][style] > span::after {{ content: "{no_option_left}"; }}
[role="option"][style] > span::after {{ font-size: 1rem; }}
[data-testid="stSidebarHeader"]::before {{ content: "{title}"; flex: 1; font-weight: 700; color: #1b5e20; }}
[data-testid="stFileUploaderDropzone"] button p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{upload}"; font-size: 1rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] {{ display: none; }}
.stApp[data-test-script-state="running"]::after {{ content: "{working}"; }}
</style>"""
# What tables' own tools are called where the pointer is on them.
_TOOLS = {
    "Show/hide columns": "app.columns", "Download as CSV": "app.download", "Search": "app.find",
    "Fullscreen": "app.full_screen", "Close fullscreen": "app.full_screen_end",
}  # fmt: skip
_TOOL = """
body:has([aria-label="{label}"]:hover) [role="tooltip"] p {{ font-size: 0; }}
body:has([aria-label="{label}"]:hover) [role="tooltip"] p::after {{ content: "{word}"; font-size: .875rem; }}
"""
_STYLE = """<style>
.stMainBlockContainer { padding: 2.6rem 1.6rem 1rem; }
.stSidebar { min-width: 13rem; max-width: 15rem; }
.stSidebar { transition-property: transform; } /* at its width at once: the map would be asked for twice */
.stApp, .stApp button, .stApp input { line-height: 1.6; }
dl.answers { display: grid; grid-template-columns: minmax(8rem, 2fr) 3fr; gap: .25rem 1rem; }
dl.answers { margin: 0; padding: 0 !important; }
dl.answers dt, dl.answers dd { margin: 0 !important; padding: 0 !important; }
dl.answers dt { color: #55655c; }
dl.answers dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.gallery { display: flex; flex-wrap: wrap; gap: .4rem; }
img.small.photo { height: 5.5rem; }
img.photo { max-width: 100%; max-height: 18rem; border-radius: 8px; }
.st-key-map iframe { height: clamp(24rem, 100dvh - 12rem, 60rem) !important; }
.st-key-sides iframe { height: clamp(20rem, 100dvh - 19rem, 50rem) !important; }
.st-key-filters { height: clamp(26rem, 100dvh - 9rem, 62rem) !important; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding-top: 4.2rem; }
  .st-key-desk > .stHorizontalBlock,
  .st-key-desk > div > .stHorizontalBlock { flex-direction: column-reverse; }
  .st-key-desk .stColumn { min-width: 100%; }
  .st-key-map iframe, .st-key-sides iframe { height: 70dvh !important; }
  .st-key-filters { height: auto !important; }
  .stElementContainer:has(.stDataFrame) { margin-top: 1.6rem; } /* a table's tools stand above it */
}
[data-testid="stMetricLabel"] * { white-space: normal !important; overflow: visible !important; }
.st-key-swipe { display: grid; grid-template-columns: 100%; }
.st-key-swipe > * { grid-area: 1 / 1; width: 100%; }
.st-key-swipe:fullscreen { background: #fff; }
.st-key-swipe:fullscreen iframe { height: 100vh !important; }
a.kept { color: #1b5e20; font-weight: 600; text-decoration: none; line-height: 1.5; }
a.kept:hover { text-decoration: underline; }
.months { display: flex; align-items: flex-end; gap: 1px; height: 3rem; margin: 0 .4rem -.6rem; }
.months i { flex: 1; min-height: 1px; background: #b9cdbb; }
.months i.chosen { background: #2e7d32; }
.stApp::after { position: fixed; top: .6rem; left: 50%; translate: -50%; z-index: 1000000; }
.stApp::after { padding: .3rem 1rem; background: #1b5e20; color: #fff; border-radius: 8px; }
.stApp::after { opacity: 0; pointer-events: none; animation: after-a-second .2s 1s forwards; }
@keyframes after-a-second { to { opacity: 1; } }
.signout { color: inherit; font-size: .9rem; }
[data-testid="stElementContainer"]:has(> .stHtml style),
[data-testid="stElementContainer"]:has(> .stHtml .map-choice) { display: none; }
</style>"""
