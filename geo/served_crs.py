"""The coordinate systems a feature server offers by URI, with the axes in the order that the URI means.

OGC API – Features Part 2 names a system by its URI; EPSG:4326 has latitude first there, CRS84 longitude.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection

from geo.reference import transformer_to_wgs84

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

_PARTS_OF_A_SIDE = 32  # straight in one system is bent in another

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class ServedCrs:
    """One coordinate system; ``lat_first`` when its first axis is northing."""

    uri: str
    authority: str
    lat_first: bool = False

    @property
    def _projected(self) -> bool:
        return self.authority not in ("OGC:CRS84", "EPSG:4326")

    @cached_property
    def _to_degrees(self) -> Transformer:
        """The way that files come in by, so that what is served and brought in again lies where it lay."""
        return transformer_to_wgs84(CRS(self.authority))

    def shapes(self, geometry: npt.NDArray[np.object_], decimals_deg: int = 7) -> npt.NDArray[np.object_]:
        """Geometries in lon-lat degrees as this system writes them, rounded to what a position can mean."""
        projected, decimals = self._projected, decimals_deg

        def change(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            if projected:
                way = self._to_degrees.transform(xy[:, 0], xy[:, 1], direction=TransformDirection.INVERSE)
                xy = np.column_stack(way)
            return np.round(xy[:, ::-1] if self.lat_first else xy, 2 if projected else decimals)

        return np.asarray(shapely.transform(geometry, change))

    def box_to_degrees(self, box: Box) -> Box:
        """A box of this system (its own order of axes) as west, south, east, north in degrees."""
        first, second, third, fourth = box
        if self.lat_first:
            first, second, third, fourth = second, first, fourth, third
        if not self._projected:
            return first, second, third, fourth
        west, south, east, north = self._to_degrees.transform_bounds(first, second, third, fourth)
        return float(west), float(south), float(east), float(north)

    def outline_of(self, box: Box) -> shapely.Geometry | None:
        """What a box of this system covers, lon-lat; ``None`` where that is its box in degrees."""
        if not self._projected:
            return None
        first, second, third, fourth = box
        longest = max(third - first, fourth - second) / _PARTS_OF_A_SIDE
        drawn = shapely.segmentize(shapely.box(first, second, third, fourth), longest or 1.0)

        def back(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(self._to_degrees.transform(xy[:, 0], xy[:, 1]))

        return shapely.transform(drawn, back)


SERVED = {
    one.uri: one
    for one in (
        ServedCrs(CRS84, "OGC:CRS84"),
        ServedCrs(f"{_EPSG}4326", "EPSG:4326", lat_first=True),
        ServedCrs(f"{_EPSG}32647", "EPSG:32647"),
        ServedCrs(f"{_EPSG}32648", "EPSG:32648"),
        ServedCrs(f"{_EPSG}24047", "EPSG:24047"),
        ServedCrs(f"{_EPSG}3857", "EPSG:3857"),
    )
}
