"""The commands annotate-again and adjudicate, for several annotators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank.cli.base import open_corpus, root_option, write
from vouchbank.cli.choosing import complete_articles
from vouchbank.cli.output import note, quiet_option, say
from vouchbank.hints import capped
from vouchbank.report.text import plural

_AGAIN = """\
Next:
1. Read the article:             vouchbank show {id} --by {by}
2. Annotate by the guidelines:   annotations/GUIDELINES.md, format in annotations/README.md
   Open no other file of annotations/: you promise that you have not seen anyone else's annotations of {id}.
3. Fix the form, and check:      vouchbank check {id} --fix --by {by}
4. When a layer is done, set:    status = "complete"
   Delete the files of layers that you do not annotate.
5. Commit your work:             git add annotations/raw/{by}/{id}"""

if TYPE_CHECKING:
    from vouchbank.change.adjudicate import Adjudicated


@click.command("annotate-again")
@click.argument("article_id", metavar="ARTICLE", shell_complete=complete_articles)
@root_option
@click.option("--by", metavar="NAME", required=True, help="The annotator: lowercase words joined by hyphens.")
@quiet_option
def annotate_again(article_id: str, root: Path | None, by: str) -> None:
    """Start an independent annotation of an article.

    Writes empty layer files to annotations/raw/NAME/ARTICLE/. Commands with --by NAME never read the gold or anyone
    else's annotations; the annotator must not look at them either.
    """
    from vouchbank.change.adjudicate import annotated_again

    corpus = open_corpus(root, writing=True)
    write(corpus, annotated_again(corpus, article_id, by))
    note("")
    note(_AGAIN.format(id=article_id, by=by))


@click.command()
@click.argument("article_id", metavar="ARTICLE", shell_complete=complete_articles)
@root_option
@click.option("--by", metavar="NAME", default="", help="The adjudicator; the name can also be written into the file.")
@click.option(
    "--annotator",
    "annotators",
    metavar="NAME",
    multiple=True,
    help="Compare only these annotators (repeat the option). Default: all who have finished a layer.",
)
@quiet_option
def adjudicate(article_id: str, root: Path | None, by: str, annotators: tuple[str, ...]) -> None:
    """List differences between annotators and apply the decisions.

    Adds a row to annotations/adjudication/ARTICLE.toml for each new difference; fill in its choice and its reason. Run
    the command again to apply the decisions to the gold, except in layers that are already adjudicated. A layer that is
    missing in the gold starts with what all annotators agree on. Decisions are never overwritten.

    With `corpus` instead of ARTICLE, only lists the differences in figures, claims and the registry.
    """
    from vouchbank.change.adjudicate import adjudicated
    from vouchbank.change.adjudicate_shared import shared_adjudicated
    from vouchbank.corpus.inventory import CORPUS
    from vouchbank.files import read

    corpus = open_corpus(root, writing=True)
    shared = article_id == CORPUS
    done = shared_adjudicated(corpus, by, annotators) if shared else adjudicated(corpus, article_id, by, annotators)
    write(corpus, {file: data for file, data in done.files.items() if read(corpus.root, file) != data})
    for line in _told(done):
        note(line)
    if done.open:
        say(f"{plural(done.open, 'difference')} to decide in annotations/adjudication/{article_id}.toml")
    elif done.finished:
        note(f"every difference is decided; run: vouchbank check{'' if shared else f' {article_id}'}")
    else:
        note('every difference is decided; read the gold, then set status = "adjudicated" in its layer files')


def _told(done: Adjudicated) -> Iterator[str]:
    """What was compared, and how the gold changed."""
    yield f"compared: {', '.join(done.names)}; {plural(done.added, 'difference')} added"
    if done.kept:
        yield f"the gold annotations of {done.kept} were saved to annotations/raw/{done.kept}"
    for file in done.drafts:
        yield f"not compared: {file} is a draft"
    said = {"added": done.gold.added, "changed": done.gold.changed, "removed": done.gold.removed}
    for what, names in said.items():
        if names:
            yield f"gold: {len(names)} {what} ({capped(names, 10)})"
