"""The commands there are, by who uses them, with what `--help` says of each; a module is imported when it is used.

Example:
    >>> list(main.commands)[:3]
    ['show', 'site', 'explain']
"""

from __future__ import annotations

import click

from vouchbank._version import __version__
from vouchbank.cli.base import Group, root_option

SECTIONS = {
    "Read the corpus": {
        "show": ("reading:show", "Show articles, or the numbers in them and who vouches for them"),
        "site": ("showing:site", "Write the corpus as static pages to the folder OUT"),
        "explain": ("explaining:explain", "Explain a check with an example, or list all checks"),
    },
    "Annotate": {
        "new": ("adding:new", "Begin an article from a text file or a saved web page"),
        "rename": ("adding:rename", "Change the id of an unpublished article"),
        "drop": ("adding:drop", "Remove an unpublished article"),
        "edit": ("editing:edit", "Annotate in a browser, on the same files"),
        "check": ("checking:check", "Check the sources: what is wrong, where, and what to do"),
        "format": ("checking:format_", "Put annotation files into canonical form; no value changes"),
        "annotate-again": ("adjudicating:annotate_again", "Begin an independent annotation of an article"),
        "adjudicate": ("adjudicating:adjudicate", "List annotators' differences, and carry out decisions"),
        "rebase": ("mending:rebase", "Make annotations follow a changed text"),
        "correct-seed": ("correcting:correct_seed", "Replace a seed that its publisher corrected"),
        "diff": ("reviewing:diff", "Show what changed in the annotations since a revision"),
    },
    "Your own articles": {
        "normalise": ("normalising:normalise", "Normalise an article, articles on a pipe, or the seeds"),
        "bulk": ("bulking:bulk", "Normalise, annotate and check articles by the million"),
    },
    "Maintain": {
        "agree": ("making:agree", "Compute the agreement of the annotators"),
        "build": ("making:build", "Build corpus/ from the sources (--withhold-text: no words)"),
        "rehydrate": ("withholding:rehydrate", "Restore the words of a corpus built with --withhold-text"),
        "release": ("releasing:release", "Check the version of a release, or publish it"),
    },
}
# commands of older versions, and where they are now
MOVED = {"figures": "show --figures", "publish": "release publish", "version": "release version"}


@click.group(
    cls=Group,
    sections=SECTIONS,
    moved=MOVED,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="vouchbank")
@root_option
def main(root: object) -> None:
    """VouchBank: for every number in the news, who vouches for it.

    To annotate: edit annotations/<article>/*.toml, then `vouchbank check`, `vouchbank show`, `vouchbank build`.
    """
