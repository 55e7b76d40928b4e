"""The group `release`: what whoever makes a release needs."""

from __future__ import annotations

import click

from vouchbank.cli.base import Group, root_option

SECTIONS = {
    "Commands": {
        "version": ("versioning:version", "Say by how much the version must rise, and check that it did"),
        "publish": ("publishing:publish", "Publish corpus/ on the Hub: one commit, then the tag"),
    }
}


@click.group(cls=Group, sections=SECTIONS)
@root_option
def release(root: object) -> None:
    """Check the version of a release, or publish it.

    docs/releasing.md has the whole order.
    """
