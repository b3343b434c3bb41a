"""The two builds of a workbook: for servers that keep entities, and for those that do not.

``entities`` is the workbook as it is: our columns and sheets are ones that XLSForm tools pass over, so ODK
Central takes the .xlsx unchanged. ``plain`` leaves entities out and draws on CSV files that are uploaded
beside the form, as KoboToolbox and older servers want it, and leaves out what their compiler (pyxform 3.0)
refuses or phones without the newest Collect cannot evaluate; what comes back is checked here in any case.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from forms.compile import CompiledForm, compile_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Variant = Literal["entities", "plain"]
_LATE_PARAMETERS = ("incremental", "reference-geometry")
_LATE_FUNCTION = "intersects("


@dataclass(frozen=True, slots=True)
class Build:
    """One build: the workbook to upload, the XForm that it becomes, and the lists that go beside it."""

    variant: Variant
    form: CompiledForm
    workbook: bytes

    @property
    def lists(self) -> tuple[str, ...]:
        """CSV files to attach; in the entities build a server makes those of its registers itself."""
        own = {rule.dataset for rule in self.form.schema.entities}
        names = [name for name in self.form.media if name.endswith(".csv")]
        return tuple(name for name in names if name.removesuffix(".csv") not in own)


def builds(workbook: bytes, *, file_name: str) -> tuple[Build, Build]:
    """Both builds of a workbook. Raises ``Problems``."""
    without = plain(workbook)
    return (
        Build("entities", compile_workbook(workbook, file_name=file_name), workbook),
        Build("plain", compile_workbook(without, file_name=file_name), without),
    )


def plain(workbook: bytes) -> bytes:
    """The workbook for servers without entities, with the same questions, names and lists."""
    from openpyxl import load_workbook  # noqa: PLC0415 - as in forms.sheets

    book = load_workbook(BytesIO(workbook))
    for sheet in list(book.worksheets):
        if sheet.title.strip().lower() == "entities":
            book.remove(sheet)
        elif sheet.title.strip().lower() == "survey":
            _simplify(sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _simplify(survey: Worksheet) -> None:
    headings = [str(cell.value or "").strip().casefold() for cell in survey[1]]
    for row in survey.iter_rows(min_row=2):
        cells = dict(zip(headings, row, strict=False))
        asked = str(cells["parameters"].value or "").split() if "parameters" in cells else []
        kept = [one for one in asked if not one.startswith(_LATE_PARAMETERS)]
        if kept != asked:
            cells["parameters"].value = " ".join(kept) or None
        if "constraint" in cells and _LATE_FUNCTION in str(cells["constraint"].value):
            for heading, cell in cells.items():
                if heading.startswith("constraint"):
                    cell.value = None
    if "save_to" in headings:
        survey.delete_cols(headings.index("save_to") + 1)
