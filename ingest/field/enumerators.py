"""The people with phones: one revocable token each, and the QR code that sets a phone up."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import segno
import sqlalchemy as sa

from ingest import log, problems
from ingest.access import ENUMERATOR, Viewer
from ingest.tables import enumerator, now, setting
from thai.codes import parse_area_argument

_ADDRESS = "qr_address."


@dataclass(frozen=True, slots=True)
class Enumerator:
    """Somebody who collects data within an area (a code prefix; '' is everywhere)."""

    id: int
    name: str
    area: str
    token: str
    created_at: str
    revoked_at: str | None
    forms: str = ""  # JSON list of the forms chosen; '' for those that enumerators fill

    @property
    def viewer(self) -> Viewer:
        """What this phone may be sent, as the one door sees it."""
        return Viewer(self.name, ENUMERATOR, self.area)


def add(connection: sa.Connection, name: str, area: str) -> Enumerator:
    """Register an enumerator; raises ``enumerator_exists`` or a problem with the area code."""
    code = parse_area_argument(area)
    if code.startswith("lao:"):
        raise problems.lao_areas_missing(code.removeprefix("lao:"))
    if any(one.name == name for one in everyone(connection)):
        raise problems.enumerator_exists(name)
    row = {
        "name": name,
        "area": code,
        "token": secrets.token_urlsafe(32),
        "created_at": now(),
        "revoked_at": None,
    }
    key = connection.execute(enumerator.insert().values(**row)).inserted_primary_key
    log.reference_changed(connection)
    assert key is not None  # noqa: S101 - an insert into a table with a serial key gives one
    return Enumerator(int(key[0]), name, code, str(row["token"]), str(row["created_at"]), None)


def revoke(connection: sa.Connection, name: str) -> None:
    """Make an enumerator's token useless at once; what was sent stays."""
    changed = connection.execute(
        enumerator.update()
        .where(enumerator.c.name == name, enumerator.c.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    if not changed.rowcount:
        raise problems.enumerator_unknown(name)
    log.reference_changed(connection)


def everyone(connection: sa.Connection) -> list[Enumerator]:
    """All enumerators, revoked ones too, by name."""
    return [Enumerator(*row) for row in connection.execute(sa.select(enumerator).order_by(enumerator.c.name))]


def server_url(base_url: str, token: str) -> str:
    """The address that goes into a phone: the token is part of the path, as no password goes over http."""
    return f"{base_url.rstrip('/')}/v1/key/{token}/projects/1"


def fill_url(base_url: str, token: str) -> str:
    """Where the same person fills the same forms in a browser."""
    return f"{server_url(base_url, token)}/fill/"


def settings(server: str, name: str, project: str = "สมุดแผนที่ตำบล") -> dict[str, object]:
    """ODK Collect's settings for a phone, whose address holds its key; a key left out would be reset."""
    return {
        "general": {
            "server_url": server,
            "form_update_mode": "match_exactly",
            "periodic_form_updates_check": "every_fifteen_minutes",
            "autosend": "wifi_and_cellular",
            "app_language": "th_TH",
            "metadata_username": name,
            "guidance_hint": "yes_collapsed",
            "constraint_behavior": "on_swipe",
            "image_size": "medium",
        },
        "admin": {},
        "project": {"name": project, "icon": "🌳", "color": "#2E7D32"},
    }


def qr_png(server: str, name: str) -> bytes:
    """The settings QR code as a PNG (error correction L, as Collect's own)."""
    text = json.dumps(settings(server, name), ensure_ascii=False, separators=(",", ":"))
    return _png(base64.b64encode(zlib.compress(text.encode())).decode())


def fill_qr_png(base_url: str, one: Enumerator) -> bytes:
    """The browser's address as a QR code for a phone's camera."""
    return _png(fill_url(base_url, one.token))


def _png(text: str) -> bytes:
    out = BytesIO()
    segno.make(text, error="l", micro=False, boost_error=False).save(out, kind="png", scale=6, border=4)
    return out.getvalue()


def write_qr(folder: Path, server: str, name: str) -> Path:
    """Draw the settings QR code into a file. It is called by a hash: names hold what file names may not."""
    path = folder / f"enumerator-{hashlib.sha256(name.encode()).hexdigest()[:12]}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(qr_png(server, name))
    return path


def remember_address(connection: sa.Connection, one: Enumerator, base_url: str) -> None:
    """Note for which address a phone's QR code was made, to warn when the server moves."""
    log.set_setting(connection, f"{_ADDRESS}{one.id}", base_url)


def qr_addresses(connection: sa.Connection) -> dict[int, str]:
    """The address that each enumerator's last QR code was made for, by the enumerator's id."""
    query = sa.select(setting.c.name, setting.c.value).where(
        setting.c.name.startswith(_ADDRESS, autoescape=True)
    )
    return {int(name.removeprefix(_ADDRESS)): value for name, value in connection.execute(query)}
