"""Power cuts: whatever was acknowledged is there once, and the tables are what the log gives."""

from __future__ import annotations

import random
import sqlite3
import threading
from pathlib import Path

import httpx
from offices import RunningOffice, instance_id, post, submission

from forms.xform import Schema, read_schema

CUTS = 20


def _pomelo(phone: httpx.Client) -> Schema:
    listed = phone.get("formList").text.split("<xform>")
    url = next(one for one in listed if "<formID>pomelo_plot<" in one).split("<downloadUrl>")[1].split("<")[0]
    return read_schema(phone.get(url).content)


def _send_until_the_cut(
    phone: httpx.Client, schema: Schema, acknowledged: list[str], cut: threading.Event
) -> None:
    while not cut.is_set():
        key = instance_id()
        try:
            answer = post(
                phone,
                submission(
                    schema, {"tambon": "801206", "trees": 3, "point": "8.2808 100.0898 0 4"}, instance=key
                ),
            )
        except httpx.HTTPError:
            return
        if answer.status_code == 201:
            acknowledged.append(key)


def test_twenty_power_cuts_under_load_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """kill -9 at a random moment, twenty times on one data folder; then every 201 is there once."""
    chance = random.Random(20261121)
    acknowledged: list[str] = []
    running = RunningOffice(tmp_path / "data").start()
    token_path = running.phone("phone").base_url.raw_path.decode()
    for _ in range(CUTS):
        phone = httpx.Client(base_url=running.url + token_path, trust_env=False, timeout=10)
        schema, cut = _pomelo(phone), threading.Event()
        threads = [
            threading.Thread(target=_send_until_the_cut, args=(phone, schema, acknowledged, cut))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        cut.wait(chance.uniform(0.05, 0.6))
        running.kill()
        cut.set()
        for thread in threads:
            thread.join()
        running.start()

    assert running.ask("verify")["equal"]
    held = running.status()
    running.stop()
    with sqlite3.connect(running.data / "log.sqlite") as log:
        logged = [row[0] for row in log.execute("SELECT instance_id FROM submission")]
    assert len(acknowledged) > CUTS
    assert set(acknowledged) <= set(logged)
    assert len(logged) == len(set(logged)) == held["submissions"] == held["projected"]
