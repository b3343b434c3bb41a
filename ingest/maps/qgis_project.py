"""A QGIS project (``.qgs``) that adds the layers by their live address, coloured as on the map.

QGIS reads a project of an older version and brings it up to its own; what stands here is what it needs:
the layers' addresses for its OAPIF provider, their tree, categorised colours, the extent and the CRS.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from lxml import etree

from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from ingest.maps import features
from ingest.maps.map_legend import Legend
from ingest.maps.map_outlines import box_of

_MOST_OPENED = 2  # layers, as many as the map opens with
_VERSION = "3.34.0-Prizren"
_SYMBOLS = {
    "geopoint": ("marker", "SimpleMarker", "Point"),
    "geotrace": ("line", "SimpleLine", "Line"),
    "geoshape": ("fill", "SimpleFill", "Polygon"),
}
_MARKERS = {"plus": "cross_fill", "cross": "cross2"}
_SYSTEM = {"authid": "EPSG:4326", "srsid": "3452", "description": "WGS 84"}


def project(atlas: Atlas, viewer: Viewer, root: str, area: str, language: str) -> bytes:
    """The project's XML. ``root`` is the feature server's address with its key, cut to ``area`` already."""
    found = [
        info
        for info in atlas.reference.layers.values()
        if features.extent(atlas, viewer, info.name, area) is not None
    ]
    tree = etree.Element("qgis", projectname=_title(atlas, area, language), version=_VERSION)
    etree.SubElement(tree, "title").text = _title(atlas, area, language)
    _crs(etree.SubElement(tree, "projectCrs"))
    _extent(etree.SubElement(tree, "mapcanvas", name="theMapCanvas"), box_of(atlas.reference, area))
    listed, forms = etree.SubElement(tree, "layer-tree-group"), _titles(atlas, found, language)
    groups = {
        form_id: etree.SubElement(listed, "layer-tree-group", name=title, checked="Qt::Checked", expanded="0")
        for form_id, title in forms.items()
    }
    opened = _opened(atlas, viewer, found, area)
    made = etree.SubElement(tree, "projectlayers")
    for info in found:
        key, name = f"atlas_{info.name.replace('.', '_')}", info.label.get(language) or info.name
        etree.SubElement(
            groups[info.form_id], "layer-tree-layer", id=key, name=name, providerKey="OAPIF",
            source=_source(root, info), checked="Qt::Checked" if info.name in opened else "Qt::Unchecked",
            expanded="0",
        )  # fmt: skip
        _layer(made, atlas, viewer, root, info, key, name, language)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _titles(atlas: Atlas, found: Sequence[LayerInfo], language: str) -> dict[str, str]:
    """What the groups of layers are called: a group a form."""
    titles = {info.form_id: atlas.reference.catalogue.newest(info.form_id).title for info in found}
    return {form_id: title.get(language) or form_id for form_id, title in titles.items()}


def _opened(atlas: Atlas, viewer: Viewer, found: Sequence[LayerInfo], area: str) -> set[str]:
    """The layers that are on when the project is opened, as every one that is on asks the server at once."""
    first = {info.form_id: info for info in reversed(found)}
    asked = {info.name: layers.plain_query(info, viewer, Filter(area=area)) for info in first.values()}
    counted = counts.of_each(atlas.warehouse.cursor(), asked)
    return set(sorted(counted, key=lambda name: (-counted[name], name))[:_MOST_OPENED])


def _title(atlas: Atlas, area: str, language: str) -> str:
    named = atlas.reference.names.get(area, {})
    return " · ".join(part for part in ("Tambon Atlas", named.get(language, area)) if part)


def _source(root: str, info: LayerInfo) -> str:
    return f"url='{root}' typename='{info.name}' pagingEnabled='true' restrictToRequestBBOX='1'"


def _crs(parent: etree._Element) -> None:
    system = etree.SubElement(parent, "spatialrefsys")
    for name, text in _SYSTEM.items():
        etree.SubElement(system, name).text = text


def _extent(parent: etree._Element, box: list[float] | None) -> None:
    etree.SubElement(parent, "units").text = "degrees"
    extent = etree.SubElement(parent, "extent")
    for name, side in zip(("xmin", "ymin", "xmax", "ymax"), box or (97.3, 5.6, 105.7, 20.5), strict=True):
        etree.SubElement(extent, name).text = str(side)
    _crs(etree.SubElement(parent, "destinationsrs"))


def _layer(
    made: etree._Element, atlas: Atlas, viewer: Viewer, root: str, info: LayerInfo, key: str, name: str,
    language: str,
) -> None:  # fmt: skip
    geometry = _SYMBOLS[_kind(info)][2]
    layer = etree.SubElement(
        made, "maplayer", type="vector", geometry=geometry, hasScaleBasedVisibilityFlag="0"
    )
    for tag, text in (("id", key), ("datasource", _source(root, info)), ("layername", name)):
        etree.SubElement(layer, tag).text = text
    etree.SubElement(layer, "provider", encoding="UTF-8").text = "OAPIF"
    _crs(etree.SubElement(layer, "srs"))
    _renderer(layer, atlas, viewer, info, language)


def _kind(info: LayerInfo) -> str:
    return info.geometry.kind if info.geometry else "geopoint"


def _renderer(
    layer: etree._Element, atlas: Atlas, viewer: Viewer, info: LayerInfo, language: str
) -> None:  # fmt: skip
    q = layers.plain_query(info, viewer, Filter())
    legend = Legend.of(atlas.warehouse.cursor(), q, info.color_by)
    entries = legend.entries(np.zeros(len(legend), dtype=np.int64), language)
    categorised = info.color_by is not None and bool(legend.choices)
    attribute = {"attr": info.color_by.ref} if info.color_by and categorised else {}
    kind = "categorizedSymbol" if categorised else "singleSymbol"
    renderer = etree.SubElement(layer, "renderer-v2", type=kind, symbollevels="0", **attribute)
    if categorised:
        categories = etree.SubElement(renderer, "categories")
        for number, entry in enumerate(entries[:-1]):  # the last is "other", which has no value of its own
            value = "" if entry["value"] == Filter.blank() else entry["value"]
            etree.SubElement(
                categories, "category", symbol=str(number), value=value, label=entry["label"], type="string",
                render="true",
            )  # fmt: skip
    symbols = etree.SubElement(renderer, "symbols")
    for number, entry in enumerate(entries[:-1] if categorised else entries[:1]):
        _symbol(symbols, str(number), _kind(info), entry["color"], entry["shape"])


def _symbol(symbols: etree._Element, name: str, kind: str, color: str, shape: str) -> None:
    type_, symbol_layer, _ = _SYMBOLS[kind]
    symbol = etree.SubElement(symbols, "symbol", name=name, type=type_, alpha="1", clip_to_extent="1")
    drawn = etree.SubElement(
        symbol, "layer", attrib={"class": symbol_layer, "enabled": "1", "pass": "0", "locked": "0"}
    )
    options = etree.SubElement(drawn, "Option", type="Map")
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    values = {
        "marker": {"name": _MARKERS.get(shape, shape), "size": "2.6", "size_unit": "MM",
                   "outline_color": "255,255,255,255", "color": f"{red},{green},{blue},255"},
        "line": {"line_color": f"{red},{green},{blue},255", "line_width": "0.7", "line_width_unit": "MM"},
        "fill": {"color": f"{red},{green},{blue},130", "outline_color": f"{red},{green},{blue},255",
                 "outline_width": "0.4", "outline_width_unit": "MM", "style": "solid"},
    }  # fmt: skip
    for option, value in values[type_].items():
        etree.SubElement(options, "Option", name=option, value=value, type="QString")
