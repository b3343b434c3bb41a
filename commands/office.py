"""How a command reaches the data: through the running server, or by opening the folder itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from commands.console import Progress
from ingest import first_start
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.problems import server_unreachable
from ingest.projecting import follow
from streamlit_app.actions import ACTIONS
from streamlit_app.office import Office
from thai.problem import Place, Problem, Problems, Text

_LONG_S = 3600.0  # a rebuild or a large export may take its time


@contextmanager
def opened(data: Path) -> Iterator[Office]:
    """Open the folder in this process, with the warehouse brought to the end of the log."""
    folder = DataFolder(data)
    with folder.held():
        atlas = Atlas(folder)
        try:
            first_start.publish_shipped_forms(atlas.log, atlas.attachments)
            with Progress(Text("สร้างตารางจากบันทึก", "deriving tables")) as progress:
                follow.open_warehouse(atlas, progress=lambda done, _total: progress.at(done))
            office = Office(atlas, follow.Follower(atlas))
            office.follower.catch_up()
            yield office
        finally:
            atlas.close()


@contextmanager
def opened_log(data: Path) -> Iterator[Atlas]:
    """Open all but the warehouse: the log may be written to while the server runs, which hears of it."""
    atlas = Atlas(DataFolder(data))
    try:
        first_start.publish_shipped_forms(atlas.log, atlas.attachments)
        yield atlas
    finally:
        atlas.close()
    if running(data):
        ask(data, "catch_up")


def running(data: Path) -> dict[str, Any] | None:
    """The server that has the folder open: its address and secret; ``None`` when there is none."""
    folder = DataFolder(data)
    return folder.server() if folder.in_use() else None


def ask(data: Path, action: str, **values: Any) -> dict[str, Any]:
    """Have an action done by the running server, or here when none runs."""
    with asking(data) as do:
        return do(action, **values)


@contextmanager
def asking(data: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Have several actions done, one after the other, by the running server or on a folder opened once."""
    server = running(data)
    if server is None:
        with opened(data) as office:
            yield lambda action, **values: ACTIONS[action](office, **values)
    else:
        yield partial(_ask_server, server)


def _ask_server(server: dict[str, Any], action: str, **values: Any) -> dict[str, Any]:
    try:
        answer = httpx.post(
            f"{server['loopback']}/control/{action}",
            json=values,
            headers={"x-tambon-secret": str(server["secret"])},
            timeout=_LONG_S,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise server_unreachable(str(server["loopback"])) from error
    if answer.status_code == 409:
        raise Problems(_problem(one) for one in answer.json()["problems"])
    if answer.status_code != 200:
        raise server_unreachable(str(server["loopback"]))
    return dict(answer.json())


def _problem(one: dict[str, str]) -> Problem:
    return Problem(
        one["code"],
        Text(one["th"], one["en"]),
        Text(one["remedy_th"], one["remedy_en"]),
        Place(file=one["place"]),
    )
