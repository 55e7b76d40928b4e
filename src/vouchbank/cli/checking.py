"""Commands that judge and mend the sources: check, format."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vouchbank.cli.base import main, open_corpus, print_findings, progress, root_option, write_text


@main.command()
@root_option
@click.option("--tables", is_flag=True, help="Also check the built tables in corpus/, as read back from their files.")
def check(root: Path | None, tables: bool) -> None:
    """Check the sources; say file, line, column, what is wrong and what to do."""
    from vouchbank.checks import CHECKS
    from vouchbank.checks import check as check_sources

    corpus = open_corpus(root)
    findings = check_sources(corpus, lambda articles: progress(articles, "checking"))
    count = len(CHECKS)
    if tables:
        from vouchbank.checks.built import BUILT_CHECKS, check_built

        count += len(BUILT_CHECKS)
        findings += check_built(corpus.root / "corpus", corpus.schema)
    print_findings(findings, count, corpus)
    sys.exit(1 if any(f.severity == "error" for f in findings) else 0)


@main.command("format")
@root_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
def format_(root: Path | None, only_check: bool) -> None:
    """Bring annotation files into canonical form. Changes no value, keeps every comment."""
    from vouchbank.rewrite import reformatted

    corpus = open_corpus(root)
    changed = problems = 0
    for file, text, problem in reformatted(corpus):
        if problem:
            problems += 1
            click.echo(f"{file}: left as it is: {problem}", err=True)
            continue
        changed += 1
        click.echo(f"{file}: {'would change' if only_check else 'formatted'}")
        if not only_check:
            write_text(corpus.root / file, text)
    click.echo(f"{changed} file{'s' * (changed != 1)} {'to format' if only_check else 'formatted'}")
    sys.exit(1 if problems or (only_check and changed) else 0)
