"""The shipped workbooks, each compiled once for all tests of a process."""

from __future__ import annotations

import functools

from forms.builds import plain
from forms.catalog import workbooks
from forms.compile import CompiledForm, compile_workbook

NAMES = [path.stem for path in workbooks()]


@functools.cache
def compiled(name: str, variant: str = "entities") -> CompiledForm:
    """A shipped workbook with its lists, or its ``plain`` build without them."""
    path = next(path for path in workbooks() if path.stem == name)
    workbook = path.read_bytes()
    return compile_workbook(plain(workbook) if variant == "plain" else workbook, file_name=path.name)
