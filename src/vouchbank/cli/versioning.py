"""The command that holds the version to what changed: version."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank._version import __version__
from vouchbank.cli.base import main, open_corpus, root_option
from vouchbank.report.text import printable

if TYPE_CHECKING:
    from vouchbank.corpus import Corpus


@main.command()
@root_option
@click.option("--since", "revision", metavar="REV", help="The release to compare with. Default: the newest tag v1.2.3.")
def version(root: Path | None, revision: str | None) -> None:
    """Say by how much the version must rise since REV, and why; exit with 1 if it did not.

    Also looks whether every id that is gone is listed in annotations/retired.toml, whether the articles are the same,
    whether CITATION.cff has the version, and whether CHANGELOG.md has its form. corpus/ must be fresh: `vouchbank
    build --check`.
    """
    from vouchbank.versions import last_release, statements

    corpus = open_corpus(root)
    wrong = list(statements(corpus.root))
    since = revision or last_release(corpus.root)
    click.echo(f"version {__version__}")
    if since is None:
        click.echo("there is no release yet (no tag v1.2.3): nothing to compare with")
    else:
        wrong += list(_since(corpus, since))
    for line in wrong:
        click.echo(printable(line), err=True)
    sys.exit(1 if wrong else 0)


def _since(corpus: Corpus, revision: str) -> Iterator[str]:
    """Print what changed since a release; yield what is wrong."""
    from vouchbank.versions import (
        VERSION_FILE,
        least_version,
        reasons,
        replaced,
        required_bump,
        state_at,
        state_now,
        too_low,
        vanished,
    )

    then, was = state_at(corpus, revision)
    now = state_now(corpus)
    bump = required_bump(then, now)
    click.echo(f"since {printable(revision)} ({was}): {bump.name.lower()}")
    for reason in reasons(then, now):
        click.echo(printable(f"  {reason.bump.name.lower()}: {reason.text}"))
    if too_low(__version__, was, bump):
        yield f"{VERSION_FILE}: {__version__} is too low; a {bump.name.lower()} change needs {least_version(was, bump)}"
    for name in vanished(then, now):
        yield f"annotations/retired.toml: {name} is gone and not listed; add [{name}] with its reason"
    for name in replaced(then, now):
        yield f"seeds/{name}: not the article of {revision}; restore it, or give the new one an id of its own"
