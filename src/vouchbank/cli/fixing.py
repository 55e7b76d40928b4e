"""What `check --fix` does before it checks: it applies the safe fixes."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vouchbank.cli.choosing import Chosen
from vouchbank.cli.output import note, say
from vouchbank.report.text import plural, printable
from vouchbank.writing import write_files

if TYPE_CHECKING:
    from vouchbank.change.renumber import Sides
    from vouchbank.corpus import Corpus


def fix(corpus: Corpus, chosen: Chosen, dry_run: bool, err: bool, against: str | None = None) -> None:
    """Apply the safe fixes and report them; with `dry_run`, print a diff instead, and exit.

    Args:
        corpus: The sources.
        chosen: What may be written: its files, and the registry rows that its articles need.
        dry_run: Write nothing; exit with 1 if a file would change.
        err: Report on standard error, because a program reads standard output.
        against: The revision whose ids are in use.
    """
    from vouchbank.change.fixes import apply_fixes

    only = None if chosen.whole else {*chosen.articles, *(chosen.of_paths or ())}
    done = apply_fixes(corpus, only, None if against is None else _sides(corpus, against))

    kept = {file for file in done.files if chosen.may_fix(file) and _finished(corpus, file)}
    done.left.update(dict.fromkeys(kept, 'it is finished and committed; to have it fixed, set status = "draft"'))

    def wanted(file: str) -> bool:
        return (file == done.begun and only is not None) or chosen.may_fix(file)

    for file, reason in done.left.items():
        if wanted(file):
            say(printable(f"{file}: not fixed: {reason}"), err=True)
    files = {file: data for file, data in done.files.items() if wanted(file) and file not in kept}
    if not dry_run:
        write_files(corpus.root, files)
    for file, data in files.items():
        said = difference(corpus.root, file, data) if dry_run else (f"{file}: {title}" for title in done.done[file])
        for line in said:
            (say if dry_run else note)(printable(line), err=err and not dry_run)
    note(f"{plural(len(files), 'file')} {'would change' if dry_run else 'fixed'}", err=err)
    if dry_run:
        sys.exit(1 if files else 0)


def _finished(corpus: Corpus, file: str) -> bool:
    """Whether a raw annotation file is finished, now and in the last commit; if so, its values are kept."""
    from vouchbank.toml.reader import read_toml

    states = (corpus.read(file), corpus.committed.get(file)) if corpus.annotator else ()
    values = [read_toml(data or b"", file).values for data in states]
    return bool(values) and all(held.get("status", "draft") != "draft" for held in values)


def _sides(corpus: Corpus, against: str) -> Sides:
    """The base revision, this branch and their common ancestor, as git has them."""
    from vouchbank.change.renumber import Sides
    from vouchbank.corpus.git import in_progress, merge_sides, resolved
    from vouchbank.corpus.overlay import corpus_at

    commit = resolved(corpus.root, against)
    base = corpus_at(corpus.root, commit, corpus.schema)
    own, fork = (corpus_at(corpus.root, c, corpus.schema) if c else None for c in merge_sides(corpus.root, commit))
    merging = any(in_progress(corpus.root, name) for name in ("MERGE_HEAD", "REBASE_HEAD"))
    return Sides(against, base, own, fork, merging)


def difference(root: Path, file: str, data: bytes) -> Iterator[str]:
    """The lines of a unified diff between a file and its new contents."""
    before = (root / file).read_bytes() if (root / file).exists() else b""
    old, new = (held.decode("utf-8", "replace").split("\n") for held in (before, data))
    return difflib.unified_diff(old, new, f"a/{file}", f"b/{file}", lineterm="")
