"""How a command has something done: by the server that has the folder open, or by opening it itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from commands.problems import no_office
from ingest.folder import DataFolder
from ingest.problems import server_unreachable
from thai.problem import Place, Problem, Problems, Text

_LONG_S = 3600.0  # a rebuild or a large export may take its time


def an_office(data: Path) -> Path:
    """The folder itself, for what makes none: raises ``no_office`` where nothing has been collected."""
    if not DataFolder(data).log.is_file():
        raise no_office(data)
    return data


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
        # A folder is opened by loading the whole program: seconds that a running server has behind it.
        from commands.office import opened  # noqa: PLC0415
        from streamlit_app.actions import ACTIONS  # noqa: PLC0415

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
        said = answer.json()
        if "refused" in said:
            raise OSError(*said["refused"])
        raise Problems(_problem(one) for one in said["problems"])
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
