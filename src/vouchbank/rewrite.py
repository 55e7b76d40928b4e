"""Source files in the form they should have: canonical annotation files, up-to-date paragraph ids.

Pure: it returns texts; `vouchbank.cli` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from vouchbank.corpus import Article, Corpus
from vouchbank.layers.format import format_corpus, format_layer, same_values
from vouchbank.layers.toml_reader import Document, read_toml
from vouchbank.seeds import assign_paragraph_ids, known_paragraphs

_HEADING = "[paragraphs]"


def reformatted(corpus: Corpus) -> Iterator[tuple[str, str, str]]:
    """File, canonical text and, if it cannot be formatted, why, for every file that is not canonical."""
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
    first = {a.record.name: a.first() for t in tables for a in article.annotations[t.name]}
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
    """meta.toml with the list of paragraph ids brought up to date; None if it already is, or cannot be."""
    meta = article.seed.meta
    if meta.missing or meta.faults or not article.text:
        return None
    known = known_paragraphs(meta.values)
    wanted = assign_paragraph_ids([p.text for p in article.paragraphs], known)
    if wanted == known:
        return None
    lines = [_HEADING, *(f'{name} = "{value}"' for name, value in wanted.items())]
    before, after = _around_section(meta.text)
    return f"{before.rstrip()}\n\n" + "\n".join(lines) + f"\n{after}"


def _around_section(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if line.split("#")[0].strip() == _HEADING]
    if not starts:
        return text, ""
    ends = [i for i, line in enumerate(lines[starts[0] + 1 :], starts[0] + 1) if line.startswith("[")]
    rest = lines[ends[0] :] if ends else []
    return "\n".join(lines[: starts[0]]), ("\n" + "\n".join(rest)) if rest else ""
