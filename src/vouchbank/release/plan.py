"""What a release changes: compare local files with those on the Hub by their hashes.

The Hub lists the git id of each file or, for large-file storage, its SHA-256, so the comparison needs no download.

Example:
    >>> there = {"a": RemoteFile(1, blob=blob_id(b"1")), "b": RemoteFile(1, blob=blob_id(b"2"))}
    >>> plan_of({"a": b"1", "c": b"3"}, there)
    Plan(added=('c',), changed=(), deleted=('b',))
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vouchbank.hints import capped
from vouchbank.report.text import printable

# The Hub writes this file itself; it lists the files in large-file storage.
KEPT = frozenset({".gitattributes"})
RELEASE_TAG = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+", re.ASCII)
# how `Release.description` and the default message identify a commit of a release
_MADE_FOR = re.compile(rf"(?:VouchBank (?=[0-9])|Release (?=v))v?({RELEASE_TAG.pattern[1:]})", re.ASCII)


@dataclass(frozen=True)
class RemoteFile:
    """A file on the Hub.

    Attributes:
        size: Its size in bytes.
        blob: Its git id; for a file in large-file storage, that of its pointer.
        sha256: Its SHA-256, only for a file in large-file storage.
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
        """All files of the plan."""
        return self.added + self.changed + self.deleted


@dataclass(frozen=True)
class Release:
    """What to publish: the files of corpus/, under a tag.

    Attributes:
        files: The files by name.
        tag: The tag.
        message: The message of the commit and of the tag.
        private_only: Why it must not be public, as messages; empty if it may be.
    """

    files: Mapping[str, bytes]
    tag: str
    message: str
    private_only: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """The line that identifies the commit later, whatever its message."""
        return f"Release {self.tag}"


@dataclass(frozen=True)
class HubState:
    """The state of a dataset on the Hub: the commits of main and of every tag, and the other branches."""

    head: str
    tags: Mapping[str, str]
    branches: frozenset[str] = frozenset()

    def name_of(self, commit: str) -> str:
        """A commit with its tags."""
        tags = [tag for tag, target in self.tags.items() if target == commit]
        return printable(f"{short(commit)} ({', '.join(tags) if tags else 'no tag'})")


@dataclass(frozen=True)
class ReleaseCommit:
    """A commit of a release: its id, and the tag that it was made for."""

    commit: str
    tag: str


def release_tag_of(title: str, description: str) -> str:
    """The tag that a commit was made for; empty if no release made it.

    >>> release_tag_of("VouchBank 0.2.0", ""), release_tag_of("Two more articles", "Release v0.2.0")
    ('v0.2.0', 'v0.2.0')
    >>> release_tag_of("VouchBank", "")
    ''
    """
    found = filter(None, map(_MADE_FOR.fullmatch, (title, *description.splitlines())))
    return next((f"v{match[1]}" for match in found), "")


def plan_of(local: Mapping[str, bytes], remote: Mapping[str, RemoteFile]) -> Plan:
    """The changes that make the files on the Hub equal to the local ones."""
    return Plan(
        added=tuple(sorted(local.keys() - remote.keys())),
        changed=tuple(name for name in sorted(local.keys() & remote.keys()) if not remote[name].holds(local[name])),
        deleted=tuple(sorted(remote.keys() - local.keys() - KEPT)),
    )


def blob_id(data: bytes) -> str:
    """The git id of a file with these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def short(commit: str) -> str:
    """The short form of a commit id."""
    return printable(commit[:8])


def within(name: str, places: Iterable[str]) -> bool:
    """Whether a file is one of these places, or lies in one of them.

    >>> within("images/a.png", ["images/"]), within("images.md", ["images"])
    (True, False)
    """
    return any(name == place or name.startswith(f"{place.rstrip('/')}/") for place in places)


def listed(plan: Plan, most: int = 3) -> str:
    """The files of a plan in a sentence.

    >>> listed(Plan(changed=("README.md",))), listed(Plan(deleted=tuple("abcdefg")))
    ('README.md differs', 'a, b, c and 4 more differ')
    """
    names = [printable(name) for name in plan.names]
    return f"{capped(names, most)} differ{'s' * (len(names) == 1)}"
