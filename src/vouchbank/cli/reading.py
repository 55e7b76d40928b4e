"""The command show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.choosing import articles_argument, by_option, corpus_of, started
from vouchbank.cli.output import draw, hand_over, say
from vouchbank.errors import CorpusNotFoundError, SourcesNotCleanError
from vouchbank.findings import Finding, Level, errors

if TYPE_CHECKING:
    from vouchbank.report.installed import Installed
    from vouchbank.report.rows import Sources

VERSION = 1  # of the JSON; raised when a key is removed or changes its meaning, not when one is added
TABLES = {"quantities": "quantities", "figures": "figures", "removed": "segments"}


@click.command()
@articles_argument
@root_option
@by_option
@click.option("--quantities", is_flag=True, help="Show each number, what it measures and who vouches for it.")
@click.option(
    "--figures", is_flag=True, help="Show the figures: the same number in several places, and who vouches for it."
)
@click.option("--propose", is_flag=True, help="With --figures: suggest relations for pairs without one.")
@click.option("--removed", is_flag=True, help="Show what normalisation removed, and by which rule.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("human", "json")),
    default="human",
    show_default=True,
    help="Output for people, or the published rows as JSON.",
)
def show(
    article_ids: tuple[str, ...], root: Path | None, by: str | None, form: str, propose: bool, **asked: bool
) -> None:
    """Show articles, or their numbers and who vouches for them.

    Without options, shows articles with their annotations marked. If the sources have findings, shows what it can and
    says on standard error how many findings there are, and where. Without a clone, shows the installed corpus.
    """
    views = [name for name, wanted in asked.items() if wanted]
    if len(views) > 1:
        raise click.UsageError(f"--{views[0]} and --{views[1]} are different views; choose one")
    if by is not None and asked["figures"]:
        raise click.UsageError("--figures shows the gold; leave out --by")
    if propose and (views != ["figures"] or form == "json" or article_ids):
        raise click.UsageError("--propose needs --figures; leave out ARTICLE and --format json")
    if propose:
        _propose(root)
        return
    view = views[0] if views else ""
    rows = _rows(root, article_ids, by, drafts=form == "human")
    if form == "json":
        _as_json(rows, TABLES.get(view, "articles"))
    elif view == "quantities":
        draw_quantities(rows.of("articles"), rows.of("registry"))
    elif view:
        _lines(rows, view, root)
    elif article_ids:
        _articles(rows)
    else:
        raise click.UsageError(f"name an article: {', '.join(rows.ids)}; or use --quantities")
    if view != "removed" and (told := rows.told()):
        say(told, err=True)


def _rows(root: Path | None, ids: Collection[str], by: str | None = None, drafts: bool = True) -> Sources | Installed:
    """Rows of the sources, with or without drafts; without a clone, rows of the installed corpus."""
    try:
        corpus = open_corpus(root)
    except CorpusNotFoundError:
        if root is not None or by is not None:
            raise
        from vouchbank.report.installed import Installed

        return Installed(ids)
    from vouchbank.report.rows import Sources

    work = corpus_of(corpus, by, ids)
    return Sources(work, ids or started(work), drafts)


def _as_json(rows: Sources | Installed, table: str) -> None:
    """Print the published rows of a table."""
    from vouchbank.report.structured import dumped

    held = rows.of(table)
    judged = {} if table == "segments" else {"findings": len(rows.findings)}
    hand_over(dumped({"version": VERSION, **judged, table: held}))


def _articles(rows: Sources | Installed) -> None:
    """Print articles with their annotations marked, and a legend."""
    from vouchbank.report.legend import legend
    from vouchbank.report.show import article_view
    from vouchbank.schema import default_schema_folder, load_schema

    shown = rows.of("articles")
    draw(part for row in shown for part in article_view(row))
    for line in legend(shown, load_schema(default_schema_folder())):
        say(line)


def _lines(rows: Sources | Installed, view: str, root: Path | None) -> None:
    """Print what was removed, or the figures; the members of a figure may be in other articles."""
    from vouchbank.report.show import figure_lines, removed_lines

    if view == "removed":
        lines = removed_lines(rows.ids, rows.of("segments"))
    else:
        figures = rows.of("figures")
        told_in = sorted({member.rpartition("-")[0] for row in figures for member in row["members"]})
        lines = figure_lines(figures, _rows(root, told_in).of("quantities") if told_in else ())
    for line in lines:
        say(line)


def draw_quantities(rows: list[dict[str, Any]], registry: list[dict[str, Any]]) -> None:
    """Print the table of quantities, and which articles are not annotated."""
    from vouchbank.report.show import quantities_table, unfinished

    draw(filter(None, (quantities_table(rows, registry), unfinished(rows))))


def _propose(root: Path | None) -> None:
    """Print relations that the intervals suggest, and pairs of numbers that may be the same figure."""
    from vouchbank.checks import check
    from vouchbank.compare.figures import candidates, proposals

    corpus = open_corpus(root)
    refuse(_malformed(errors(check(corpus))))
    for line in (*proposals(corpus), *candidates(corpus)):
        say(line)


def _malformed(found: Iterable[Finding]) -> list[Finding]:
    """The findings of the levels FILE and SHAPE, which prevent a comparison."""
    from vouchbank.checks import CHECKS

    return [f for f in found if CHECKS[f.slug].level.rank <= Level.SHAPE.rank]


def refuse(found: Sequence[Finding], what: str = "not shown") -> None:
    """Raise an error if there are findings."""
    if found:
        raise SourcesNotCleanError(len(found), what)
