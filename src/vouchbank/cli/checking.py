"""Commands that judge and mend the sources: check, explain, format."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vouchbank.cli.base import main, open_corpus, progress, root_option, write_text
from vouchbank.cli.fixing import fix as mend
from vouchbank.cli.printing import format_option, print_run
from vouchbank.errors import CorpusNotFoundError, RetiredCheckError, UnknownCheckError
from vouchbank.files import writable


@main.command()
@root_option
@click.option("--tables", is_flag=True, help="Also check the built tables in corpus/, as read back from their files.")
@click.option("--fix", is_flag=True, help="First mend what changes no meaning: form, marks of quotes, missing ids.")
@click.option("--dry-run", is_flag=True, help="With --fix: write nothing, print the difference.")
@click.option("--against", metavar="REV", help="Also check what changed since REV: raw work must be as it was there.")
@format_option
def check(root: Path | None, tables: bool, fix: bool, dry_run: bool, against: str | None, form: str) -> None:
    """Check the sources; say file, line, column, what is wrong and what to do."""
    if dry_run and not fix:
        raise click.UsageError("--dry-run goes with --fix")
    from vouchbank.checks import check as check_sources
    from vouchbank.corpus.git import resolved
    from vouchbank.corpus.held import corpus_at
    from vouchbank.report import Run
    from vouchbank.report.explain import rules

    corpus = open_corpus(root)
    base = None if against is None else corpus_at(corpus.root, resolved(corpus.root, against), corpus.schema)
    if fix:
        mend(corpus, dry_run, err=form != "human")
        corpus = open_corpus(root)
    corpus.base = base
    findings = check_sources(corpus, lambda articles: progress(articles, "checking"))
    if tables:
        from vouchbank.checks.built import check_built
        from vouchbank.withhold import RECORD

        if (corpus.root / "corpus" / RECORD).is_file():
            raise click.UsageError("corpus/ is the form without words; --tables checks the full form.")
        findings += check_built(corpus.root / "corpus", corpus.schema)
    judged = 0 if any(f.slug == "unusable-schema" for f in findings) else len(corpus.article_ids)
    print_run(Run(findings, judged, rules(tables)), form)
    sys.exit(1 if any(f.severity == "error" for f in findings) else 0)


@main.command()
@click.argument("slug", required=False)
@root_option
def explain(slug: str | None, root: Path | None) -> None:
    """Say what a check means and show an example; without SLUG list all checks."""
    from vouchbank.report.explain import examples_root, explanation, listing, rules

    known = rules()
    if slug is not None and slug not in known:
        raise no_such_check(slug, folder_of(root), list(known))
    for line in explanation(known[slug], examples_root(folder_of(root))) if slug else listing(known):
        click.echo(line)


def no_such_check(slug: str, root: Path, known: list[str]) -> Exception:
    """Why there is no check of that name."""
    from vouchbank.checks.names import SLUGS, read_slugs

    path = root / SLUGS
    retired = read_slugs(path.read_text("utf-8")).retired if path.is_file() else {}
    return RetiredCheckError(slug, retired[slug]) if slug in retired else UnknownCheckError(slug, known)


def folder_of(root: Path | None) -> Path:
    """The root of the sources; without any, this folder."""
    try:
        return open_corpus(root).root
    except CorpusNotFoundError:
        if root is not None:
            raise
        return Path.cwd()


@main.command("format")
@root_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
def format_(root: Path | None, only_check: bool) -> None:
    """Bring annotation files into canonical form. Changes no value, keeps every comment."""
    from vouchbank.corpus.canonical import reformatted

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
            write_text(writable(corpus.root, file), text)
    click.echo(f"{changed} file{'s' * (changed != 1)} {'to format' if only_check else 'formatted'}")
    sys.exit(1 if problems or (only_check and changed) else 0)
