"""`build --withhold-text` and the command rehydrate: a corpus without the text of its articles, and back."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank._version import __version__
from vouchbank.cli.output import note, progress, quiet_option, say

if TYPE_CHECKING:
    from vouchbank.corpus import Corpus

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--seeds", required=True, type=_FOLDER, help="Folder with your copies of the articles, under any names.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Output folder. Default: DIR itself.")
@click.option("--partial", is_flag=True, help="Restore the articles that were found; leave the others without text.")
@quiet_option
def rehydrate(folder: Path, seeds: Path, out: Path | None, partial: bool) -> None:
    """Restore the text of a corpus built with --withhold-text.

    Takes the words from your own copies of the articles. If an article is missing or differs, says which and where, and
    writes nothing unless --partial is given.
    """
    from vouchbank.withhold import rehydrate as restore

    target = replaceable(out) if out else folder.resolve()
    made = restore(folder, seeds, target, partial)
    for article, problem in made.problems.items():
        say(f"{article}: {problem}")
    if made.problems and made.made_by != __version__:
        say(f"if your copies are right, use vouchbank {made.made_by}, which made this folder")
    if not made.restored:
        why = "use --partial to restore the articles that were found"
        say(f"nothing was restored; {why if made.found else 'no copy has all words of an article'}")
        sys.exit(1)
    note(f"restored {', '.join(made.restored)} in {target}")
    if made.without_raw:
        say(f"segments.raw_text is still withheld where no copy equals the seed: {', '.join(made.without_raw)}")
    if made.problems:
        say("the other articles are still withheld")


def build_withheld(corpus: Corpus, out: Path | None, jobs: int) -> Path:
    """Build the full corpus in a temporary folder, and write it without the text of its articles.

    Returns:
        The folder it was written to.
    """
    from vouchbank.build import build
    from vouchbank.withhold import withhold

    if out is None or out.resolve() == (corpus.root / "corpus").resolve():
        raise click.UsageError("--withhold-text needs --out with another folder, since corpus/ has the full corpus")
    target = replaceable(out)
    with tempfile.TemporaryDirectory() as elsewhere:
        full = Path(elsewhere) / "corpus"
        build(corpus, full, progress, jobs)
        withhold(full, target, corpus.schema)
    return target


def replaceable(folder: Path) -> Path:
    """A folder, if it may be replaced: it is missing, empty, or a corpus."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "SHA256SUMS").is_file():
        raise click.UsageError(f"{folder} has other files, which would be deleted; name a new folder")
    return folder.resolve()
