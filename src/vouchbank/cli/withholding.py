"""The corpus for those who may not pass the articles on: `build --withhold-text` makes it, `rehydrate` restores it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank.cli.base import main, progress

if TYPE_CHECKING:
    from vouchbank.corpus import Corpus

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@main.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--seeds", required=True, type=_FOLDER, help="Your copies of the articles, under any names.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where to; default: DIR itself.")
@click.option("--partial", is_flag=True, help="Restore what can be restored; leave the other articles withheld.")
def rehydrate(folder: Path, seeds: Path, out: Path | None, partial: bool) -> None:
    """Restore a corpus whose text is withheld, from your own copies of the articles, byte for byte.

    Says which article is missing or differs, and where; then nothing is written, unless with --partial.
    """
    from vouchbank.withhold import rehydrate as restore

    target = _replaceable(out) if out else folder.resolve()
    outcome = restore(folder, seeds, target, partial)
    for problem in outcome.problems:
        click.echo(str(problem))
    if not outcome.restored:
        why = "--partial restores the articles whose copies are right"
        click.echo(f"nothing was restored; {why if outcome.right else 'no article has its right copy'}")
        sys.exit(1)
    click.echo(f"restored {', '.join(outcome.restored)} in {target}")
    if outcome.problems:
        click.echo("the other articles are still withheld")
    elif outcome.other_bytes:
        click.echo(f"every row is as it was; for the same bytes of the Parquet files use pyarrow {outcome.other_bytes}")
    else:
        click.echo("every byte is as it was")


def build_withheld(corpus: Corpus, out: Path | None) -> Path:
    """Build the full corpus elsewhere, and write it without the words of its articles.

    Returns:
        Where it was written.
    """
    from vouchbank.build import build
    from vouchbank.withhold import withhold

    if out is None or out.resolve() == (corpus.root / "corpus").resolve():
        raise click.UsageError("--withhold-text needs --out with another folder: corpus/ holds the full corpus.")
    target = _replaceable(out)
    with tempfile.TemporaryDirectory() as elsewhere:
        full = Path(elsewhere) / "corpus"
        build(corpus, full, progress)
        withhold(full, target, corpus.schema)
    return target


def _replaceable(folder: Path) -> Path:
    """A folder that may be written anew: it is not there, is empty, or is a corpus."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "SHA256SUMS").is_file():
        raise click.UsageError(f"{folder} holds other files, and would be replaced as a whole; name a new folder.")
    return folder.resolve()
