"""What somebody uploads in the browser, taken in by a process of its own, so that phones go on being served.

``python -m ingest.uploads DATA`` reads what is wanted from its input and answers with lines of JSON: how far
it is, and in the end what was found.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest import log
from ingest.atlas import Atlas
from ingest.bringing import bring
from ingest.folder import DataFolder
from ingest.sheets import load, mapping, problems
from ingest.sheets.suggest import drafts
from thai.problem import Problem, Problems

_ROOT = Path(__file__).resolve().parents[1]
_MOST_TOLD = 5_000  # rows of a dry run that are passed on; how many there are is told in any case

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with some files, in whose name.

    ``form_id`` names the form of an export that does not tell, or with ``draft`` the one that a mapping is
    drafted for; ``mapping`` is TOML, for an office's own tables.
    """

    paths: tuple[str, ...]
    actor: str
    form_id: str = ""
    mapping: str = ""
    draft: bool = False
    dry_run: bool = True


def apart(data: Path, wanted: Wanted, progress: Progress) -> dict[str, Any]:
    """What ``ingest files`` would find or did; ``drafts``; or ``problems``, as documents.

    Raises ``upload_failed`` when the process ends without a word.
    """
    words = [sys.executable, "-m", "ingest.uploads", str(data)]
    with subprocess.Popen(words, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101 - asked for
        try:
            process.stdin.write(json.dumps(asdict(wanted)).encode())
            process.stdin.close()
            for line in process.stdout:
                said: dict[str, Any] = json.loads(line)
                if "done" not in said:
                    return said
                progress(said["done"])
        except BaseException:  # nobody waits for it: the page was left, or asks for something else
            process.terminate()
            raise
    raise problems.upload_failed()


def answer(atlas: Atlas, wanted: Wanted) -> dict[str, Any]:
    """What ``apart`` hears; raises the problems of ``bring``, ``load`` and ``drafts``."""
    paths = [Path(one) for one in wanted.paths]
    if wanted.draft:
        return {"drafts": [asdict(one) for one in drafts(atlas.reference.catalogue, wanted.form_id, paths)]}
    if wanted.mapping:
        own = mapping.parse(wanted.mapping, "mapping.toml")
        found = load.load(atlas, paths, own, dry_run=wanted.dry_run, progress=_tell)
    else:
        found = bring(atlas, paths, form_id=wanted.form_id, dry_run=wanted.dry_run, progress=_tell)
    if not wanted.dry_run:
        with log.writing(atlas.log) as connection:
            log.note(connection, wanted.actor, "files_bring", f"{found['accepted']} new")
    listed = {name: found[name][:_MOST_TOLD] for name in ("rows", "skipped")}
    outcomes = Counter(one.get("outcome") for one in found["rows"])
    return found | listed | {
        "would_store": len(found["rows"]), "outcomes": dict(outcomes), "left": len(found["skipped"]),
    }  # fmt: skip


def _tell(done: int, _total: int) -> None:
    _say({"done": done})


def _say(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def main(data: str) -> None:
    """Do what the input asks for, and say what came of it."""
    atlas = Atlas(DataFolder(Path(data)))
    try:
        _say(answer(atlas, Wanted(**json.load(sys.stdin))))
    except (Problem, Problems) as refused:
        found = refused.problems if isinstance(refused, Problems) else (refused,)
        _say({"problems": [one.as_dict() for one in found]})
    finally:
        atlas.close()


if __name__ == "__main__":
    main(sys.argv[1])
