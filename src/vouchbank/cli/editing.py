"""The command edit, which serves the editor."""

from __future__ import annotations

from pathlib import Path

import click

from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.choosing import complete_articles
from vouchbank.cli.output import note, quiet_option, say


@click.command()
@click.argument("article", metavar="[ARTICLE]", default="", shell_complete=complete_articles)
@root_option
@click.option(
    "--by",
    metavar="NAME",
    default="",
    help="Annotate independently as NAME, in annotations/raw/NAME, without reading anyone else's annotations.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="Port of the server. Default: any free port.",
)
@click.option("--no-browser", is_flag=True, help="Print the address; do not open a browser.")
@quiet_option
def edit(article: str, root: Path | None, by: str, port: int, no_browser: bool) -> None:
    """Annotate in a browser.

    Edits the same annotation files, in the form that `vouchbank format` gives them. Serves the editor to this machine
    only, until Ctrl-C. Its address contains a secret: do not share it. Unsaved work is kept in .vouchbank/ and is
    there again the next time.
    """
    from vouchbank.edit.serving import Work, serve

    corpus = open_corpus(root)
    if article:
        corpus.article(article)

    def tell(address: str) -> None:
        say(address)
        note("press Ctrl-C to stop the editor; unsaved work is kept")

    serve(Work(corpus.root, by), article, port, not no_browser, tell)
