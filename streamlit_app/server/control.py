"""Commands that find the server running ask it over loopback: it alone has the warehouse open."""

from __future__ import annotations

import asyncio
import hmac
import json

from streamlit_app.actions import ACTIONS
from streamlit_app.office import Office
from streamlit_app.server.answers import (
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    header,
    is_own_machine,
    read_body,
)
from thai.problem import Problem, Problems

_MAX_BYTES = 1_000_000


class Control:
    """Answers ``POST /control/ACTION`` for whoever can read the secret in the data folder."""

    def __init__(self, office: Office, secret: str) -> None:
        self._office = office
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one command."""
        given = header(scope, b"x-tambon-secret")
        allowed = (
            self._secret
            and is_own_machine(scope)
            and hmac.compare_digest(given.encode(), self._secret.encode())
        )
        action = ACTIONS.get(scope["path"].removeprefix("/control/"))
        if not allowed or action is None or scope["method"] != "POST":
            await answer(send, 404)
            return
        values = json.loads(await read_body(receive, _MAX_BYTES) or b"{}")
        try:
            await answer_json(send, await asyncio.to_thread(action, self._office, **values))
        except Problem as problem:
            await answer_json(send, {"problems": [problem.as_dict()]}, 409)
        except Problems as several:
            await answer_json(send, {"problems": [one.as_dict() for one in several.problems]}, 409)
        except OSError as error:  # a file that a spreadsheet has open: the command says it in its own words
            file = str(error.filename2 or error.filename or "")
            await answer_json(send, {"refused": [error.errno, error.strerror or str(error), file]}, 409)
