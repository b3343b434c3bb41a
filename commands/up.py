"""``up``: the map for the office and the server for the phones."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import signal
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commands import console
from commands.asking import running
from commands.office import opened
from ingest import accounts, demo, first_start, log, problems
from ingest.folder import DataFolder
from ingest.sources.schedule import Schedule
from streamlit_app.office import Office
from streamlit_app.server import addresses
from streamlit_app.server.run import serve
from thai.problem import Text


def run(args: argparse.Namespace) -> None:
    """Serve until Ctrl-C. The first start makes an administrator and, unless told not to, loads the demo."""
    if running(args.data):
        raise problems.folder_in_use(args.data)
    taken = addresses.listen(args.host, args.port)
    port = taken.getsockname()[1]
    public_url = (args.public_url or "").rstrip("/")
    phones = [public_url] if public_url else addresses.addresses(args.host, port)
    secret = secrets.token_urlsafe(32)
    with taken, opened(args.data) as held:
        office = Office(held.atlas, held.follower, tuple(phones))
        password = _first_start(office, args)
        facts = _facts(office, f"http://{_own_address(args.host)}:{port}", phones[0], password)
        with _found_by_commands(args.data, facts, secret), _following(office):
            serve(
                office, taken, public_url=public_url, proxies=args.proxy, secret=secret,
                on_ready=lambda: _announce(facts, as_json=args.json),
            )  # fmt: skip


@contextlib.contextmanager
def _following(office: Office) -> Iterator[None]:
    """Keep the warehouse beside the log until Ctrl-C, or a service manager's stop, treated as one."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    office.atlas.writer.wrote = office.follower.wake
    office.follower.start()
    schedule = Schedule(office.atlas)
    schedule.start()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        schedule.stop()
        office.follower.stop()


@contextlib.contextmanager
def _found_by_commands(data: Path, facts: dict[str, Any], secret: str) -> Iterator[None]:
    """Tell other commands on this folder where the server is; only this account may read the secret."""
    loopback = facts["url"].rstrip("/")
    told = {"loopback": loopback, "phones_url": facts["phones_url"], "secret": secret, "pid": os.getpid()}
    path = DataFolder(data).server_file
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump({"url": loopback} | told, handle)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def show(_result: object) -> str:
    """Nothing is left to say when the server has stopped."""
    return ""


def _own_address(host: str) -> str:
    own = {"0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared
    return addresses.in_url(own)


def _first_start(office: Office, args: argparse.Namespace) -> str | None:
    """The demo first, then the administrator: a start that was cut off before is the first one again, as a
    password that nobody read would be lost.
    """
    atlas = office.atlas
    first = first_start.is_first(atlas.log)
    with atlas.log.connect() as connection:
        empty = log.last_seq(connection) == 0
    if empty and (args.demo or (first and not args.empty)):
        console.say(Text("กำลังใส่ข้อมูลตัวอย่าง…", "loading the demo data…"))
        demo.load(atlas)
        office.follower.catch_up()
    return first_start.make_administrator(atlas.log)


def _facts(office: Office, url: str, phones_url: str, password: str | None) -> dict[str, Any]:
    with log.writing(office.atlas.log) as connection:
        administrator = next(
            (
                one
                for one in accounts.everyone(connection)
                if one["role"] == "administrator" and not one["disabled_at"]
            ),
            None,
        )
        email = str(administrator["email"]) if administrator else first_start.ADMINISTRATOR
        link = accounts.make_link(connection, email)
    facts = {
        "url": f"{url}/",
        "phones_url": phones_url,
        "sign_in_url": f"{url}/signin?link={link}",
        "admin": email,
    }
    return facts | ({"password": password} if password else {})


def _announce(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        console.emit(facts)
        return
    lines = [
        f"แผนที่ · map:       {facts['url']}",
        f"โทรศัพท์ · phones:   {facts['phones_url']}",
        f"ผู้ดูแล · account:    {facts['admin']}",
    ]
    if "password" in facts:
        lines.append(f"รหัสผ่าน · password: {facts['password']}   (แสดงครั้งเดียว · shown this once)")
    lines += [f"ลิงก์เข้าใช้ครั้งแรก · sign-in link: {facts['sign_in_url']}", "หยุด · stop: Ctrl-C"]
    print("\n".join(lines), flush=True)
    if _has_screen():
        webbrowser.open(facts["sign_in_url"])


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
