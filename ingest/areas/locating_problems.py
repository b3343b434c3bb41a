"""Why the rows of a file cannot be placed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geo.problems import some
from thai.problem import Place, Problem, Text


def no_coordinates(path: Path) -> Problem:
    """A file without geometry."""
    return Problem(
        "no_coordinates",
        Text(f"{path.name} ไม่มีพิกัด", f"{path.name} has no coordinates."),
        Text("ตั้งชื่อคอลัมน์พิกัดเป็น lon และ lat", "Name the coordinate columns lon and lat."),
        Place(file=str(path)),
    )


def no_degrees(path: Path) -> Problem:
    """Coordinates that are no degrees, in a file that does not name their system."""
    return Problem(
        "no_degrees",
        Text(
            f"พิกัดใน {path.name} ไม่ใช่องศา และไฟล์ไม่บอกระบบพิกัด",
            f"The coordinates of {path.name} are no degrees, and it names no coordinate system.",
        ),
        Text(
            "แปลงเป็นลองจิจูด ละติจูด (WGS 84) ใน QGIS หรือเพิ่มไฟล์ .prj แล้วทำใหม่",
            "Save it in QGIS as longitude and latitude (WGS 84), or add its .prj file, and do it again.",
        ),
        Place(file=str(path)),
    )


def several_layers(path: Path, names: Sequence[str]) -> Problem:
    """A file of several layers, where one can be placed."""
    return Problem(
        "several_layers",
        Text(
            f"{path.name} มี {len(names)} ชั้นข้อมูล: {some(names)}",
            f"{path.name} holds {len(names)} layers: {some(names)}.",
        ),
        Text(
            "แยกเป็นไฟล์ละหนึ่งชั้นข้อมูล แล้วทำทีละไฟล์",
            "Save each layer as a file of its own, and place one at a time.",
        ),
        Place(file=str(path)),
    )
