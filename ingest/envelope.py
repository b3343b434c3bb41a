"""What a submission says of itself: form, version, instance, what it replaces, which files it names.

Nothing is believed beyond that here; answers are read with the schema of the form's version, later.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

MAX_XML_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Envelope:
    """The outside of one submission. ``unreadable`` holds the reason when the XML cannot be read."""

    instance_id: str
    sha256: str
    form_id: str = ""
    version: str = ""
    deprecated_id: str = ""
    encrypted: bool = False
    unreadable: str = ""


class _Parsers(threading.local):
    """A parser a thread: making one for each submission would cost a fifth of the parsing."""

    def __init__(self) -> None:
        self.safe = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )


_parsers = _Parsers()


def parse_xml(xml: bytes) -> etree._Element:
    """Parse with entities, DTDs and the network off; raises ``ValueError`` with the reason.

    lxml's own limits on depth and text size stay on (no ``huge_tree``).
    """
    if len(xml) > MAX_XML_BYTES:
        raise ValueError("too_large")
    try:
        root = etree.fromstring(xml, _parsers.safe)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError("not_xml") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("doctype")
    return root


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; '' for a processing instruction."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2]


def find_meta(root: etree._Element) -> etree._Element | None:
    """The ``meta`` block, by local name: forms bind it to a namespace or leave it bare. It stands last."""
    for child in reversed(root):
        if local_name(child) == "meta":
            return child
    return None


def is_encrypted(root: etree._Element, xml: bytes) -> bool:
    """Whether the answers are sealed for a key that this office may not have."""
    if root.get("encrypted") == "yes":
        return True
    return b"base64EncryptedKey" in xml and any(local_name(child) == "base64EncryptedKey" for child in root)


def read_envelope(xml: bytes) -> Envelope:
    """Read the outside of a submission; never raises.

    XML that cannot be read, or that names no instance, is known by the hash of its bytes, so that the
    same bytes sent twice are still one submission.
    """
    sha256 = hashlib.sha256(xml).hexdigest()
    nameless = f"sha256-{sha256}"
    try:
        root = parse_xml(xml)
    except ValueError as error:
        return Envelope(nameless, sha256, unreadable=str(error))
    form_id = root.get("id") or root.get("xmlns") or (etree.QName(root).namespace or "")
    instance_id = deprecated_id = ""
    meta = find_meta(root)
    for child in meta if meta is not None else ():
        name = local_name(child)
        if name == "instanceID":
            instance_id = (child.text or "").strip()[:200]
        elif name == "deprecatedID":
            deprecated_id = (child.text or "").strip()[:200]
    encrypted = is_encrypted(root, xml)
    return Envelope(
        instance_id or nameless,
        sha256,
        form_id[:200],
        (root.get("version") or "")[:200],
        deprecated_id,
        encrypted,
    )


def written_here(xml: bytes, form_id: str, version: str, instance_id: str, replaces: str = "") -> Envelope:
    """The envelope of what this office has just written itself: nothing has to be looked up."""
    sha256 = hashlib.sha256(xml).hexdigest()
    return Envelope(instance_id[:200], sha256, form_id[:200], version[:200], replaces[:200])


_ADDED_BY_SERVERS = frozenset({"meta", "formhub", "__version__"})


def same_answers(one: bytes, other: bytes) -> bool:
    """Whether two documents answer alike, whatever servers wrote around the answers.

    Which form they answer stands in their envelopes: another server may call it by a name of its own. Blank
    answers, the order of attributes, namespaces' prefixes and the blocks that servers add do not count.
    """
    try:
        roots = parse_xml(one), parse_xml(other)
    except ValueError:
        return False
    said = [list(_answers(root, ())) for root in roots]
    return said[0] == said[1]


def answered(xml: bytes) -> set[tuple[str, ...]]:
    """The places of the answers in a readable document, without what servers add of their own."""
    return {path for path, _ in _answers(parse_xml(xml), ())}


def entities(xml: bytes) -> set[tuple[str, str]]:
    """The entities that a readable submission makes or changes: list and id."""
    return {
        (block.get("dataset", ""), block.get("id", "").removeprefix("uuid:"))
        for block in parse_xml(xml).iterfind(".//{*}meta/{*}entity")
        if {block.get("create"), block.get("update")} & {"1", "true"}
    }


def _answers(element: etree._Element, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for child in element:
        name = local_name(child)
        if not name or (not path and name in _ADDED_BY_SERVERS):
            continue
        text = (child.text or "").strip()
        if text:
            yield (*path, name), text
        yield from _answers(child, (*path, name))
