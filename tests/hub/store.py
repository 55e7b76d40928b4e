"""What the server of these tests holds: datasets as a line of commits, each with all its files, in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"


def blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Stored:
    """A file of a commit."""

    data: bytes
    lfs: bool = False

    def described(self, path: str) -> dict[str, Any]:
        about = {"type": "file", "path": path, "size": len(self.data), "oid": blob(self.data)}
        if not self.lfs:
            return about
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(self.data)}\nsize {len(self.data)}\n"
        lfs = {"oid": sha256(self.data), "size": len(self.data), "pointerSize": len(pointer)}
        return {**about, "oid": blob(pointer.encode()), "lfs": lfs}


@dataclass(frozen=True)
class Commit:
    oid: str
    parent: str
    message: str
    files: dict[str, Stored]
    description: str = ""

    @property
    def contents(self) -> dict[str, bytes]:
        """What is in it, without what the Hub itself writes."""
        return {path: file.data for path, file in self.files.items() if path != ".gitattributes"}

    def entries(self, prefix: str, recursive: bool) -> list[dict[str, Any]]:
        """Files and folders below a folder."""
        found: dict[str, dict[str, Any]] = {}
        for path in sorted(p for p in self.files if p.startswith(prefix)):
            parts = path.removeprefix(prefix).split("/")
            for depth in range(1, len(parts) if recursive else min(len(parts), 2)):
                folder = prefix + "/".join(parts[:depth])
                found[folder] = {"type": "directory", "path": folder, "size": 0, "oid": blob(folder.encode())}
            if recursive or len(parts) == 1:
                found[path] = self.files[path].described(path)
        return list(found.values())


class Dataset:
    """One dataset: a line of commits, the head of main, tags."""

    def __init__(self, private: bool) -> None:
        self.private = private
        self.commits: dict[str, Commit] = {}
        self.tags: dict[str, str] = {}
        self.branches: list[str] = []  # besides main
        self.head = ""
        self.add("initial commit", {".gitattributes": Stored(ATTRIBUTES)})

    def add(self, message: str, files: dict[str, Stored], description: str = "") -> Commit:
        held = sorted((path, file.data) for path, file in files.items())
        oid = hashlib.sha1(f"{self.head}\n{message}\n{held}".encode()).hexdigest()
        self.commits[oid] = Commit(oid, self.head, message, files, description)
        self.head = oid
        return self.commits[oid]

    def push(self, message: str, **changes: bytes | None) -> Commit:
        """What somebody else pushes: files by name, None deletes."""
        files = dict(self.commits[self.head].files)
        for path, data in changes.items():
            files.pop(path, None)
            if data is not None:
                files[path] = Stored(data)
        return self.add(message, files)

    def at(self, revision: str) -> Commit | None:
        found = self.head if revision == "main" else self.tags.get(revision, revision)
        return self.commits.get(found)

    @property
    def log(self) -> list[str]:
        """The messages of the commits of main, newest first."""
        messages, oid = [], self.head
        while oid:
            messages.append(self.commits[oid].message)
            oid = self.commits[oid].parent
        return messages
