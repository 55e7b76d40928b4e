"""The group `release`: which version a release must have, and its way to the Hub."""

from __future__ import annotations

from vouchbank.cli.base import main
from vouchbank.cli.publishing import publish
from vouchbank.cli.versioning import version


@main.group()
def release() -> None:
    """Check the version of a release, and publish it. docs/releasing.md has the whole order."""


release.add_command(version)
release.add_command(publish)
