"""The command rebase."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import note, quiet_option, say
from vouchbank.report.text import plural, printable

if TYPE_CHECKING:
    from vouchbank.change.rebase import Rebased
    from vouchbank.corpus import Corpus
    from vouchbank.corpus.overlay import OverlayCorpus


@click.command()
@click.argument("revision", metavar="[REV]", default="HEAD")
@root_option
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change.")
@quiet_option
def rebase(revision: str, root: Path | None, dry_run: bool) -> None:
    """Update annotations after a change of the text.

    Aligns the text with the text at revision REV (default: HEAD). Where quoted words certainly correspond, updates the
    quote, its occurrence and its paragraph. Flags all other quotes and leaves them as they are; the exit status is then
    1.
    """
    from vouchbank.corpus.corpus import RAW
    from vouchbank.corpus.git import resolved
    from vouchbank.corpus.overlay import corpus_at
    from vouchbank.writing import write_files

    corpus = open_corpus(root, writing=not dry_run)
    then = corpus_at(corpus.root, resolved(corpus.root, revision), corpus.schema)
    flagged = changed = 0
    files: dict[str, bytes] = {}
    for folder in ("annotations", *(f"{RAW}/{name}" for name in corpus.annotators)):
        for article, done in _rebased(corpus, then, folder):
            flagged += len(done.flagged)
            changed += 1
            print_rebased(corpus, f"{folder}/{article}", done)
            for file, text in done.texts.items():
                (say if dry_run else note)(f"  {file}: {'would change' if dry_run else 'written'}")
                files[file] = text.encode("utf-8")
    if not dry_run:
        write_files(corpus.root, files)
    if not changed:
        note(f"no text changed since {revision}: nothing to rebase")
    elif flagged:
        say(f"{plural(flagged, 'quote')} flagged; correct them in the files, then run: vouchbank check")
    else:
        note("every quote has its place; run: vouchbank normalise, then vouchbank check")
    sys.exit(1 if flagged else 0)


def _rebased(corpus: Corpus, then: OverlayCorpus, folder: str) -> Iterator[tuple[str, Rebased]]:
    """The articles whose text changed, with the result for the quotes in one folder of annotations."""
    from vouchbank.change.old_text import old_paragraphs
    from vouchbank.change.rebase import Rebased, rebase, text_changed, unknown_text, written_fragments
    from vouchbank.corpus import Corpus

    now = Corpus(corpus.root, corpus.schema, folder)
    before = then.of(folder)
    for name in now.article_ids:
        article = now.article(name)
        if name not in before.article_ids or all(file.document.missing for file in article.files.values()):
            continue
        old = old_paragraphs(before, before.article(name))
        if old is None:
            yield name, Rebased(flagged=[unknown_text(article)])
        elif text_changed(article, old):
            yield name, rebase(article, old, written_fragments(before.article(name)))


def print_rebased(corpus: Corpus, folder: str, done: Rebased) -> None:
    """Report how many quotes in a folder were kept, which were rewritten and which were flagged."""
    from vouchbank.report import plain

    said = f"{done.kept} kept, {len(done.changes)} rewritten, {len(done.flagged)} flagged"
    note(f"{folder}: the text changed; quotes: {said}")
    for line in done.changes:
        note(f"  {printable(line)}")
    for finding in sorted(done.flagged, key=lambda f: f.place):
        say(plain(replace(finding, line=corpus.line(finding.place))))
