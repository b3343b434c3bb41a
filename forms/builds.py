"""The two builds of a workbook: for servers that keep entities, and for those that do not.

``entities`` is the workbook as it is: our columns and sheets are ones that XLSForm tools pass over, so ODK
Central takes the .xlsx unchanged. ``plain`` leaves entities out and draws on CSV files that are uploaded
beside the form, as KoboToolbox and older servers want it.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from forms.compile import CompiledForm, Variant, compile_workbook


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
    return (
        Build("entities", compile_workbook(workbook, file_name=file_name), workbook),
        Build("plain", compile_workbook(workbook, file_name=file_name, variant="plain"), _plain(workbook)),
    )


def _plain(workbook: bytes) -> bytes:
    """The workbook without the sheet ``entities`` and the column ``save_to``."""
    from openpyxl import load_workbook  # noqa: PLC0415 - as in forms.sheets

    book = load_workbook(BytesIO(workbook))
    for sheet in list(book.worksheets):
        if sheet.title.strip().lower() == "entities":
            book.remove(sheet)
        elif sheet.title.strip().lower() == "survey":
            headings = [str(cell.value or "").strip().casefold() for cell in sheet[1]]
            if "save_to" in headings:
                sheet.delete_cols(headings.index("save_to") + 1)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
