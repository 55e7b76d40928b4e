"""The command that holds the version to what changed: version."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank._version import __version__
from vouchbank.cli.base import open_corpus, root_option
from vouchbank.report.text import printable

if TYPE_CHECKING:
    from vouchbank.release.versions import State


@click.command()
@root_option
@click.option("--since", "revision", metavar="REV", help="The release to compare with. Default: the newest tag v1.2.3.")
def version(root: Path | None, revision: str | None) -> None:
    """Say by how much the version must rise, and check that it did.

    Compares with REV, and says why; exits with 1 if the version is too low.

    Also looks whether every id that is gone is listed in annotations/retired.toml, whether the articles are the same,
    whether CITATION.cff has the version, whether CHANGELOG.md has its form and the version that is released, and
    whether corpus/ is older than the sources. Rows are compared as the sources make them now.
    """
    from vouchbank.release.versions import last_release, state_at, state_now, statements

    corpus = open_corpus(root)
    since = revision or last_release(corpus.root)
    then = state_at(corpus, since) if since else None
    wrong = statements(corpus.root, then[1] if then else None)
    now, stale = state_now(corpus)
    click.echo(f"version {__version__}")
    if since is None or then is None:
        click.echo(_first(corpus.root))
    else:
        wrong += _since(since, *then, now)
    for line in (*wrong, *stale):
        click.echo(printable(line), err=True)
    sys.exit(1 if wrong or stale else 0)


def _first(root: Path) -> str:
    """Why there is nothing to compare with."""
    from vouchbank.release.versions import newest_tag

    tag = newest_tag(root)
    said = f"{printable(tag)} is the first release" if tag else "there is no release yet (no tag v1.2.3)"
    return f"{said}: nothing to compare with"


def _since(revision: str, then: State, was: str, now: State) -> Iterator[str]:
    """Print what changed since a release; yield what is wrong."""
    from vouchbank.release.versions import (
        VERSION_FILE,
        Bump,
        least_version,
        reasons,
        replaced,
        required_bump,
        too_low,
        vanished,
    )

    bump = required_bump(then, now)
    click.echo(f"since {printable(revision)} ({was}): {bump.name.lower()}")
    for reason in reasons(then, now):
        click.echo(printable(f"  {reason.bump.name.lower()}: {reason.text}"))
    if too_low(__version__, was, bump):
        least = least_version(was, bump)
        why = f"{was} in {revision} was higher" if bump is Bump.NONE else f"a {bump.name.lower()} change needs {least}"
        yield f"{VERSION_FILE}: {__version__} is too low; {why}"
    for name in vanished(then, now):
        yield f"annotations/retired.toml: {name} is gone and not listed; add [{name}] with its reason"
    for name in replaced(then, now):
        yield f"seeds/{name}: not the article of {revision}; restore it, or give the new one an id of its own"
