"""The commands, grouped by reader, and their summaries in `--help`; a module is imported when its command is used.

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
        "show": ("reading:show", "Show articles, or their numbers and who vouches for them"),
        "site": ("showing:site", "Write the corpus as static web pages"),
        "explain": ("explaining:explain", "Explain a check with an example, or list all checks"),
    },
    "Annotate": {
        "new": ("adding:new", "Add an article from a text file or a saved web page"),
        "rename": ("adding:rename", "Change the id of an unpublished article"),
        "drop": ("adding:drop", "Remove an unpublished article"),
        "edit": ("editing:edit", "Annotate in a browser"),
        "check": ("checking:check", "Check the sources: what is wrong, where, and what to do"),
        "format": ("checking:format_", "Format annotation files; no value changes"),
        "annotate-again": ("adjudicating:annotate_again", "Start an independent annotation of an article"),
        "adjudicate": ("adjudicating:adjudicate", "List differences between annotators and apply the decisions"),
        "rebase": ("rebasing:rebase", "Update annotations after a change of the text"),
        "correct-seed": ("correcting:correct_seed", "Replace a seed that its publisher corrected"),
        "diff": ("reviewing:diff", "Show what changed in the annotations since a revision"),
    },
    "Your own articles": {
        "normalise": ("normalising:normalise", "Normalise an article, a stream of articles, or the seeds"),
        "bulk": ("bulking:bulk", "Normalise, annotate and check millions of articles"),
    },
    "Maintain": {
        "agree": ("making:agree", "Compute inter-annotator agreement"),
        "build": ("making:build", "Build corpus/ from the sources"),
        "rehydrate": ("withholding:rehydrate", "Restore the text of a corpus built with --withhold-text"),
        "release": ("releasing:release", "Check the version of a release, or publish it"),
    },
}
# commands of older versions, and their new names
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

    To annotate, edit annotations/ARTICLE/*.toml, then run `vouchbank check`, `vouchbank show` and `vouchbank build`.
    """
