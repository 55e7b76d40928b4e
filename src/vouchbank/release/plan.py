"""What a release changes: two sets of files compared by the hashes that the Hub keeps of its own.

A file of the Hub is known by the id git gives to its bytes, or, if it lies in large-file storage, by its SHA-256: so
the comparison needs no download.

Example:
    >>> there = {"a": RemoteFile(1, blob=blob_id(b"1")), "b": RemoteFile(1, blob=blob_id(b"2"))}
    >>> plan_of({"a": b"1", "c": b"3"}, there)
    Plan(added=('c',), changed=(), deleted=('b',))
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

# The Hub writes this file itself, to say which files lie in large-file storage.
KEPT = frozenset({".gitattributes"})


@dataclass(frozen=True)
class RemoteFile:
    """A file on the Hub.

    Attributes:
        size: Bytes.
        blob: The id git gives to it; of a file in large-file storage, to its pointer.
        sha256: Only of a file in large-file storage.
    """

    size: int
    blob: str = ""
    sha256: str | None = None

    def holds(self, data: bytes) -> bool:
        """Whether these are its bytes."""
        if self.sha256 is not None:
            return hashlib.sha256(data).hexdigest() == self.sha256
        return blob_id(data) == self.blob


@dataclass(frozen=True)
class Plan:
    """The names of the files that differ."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.added + self.changed + self.deleted


def plan_of(local: Mapping[str, bytes], remote: Mapping[str, RemoteFile]) -> Plan:
    """What makes the files on the Hub those of the folder."""
    return Plan(
        added=tuple(sorted(local.keys() - remote.keys())),
        changed=tuple(name for name in sorted(local.keys() & remote.keys()) if not remote[name].holds(local[name])),
        deleted=tuple(sorted(remote.keys() - local.keys() - KEPT)),
    )


def blob_id(data: bytes) -> str:
    """The id that git gives to these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
