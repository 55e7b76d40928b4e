"""The commands new, rename and drop: they add, rename and remove articles."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank.cli.base import open_corpus, root_option, write, write_alone
from vouchbank.cli.output import note, quiet_option
from vouchbank.report.text import plural, printable

SHORT = 80
LISTED = 20
_NEXT = """\
Next:
1. Read what was kept:           vouchbank show {id}
   and what was removed:         vouchbank show {id} --removed
   To correct this, add [[corrections]] to seeds/{id}/meta.toml,
   then run:                     vouchbank normalise
2. Record what the seed shows:   seeds/{id}/meta.toml (outlet, published, rights, view, with evidence)
3. Annotate by the guidelines:   annotations/GUIDELINES.md, format in annotations/README.md
{layers}
{shared}
   Call a new annotation e_1, e_2, q_1, a_1 …; the next command gives it its number.
4. Fix the form, and check:      vouchbank check {id} --fix
5. When a layer is done, set:    status = "complete"
6. See it as reviewers see it:   vouchbank diff
7. Commit your work:             git add seeds annotations"""

if TYPE_CHECKING:
    from vouchbank.corpus import Article
    from vouchbank.pages.webpage import WebPage


@click.command()
@click.argument("file", metavar="PAGE", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@root_option
@click.option("--id", "article_id", metavar="ID", help="Id, such as storm-in-oxmere. Default: the next free number.")
@click.option("--url", "address", default="", metavar="URL", help="Address of the article.")
@click.option("--date", default="", metavar="YYYY-MM-DD", help="Day of publication.")
@click.option(
    "--language", default="en", metavar="TAG", show_default=True, help="Language of the article, as a BCP 47 tag."
)
@click.option("--by", default="", metavar="NAME", help="The annotator: lowercase words joined by hyphens.")
@click.option("--keep-html", is_flag=True, help="Keep a copy of a web page without scripts, forms and hidden text.")
@quiet_option
def new(file: Path, root: Path | None, article_id: str | None, keep_html: bool, **said: str) -> None:
    """Add an article from a text file or a saved web page.

    PAGE may be - for standard input. Writes the seed, meta.toml and empty layer files, and prints the next steps. A
    text is kept byte for byte. A web page (extra `html`) is rendered once, with a map back to the page; the page itself
    is not copied. Nothing is downloaded.
    """
    from vouchbank.change.scaffold import (
        Contribution,
        checked_id,
        new_article,
        next_id,
        refuse_unfit,
        write_article,
    )
    from vouchbank.corpus.git import ever_named
    from vouchbank.corpus.ids import used_article_ids

    corpus = open_corpus(root)
    contribution = Contribution(*_read(file), *(said[key] for key in ("address", "date", "language", "by")))
    refuse_unfit(contribution, corpus.schema)
    write_alone(corpus.root)
    used = used_article_ids(corpus.root, ever_named(corpus.root))
    name = checked_id(corpus, article_id, used) if article_id is not None else next_id(used)
    article, files, page = new_article(corpus, contribution, name, keep_html)
    write_article(corpus.root, name, files)
    for written in files:
        note(f"wrote {written}")
    layers = [f for f in files if f.startswith("annotations/")]
    shared = [f"annotations/{table.file}.toml" for table in corpus.schema.corpus_tables]
    told = (*kept_and_removed(article), *_of_page(page), *_private(article, page))
    for text in (*told, next_steps(name, layers, shared)):
        note(text)


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new_id", metavar="NEW")
@root_option
@quiet_option
def rename(old: str, new_id: str, root: Path | None) -> None:
    """Change the id of an unpublished article.

    Renames its files and updates every reference to the article and its annotations. If the old id was committed, it
    is never used again.
    """
    from vouchbank.change.moving import renamed
    from vouchbank.change.scaffold import checked_id
    from vouchbank.corpus.git import ever_named
    from vouchbank.corpus.ids import used_article_ids

    corpus = open_corpus(root, writing=True)
    name = checked_id(corpus, new_id, used_article_ids(corpus.root, ever_named(corpus.root)))
    write(corpus, renamed(corpus, old, name))
    note(f"article {old} is now {name}; run: vouchbank check, then vouchbank build")


@click.command()
@click.argument("article", metavar="ARTICLE")
@root_option
@click.confirmation_option("-y", "--yes", prompt="Remove the article and all its annotations?")
@quiet_option
def drop(article: str, root: Path | None) -> None:
    """Remove an unpublished article.

    Removes its seed, its annotations and its raw annotations, unless something still refers to the article. If the id
    was committed, it is never used again.
    """
    from vouchbank.change.moving import dropped

    corpus = open_corpus(root, writing=True)
    write(corpus, dropped(corpus, article))
    note("run: vouchbank check, then vouchbank build")


def _read(file: Path) -> tuple[bytes, str]:
    """The bytes of a file, at most as many as a page may have, and the name of the file."""
    from vouchbank.pages.webpage import MOST_PAGE

    if str(file) == "-":
        return sys.stdin.buffer.read(MOST_PAGE + 1), "stdin"
    with file.open("rb") as opened:
        return opened.read(MOST_PAGE + 1), file.name


def _of_page(page: WebPage | None) -> Iterator[str]:
    """What the contributor of a page should know: what decided what is kept, and which facts the page states."""
    if page is None:
        return
    yield ""
    if not page.judged:
        yield "The main text of the page could not be identified, so the rules for plain text decided what to keep."
    for fact in page.facts:
        where = "the source of the page" if fact.origin else "raw.txt"
        yield f"{fact.field}: {printable(fact.value)} (from {where})"
    yield "The page itself was not copied. Keep it: source-map.json holds its SHA-256."


def _private(article: Article, page: WebPage | None) -> Iterator[str]:
    """What looks private in the new files."""
    from vouchbank.text.clean_copy import personal_strings

    copy = page.copy if page else ""
    if found := personal_strings(copy or article.seed.raw):
        yield ""
        yield f"Review these in seeds/{article.id}/{'page.html' if copy else 'raw.txt'}; publish nothing private:"
        yield from _listed([f"  {printable(one)}" for one in found])


def _listed(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:LISTED]
    if len(lines) > LISTED:
        yield f"  and {len(lines) - LISTED} more"


def kept_and_removed(article: Article) -> Iterator[str]:
    """How much of a new article was kept, and the lines that were removed or are uncertain, each with its rule."""
    from vouchbank.change.scaffold import roles
    from vouchbank.corpus.format import literal
    from vouchbank.report.installed import removed as not_sure_or_removed
    from vouchbank.report.show import pieces
    from vouchbank.tables.articles import segment_rows

    none = "no paragraphs: every line was taken for boilerplate"
    found = plural(len(article.paragraphs), "paragraph") if article.paragraphs else none
    rows = not_sure_or_removed(segment_rows(article))
    removed, unsure = pieces(rows, SHORT)
    first = next((row["raw_text"].strip() for row in rows if row["rule"] == "first-line-unsure"), "")
    yield ""
    yield f"Article {article.id} has {found}. {plural(len(removed), 'line')} removed{':' if removed else '.'}"
    yield from _listed(removed)
    if unsure:
        where = f"under [[corrections]] in seeds/{article.id}/meta.toml"
        yield f"{plural(len(unsure), 'line')} kept, but uncertain; say {where} what each is:"
        yield from _listed(unsure)
        yield f"  roles: {', '.join(roles(article.schema))}"
    if first:
        yield "If the first line is the title, add at the end of that file:"
        yield from (
            "  [[corrections]]",
            f"  q = {printable(literal(first))}",
            '  role = "title"',
            '  reason = "the headline"',
        )


def next_steps(article_id: str, layers: list[str], shared: list[str]) -> str:
    """The next steps for a new article, with their commands."""
    headings = ("New names, shared numbers:", *[""] * len(shared))
    return _NEXT.format(
        id=article_id,
        layers="\n".join(f"{'':<33}{layer}" for layer in layers),
        shared="\n".join(f"   {heading:<30}{file}" for heading, file in zip(headings, shared, strict=False)),
    )
