"""The command site."""

from __future__ import annotations

from pathlib import Path

import click

from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import note, quiet_option, say

MARK = "vouchbank.js"  # a file that only a folder written by this command has


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@root_option
@click.option("--diff", "revision", metavar="REV", help="Mark what changed since a git revision.")
@click.option("--drafts", is_flag=True, help="Include draft layers; --diff always does.")
@quiet_option
def site(out: Path, root: Path | None, revision: str | None, drafts: bool) -> None:
    """Write the corpus as static web pages.

    Replaces the whole folder OUT. The pages need no server and no network: open OUT/index.html, or serve the folder
    anywhere. Records that cannot be read are left out; the front page says how many findings there are.
    """
    from vouchbank.site import pages
    from vouchbank.writing import replaced_folder

    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise click.UsageError(f"{out} has other files, which would be deleted; name a new folder")
    corpus = open_corpus(root)
    review = None
    if revision is not None:
        from vouchbank.corpus.git import resolved
        from vouchbank.corpus.overlay import corpus_at
        from vouchbank.site.review import Review

        commit = resolved(corpus.root, revision)
        since = commit[:8] if commit.startswith(revision) else f"{revision} ({commit[:8]})"
        review = Review.of(corpus_at(corpus.root, commit, corpus.schema), corpus, since)
    made = pages(corpus, drafts or review is not None, review)
    with replaced_folder(out.resolve()) as folder:
        for name, data in made.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if review:
        say(review.summary)
    note(f"wrote {len(made)} files to {out}; open {out / 'index.html'}")
