"""The command release version."""

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
@click.option(
    "--since", "revision", metavar="REV", help="Release to compare with. Default: the newest tag of the form v1.2.3."
)
def version(root: Path | None, revision: str | None) -> None:
    """Check that the version was raised enough.

    Compares the rows that the sources produce with the release REV, and prints by how much the version must rise, and
    why.

    Also checks that annotations/retired.toml lists every id that was removed, that no id was given to another article,
    that CITATION.cff has the version, that CHANGELOG.md is well-formed and has the released version, and that corpus/
    is up to date. The exit status is 1 if something is wrong.
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
    """Why the version cannot be compared."""
    from vouchbank.release.versions import newest_tag

    tag = newest_tag(root)
    said = f"{printable(tag)} is the first release" if tag else "no release found (no tag of the form v1.2.3)"
    return f"{said}: nothing to compare with"
