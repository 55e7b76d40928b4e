"""The command `vouchbank`: parses, orders the steps, prints, sets the exit status. Nothing else prints or exits.

Exit status: 0 clean, 1 findings, 2 could not run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vouchbank._version import __version__
from vouchbank.errors import CorpusNotFoundError, VouchBankError

if TYPE_CHECKING:
    from vouchbank.corpus import Article, Corpus
    from vouchbank.findings import Finding


class _Group(click.Group):
    """Commands in the order of the work; errors of this package are messages, never tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except VouchBankError as error:
            click.echo(f"vouchbank: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            click.echo(f"vouchbank: {error.strerror}: {error.filename}", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vouchbank")
def main() -> None:
    """VouchBank: for every number in the news, who vouches for it.

    The work goes: edit annotations/<article>/*.toml, `vouchbank check`, `vouchbank build`, `vouchbank show`.
    """


_root = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that has seeds/ and annotations/. Default: this folder or the nearest above it.",
)


@main.command()
@_root
@click.option("--tables", is_flag=True, help="Also check the built tables in corpus/, as read back from their files.")
def check(root: Path | None, tables: bool) -> None:
    """Check the sources; say file, line, column, what is wrong and what to do."""
    from vouchbank.checks import CHECKS
    from vouchbank.checks import check as check_sources

    corpus = _corpus(root)
    findings = check_sources(corpus, lambda articles: _progress(articles, "checking"))
    count = len(CHECKS)
    if tables:
        from vouchbank.checks.built import BUILT_CHECKS, check_built

        count += len(BUILT_CHECKS)
        findings += check_built(corpus.root / "corpus", corpus.schema)
    _print_findings(findings, count, corpus)
    sys.exit(1 if any(f.severity == "error" for f in findings) else 0)


@main.command("format")
@_root
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
def format_(root: Path | None, only_check: bool) -> None:
    """Bring annotation files into canonical form. Changes no value, keeps every comment."""
    from vouchbank.rewrite import reformatted

    corpus = _corpus(root)
    changed = problems = 0
    for file, text, problem in reformatted(corpus):
        if problem:
            problems += 1
            click.echo(f"{file}: left as it is: {problem}", err=True)
            continue
        changed += 1
        click.echo(f"{file}: {'would change' if only_check else 'formatted'}")
        if not only_check:
            _write(corpus.root / file, text)
    click.echo(f"{changed} file{'s' * (changed != 1)} {'to format' if only_check else 'formatted'}")
    sys.exit(1 if problems or (only_check and changed) else 0)


@main.command()
@_root
@click.option("--dry-run", is_flag=True, help="Write nothing; only say what would change.")
def normalise(root: Path | None, dry_run: bool) -> None:
    """Normalise the seeds and keep the paragraph ids in their meta.toml up to date."""
    from vouchbank.rewrite import with_paragraph_ids

    corpus = _corpus(root)
    for article in corpus.articles:
        segments = article.normalised.segments
        kept = sum(s.kept for s in segments)
        click.echo(f"{article.id}: {len(segments)} pieces, {kept} kept, {len(segments) - kept} removed")
        wanted = with_paragraph_ids(article)
        if wanted is not None:
            click.echo(f"  {article.seed.meta.file}: paragraph ids {'out of date' if dry_run else 'written'}")
            if not dry_run:
                _write(corpus.root / article.seed.meta.file, wanted)


@main.command()
@_root
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where to; default: corpus/ in the root.")
@click.option("--check", "only_check", is_flag=True, help="Build elsewhere and compare; name what is not fresh.")
def build(root: Path | None, out: Path | None, only_check: bool) -> None:
    """Make corpus/ from the sources: text, maps, tables, card, checksums. Ends with the table of quantities."""
    from vouchbank.build import build as build_corpus
    from vouchbank.build import differences

    corpus = _corpus(root)
    target = out or corpus.root / "corpus"
    if only_check:
        stale = differences(corpus, target, _progress)
        for line in stale:
            click.echo(f"{target.name}/{line}")
        click.echo(f"{target.name}/ is fresh" if not stale else f"{target.name}/ is not fresh; run: vouchbank build")
        sys.exit(1 if stale else 0)
    tables = build_corpus(corpus, target, _progress)
    for name, rows in tables.items():
        click.echo(f"{rows.num_rows:>6} {name}")
    click.echo(f"wrote {target}")
    _show_quantities(tables["articles"].to_pylist())


@main.command()
@click.argument("article_ids", nargs=-1, metavar="[ARTICLE]...")
@_root
@click.option("--quantities", is_flag=True, help="The table of quantities instead of the text.")
def show(article_ids: tuple[str, ...], root: Path | None, quantities: bool) -> None:
    """Print articles with their three layers marked, or every number with who vouches for it."""
    rows = _article_rows(root, article_ids)
    if quantities:
        _show_quantities(rows)
        return
    from vouchbank.show import article_view

    if not article_ids:
        raise click.UsageError(f"name an article: {', '.join(r['article_id'] for r in rows)}; or use --quantities")
    console = _console()
    for row in rows:
        for part in article_view(row):
            console.print(part)


@main.command()
@_root
@click.option("--write", is_flag=True, help="Write annotations/AGREEMENT.md.")
@click.option("--check", "only_check", is_flag=True, help="Exit with 1 if annotations/AGREEMENT.md is not fresh.")
def agree(root: Path | None, write: bool, only_check: bool) -> None:
    """Recompute the agreement of the annotators, and of each with the gold, from their files."""
    from vouchbank.agreement.document import agreement_document

    corpus = _corpus(root)
    made = {"annotations/AGREEMENT.md": agreement_document(corpus).encode()}
    if not (write or only_check):
        click.echo(made["annotations/AGREEMENT.md"].decode())
        return
    _write_or_compare(corpus.root, made, only_check, "vouchbank agree --write")


@main.command()
@_root
@click.option("--propose", is_flag=True, help="Print what the intervals suggest for pairs without a relation.")
def figures(root: Path | None, propose: bool) -> None:
    """List the figures: the same number told in several places, by whom, with which interval."""
    from vouchbank.figures import candidates, figure_lines, proposals

    corpus = _corpus(root)
    for line in (*proposals(corpus), *candidates(corpus)) if propose else figure_lines(corpus):
        click.echo(line)


@main.command()
@_root
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a page is not fresh.")
def describe(root: Path | None, only_check: bool) -> None:
    """Write docs/corpus.md and its plots: counts, figures, claims, and findings with their queries."""
    from vouchbank.pages.describe import corpus_pages

    corpus = _corpus(root)
    _write_or_compare(corpus.root, corpus_pages(corpus.root, corpus.schema), only_check, "vouchbank describe")


def _write_or_compare(root: Path, made: dict[str, bytes], only_check: bool, mend: str) -> None:
    """Write made files, or say which are not fresh, with the command that mends them."""
    stale = [n for n, data in made.items() if not (root / n).is_file() or (root / n).read_bytes() != data]
    for name in stale:
        click.echo(f"{name}: {'not fresh' if only_check else 'written'}")
        if not only_check:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            _write_bytes(root / name, made[name])
    if only_check:
        click.echo(f"not fresh; run: {mend}" if stale else f"{', '.join(made)}: fresh")
        sys.exit(1 if stale else 0)


def _article_rows(root: Path | None, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows of the table `articles`: from the sources, or, without a clone, from the installed corpus."""
    try:
        corpus = _corpus(root)
    except CorpusNotFoundError:
        if root is not None:
            raise
        return _published_rows(wanted)
    from vouchbank.tables.make import article_tables
    from vouchbank.tables.rows import Shared

    names = wanted or corpus.article_ids
    _refuse_unclean(corpus, names)
    shared = Shared.of(corpus)
    return [article_tables(corpus.article(name), corpus.schema, shared)["articles"][0] for name in names]


def _refuse_unclean(corpus: Corpus, names: Iterable[str]) -> None:
    """Raise if the named articles, or what all articles share, have findings: their rows could not be trusted."""
    from vouchbank.checks import check as check_sources
    from vouchbank.errors import SourcesNotCleanError

    for name in names:
        corpus.article(name)
    wanted = {*names, ""}
    found = [f for f in check_sources(corpus) if f.severity == "error" and f.article in wanted]
    # form alone stops nobody from reading
    found = [f for f in found if not f.slug.endswith("not-canonical")]
    if found:
        raise SourcesNotCleanError(len(found), "not shown")


def _published_rows(wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    from vouchbank.errors import UnknownArticleError
    from vouchbank.published import load

    rows = {row["article_id"]: row for row in load("articles", "arrow").to_pylist()}
    for name in wanted:
        if name not in rows:
            raise UnknownArticleError(name, sorted(rows))
    return [rows[name] for name in wanted or sorted(rows)]


def _show_quantities(rows: list[dict[str, Any]]) -> None:
    from vouchbank.show import quantities_table, unfinished

    console = _console()
    console.print(quantities_table(rows))
    if unfinished(rows):
        console.print(unfinished(rows), highlight=False, markup=False)


def _corpus(root: Path | None) -> Corpus:
    from vouchbank.corpus import Corpus

    if root is not None:
        return Corpus(root)
    here = Path.cwd()
    return Corpus(next((p for p in (here, *here.parents) if (p / "seeds").is_dir()), here))


def _print_findings(findings: list[Finding], checks: int, corpus: Corpus) -> None:
    from vouchbank.report import summary, with_lines

    for text in with_lines(findings, _line_reader(corpus.root)):
        click.echo(text)
    click.echo(summary(findings, checks, len(corpus.article_ids)))


def _line_reader(root: Path) -> Callable[[str, int], str]:
    held: dict[str, list[str]] = {}

    def line_of(file: str, line: int) -> str:
        path = root / file
        if file not in held:
            readable = path.suffix == ".toml" and path.is_file()
            held[file] = path.read_text("utf-8", "replace").split("\n") if readable else []
        return held[file][line - 1] if 0 < line <= len(held[file]) else ""

    return line_of


def _write(path: Path, text: str) -> None:
    _write_bytes(path, text.encode("utf-8"))


def _write_bytes(path: Path, data: bytes) -> None:
    """Write beside and rename, so that a kill leaves the old file or the new one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)


def _console() -> Any:
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=120)


@contextmanager
def _bar(description: str) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield progress


def _progress(articles: Iterable[Article], doing: str) -> Iterable[Article]:
    """Show how far a long run is, on a terminal only."""
    if not sys.stderr.isatty():
        yield from articles
        return
    with _bar(doing) as progress:
        yield from progress.track(list(articles), description=doing)
