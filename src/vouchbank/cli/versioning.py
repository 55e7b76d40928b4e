"""The command that holds the version to what changed: release version."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vouchbank._version import __version__
from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import say
from vouchbank.report.text import printable


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
    from vouchbank.release.ready import judged_version

    corpus = open_corpus(root)
    judged = judged_version(corpus, revision)
    say(f"version {__version__}")
    if judged.since is None:
        say(_first(corpus.root))
    else:
        since, was = judged.since
        say(f"since {printable(since)} ({was}): {judged.bump.name.lower()}")
    for reason in judged.reasons:
        say(printable(f"  {reason.bump.name.lower()}: {reason.text}"))
    for line in (*judged.wrong, *judged.stale):
        say(printable(line), err=True)
    sys.exit(1 if judged.wrong or judged.stale else 0)


def _first(root: Path) -> str:
    """Why there is nothing to compare with."""
    from vouchbank.release.versions import newest_tag

    tag = newest_tag(root)
    said = f"{printable(tag)} is the first release" if tag else "there is no release yet (no tag v1.2.3)"
    return f"{said}: nothing to compare with"
