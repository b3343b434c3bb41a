"""The shape of the code: which package may import which, and how large a module and a function may grow."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "thai": set(),
    "geo": {"thai"},
    "forms": {"thai"},
    "ingest": {"thai", "geo", "forms"},
    "reports": {"thai", "geo", "forms", "ingest"},
    "streamlit_app": {"thai", "geo", "forms", "ingest", "reports"},
    "commands": {"thai", "geo", "forms", "ingest", "reports", "streamlit_app", "bench"},
}
BEFORE_INSTALLATION = (
    "tambon.py",
    "thai/problem.py",
    *(
        f"commands/{name}.py"
        for name in ("__init__", "__main__", "console", "packages", "parser", "problems")
    ),
)
MODULE_LINES, FUNCTION_LINES = 400, 60


def modules(*folders: str) -> list[Path]:
    """The program's own modules, as paths below the root."""
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parsed(module: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imported(module: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of every import in a module, those inside functions too."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.parent.parts[: len(module.parent.parts) - node.level + 1] if node.level else ()
            yield node.lineno, ".".join([*package, node.module or ""]).rstrip(".")


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_down_only(package: str) -> None:
    """commands → streamlit_app → reports → ingest → forms and geo → thai; forms and geo do not meet."""
    allowed = MAY_IMPORT[package] | {package}
    ours = MAY_IMPORT.keys() | {"bench", "tests", "tambon"}
    upward = [
        f"{module}:{line} imports {name}"
        for module in modules(package)
        for line, name in imported(module)
        if name.split(".")[0] in ours - allowed
    ]
    assert upward == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Modules in a circle can only be understood, and moved, all at once; imports inside functions count."""
    paths = {".".join(one.with_suffix("").parts): one for one in modules(*MAY_IMPORT)}
    uses = {name: set(_uses(path, paths.keys())) - {name} for name, path in paths.items()}
    try:
        tuple(TopologicalSorter(uses).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def _uses(module: Path, ours: Collection[str]) -> Iterator[str]:
    """Our modules that a module imports: those named, or from which names are taken."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in ours)
        elif isinstance(node, ast.ImportFrom) and node.module:
            taken = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in taken if name in ours)
            if node.module in ours:
                yield node.module


@pytest.mark.parametrize("package", ["forms", "geo", "thai"])
def test_the_pure_packages_know_no_http(package: str) -> None:
    """Forms and geometry take values and return values; the network lives further out."""
    outside = {"http", "httpx", "starlette", "uvicorn", "streamlit", "sqlalchemy", "duckdb", "socket"}
    found = [
        f"{module}:{line} imports {name}"
        for module in modules(package)
        for line, name in imported(module)
        if name.split(".")[0] in outside
    ]
    assert found == []


@pytest.mark.parametrize("module", BEFORE_INSTALLATION)
def test_the_launcher_reaches_the_standard_library_only(module: str) -> None:
    """What runs before anything is installed may not import what is installed later."""
    within = {path.removesuffix(".py").replace("/", ".") for path in BEFORE_INSTALLATION} | {
        "commands",
        "thai",
    }
    foreign = [
        f"{module}:{line} imports {name}"
        for line, name in imported(Path(module))
        if name.split(".")[0] not in sys.stdlib_module_names and name not in within
    ]
    assert foreign == []


def test_no_module_is_a_drawer_for_everything() -> None:
    """A module is named by the question it answers."""
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}
    everything = modules(*MAY_IMPORT, "tests", "bench")
    assert [str(path) for path in everything if drawers & {path.stem, *path.parent.parts}] == []


def test_modules_stay_readable_in_one_sitting() -> None:
    """No module of the program is longer than 400 lines."""
    sizes = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in [Path("tambon.py"), *modules(*MAY_IMPORT)]
    }
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_functions_fit_a_screen() -> None:
    """No function of the program is longer than 60 lines; a migration is a frozen list of tables."""
    long = [
        f"{path}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in [Path("tambon.py"), *modules(*MAY_IMPORT)]
        if "migrations" not in path.parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_a_download_does_not_draw_its_page_anew() -> None:
    """The other buttons' files would be others: a click on one of them meanwhile gave nothing."""
    calls = [
        node
        for path in (ROOT / "streamlit_app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "download_button"
    ]
    assert calls
    for call in calls:
        asked = {one.arg: ast.unparse(one.value) for one in call.keywords}
        assert asked.get("on_click") == "'ignore'", ast.unparse(call)
