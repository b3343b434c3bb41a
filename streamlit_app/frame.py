"""What stands on every page: who is signed in, the language, and the banner over example data."""

from __future__ import annotations

import streamlit as st

from ingest.access import Viewer
from ingest.doors.shown import place_name
from streamlit_app.actions import remove_demo
from streamlit_app.filters import counted
from streamlit_app.office import office
from streamlit_app.state import State, change
from streamlit_app.texts import LANGUAGES, plain, t


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
        # A plain link in this tab: signing out is the server's page, not one of these.
        st.html(f'<a class="signout" href="/signout" target="_top">{t("app.sign_out", state.language)}</a>')
    words = {name: t(f"app.{name}", state.language) for name in ("title", "upload")}
    st.html(_STYLE + _WORDS.format(**words))


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


# Words of the program where Streamlit has none, or its own English ones.
_WORDS = """<style>
[data-testid="stSidebarHeader"]::before {{ content: "{title}"; flex: 1; font-weight: 700; color: #1b5e20; }}
[data-testid="stFileUploaderDropzone"] button p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{upload}"; font-size: 1rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] {{ display: none; }}
</style>"""
_STYLE = """<style>
.stMainBlockContainer { padding: 2.6rem 1.6rem 1rem; }
.stSidebar { min-width: 13rem; max-width: 15rem; }
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
.signout { color: inherit; font-size: .9rem; }
[data-testid="stElementContainer"]:has(> .stHtml style),
[data-testid="stElementContainer"]:has(> .stHtml .map-choice) { display: none; }
</style>"""
