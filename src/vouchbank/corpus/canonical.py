"""The canonical texts of annotation files, and `meta.toml` with up-to-date paragraph ids.

These functions return texts; `vouchbank.cli` writes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import format_corpus, format_layer, same_values
from vouchbank.corpus.seeds import assign_paragraph_ids, known_paragraphs
from vouchbank.toml.reader import Document, read_toml

_HEADING = "[paragraphs]"


def reformatted(corpus: Corpus) -> Iterator[tuple[str, str, str]]:
    """For every file that is not canonical: its name, its canonical text, and why it cannot be formatted, if so."""
    for article in corpus.articles:
        for name, file in article.files.items():
            if not file.document.missing:
                yield from _one(file.document, partial(canonical_layer, article, name))
    for name, shared in corpus.shared.items():
        table = corpus.schema.tables[name]
        if not shared.document.missing:
            yield from _one(shared.document, partial(format_corpus, table))


def canonical_layer(article: Article, name: str, document: Document) -> str:
    """The canonical text of an annotation file of an article."""
    tables = article.schema.in_file(name)
    first = {a.record.path: a.first() for t in tables for a in article.annotations[t.name]}
    return format_layer(document, article.schema, name, first)


def _one(document: Document, make: Callable[[Document], str]) -> Iterator[tuple[str, str, str]]:
    if document.faults:
        yield document.file, "", document.faults[0].message
        return
    text = make(document)
    again = read_toml(text.encode(), document.file)
    if again.faults or not same_values(dict(again.values), dict(document.values)):
        yield document.file, "", "formatting would change a value; please report this file"
    elif text != document.text:
        yield document.file, text, ""


def with_paragraph_ids(article: Article) -> str | None:
    """The text of meta.toml with up-to-date paragraph ids; None if nothing changes, or it cannot be written."""
    meta = article.seed.meta
    if meta.missing or meta.faults or not article.text:
        return None
    known = known_paragraphs(meta.values)
    wanted = assign_paragraph_ids([p.text for p in article.paragraphs], known)
    if wanted == known:
        return None
    text = _with_section(meta, wanted)
    again = read_toml(text.encode(), meta.file)
    if again.faults or known_paragraphs(again.values) != wanted:
        return None  # the section is malformed, which the checks report
    return text


def _with_section(meta: Document, wanted: Mapping[str, str]) -> str:
    """The text of meta.toml with these paragraph ids; comments stay with their paragraph."""
    leading: dict[str | int, list[str]] = defaultdict(list)
    trailing: dict[str | int, list[str]] = defaultdict(list)
    for comment in meta.comments:
        if comment.owner[:1] == ("paragraphs",) and len(comment.owner) == 2:
            (trailing if comment.trailing else leading)[comment.owner[1]].append(comment.text.rstrip())
    lines = []
    for name, value in wanted.items():
        lines += leading[name]
        lines.append("  ".join([f'{name} = "{value}"', *trailing[name]]))
    heading, text = meta.keys.get(("paragraphs",)), meta.text.split("\n")
    if heading is None or ("paragraphs",) in meta.cells:
        held = meta.cells.get(("paragraphs",))
        kept = [*text[: heading.line - 1], *text[held.end_line :]] if heading and held else text
        return "\n".join(kept).rstrip() + "\n\n" + "\n".join([_HEADING, *lines]) + "\n"
    cells = [place.end_line for path, place in meta.cells.items() if path[0] == "paragraphs"]
    return "\n".join([*text[: heading.line], *lines, *text[max([heading.line, *cells]) :]])
