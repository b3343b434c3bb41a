"""Demo boundaries: cells around the rounded centres of Pak Phanang's tambons. A drawing, not a boundary."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries import BoundaryTable

_TAMBONS = Path(__file__).with_name("demo_tambons.csv")
_AMPHOE = {"amphoe_th": "ปากพนัง", "amphoe_en": "Pak Phanang"}
_PROVINCE = {"province_th": "นครศรีธรรมราช", "province_en": "Nakhon Si Thammarat"}
_MARGIN_DEG = 0.03
_GRID_DEG = 1e-6  # the same cells on every platform and GEOS version


def demo_boundaries() -> BoundaryTable:
    """Voronoi cells of the centres, cut to their hull and a margin; the same on every call and machine."""
    tambons = pd.read_csv(_TAMBONS, dtype={"code": str})
    centres = shapely.multipoints(tambons[["lon", "lat"]].to_numpy())
    sheet = shapely.buffer(shapely.convex_hull(centres), _MARGIN_DEG, quad_segs=4)
    cells = shapely.get_parts(shapely.voronoi_polygons(centres, extend_to=sheet, ordered=True))
    cells = shapely.normalize(shapely.set_precision(shapely.intersection(cells, sheet), _GRID_DEG))
    columns = tambons[["code", "name_th", "name_en"]].assign(
        parent=tambons["code"].str[:4], **_AMPHOE, **_PROVINCE
    )
    frame = gpd.GeoDataFrame(columns.astype(object), geometry=cells, crs="EPSG:4326")
    return BoundaryTable("tambon", frame, drawing=True)
