"""A data folder opened by a command itself, warehouse and all, where no server has it open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.console import Progress
from ingest import first_start, redaction
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.projecting import follow
from streamlit_app.office import Office
from thai.problem import Text


@contextmanager
def opened(data: Path) -> Iterator[Office]:
    """Open the folder in this process, with the warehouse brought to the end of the log."""
    folder = DataFolder(data)
    with folder.held():
        atlas = Atlas(folder)
        try:
            first_start.publish_shipped_forms(atlas.log, atlas.attachments)
            redaction.remove_files(atlas)
            with Progress(Text("สร้างตารางจากบันทึก", "deriving tables")) as progress:
                follow.open_warehouse(atlas, progress=lambda done, _total: progress.at(done))
            office = Office(atlas, follow.Follower(atlas))
            office.follower.catch_up()
            yield office
        finally:
            atlas.close()
