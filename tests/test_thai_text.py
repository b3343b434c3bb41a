"""Thai text has one spelling inside the program, however a phone, a PDF or an old keyboard wrote it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thai.text import arabic_digits, fold, normalise, plain_number, strip_area_prefix, thai_digits

SARA_AM = "\u0e33"
thai_text = st.text(
    st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B) | st.sampled_from(" a\u200b\uf70a\n\r\u00a0")
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ก\u0e4d\u0e32แพงเพชร", "ก\u0e33แพงเพชร"),
        ("ต\u0e4d\u0e32บลเกาะทวด", "ต\u0e33บลเกาะทวด"),
        ("น\u0e4d\u0e49\u0e32", "น\u0e49\u0e33"),
        ("น\u0e49\u0e4d\u0e32", "น\u0e49\u0e33"),
        ("น\u0e33\u0e49", "น\u0e49\u0e33"),
        ("ท\u0e32\u0e4d", "ท\u0e33"),
    ],
)
def test_sara_am_is_one_character_however_it_was_typed(written: str, meant: str) -> None:
    """Both spellings of SARA AM, and a tone mark on either side, give U+0E33 after the tone mark."""
    assert normalise(written) == meant


def test_marks_stand_in_one_order_and_once() -> None:
    """A tone mark typed before its vowel, or twice, is the same word."""
    assert normalise("ท\u0e48\u0e35") == normalise("ท\u0e35\u0e48\u0e48") == "ท\u0e35\u0e48"
    assert normalise("เเม่น้ำ") == "แม่น้ำ"
    assert normalise("สิทธ\u0e4c\u0e34") == "สิทธ\u0e34\u0e4c"


def test_glyphs_of_old_fonts_become_letters() -> None:
    """Private Use marks of PDF text (seed 001) are read as the marks they draw."""
    assert normalise("ตั้งแต\uf70aป\uf702") == "ตั้งแต่ปี"
    assert normalise("แก\uf70bป\uf710ญหา") == "แก้ปัญหา"
    assert normalise("เป\uf712น") == "เป็น"
    assert normalise("ประสงค\uf70e") == "ประสงค์"


def test_invisible_characters_and_spaces() -> None:
    """Zero-width characters go, spaces of all kinds become one, a space before a mark was no space."""
    assert normalise("เกาะ\u200bทวด\ufeff") == "เกาะทวด"
    assert normalise("  บ้าน \u00a0 ใหม่ ") == "บ้าน ใหม่"
    assert normalise("หนึ่ง \r\n สอง") == "หนึ่ง\nสอง"
    assert normalise("ช ่วย") == "ช่วย"


@given(thai_text)
@example("ก\r\u00a0ข")
@example("ก า\uf70aข")
def test_normalising_twice_changes_nothing(text: str) -> None:
    """The canonical spelling is a fixed point, for any run of Thai characters."""
    once = normalise(text)
    assert normalise(once) == once
    assert fold(fold(text)) == fold(text)


def test_words_that_are_right_stay() -> None:
    """Correct words with every kind of mark pass unchanged."""
    for word in ("ที่", "นั้น", "ปี๊", "ญู", "กี่", "เก็บ", "พันธุ์", "น้ำ", "ปากพนังฝั่งตะวันออก", "สฺวากฺขาโต", "Ko Thuat"):
        assert normalise(word) == word


def test_search_ignores_digits_script_case_and_spaces() -> None:
    """What is typed in either script finds the same record."""
    assert fold("หมู่ ๑๓ ต.คลองน้อย") == fold("หมู่13 ต.คลองน้อย")
    assert fold("KO THUAT") == fold("ko thuat")


@pytest.mark.parametrize(
    "written", ["ต.เกาะทวด", "ตำบลเกาะทวด", "ต. เกาะทวด", "ตําบลเกาะทวด", "เกาะทวด", "แขวงเกาะทวด"]
)
def test_area_prefix_is_dropped(written: str) -> None:
    """Prefixes of all levels go, with SARA AM in either spelling."""
    assert strip_area_prefix(written) == "เกาะทวด"


@pytest.mark.parametrize("name", ["จ.ป.ร.", "อำเภอ", "ตะเครียะ", "เขต"])
def test_names_that_only_look_prefixed_stay(name: str) -> None:
    """Tambon จ.ป.ร. is an abbreviation; a prefix alone is a name."""
    assert strip_area_prefix(name) == name


def test_english_prefixes_go_too() -> None:
    """Tambon, Amphoe and Changwat in Latin letters."""
    assert strip_area_prefix("Tambon Ko Thuat") == "Ko Thuat"


def test_digits_both_ways() -> None:
    """๐–๙ and 0–9 change into each other, nothing else does."""
    assert arabic_digits("๒๕๖๔ ก") == "2564 ก"
    assert thai_digits("2564 ก") == "๒๕๖๔ ก"


def test_a_comma_parts_thousands_and_nothing_else() -> None:
    """120,50 was keyed in as 12,050."""
    assert [plain_number(one) for one in ("๑,๒๐๐.๕๐", " -1,234,567 ", "120", "0.5")] == [
        "1200.50", "-1234567", "120", "0.5",
    ]  # fmt: skip
    assert [plain_number(one) for one in ("120,50", "1,2", "12,34,567", "1,5 ไร่")] == [
        "120,50", "1,2", "12,34,567", "1,5 ไร่",
    ]  # fmt: skip


def test_importing_the_conventions_is_quick() -> None:
    """No heavy library is loaded before it is needed: each command line call pays for imports."""
    names = "thai.text, thai.calendar, thai.area, thai.codes, thai.money"
    heavy = f"import sys, {names}; print('pythainlp' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"
