"""A function for DuckDB, which has none for shapes here: whether an area holds a place."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely
from duckdb.func import PythonUDFType
from duckdb.sqltypes import BLOB, BOOLEAN, DOUBLE

HOLDS = "shape_holds"


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Teach a connection ``shape_holds(wkb, lon, lat)``."""
    kinds: Any = [BLOB, DOUBLE, DOUBLE]
    connection.create_function(HOLDS, _holds, kinds, BOOLEAN, type=PythonUDFType.ARROW)


def _holds(shape: pa.ChunkedArray, lon: pa.ChunkedArray, lat: pa.ChunkedArray) -> pa.Array:
    shapes = shapely.from_wkb(np.array(shape.to_pylist(), dtype=object))
    return pa.array(shapely.contains_xy(shapes, lon.to_numpy(), lat.to_numpy()))
