"""Commands that show the corpus: show, figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vouchbank.cli.base import console, main, open_corpus, root_option
from vouchbank.errors import CorpusNotFoundError, SourcesNotCleanError, UnknownArticleError
from vouchbank.findings import Finding, Level
from vouchbank.report.text import plural

if TYPE_CHECKING:
    from vouchbank.corpus import Corpus

Row = dict[str, Any]


@main.command()
@click.argument("article_ids", nargs=-1, metavar="[ARTICLE]...")
@root_option
@click.option("--quantities", is_flag=True, help="The table of quantities instead of the text.")
@click.option("--removed", is_flag=True, help="What was taken for page furniture, and by which rule.")
def show(article_ids: tuple[str, ...], root: Path | None, quantities: bool, removed: bool) -> None:
    """Print articles with their three layers marked, or every number with who vouches for it."""
    if removed:
        show_removed(root, article_ids)
        return
    rows = article_rows(root, article_ids)
    if quantities:
        show_quantities(rows)
        return
    from vouchbank.report.show import article_view

    if not article_ids:
        raise click.UsageError(f"name an article: {', '.join(r['article_id'] for r in rows)}; or use --quantities")
    out = console()
    for row in rows:
        for part in article_view(row):
            out.print(part)


@main.command()
@root_option
@click.option("--propose", is_flag=True, help="Print what the intervals suggest for pairs without a relation.")
def figures(root: Path | None, propose: bool) -> None:
    """List the figures: the same number told in several places, by whom, with which interval."""
    from vouchbank.report.show import figure_lines

    for line in proposed(root) if propose else figure_lines(*figure_rows(root)):
        click.echo(line)


def proposed(root: Path | None) -> Iterator[str]:
    """What the intervals suggest, from the sources."""
    from vouchbank.compare.figures import candidates, proposals

    corpus = open_corpus(root)
    refuse_malformed(corpus)
    yield from proposals(corpus)
    yield from candidates(corpus)


def figure_rows(root: Path | None) -> tuple[list[Row], list[Row]]:
    """Rows of the tables `figures` and `quantities`: from the sources, or, without a clone, of the installed corpus."""
    corpus = sources(root)
    if corpus is None:
        from vouchbank.corpus.published import load

        return load("figures").to_dicts(), load("quantities").to_dicts()
    from vouchbank.tables.rows import Shared, corpus_rows, layer_rows

    refuse_malformed(corpus)
    tables, shared = corpus.schema.tables, Shared.of(corpus)
    quantities = [row for article in corpus.articles for row in layer_rows(article, tables["quantities"], shared)]
    return corpus_rows(corpus, tables["figures"]), quantities


def sources(root: Path | None) -> Corpus | None:
    """The corpus at `root`, else the nearest; None where there is no clone and none was asked for."""
    try:
        return open_corpus(root)
    except CorpusNotFoundError:
        if root is not None:
            raise
        return None


def article_rows(root: Path | None, wanted: tuple[str, ...]) -> list[Row]:
    """Rows of the table `articles`: from the sources, or, without a clone, from the installed corpus."""
    corpus = sources(root)
    if corpus is None:
        return published_rows(wanted)
    from vouchbank.tables.articles import whole_row
    from vouchbank.tables.rows import Shared

    names = wanted or corpus.article_ids
    refuse_unclean(corpus, names)
    shared = Shared.of(corpus)
    return [whole_row(corpus.article(name), corpus.schema, shared) for name in names]


def refuse_unclean(corpus: Corpus, names: Iterable[str]) -> None:
    """Raise if the named articles, or what all articles share, have findings: their rows could not be trusted."""
    wanted = {corpus.article(name).id for name in names} | {""}

    def weighs(finding: Finding, level: Level) -> bool:
        """Form alone stops nobody from reading."""
        return finding.severity == "error" and finding.article in wanted and level is not Level.FORM

    _refuse(corpus, "not shown", weighs)


def refuse_malformed(corpus: Corpus, what: str = "not shown", also: Iterable[str] = ()) -> None:
    """Raise if a record has not its shape or refers to nothing, or for an error of the checks in `also`."""

    def weighs(finding: Finding, level: Level) -> bool:
        return finding.severity == "error" and (level.rank <= Level.SHAPE.rank or finding.slug in also)

    _refuse(corpus, what, weighs)


def _refuse(corpus: Corpus, what: str, weighs: Callable[[Finding, Level], bool]) -> None:
    from vouchbank.checks import CHECKS, check

    found = [f for f in check(corpus) if weighs(f, CHECKS[f.slug].level)]
    if found:
        raise SourcesNotCleanError(len(found), what)


def published_rows(wanted: tuple[str, ...]) -> list[Row]:
    """Rows of the table `articles` of the installed corpus."""
    from vouchbank.corpus.published import load

    rows = {row["article_id"]: row for row in load("articles").to_dicts()}
    try:
        return [rows[name] for name in wanted or sorted(rows)]
    except KeyError as error:
        raise UnknownArticleError(error.args[0], sorted(rows)) from error


def show_removed(root: Path | None, wanted: tuple[str, ...]) -> None:
    """Print what the normalisation removed from the seeds of articles, in whatever state their layers are."""
    from vouchbank.report.show import removed_pieces

    corpus = open_corpus(root)
    for name in wanted or corpus.article_ids:
        pieces = removed_pieces(corpus.article(name).normalised)
        click.echo(f"{name}: {plural(len(pieces), 'piece')} removed")
        for piece in pieces:
            click.echo(f"  {piece}")


def show_quantities(rows: list[Row]) -> None:
    """Print the table of quantities, and which articles are not annotated yet."""
    from vouchbank.report.show import quantities_table, unfinished

    out = console()
    out.print(quantities_table(rows))
    if unfinished(rows):
        out.print(unfinished(rows), highlight=False, markup=False)
