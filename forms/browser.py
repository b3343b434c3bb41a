"""A published form as browsers take it: asking the same under the same names."""

from __future__ import annotations

import re

from lxml import etree

from forms.xform import local, parse_xform

# ODK Collect's own function. A drawn plot that crosses itself is found again when it arrives.
_INTERSECTS = re.compile(r"\bintersects\s*\([^()]*\)")
_ON_MAP = "placement-map"


def for_browsers(xform: bytes) -> bytes:
    """The form without what the engine for browsers does not know.

    No condition calls ``intersects()``. Every point may be tapped on a map: browsers give no position to
    pages that come without https, as those of an office's own network do.
    """
    root = parse_xform(xform)
    points = {
        bind.get("nodeset")
        for bind in root.iter("{*}bind")
        if (bind.get("type") or "").rpartition(":")[2] == "geopoint"
    }
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            if "intersects" in value:
                element.set(name, _INTERSECTS.sub("false()", value))
        if local(element) == "input" and element.get("ref") in points:
            appearance = element.get("appearance", "")
            if _ON_MAP not in appearance and "maps" not in appearance:
                element.set("appearance", f"{appearance} {_ON_MAP}".strip())
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
