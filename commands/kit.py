"""``kit``: the program and its packages in one folder, for a machine without internet."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from packaging.requirements import Requirement

from commands import packages, problems
from thai.problem import Text

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = (
    *(
        "tambon.py",
        "requirements.txt",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
        ".streamlit",
        ".web_forms",
    ),
    *("forms", "thai", "geo", "ingest", "reports", "streamlit_app", "commands", "bench", "docs"),
)
# glibc 2.28 is Debian 10: a wheel that needs a newer one would not start on an old office machine.
GLIBC = tuple(f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1))
TAGS = {
    "windows": ("win_amd64",),
    "linux": (*GLIBC, "manylinux2014_x86_64"),
    "macos": ("macosx_14_0_arm64",),  # pip takes the tags of older systems and universal2 along
}
MARKERS = {
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}
MACHINE = {"windows": "AMD64", "linux": "x86_64", "macos": "arm64"}


def run(args: argparse.Namespace) -> object:
    """Fill a new folder; returns its path, target, number of packages and size in bytes.

    Raises Problem ``kit_folder_not_empty`` or ``packages_not_installed``; a folder that was begun is
    taken away again, so that the same command can be repeated.
    """
    folder: Path = args.folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise problems.kit_folder_not_empty(str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        collect_wheels(ROOT / "requirements.txt", folder / "wheels", args.platform, args.python)
        copy_program(ROOT, folder)
        target = {"platform": args.platform, "python": args.python}
        (folder / "wheels" / "kit.json").write_text(json.dumps(target), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    count = len(list((folder / "wheels").glob("*.whl")))
    return {"folder": str(folder), **target, "packages": count, "bytes": sum(sizes)}


def pins_for(requirements: str, platform: str, python: str) -> list[str]:
    """The pins that hold on another machine, without their markers: pip would judge those by this one."""
    there = target_environment(platform, python)
    pins = []
    for line in requirements.replace("\\\n", " ").splitlines():
        pin, *hashes = re.split(r"\s+--hash=", line.split(" #")[0].strip())
        if not pin or pin.startswith("#"):
            continue
        requirement = Requirement(pin)
        if requirement.marker is None or requirement.marker.evaluate(there):
            pins.append(" --hash=".join([f"{requirement.name}{requirement.specifier}", *hashes]))
    return pins


def target_environment(platform: str, python: str) -> Mapping[str, str]:
    """The values environment markers have on the machine the kit is for."""
    return MARKERS[platform] | {
        "platform_machine": MACHINE[platform],
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def collect_wheels(requirements: Path, wheels: Path, platform: str, python: str) -> None:
    """Download the wheels another machine needs, each checked against its pinned hash.

    The lock names every package, so pip resolves nothing (``--no-deps``): it would follow the
    dependencies of this machine.
    """
    pins = pins_for(requirements.read_text(encoding="utf-8"), platform, python)
    pip = packages.find_pip(
        sys.executable, getattr(sys, "_base_executable", sys.executable), into=sys.executable
    )
    if pip is None:
        raise problems.no_pip()
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "requirements.txt"
        target.write_text("\n".join(pins), encoding="utf-8")
        options = ["download", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(target)]
        for tag in TAGS[platform]:
            options += ["--platform", tag]
        options += ["--python-version", python, "--implementation", "cp", "--dest", str(wheels)]
        packages.run_pip(
            pip, options, label=Text("ดาวน์โหลด", "collecting"), total=len(pins), from_folder=False
        )


def copy_program(source: Path, folder: Path) -> None:
    """Copy what runs: no tests, no caches, no data."""
    leave_out = shutil.ignore_patterns("__pycache__", "*.pyc", ".DS_Store")
    for name in PROGRAM:
        origin = source / name
        if origin.is_dir():
            shutil.copytree(origin, folder / name, ignore=leave_out)
        elif origin.exists():
            shutil.copy2(origin, folder / name)


def show(result: dict[str, object]) -> str:
    """The size and what is left to do at the other machine."""
    size_mb = int(str(result["bytes"])) / 1e6
    start = "py tambon.py up" if result["platform"] == "windows" else "python3 tambon.py up"
    return "\n".join(
        [
            f"{result['folder']}: {size_mb:.0f} MB, {result['packages']} packages",
            f"ขั้นต่อไป: 1) คัดลอกโฟลเดอร์นี้ลง USB พร้อมตัวติดตั้ง Python {result['python']} (64 บิต) จาก python.org",
            f"  2) ที่เครื่องปลายทาง ติดตั้ง Python แล้วคัดลอกโฟลเดอร์ลงดิสก์  3) เปิดหน้าต่างคำสั่งในโฟลเดอร์นั้น: {start}",
            f"Next: 1) put this folder and the Python {result['python']} installer (64-bit) on the stick;",
            f"  2) there, install Python and copy the folder to the disk; 3) in that folder run: {start}",
        ]
    )
