"""Any file of an office, placed in its tambons: what ``locate`` writes."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from zipfile import BadZipFile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo.encoding import mend
from geo.locate import Located, Locator, verdicts
from geo.problems import boundary_unreadable
from geo.reference import in_wgs84
from geo.sources import layers
from ingest import problems
from ingest.areas import locating_problems
from ingest.areas.boundary_sets import BoundarySet
from ingest.projecting.placing import shares_text
from ingest.sheets.files import decoded
from thai.text import arabic_digits

_LON = ("lon", "lng", "long", "longitude", "x", "ลองจิจูด")
_LAT = ("lat", "latitude", "y", "ละติจูด")
_TABLES = {".csv", ".xlsx"}
_MOST_DEGREES = 360


def read_features(path: Path) -> gpd.GeoDataFrame:
    """A file of features in EPSG:4326: what ``geo.sources`` opens, or a table with lon and lat columns, whose
    cells stay as they are written.

    Raises ``not_found``, ``no_coordinates``, ``no_degrees``, ``several_layers`` or the problems of
    ``geo.sources``.
    """
    if not path.is_file():
        raise problems.not_found(path)
    ending = path.suffix.lower()
    if ending in _TABLES:
        return _from_table(_table(path), path)
    found = layers(path)
    if not found:
        raise locating_problems.no_coordinates(path)
    if len(found) > 1:  # the rows of the others would be missing without a word
        raise locating_problems.several_layers(path, [one.name for one in found])
    frame, _ = mend(found[0].frame, path.name, named=found[0].encoding, asked=None)
    return lon_lat(frame, path)


def lon_lat(frame: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """The features in EPSG:4326; raises ``no_degrees`` for metres of a system that is not named."""
    if frame.crs is not None:
        return in_wgs84(frame)
    if (np.abs(shapely.bounds(frame.geometry.to_numpy())) > _MOST_DEGREES).any():
        raise locating_problems.no_degrees(path)
    return frame.set_crs(4326)


def _table(path: Path) -> pd.DataFrame:
    """Its cells as text, or as the workbook has them: a number would lose the zero that it begins with."""
    try:
        if path.suffix.lower() == ".csv":
            return pd.read_csv(io.StringIO(decoded(path.read_bytes())), dtype=str)
        return pd.read_excel(path, dtype=object)
    except (ValueError, BadZipFile) as error:
        raise boundary_unreadable(path.name, str(error)[:200]) from error


def _from_table(table: pd.DataFrame, path: Path) -> gpd.GeoDataFrame:
    by_name = {str(column).strip().lower(): column for column in table.columns}
    lon = next((by_name[name] for name in _LON if name in by_name), None)
    lat = next((by_name[name] for name in _LAT if name in by_name), None)
    if lon is None or lat is None:
        raise locating_problems.no_coordinates(path)
    x, y = (_numbers(table[column]) for column in (lon, lat))
    points = gpd.points_from_xy(x.where(y.notna()), y.where(x.notna()))
    geometry = _blanked(np.asarray(points, dtype=object), (x.notna() & y.notna()).to_numpy())
    return lon_lat(gpd.GeoDataFrame(table, geometry=geometry), path)


def _numbers(cells: pd.Series) -> pd.Series:
    """The numbers of a column, also in Thai digits."""
    plain = cells.map(lambda cell: arabic_digits(cell) if isinstance(cell, str) else cell)
    return pd.to_numeric(plain, errors="coerce")


COLUMNS = (
    "tambon_code", "tambon_th", "verdict", "distance_m", "other_code", "other_th", "tambon_shares",
    "lao_code", "boundary_set",
)  # fmt: skip


def locate(
    frame: gpd.GeoDataFrame,
    locator: Locator,
    names: dict[str, dict[str, str]],
    boundary_set: BoundarySet,
    lao: Locator | None = None,
) -> gpd.GeoDataFrame:
    """The same features with ``COLUMNS``.

    ``other_code`` is the tambon across the nearest line within 500 m, from outside all of them the nearest
    one, and where several are within 30 m all of them, joined by ``;``; ``tambon_shares`` of a shape across a
    line ``801206 0.62;801202 0.38``; ``lao_code`` by the place alone, '' where no set has LAOs.
    """
    geometry = np.asarray(frame.geometry, dtype=object)
    has = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    geometry = _blanked(geometry, has)
    located = _located(geometry, locator)
    tambon, other = locator.code(located.index), locator.others(geometry, located, np.zeros(len(frame)))
    silent = np.full(len(frame), "")
    verdict = verdicts(tambon, other, located.distance_m, np.zeros(len(frame)), silent, has)
    label = (
        f"{boundary_set.name} (ภาพวาด ไม่ใช่ขอบเขต · a drawing)" if boundary_set.drawing else boundary_set.name
    )
    shares = shares_text(located)
    lao_code = np.append(lao.codes.astype(object), "")[_located(geometry, lao).index] if lao else ""
    known = [*(names.get(str(code), {}).get("th", "") for code in locator.codes), ""]
    name_th = np.array(known, dtype=object)  # the last one is that of index -1
    return frame.assign(
        tambon_code=tambon.astype(object),
        tambon_th=name_th[located.index],
        verdict=np.where(verdict == "agrees", "inside", verdict),
        distance_m=np.round(located.distance_m, 2),
        other_code=other,
        other_th=_other_names(other, name_th[located.other], names),
        tambon_shares=shares,
        lao_code=lao_code,
        boundary_set=label,
    )


def _other_names(other: np.ndarray, first: np.ndarray, names: dict[str, dict[str, str]]) -> np.ndarray:
    """The names of codes; ``first`` has that of the only one, where there are not several joined by ``;``."""
    for row in np.flatnonzero([";" in code for code in other]):
        first[row] = ";".join(names.get(code, {}).get("th", "") for code in other[row].split(";"))
    return first


def _blanked(geometry: np.ndarray, has: np.ndarray) -> np.ndarray:
    kept = np.full(len(geometry), None, dtype=object)
    kept[has] = geometry[has]
    return kept


def _located(geometry: np.ndarray, locator: Locator) -> Located:
    kinds = shapely.get_type_id(geometry)  # -1 for none
    if (kinds <= shapely.GeometryType.POINT).all():
        return locator.locate_points(shapely.get_x(geometry), shapely.get_y(geometry))
    return locator.locate_shapes(geometry)


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write by the file's ending: .gpkg, .geojson, .parquet, .csv (UTF-8 with BOM) or .xlsx."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        frame.to_parquet(path)
    elif ending in (".gpkg", ".geojson"):
        driver = {".gpkg": "GPKG", ".geojson": "GeoJSON"}[ending]
        path.unlink(missing_ok=True)
        pyogrio.write_dataframe(frame, path, driver=driver, layer=path.stem)
    elif ending == ".csv":
        frame.drop(columns="geometry").to_csv(path, index=False, encoding="utf-8-sig")
    elif ending == ".xlsx":
        frame.drop(columns="geometry").to_excel(path, index=False)
    else:
        raise problems.export_kind(path.name)


def locate_file(
    source: Path,
    target: Path,
    locator: Locator,
    names: dict[str, dict[str, str]],
    one: BoundarySet,
    lao: Locator | None = None,
) -> dict[str, int]:
    """Read, locate and write a file; returns the number of features by verdict."""
    placed = locate(read_features(source), locator, names, one, lao)
    write(placed, target)
    return dict(Counter(placed["verdict"]))
