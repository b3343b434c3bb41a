"""Answers of other servers, kept beside the tests: what was asked, status, headers that matter, body."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

Exchange = dict[str, Any]  # asked, status, headers, body
FOLDER = Path(__file__).parent / "recorded"


@cache
def chapters(server: str) -> dict[str, list[Exchange]]:
    """All that was recorded of a server, by its files."""
    files = sorted((FOLDER / server).glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


@cache
def _fullest(server: str, asked: str, status: int) -> Exchange:
    every = [one for chapter in chapters(server).values() for one in chapter]
    fits = [one for one in every if one["status"] == status and re.fullmatch(asked, one["asked"])]
    return max(fits, key=lambda one: len(json.dumps(one["body"])))


def like(server: str, asked: str, status: int = 200) -> Exchange:
    """The answer that says most of those recorded with a status to what fits a pattern."""
    return deepcopy(_fullest(server, asked, status))
