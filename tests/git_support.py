"""Throw-away git repositories for tests, untouched by the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
       (("NAME", "Test"), ("EMAIL", "test@example.org"), ("DATE", "2025-01-01T00:00:00Z"))},
}  # fmt: skip


def git(root: Path, *words: str) -> str:
    """What git answers in a folder."""
    done = subprocess.run(
        ["git", "-C", str(root), *words], env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return done.stdout


def repository(root: Path) -> Path:
    """Make a folder a repository with one commit of all that is in it."""
    git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    return commit(root)


def commit(root: Path, message: str = "A state") -> Path:
    """Commit all that changed."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    return root
