"""The command diff."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import WIDTH, hand_over, say


@click.command()
@click.argument("revision", metavar="[REV]", default="HEAD")
@root_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "comment"]),
    default="text",
    show_default=True,
    help="Output for a terminal, or Markdown for a job summary or a comment on GitHub.",
)
def diff(revision: str, root: Path | None, form: str) -> None:
    """Show what changed in the annotations since a revision.

    REV is a git revision (default: HEAD). A new article or layer is shown in full, paragraph by paragraph with its
    annotations. The exit status is 0, whatever changed.
    """
    from vouchbank.change.diff import changes
    from vouchbank.change.diff_report import COMMENT, SUMMARY, as_markdown, as_text
    from vouchbank.change.old_text import old_paragraphs
    from vouchbank.corpus.git import resolved
    from vouchbank.corpus.overlay import corpus_at

    corpus = open_corpus(root)
    commit = resolved(corpus.root, revision)
    then = corpus_at(corpus.root, commit, corpus.schema)
    found = list(changes(then, corpus, lambda article: old_paragraphs(then, article)))
    since = commit[:8] if commit.startswith(revision) else f"{revision} ({commit[:8]})"
    if form == "text":
        for line in as_text(found, since, shutil.get_terminal_size((WIDTH, 25)).columns):
            say(line)
        return
    most = COMMENT if form == "comment" else SUMMARY
    hand_over(as_markdown(found, since, f"vouchbank diff {commit[:12]}", most))
