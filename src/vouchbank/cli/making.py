"""The commands build and agree."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vouchbank.cli.base import jobs_option, open_corpus, root_option, write_alone, write_or_compare
from vouchbank.cli.output import hand_over, note, progress, quiet, quiet_option, say
from vouchbank.cli.reading import draw_quantities, refuse

MOST_DRAWN = 50  # the most articles whose numbers `build` prints


@click.command()
@root_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Output folder. Default: corpus/ in the root."
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; list the files that are out of date.")
@click.option("--withhold-text", is_flag=True, help="Leave out the text of the articles; needs --out.")
@jobs_option
@quiet_option
def build(root: Path | None, out: Path | None, only_check: bool, withhold_text: bool, jobs: int) -> None:
    """Build corpus/ from the sources.

    Writes texts, tables, card and checksums, and prints the table of quantities. `vouchbank rehydrate` restores the
    text of a corpus that was built with --withhold-text.
    """
    from vouchbank.build import build as build_corpus
    from vouchbank.build import differences
    from vouchbank.cli.withholding import build_withheld, replaceable

    corpus = open_corpus(root)
    if withhold_text:
        if only_check:
            raise click.UsageError("--check compares the full corpus; leave out --withhold-text")
        note(f"wrote {build_withheld(corpus, out, jobs)}")
        return
    target = out or corpus.root / "corpus"
    if only_check:
        stale = differences(corpus, target, progress, jobs)
        for line in stale:
            say(f"{target.name}/{line}")
        if stale:
            say(f"{target.name}/ is out of date; run: vouchbank build")
        else:
            note(f"{target.name}/ is up to date")
        sys.exit(1 if stale else 0)
    if out is None:
        write_alone(corpus.root)  # nothing may change the sources meanwhile
    tables = build_corpus(corpus, replaceable(out) if out else target, progress, jobs)
    for name, rows in tables.items():
        note(f"{rows.num_rows:>6} {name}")
    note(f"wrote {target}")
    if tables["articles"].num_rows > MOST_DRAWN:
        note("to see the numbers of an article, run: vouchbank show ARTICLE --quantities")
    elif not quiet():
        draw_quantities(list(tables["articles"].to_pylist()), list(tables["registry"].to_pylist()))


@click.command()
@root_option
@click.option("--write", is_flag=True, help="Write annotations/AGREEMENT.md.")
@click.option("--check", "only_check", is_flag=True, help="Exit with 1 if annotations/AGREEMENT.md is out of date.")
@jobs_option
@quiet_option
def agree(root: Path | None, write: bool, only_check: bool, jobs: int) -> None:
    """Compute inter-annotator agreement.

    Compares each annotator with the others and with the gold. Prints the report, or writes it with --write.
    """
    from vouchbank.checks import check
    from vouchbank.checks.adjudicated import unusable
    from vouchbank.compare.document import agreement_document

    corpus = open_corpus(root)
    refuse(unusable(check(corpus, jobs=jobs)), "not compared")
    made = {"annotations/AGREEMENT.md": agreement_document(corpus).encode()}
    if not (write or only_check):
        hand_over(made["annotations/AGREEMENT.md"].decode())
        return
    write_or_compare(corpus.root, made, only_check, "vouchbank agree --write")
