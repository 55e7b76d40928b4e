"""The documents that are made from the checks, the messages and the built corpus.

python -m scripts.pages checks              docs/checks/: a page for each check, the index, the list of names
python -m scripts.pages messages            docs/messages.md: every message that a user can meet
python -m scripts.pages corpus              docs/corpus.md with its plots; runs docs/recipes/ and writes their pages
python -m scripts.pages checks --check      write nothing; exit with 1 if a page is out of date
python -m scripts.pages corpus checks       both in one process, which is quicker
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scripts.checks import check_pages, gone_pages
from scripts.describe import PLOTS, corpus_pages
from scripts.messages import message_pages
from scripts.recipes import left_over, recipe_pages
from vouchbank.checks.names import SLUGS, broken_promises
from vouchbank.cli.base import Group, open_corpus, root_option, write_or_compare
from vouchbank.report.explain import rules

check_option = click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a page is out of date."
)


@click.group(cls=Group, chain=True)
def main() -> None:
    """Make the documents that are made from the checks, the messages and the built corpus."""


@main.command()
@root_option
@check_option
def checks(root: Path | None, only_check: bool) -> None:
    """Write docs/checks/: a page for each check, an index, the list of names."""
    folder = open_corpus(root).root
    made = check_pages(folder)
    wrong = broken_promises(made[SLUGS].decode(), rules())
    for sentence in wrong:
        click.echo(f"{SLUGS}: {sentence}", err=True)
    if wrong:
        sys.exit(1)
    write_or_compare(folder, made, only_check, "python -m scripts.pages checks", gone_pages(folder, made))


@main.command()
@root_option
@check_option
def messages(root: Path | None, only_check: bool) -> None:
    """Write docs/messages.md: every message that a user can meet."""
    folder = open_corpus(root).root
    write_or_compare(folder, message_pages(folder), only_check, "python -m scripts.pages messages")


@main.command()
@root_option
@check_option
def corpus(root: Path | None, only_check: bool) -> None:
    """Write docs/corpus.md with its plots, and run docs/recipes/ to write their pages."""
    opened = open_corpus(root)
    made = corpus_pages(opened.root, opened.schema) | recipe_pages(opened.root)
    gone = [*left_over(opened.root, made), *left_over(opened.root, made, PLOTS)]
    write_or_compare(opened.root, made, only_check, "python -m scripts.pages corpus", gone)


if __name__ == "__main__":
    main()
