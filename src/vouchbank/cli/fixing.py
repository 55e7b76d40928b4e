"""What `check --fix` does before it checks."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank.cli.base import write_bytes
from vouchbank.files import writable
from vouchbank.report.text import plural, printable

if TYPE_CHECKING:
    from vouchbank.corpus import Corpus


def fix(corpus: Corpus, dry_run: bool, err: bool) -> None:
    """Apply the safe fixes and say what was mended; with `dry_run` print the difference instead, and exit.

    Args:
        corpus: The sources.
        dry_run: Write nothing; exit with 1 if a file would change.
        err: Whether to speak on standard error, because a program reads the other.
    """
    from vouchbank.change.fixes import mend

    done = mend(corpus)
    for file, reason in done.left.items():
        click.echo(printable(f"{file}: left as it is: {reason}"), err=True)
    for file, data in done.files.items():
        if not dry_run:
            write_bytes(writable(corpus.root, file), data)
        said = difference(corpus.root, file, data) if dry_run else (f"{file}: {title}" for title in done.done[file])
        for line in said:
            click.echo(printable(line), err=err and not dry_run)
    click.echo(f"{plural(len(done.files), 'file')} {'would change' if dry_run else 'mended'}", err=err)
    if dry_run:
        sys.exit(1 if done.files else 0)


def difference(root: Path, file: str, data: bytes) -> Iterator[str]:
    """The lines of a unified diff from a file to new bytes."""
    old, new = (held.decode("utf-8", "replace").split("\n") for held in ((root / file).read_bytes(), data))
    return difflib.unified_diff(old, new, f"a/{file}", f"b/{file}", lineterm="")
