"""The one process: uvicorn with the outer application in front of Streamlit's."""

from __future__ import annotations

import importlib
import logging
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware.gzip import GZipMiddleware

from streamlit_app.frame import broken
from streamlit_app.office import Office, open_office
from streamlit_app.server.bundles import Bundles
from streamlit_app.server.outer import Outer

_SCRIPT = Path(__file__).resolve().parents[1] / "app.py"
_SWITCH_S = 0.001  # a phone waits at most this long for a thread that computes (Python's default: 5 ms)
_STOP_S = 3  # pages left open in browsers must not hold up Ctrl-C


class _Server(uvicorn.Server):
    """Says when it is ready to answer."""

    def __init__(self, config_: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config_)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, quieten the logs that Streamlit switches on (the access log would hold tokens), say so."""
        await super().startup(sockets)
        logging.getLogger("uvicorn.access").disabled = True
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        if self.started:
            self._on_ready()
            threading.Thread(target=_load_maps, name="load maps").start()


def _load_maps() -> None:
    """Load what maps are built with before a page is opened: a second that nobody waits for then.

    The pages themselves cannot be loaded here: Streamlit serves a component only when a page has brought it.
    Ctrl-C waits for it, as an interpreter that ends while it loads makes DuckDB list what it still holds.
    """
    importlib.import_module("folium.plugins")


def application(office: Office, *, public_url: str = "", secret: str = "") -> Outer:
    """The whole application of one office."""
    open_office(office)
    # Its settings stand in .streamlit/config.toml beside the script.
    streamlit_app = st.App(_SCRIPT, on_script_error=broken)
    packed = Bundles(GZipMiddleware(streamlit_app, minimum_size=1000))
    return Outer(office, packed, public_url=public_url, secret=secret)


def serve(
    office: Office, taken: socket.socket, *, public_url: str, proxies: Sequence[str], secret: str,
    on_ready: Callable[[], None],
) -> None:  # fmt: skip
    """Serve until SIGINT or SIGTERM."""
    sys.setswitchinterval(_SWITCH_S)
    settings = uvicorn.Config(
        application(office, public_url=public_url, secret=secret),
        http="httptools",
        ws="websockets-sansio",
        access_log=False,
        log_level="warning",
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies) or None,
        timeout_graceful_shutdown=_STOP_S,
        server_header=False,
        date_header=True,
    )
    _Server(settings, on_ready).run(sockets=[taken])
