"""The product as its users start it: a server in a process of its own, and commands beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
PILOT = "pilot5_adm3_full.gpkg"  # tambons of five provinces, full resolution
_STOP_S = 60


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def command(data: Path, *words: str) -> Any:
    """Run a command on a data folder and return its JSON."""
    line = [sys.executable, "-m", "commands", *words, "--json", "--data", str(data)]
    done = subprocess.run(
        line, cwd=ROOT, env=_environment(), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def add_boundaries(data: Path, *, small: bool) -> str:
    """Join with the full-resolution tambons where their file is at hand; returns what is joined with.

    Adding them takes seconds, so a small run keeps the demo's drawing.
    """
    if small:
        return "the demo's drawing"
    folder = Path(os.environ.get("TAMBON_SHARED") or ROOT.parent / "shared")
    path = folder / "boundaries" / PILOT
    if not path.is_file():
        return "the demo's drawing (no full-resolution file here)"
    added = command(data, "boundaries", "add", str(path), "--set", "bench")["added"]
    return f"{added['features']} tambons at full resolution"


@dataclass
class Server:
    """A running server; ``facts`` is the line that it announced itself with."""

    data: Path
    facts: dict[str, Any]
    process_id: int
    _session: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """The port it listens on, at 127.0.0.1."""
        return int(self.url.rpartition(":")[2])

    @property
    def url(self) -> str:
        """Its address, without the slash at the end."""
        return str(self.facts["url"]).rstrip("/")

    def browser(self) -> httpx.Client:
        """A client that is signed in; the link serves once, its session every client."""
        client = httpx.Client(base_url=self.url, timeout=120, trust_env=False, cookies=self._session)
        if not self._session:
            if client.get(self.facts["sign_in_url"]).status_code != 303:
                raise RuntimeError("the sign-in link was refused")
            self._session |= dict(client.cookies)
        return client

    def catch_up(self) -> dict[str, Any]:
        """Wait until everything received is projected; returns the counts of ``status``."""
        secret = json.loads((self.data / "server.json").read_text(encoding="utf-8"))["secret"]
        address, headers = f"{self.url}/control/catch_up", {"x-tambon-secret": secret}
        answer = httpx.post(address, json={}, headers=headers, timeout=600, trust_env=False)
        return dict(answer.raise_for_status().json())


@contextmanager
def serving(data: Path, *, flush_ms: float = 0, reruns: Path | None = None) -> Iterator[Server]:
    """Start ``up`` on a data folder without the demo.

    Each flush of the disk takes ``flush_ms`` longer, or the reruns of its pages are noted in a file.
    """
    module = ["-m", "bench.slow_disk", str(flush_ms)] if flush_ms else ["-m", "commands"]
    module = ["-m", "bench.reruns", str(reruns)] if reruns else module
    words = ["up", "--json", "--empty", "--host", "127.0.0.1", "--port", "0", "--data", str(data)]
    data.mkdir(parents=True, exist_ok=True)
    with (data / "server.txt").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, *module, *words], cwd=ROOT, env=_environment(), encoding="utf-8",
            stdout=subprocess.PIPE, stderr=said,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError((data / "server.txt").read_text(encoding="utf-8")[-2000:])
        yield Server(data, json.loads(line), process.pid)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate() if os.name == "nt" else process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
