"""Commands that make what is made: normalise, build, agree."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vouchbank.cli.base import main, open_corpus, progress, root_option, write_or_compare, write_text
from vouchbank.cli.reading import refuse_malformed, show_quantities
from vouchbank.files import writable


@main.command()
@root_option
@click.option("--dry-run", is_flag=True, help="Write nothing; only say what would change.")
def normalise(root: Path | None, dry_run: bool) -> None:
    """Normalise the seeds and keep the paragraph ids in their meta.toml up to date."""
    from vouchbank.corpus.canonical import with_paragraph_ids

    corpus = open_corpus(root)
    for article in corpus.articles:
        segments = article.normalised.segments
        kept = sum(s.kept for s in segments)
        click.echo(f"{article.id}: {len(segments)} pieces, {kept} kept, {len(segments) - kept} removed")
        wanted = with_paragraph_ids(article)
        if wanted is not None:
            click.echo(f"  {article.seed.meta.file}: paragraph ids {'out of date' if dry_run else 'written'}")
            if not dry_run:
                write_text(writable(corpus.root, article.seed.meta.file), wanted)


@main.command()
@root_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where to; default: corpus/ in the root.")
@click.option("--check", "only_check", is_flag=True, help="Build elsewhere and compare; name what is not fresh.")
@click.option("--withhold-text", is_flag=True, help="Leave out every word of the articles; needs --out.")
def build(root: Path | None, out: Path | None, only_check: bool, withhold_text: bool) -> None:
    """Make corpus/ from the sources: text, maps, tables, card, checksums. Ends with the table of quantities."""
    from vouchbank.build import build as build_corpus
    from vouchbank.build import differences

    corpus = open_corpus(root)
    if withhold_text:
        if only_check:
            raise click.UsageError("--check compares the full corpus; leave out --withhold-text.")
        from vouchbank.cli.withholding import build_withheld

        click.echo(f"wrote {build_withheld(corpus, out)}")
        return
    target = out or corpus.root / "corpus"
    if only_check:
        stale = differences(corpus, target, progress)
        for line in stale:
            click.echo(f"{target.name}/{line}")
        click.echo(f"{target.name}/ is fresh" if not stale else f"{target.name}/ is not fresh; run: vouchbank build")
        sys.exit(1 if stale else 0)
    tables = build_corpus(corpus, target, progress)
    for name, rows in tables.items():
        click.echo(f"{rows.num_rows:>6} {name}")
    click.echo(f"wrote {target}")
    show_quantities(tables["articles"].to_pylist())


@main.command()
@root_option
@click.option("--write", is_flag=True, help="Write annotations/AGREEMENT.md.")
@click.option("--check", "only_check", is_flag=True, help="Exit with 1 if annotations/AGREEMENT.md is not fresh.")
def agree(root: Path | None, write: bool, only_check: bool) -> None:
    """Recompute the agreement of the annotators, and of each with the gold, from their files."""
    from vouchbank.compare.document import agreement_document

    corpus = open_corpus(root)
    refuse_malformed(corpus, "not compared", ("raw-not-comparable", "raw-changed"))
    made = {"annotations/AGREEMENT.md": agreement_document(corpus).encode()}
    if not (write or only_check):
        click.echo(made["annotations/AGREEMENT.md"].decode())
        return
    write_or_compare(corpus.root, made, only_check, "vouchbank agree --write")
