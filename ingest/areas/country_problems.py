"""What can go wrong while two boundary sets are compared or a whole country is placed again."""

from __future__ import annotations

from pathlib import Path

from thai.problem import Place, Problem, Text


def boundary_levels_differ(old: str, new: str) -> Problem:
    """A tambon is not compared with an amphoe."""
    return Problem(
        "boundary_levels_differ",
        Text(f"เทียบคนละระดับไม่ได้: {old} กับ {new}", f"The levels differ: {old} and {new}."),
        Text("เลือกระดับเดียวกันด้วย --level", "Choose one level with --level."),
    )


def country_needs_dask() -> Problem:
    """The optional extra is not installed."""
    return Problem(
        "country_needs_dask",
        Text("เครื่องนี้ไม่มี Dask จึงแบ่งงานไม่ได้", "Dask is not installed here, so work cannot be shared out."),
        Text(
            "ติดตั้งส่วนเสริม country หรือสั่ง locate โดยไม่ใช้ --workers และ --cluster",
            "Install the extra `country`, or run locate without --workers and --cluster.",
        ),
    )


def country_not_parquet(path: Path) -> Problem:
    """Records of a country are read piece by piece, which other formats do not allow."""
    return Problem(
        "country_not_parquet",
        Text(f"{path.name} ไม่ใช่ GeoParquet", f"{path.name} is not GeoParquet."),
        Text(
            "ส่งออกเป็น .parquet ก่อน หรือสั่ง locate โดยไม่ใช้ --workers และ --cluster",
            "Export it as .parquet first, or run locate without --workers and --cluster.",
        ),
        Place(file=str(path)),
    )


def country_other_job(path: Path) -> Problem:
    """The folder holds something that this run did not begin."""
    return Problem(
        "country_other_job",
        Text(
            f"โฟลเดอร์ {path.name} มีผลของไฟล์หรือชุดขอบเขตอื่นอยู่",
            f"The folder {path.name} holds the result of another file or boundary set.",
        ),
        Text("ใช้โฟลเดอร์ใหม่ หรือลบโฟลเดอร์เดิม", "Choose a new folder, or delete this one."),
        Place(file=str(path)),
    )
