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

from vouchbank.report.text import printable

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


@dataclass(frozen=True)
class Release:
    """What is to be on the Hub: the files of corpus/, under a tag."""

    files: Mapping[str, bytes]
    tag: str
    message: str


@dataclass(frozen=True)
class HubState:
    """What the Hub says of a dataset: the commit of main, and of every tag."""

    head: str
    tags: Mapping[str, str]

    def name_of(self, commit: str) -> str:
        """A commit in words, with the tags on it."""
        tags = [tag for tag, target in self.tags.items() if target == commit]
        return f"{short(commit)} ({', '.join(tags) if tags else 'which has no tag'})"


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


def short(commit: str) -> str:
    """A commit id as people read it."""
    return printable(commit[:8])


def listed(plan: Plan, most: int = 3) -> str:
    """The files of a plan in words.

    >>> listed(Plan(changed=("README.md",))), listed(Plan(deleted=tuple("abcdefg")))
    ('README.md differs', 'a, b, c and 4 more differ')
    """
    names = [printable(name) for name in plan.names]
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{rest} differ{'s' * (len(names) == 1)}"
