"""The words of an XForm in Thai and English: its itext block, and what stands in for a missing word."""

from __future__ import annotations

import re

from lxml import etree

TITLE_SEPARATOR = " · "
LANGUAGE_CODE = re.compile(r"\(([a-z]{2,3})(?:-[A-Za-z0-9]+)*\)\s*$")
ITEXT_CALL = re.compile(r"jr:itext\(\s*['\"]([^'\"]+)['\"]\s*\)")
UNTRANSLATED = "-"


def language_code(name: str) -> str:
    """``ไทย (th)`` -> 'th', ``English (en)`` -> 'en'; without a code it is Thai unless it says English."""
    found = LANGUAGE_CODE.search(name)
    if found:
        return found.group(1)
    return "en" if name.strip().casefold() == "english" else "th"


def both(words: dict[str, str], otherwise: str) -> dict[str, str]:
    """The words with 'th' and 'en' always filled: each stands in for the other, ``otherwise`` for both."""
    said = {code: text for code, text in words.items() if text and text != UNTRANSLATED}
    first = next(iter(said.values()), otherwise)
    return said | {"th": said.get("th", said.get("en", first)), "en": said.get("en", said.get("th", first))}


def split_title(title: str) -> dict[str, str]:
    """A form has one title; written ``Thai · English`` it is both."""
    thai, _, english = title.partition(TITLE_SEPARATOR)
    return both({"th": thai.strip(), "en": english.strip()}, title)


class Labels:
    """Looks labels up in the itext block of one XForm; every answer holds 'th' and 'en'."""

    def __init__(self, document: etree._Element) -> None:
        self._texts: dict[str, dict[str, str]] = {}
        languages: dict[str, None] = {}
        for translation in document.iter("{*}translation"):
            code = language_code(translation.get("lang", ""))
            languages[code] = None
            for text in translation.iter("{*}text"):
                self._texts.setdefault(text.get("id", ""), {})[code] = _plain_value(text)
        self.languages = tuple(languages) or ("th",)

    def of(self, element: etree._Element | None, itext_id: str, otherwise: str) -> dict[str, str]:
        """The label of a control or an inline choice; of ``itext_id`` where there is none, because the
        compiler keeps the words of a calculation without showing them.
        """
        label = None if element is None else element.find("{*}label")
        if label is None:
            return both(self._texts.get(itext_id, {}), otherwise)
        call = ITEXT_CALL.search(label.get("ref", ""))
        if call:
            return both(self._texts.get(call.group(1), {}), otherwise)
        return both({"th": _flat(label)}, otherwise)

    def of_item(self, itext_id: str, text: str, otherwise: str) -> dict[str, str]:
        """The label of a choice that stands in a secondary instance."""
        words = self._texts.get(itext_id, {}) if itext_id else {"th": text.strip()}
        return both(words, otherwise)


def _plain_value(text: etree._Element) -> str:
    """The value meant for reading; the others (image, audio, guidance) carry a form attribute."""
    for value in text.iterchildren("{*}value"):
        if not value.get("form"):
            return _flat(value)
    return ""


def _flat(element: etree._Element) -> str:
    """Text of an element, an answer that the phone would insert shown as an ellipsis."""
    text = element.text or ""
    for child in element:
        text += "…" + (child.tail or "")
    return " ".join(text.split())
