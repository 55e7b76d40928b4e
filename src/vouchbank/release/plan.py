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
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vouchbank.hints import capped
from vouchbank.report.text import printable

# The Hub writes this file itself, to say which files lie in large-file storage.
KEPT = frozenset({".gitattributes"})
RELEASE_TAG = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+", re.ASCII)
# what `Release.description` and the message that is not given otherwise say of a commit
_MADE_FOR = re.compile(rf"(?:VouchBank (?=[0-9])|Release (?=v))v?({RELEASE_TAG.pattern[1:]})", re.ASCII)


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
    """What is to be on the Hub: the files of corpus/, under a tag.

    Attributes:
        files: The files by name.
        tag: The tag.
        message: The message of the commit and of the tag.
        private_only: Why it may not be shown to everybody, in sentences; empty if it may.
    """

    files: Mapping[str, bytes]
    tag: str
    message: str
    private_only: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """By what the commit is known later, whatever its message."""
        return f"Release {self.tag}"


@dataclass(frozen=True)
class HubState:
    """What the Hub says of a dataset: the commit of main, and of every tag; the other branches."""

    head: str
    tags: Mapping[str, str]
    branches: frozenset[str] = frozenset()

    def name_of(self, commit: str) -> str:
        """A commit in words, with the tags on it."""
        tags = [tag for tag, target in self.tags.items() if target == commit]
        return printable(f"{short(commit)} ({', '.join(tags) if tags else 'which has no tag'})")


@dataclass(frozen=True)
class ReleaseCommit:
    """A commit that a release made: its id, and the tag that it was made for."""

    commit: str
    tag: str


def release_tag_of(title: str, description: str) -> str:
    """The tag that a commit of a release was made for; empty for a commit of others.

    >>> release_tag_of("VouchBank 0.2.0", ""), release_tag_of("Two more articles", "Release v0.2.0")
    ('v0.2.0', 'v0.2.0')
    >>> release_tag_of("VouchBank", "")
    ''
    """
    found = filter(None, map(_MADE_FOR.fullmatch, (title, *description.splitlines())))
    return next((f"v{match[1]}" for match in found), "")


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


def within(name: str, places: Iterable[str]) -> bool:
    """Whether a file is one of these places, or in a folder that is.

    >>> within("images/a.png", ["images/"]), within("images.md", ["images"])
    (True, False)
    """
    return any(name == place or name.startswith(f"{place.rstrip('/')}/") for place in places)


def listed(plan: Plan, most: int = 3) -> str:
    """The files of a plan in words.

    >>> listed(Plan(changed=("README.md",))), listed(Plan(deleted=tuple("abcdefg")))
    ('README.md differs', 'a, b, c and 4 more differ')
    """
    names = [printable(name) for name in plan.names]
    return f"{capped(names, most)} differ{'s' * (len(names) == 1)}"
