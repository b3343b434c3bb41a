"""The screen's words: every text in both languages, none in the code of the pages."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from ingest.doors.shown import told_apart
from streamlit_app.texts import plain, t, table, told, words

APP = Path(__file__).resolve().parents[1] / "streamlit_app"
SCREENS = [
    *(APP / "app.py", APP / "frame.py"),
    *(
        path
        for part in ("views", "filters", "records", "numbers", "field", "keyin", "maps")
        for path in sorted((APP / part).glob("*.py"))
    ),
]
SHOWS = {
    *("write", "markdown", "caption", "info", "warning", "success", "error", "subheader", "title", "header"),
    *("button", "selectbox", "multiselect", "text_input", "toggle", "radio", "popover", "expander"),
}
FLAGS = (
    *("geometry_unreadable", "out_of_range", "swapped_lat_lon", "outside_thailand", "ring_open", "area_zero"),
    *("too_few_points", "self_crossing", "poor_accuracy", "tambon_disagrees", "tambon_outside"),
    *("tambon_near_line", "bad_integer", "bad_decimal", "bad_date", "bad_datetime", "area_unknown"),
)
THAI = re.compile(r"[\u0e01-\u0e5b]")


def fields(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_no_two_entries_of_a_list_read_the_same() -> None:
    """A browser tells what was chosen by its words; what they already say is left as it is."""
    labels = {"a": "ฝาย", "b": "ฝาย", "c": "สระ", "d": "ฝาย · ม.3", "e": "ฝาย · ม.3 · a"}
    called = told_apart(labels, {"a": "ม.3", "b": "ม.4"})
    assert len(set(called.values())) == len(labels)
    assert (called["b"], called["c"]) == ("ฝาย · ม.4", "สระ")


def test_both_languages_have_the_same_texts() -> None:
    """With the same values to fill in, and none left blank."""
    thai, english = table("th"), table("en")

    assert thai.keys() == english.keys()
    assert [key for key in thai if fields(thai[key]) != fields(english[key])] == []
    assert [key for key in thai if not thai[key].strip() or not english[key].strip()] == []


def test_thai_is_thai_and_english_is_not() -> None:
    """A text that was forgotten in translation shows in the wrong letters."""
    without_words = {
        key for key, text in table("th").items() if not re.search(r"[A-Za-z\u0e01-\u0e5b]", text)
    }
    names_alike = {"export.geojson", "export.parquet"}

    assert [key for key, text in table("en").items() if THAI.search(text)] == []
    untranslated = [
        key for key, text in table("th").items() if not THAI.search(re.sub(r"\{\w+\}", "ก", text))
    ]
    assert set(untranslated) - without_words - names_alike == set()


def used_keys() -> set[str]:
    """Every key that the code asks for by its whole name."""
    call = re.compile(r"""\bt\(\s*f?"([a-z_]+\.[a-z_.]+)\"""")
    return {key for path in APP.rglob("*.py") for key in call.findall(path.read_text(encoding="utf-8"))}


def test_every_text_that_is_asked_for_exists() -> None:
    """A missing key would stop a page."""
    assert used_keys() - table("th").keys() == set()
    assert len(used_keys()) > 60


@pytest.mark.parametrize("part", ["map", "fill"])
def test_scripts_find_their_words(part: str) -> None:
    """What map.js and fill.js ask of their words stands below ``map.`` and ``fill.`` in both languages."""
    scripts = "".join(path.read_text(encoding="utf-8") for path in (APP / "static").glob(f"{part}*.js"))
    asked = set(re.findall(r"\bwords\.([a-z_]+)", scripts))

    assert len(asked) > 5
    assert asked - words(part, "th").keys() == set()
    assert asked - words(part, "en").keys() == set()


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.stem)
def test_no_screen_text_stands_in_a_page(path: Path) -> None:
    """Pages name texts by key: no Thai in them, and nothing literal handed to a widget."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
                  if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)}  # fmt: skip
    constants = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [text for text in constants if THAI.search(text) and text not in docstrings] == []
    literal = [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHOWS
        and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value
    ]  # fmt: skip
    assert literal == []


def test_every_flag_and_reason_says_what_it_means_and_what_to_do() -> None:
    """Codes that the data's side knows have words; an unknown one still says something."""
    source = "".join(
        (APP.parent / name).read_text(encoding="utf-8") for name in ("geo/parse.py", "ingest/envelope.py")
    )
    reasons = {"unreadable", "unknown_form", "unknown_version", "encrypted", "redacted", "unprojectable"}
    reasons |= set(re.findall(r'raise ValueError\("([a-z_]+)"\)', source))
    for kind, codes in (("flag", FLAGS), ("reason", reasons)):
        for code in codes:
            assert f"{kind}.{code}" in table("th"), code
            assert f"{kind}.{code}_do" in table("en"), code
    assert "new_thing" in told("flag", "new_thing", "th")
    assert told("flag", "new_thing", "en", remedy=True)


def test_text_from_outside_is_never_markup() -> None:
    """Names and answers reach Markdown with every sign escaped."""
    assert plain("**<b>[x](y)_สวน_ :red[a]") == r"\*\*\<b\>\[x\]\(y\)\_สวน\_ \:red\[a\]"


def test_an_unknown_key_is_an_error() -> None:
    """It is found by tests and not by officers."""
    with pytest.raises(KeyError):
        t("no.such")
