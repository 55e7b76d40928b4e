"""Commands for more than one annotator: annotate-again, adjudicate."""

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
2. Annotate, by the guidelines:  annotations/GUIDELINES.md, format in annotations/README.md
   and open no other file of annotations/. That you have seen nobody else's work on {id} is your promise.
3. Mend form, number, and check: vouchbank check {id} --fix --by {by}
4. Where a layer is done, put:   status = "complete"
   and delete a file that you leave out.
5. Commit what you wrote:        git add annotations/raw/{by}/{id}"""

if TYPE_CHECKING:
    from vouchbank.change.adjudicate import Adjudicated


@click.command("annotate-again")
@click.argument("article_id", metavar="ARTICLE", shell_complete=complete_articles)
@root_option
@click.option("--by", metavar="NAME", required=True, help="Who annotates: lowercase words joined by hyphens.")
@quiet_option
def annotate_again(article_id: str, root: Path | None, by: str) -> None:
    """Begin an independent annotation of an article.

    Writes empty layer files to annotations/raw/NAME/ARTICLE/. No command with --by NAME reads the gold or anyone else's
    work; not looking at them is up to the annotator.
    """
    from vouchbank.change.adjudicate import annotated_again

    corpus = open_corpus(root, writing=True)
    write(corpus, annotated_again(corpus, article_id, by))
    note("")
    note(_AGAIN.format(id=article_id, by=by))


@click.command()
@click.argument("article_id", metavar="ARTICLE", shell_complete=complete_articles)
@root_option
@click.option("--by", metavar="NAME", default="", help="Who decides; may be filled in later.")
@click.option(
    "--annotator",
    "annotators",
    metavar="NAME",
    multiple=True,
    help="Compare only this annotator's work (repeat it for others). Default: everybody who has finished a layer.",
)
@quiet_option
def adjudicate(article_id: str, root: Path | None, by: str, annotators: tuple[str, ...]) -> None:
    """List annotators' differences, and carry out decisions.

    Adds a row to annotations/adjudication/ARTICLE.toml for every difference that has none; fill in its choice and its
    reason. Run it again to add what is new, and to change the gold as decided in layers that are not adjudicated yet.
    A layer that does not exist yet begins with what all annotators agree on. Decisions are never overwritten.

    `corpus` in place of ARTICLE lists the differences in figures, claims and the registry, and changes nothing else.
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
        note('every difference is decided: read the gold, and put status = "adjudicated" at the top of its layers')


def _told(done: Adjudicated) -> Iterator[str]:
    """What was compared, and what became of the gold."""
    yield f"compared: {', '.join(done.names)}; {plural(done.added, 'difference')} added"
    if done.kept:
        yield f"the gold was the work of {done.kept}, and is kept in annotations/raw/{done.kept}"
    for file in done.drafts:
        yield f"not compared: {file}, a draft"
    said = {"added": done.gold.added, "changed": done.gold.changed, "removed": done.gold.removed}
    for what, names in said.items():
        if names:
            yield f"gold: {len(names)} {what} ({capped(names, 10)})"
