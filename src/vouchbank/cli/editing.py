"""The command that opens the editor in a browser: edit."""

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
    help="Annotate independently as NAME, in annotations/raw/NAME; nobody else's work is read or shown.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any that is free.")
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@quiet_option
def edit(article: str, root: Path | None, by: str, port: int, no_browser: bool) -> None:
    """Annotate in a browser, on the same files.

    Serves the editor on this machine only, until Ctrl-C, at an address that holds a secret: give it to nobody. What
    you save is in the form that `vouchbank format` gives it. What is not saved is kept in .vouchbank/ and is there
    again the next time, whatever happens.
    """
    from vouchbank.edit.serving import Work, serve

    corpus = open_corpus(root)
    if article:
        corpus.article(article)

    def tell(address: str) -> None:
        say(address)
        note("Ctrl-C ends the editor; what is not saved is kept.")

    serve(Work(corpus.root, by), article, port, not no_browser, tell)
