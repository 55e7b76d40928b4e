"""The command correct-seed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import note, quiet_option, say
from vouchbank.cli.rebasing import print_rebased
from vouchbank.report.text import plural, printable


@click.command("correct-seed")
@click.argument("article_id", metavar="ARTICLE")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", required=True, metavar="TEXT", help="What the publisher corrected; recorded in meta.toml.")
@root_option
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change.")
@quiet_option
def correct_seed(article_id: str, file: Path, reason: str, root: Path | None, dry_run: bool) -> None:
    """Replace a seed that its publisher corrected.

    FILE is the corrected article: a web page if the article was added as one, otherwise a text. It replaces
    seeds/ARTICLE/raw.txt; a page is rendered again, with a new source map. meta.toml records the SHA-256 of the old
    seed. The gold and the raw annotations are updated as by `rebase`. Either all files are written or none. The exit
    status is 1 if a quote was flagged.
    """
    from vouchbank.change.correct import correct_seed as corrected
    from vouchbank.writing import write_files

    corpus = open_corpus(root, writing=not dry_run)
    done = corrected(corpus, article_id, file.read_bytes(), reason)
    if not dry_run:
        write_files(corpus.root, done.files)
    for line in done.text or ["the text did not change"]:
        note(printable(line))
    flagged = 0
    for folder, moved in done.anchors.items():
        flagged += len(moved.flagged)
        print_rebased(corpus, f"{folder}/{article_id}", moved)
    for name in done.files:
        (say if dry_run else note)(f"{name}: {'would change' if dry_run else 'written'}")
    if flagged:
        say(f"{plural(flagged, 'quote')} flagged; correct them in the files")
    note(f"run: vouchbank check {article_id} --against main")
    sys.exit(1 if flagged else 0)
