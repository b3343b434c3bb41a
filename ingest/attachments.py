"""Photos and other files, kept once by the hash of their content. No name from outside becomes a path."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ingest.log import StoredFile


@dataclass(frozen=True)
class AttachmentStore:
    """A folder of files named by their SHA-256, two levels deep."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where the content with this hash lies."""
        return self.folder / sha256[:2] / sha256

    def take(self, name: str, content: bytes, *, keep: bool) -> StoredFile:
        """``put`` it, or without ``keep`` only say what would be: a dry run leaves nothing behind."""
        if keep:
            return self.put(name, content)
        return StoredFile(name, hashlib.sha256(content).hexdigest(), len(content))

    def put(self, name: str, content: bytes) -> StoredFile:
        """Write a file so that it is on the disk before the log names it."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            half = target.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
            try:
                with half.open("wb") as handle:
                    handle.write(content)
                    handle.flush()
                    os.fsync(handle.fileno())
                half.replace(target)
            except BaseException:  # a full disk must not be filled further by every try
                half.unlink(missing_ok=True)
                raise
        return StoredFile(name, sha256, len(content))
