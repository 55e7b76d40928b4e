"""The command explain."""

from __future__ import annotations

from pathlib import Path

import click

from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.choosing import complete_checks, no_such_check
from vouchbank.cli.output import say
from vouchbank.errors import CorpusNotFoundError


@click.command()
@click.argument("slug", metavar="[NAME]", required=False, shell_complete=complete_checks)
@root_option
def explain(slug: str | None, root: Path | None) -> None:
    """Explain a check with an example, or list all checks."""
    from vouchbank.report.explain import examples_root, explanation, listing, rules

    known = rules()
    if slug is not None and slug not in known:
        raise no_such_check(slug, folder_of(root), list(known))
    for line in explanation(known[slug], examples_root(folder_of(root))) if slug else listing(known):
        say(line)


def folder_of(root: Path | None) -> Path:
    """The root of the sources; if there is none, the current folder."""
    try:
        return open_corpus(root).root
    except CorpusNotFoundError:
        if root is not None:
            raise
        return Path.cwd()
