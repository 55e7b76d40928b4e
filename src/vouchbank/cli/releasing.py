"""The command group release."""

from __future__ import annotations

import click

from vouchbank.cli.base import Group, root_option

SECTIONS = {
    "Commands": {
        "version": ("versioning:version", "Check that the version was raised enough"),
        "publish": ("publishing:publish", "Publish corpus/ on the Hugging Face Hub"),
    }
}


@click.group(cls=Group, sections=SECTIONS)
@root_option
def release(root: object) -> None:
    """Check the version of a release, or publish it.

    See docs/releasing.md for the whole procedure.
    """
