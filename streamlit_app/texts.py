"""The screen's words: ``texts/th/`` and ``texts/en/`` hold the same keys, a file a part of the screen."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = {"th": "ไทย", "en": "English"}
DEFAULT = "th"
_MARKUP = frozenset("\\`*_{}[]<>()#+-.!|~$:&@/")


@cache
def table(language: str) -> dict[str, str]:
    """Every text of a language by its dotted key, whose first part is the name of its file."""
    files = sorted((Path(__file__).parent / "texts" / language).glob("*.toml"))
    return dict(_flat({file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}, ""))


def _flat(value: dict[str, object], before: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, inner in value.items():
        key = f"{before}{name}"
        found += _flat(inner, f"{key}.") if isinstance(inner, dict) else [(key, str(inner))]
    return found


def t(key: str, language: str = DEFAULT, **values: object) -> str:
    """A text by its key, its ``{names}`` filled in; KeyError for a key that does not exist."""
    text = table(language)[key]
    return text.format(**values) if values else text


def words(prefix: str, language: str) -> dict[str, str]:
    """All texts below a key, such as the map's, by the rest of their keys."""
    start = f"{prefix}."
    return {key.removeprefix(start): text for key, text in table(language).items() if key.startswith(start)}


def pick(label: dict[str, str], language: str) -> str:
    """A label of a form in the screen's language; Thai where it has no other."""
    return label.get(language) or label.get(DEFAULT) or next(iter(label.values()), "")


def told(kind: str, code: str, language: str, *, remedy: bool = False) -> str:
    """What a code (of a ``flag`` or a quarantine ``reason``) means, or what to do about it."""
    ending = "_do" if remedy else ""
    key = f"{kind}.{code}{ending}"
    return table(language).get(key) or t(f"{kind}.unknown{ending}", language, code=code)


def plain(text: str) -> str:
    """Text from outside for a place that reads Markdown: nothing in it is taken for markup."""
    return "".join(f"\\{letter}" if letter in _MARKUP else letter for letter in text)
