"""The OpenROSA protocol as values: what a phone is told and what it sends. No server in here.

Requirements of ODK Collect that shape this module: every XML answer is ``text/xml`` with the version
header, URLs are absolute, one bad formList entry voids the whole list, only 201 or 202 mean "received".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from ingest import problems
from thai.problem import Problem, Text

MAX_UPLOAD_BYTES = 100 * 1024 * 1024
MAX_PARTS = 128  # Collect sends up to 101 files in one POST
HEADERS = [(b"content-type", b"text/xml; charset=utf-8"), (b"x-openrosa-version", b"1.0")]
RECEIVED = Text("รับข้อมูลแล้ว", "Received.")
RECEIVED_AGAIN = Text("ได้รับข้อมูลนี้ไว้แล้ว", "This was received before.")


@dataclass(frozen=True, slots=True)
class ListedForm:
    """One entry of the formList."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str = ""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One entry of a manifest; an entity list also has the address that tells which rows were deleted."""

    name: str
    md5: str
    download_url: str
    integrity_url: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """One POST of a phone: the submission and the attachments that came with it this time."""

    xml: bytes
    files: tuple[tuple[str, bytes], ...]


def form_list(forms: Iterable[ListedForm]) -> bytes:
    """The ``xforms`` document."""
    entries = []
    for one in forms:
        parts = [
            f"<formID>{escape(one.form_id)}</formID>",
            f"<name>{escape(one.name)}</name>",
            f"<version>{escape(one.version)}</version>",
            f"<hash>md5:{one.md5}</hash>",
            f"<downloadUrl>{escape(one.download_url)}</downloadUrl>",
        ]
        if one.manifest_url:
            parts.append(f"<manifestUrl>{escape(one.manifest_url)}</manifestUrl>")
        entries.append(f"<xform>{''.join(parts)}</xform>")
    return _document("xforms", "http://openrosa.org/xforms/xformsList", entries)


def manifest(files: Iterable[ListedFile]) -> bytes:
    """The ``manifest`` document of one form."""
    entries = []
    for one in files:
        kind = ' type="entityList"' if one.integrity_url else ""
        integrity = f"<integrityUrl>{escape(one.integrity_url)}</integrityUrl>" if one.integrity_url else ""
        entries.append(
            f"<mediaFile{kind}><filename>{escape(one.name)}</filename><hash>md5:{one.md5}</hash>"
            f"<downloadUrl>{escape(one.download_url)}</downloadUrl>{integrity}</mediaFile>"
        )
    return _document("manifest", "http://openrosa.org/xforms/xformsManifest", entries)


def integrity(deleted: dict[str, bool]) -> bytes:
    """Which entities of a list are gone."""
    rows = "".join(
        f"<entity id={quoteattr(key)}><deleted>{'true' if gone else 'false'}</deleted></entity>"
        for key, gone in deleted.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><data><entities>{rows}</entities></data>'.encode()


def message(says: Text, remedy: Text | None = None, nature: str = "") -> bytes:
    """An answer that Collect shows to the enumerator, in both languages."""
    lines = [says.th, remedy.th if remedy else "", says.en, remedy.en if remedy else ""]
    text = escape("\n".join(line for line in lines if line))
    body = f"<message nature={quoteattr(nature)}>{text}</message>"
    return _document("OpenRosaResponse", "http://openrosa.org/http/response", [body])


def refusal(problem: Problem) -> bytes:
    """A problem as Collect shows it."""
    return message(problem.says, problem.remedy, "submit_error")


def _document(root: str, namespace: str, children: list[str]) -> bytes:
    body = f'<{root} xmlns="{namespace}">{"".join(children)}</{root}>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def read_posting(content_type: str, body: bytes) -> Posting:
    """Split a multipart body; raises ``malformed_upload``. File names are kept as text, never as paths."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise problems.malformed_upload("multipart/form-data expected")
    xml: bytes | None = None
    files: list[tuple[str, bytes]] = []
    for name, filename, content in _parts(options["boundary"], body):
        if name == "xml_submission_file":
            xml = content
        elif filename:  # not ``*isIncomplete*``: every part of a split upload is taken in as it comes
            files.append((filename, content))
    if xml is None:
        raise problems.malformed_upload("xml_submission_file missing")
    return Posting(xml, tuple(files))


def _parts(boundary: str, body: bytes) -> list[tuple[str, str, bytes]]:
    parts: list[tuple[str, str, bytes]] = []
    segment: MultipartSegment | None = None
    chunks: list[bytes] = []
    try:
        with PushMultipartParser(boundary, max_segment_count=MAX_PARTS) as parser:
            for event in parser.parse(body):
                if isinstance(event, MultipartSegment):
                    segment, chunks = event, []
                elif event is not None:
                    chunks.append(bytes(event))
                elif segment is not None:
                    parts.append((segment.name, segment.filename or "", b"".join(chunks)))
    except (MultipartError, ValueError) as error:
        raise problems.malformed_upload(type(error).__name__) from error
    return parts
