"""The ODK project's form engine for browsers: which files of which npm packages, and where they lie.

It is no part of the program: ``tambon.py forms web`` brings it, checked against the hashes below. Both
packages are already built for browsers, so nothing is compiled here, and pages ask this server alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package as it was tried. ``sha512`` is npm's ``integrity`` of its archive."""

    name: str
    version: str
    sha512: str  # base64
    served: str  # which of its files are served, as a pattern under its root

    @property
    def spec(self) -> str:
        """What npm calls this very version."""
        return f"{self.name}@{self.version}"

    @property
    def archive(self) -> str:
        """The archive's file name as ``npm pack`` writes it."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


ENGINE = Package(
    "@getodk/web-forms",
    "0.22.0",
    "vG4ZWWqIUNNXVab8qdLtPouxv8fOjJNIloWcWbTn8hSeID9f2tBeSHV89Avptw+BRyj2YDFmrFrKDYNwErD5Jg==",
    "dist/*.js",
)
VUE = Package(
    "vue",
    "3.5.45",
    "3cvsib8m9c0vB24+MDKsgcW4+Da4xaBl9Z/5Tbm2pmSIsRPxcil4cdXjXlVsmJ2g64XJo5h+IRd7rsdGT9pZaw==",
    "dist/vue.runtime.esm-browser.prod.js",
)
PACKAGES = (ENGINE, VUE)
ENTRY = "index.js"
VUE_ENTRY = "vue.runtime.esm-browser.prod.js"
FOLDER = Path(__file__).resolve().parents[1] / ".web_forms"


def folder() -> Path:
    """Where this version's files lie, once brought."""
    return FOLDER / f"{ENGINE.version}-{VUE.version}"


def is_here() -> bool:
    """Whether forms can be filled in browsers."""
    return (folder() / ENTRY).is_file()
