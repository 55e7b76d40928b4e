"""Changes larger than a record: a new article, a new layer, raw annotations, decisions.

New articles and layers are shown with their text, in the words of `vouchbank show`. These are made from rows, so
records that cannot be read are left out and counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from vouchbank.change.changes import ADDED, CHANGED, REMOVED, Change, Passage, side_by_side
from vouchbank.compare.annotators import SECTIONS, adjudication, content, has_annotations
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal, same_values
from vouchbank.corpus.resolve import Annotation
from vouchbank.errors import SourcesNotCleanError
from vouchbank.report.annotation_lines import IN_WORDS, annotation_lines
from vouchbank.report.rows import Sources
from vouchbank.report.text import counted, plural
from vouchbank.schema import Table

LISTED = 20  # decisions are listed one by one up to this number; above it, only counted


def counts(article: Article) -> str:
    """The number of annotations of an article in each layer."""
    rows = {t.name: len(article.annotations[t.name]) for t in article.schema.layers}
    said = ", ".join(counted(count, name) for name, count in rows.items() if count)
    return f"{plural(len(article.paragraphs), 'paragraph')}; {said or 'no annotation'}"


def new_article(corpus: Corpus, name: str) -> Iterator[Change]:
    """A new article with all its paragraphs, and whether parts of it cannot be shown."""
    sources = Sources(corpus, [name])
    if sources.findings:
        said = "what cannot be read is left out below; run: vouchbank check"
        yield Change(name, "article", name, f"has {plural(len(sources.findings), 'finding')}:", f"{said} {name}")
    passages = tuple(_passages(sources, corpus.schema.layers))
    yield Change(name, "article", name, ADDED, counts(corpus.article(name)), passages)


def new_layer(corpus: Corpus, name: str, table: Table) -> Change:
    """A new layer of an article, with the paragraphs that have annotations of it."""
    said = counted(len(corpus.article(name).annotations[table.name]), table.name)
    passages = tuple(p for p in _passages(Sources(corpus, [name]), (table,)) if p.lines)
    return Change(name, table.name, f"{name} {table.name}", ADDED, said, passages)


def _passages(sources: Sources, tables: Collection[Table]) -> Iterator[Passage]:
    """The paragraphs of an article with their annotations of these layers; none if its seed cannot be read."""
    try:
        (row,) = sources.of("articles")
    except SourcesNotCleanError:
        return
    registry = {r["key"]: r for r in sources.of("registry")}
    article = sources.articles[0]
    wanted = [table.name for table in tables]
    for paragraph in article.paragraphs:
        held = {t: [a for a in article.annotations[t] if a.record.paragraph == paragraph.id] for t in wanted}
        rest = ((t, a) for t in wanted if t not in IN_WORDS for a in held[t])
        others = [f"{a.record.name} {t}: {described(a, article.text)}" for t, a in rest]
        about = [paragraph.role, *(counted(len(of), t) for t, of in held.items() if of)]
        lines = (*annotation_lines(row, paragraph.id, registry, wanted), *others)
        yield Passage(paragraph.id, ", ".join(about), paragraph.text, lines)


def described(annotation: Annotation, text: str) -> str:
    """An annotation in a few words: its first label, what it quotes, its interval."""
    record, table = annotation.record, annotation.record.table
    named = (c.name for c in table.written if c.labels and c.written == "required")
    label = next((str(record.values[n]) for n in named if n in record.values), "")
    spans = next(filter(None, (annotation.spans.get(n) for n in ("span", *table.anchor))), ())
    interval = record.values.get("interval")
    said = interval if isinstance(interval, str) else ""
    return " ".join(filter(None, (label, " … ".join(s.of(text) for s in spans), said)))


def raw_changes(old: Corpus, new: Corpus) -> Iterator[Change]:
    """Raw annotations that were added, removed or changed: a line for each annotator and article."""
    for (annotator, name), was, now in side_by_side(_works(old), _works(new)):
        subject = f"{RAW}/{annotator}/{name}"
        if was is None or now is None:
            yield Change(name, "raw", subject, ADDED if was is None else REMOVED, counts(now or was))
        elif changed := [file for file in now.files if not _same(was, now, file)]:
            yield Change(name, "raw", subject, CHANGED, ", ".join(changed))


def _works(corpus: Corpus) -> dict[tuple[str, str], Article]:
    """All raw annotations, by annotator and article."""
    every = (
        (annotator, name, corpus.raw(annotator).article(name))
        for annotator in corpus.annotators
        for name in corpus.article_ids
    )
    return {(annotator, name): work for annotator, name, work in every if has_annotations(work)}


def _same(was: Article, now: Article, file: str) -> bool:
    """Whether a file has the same values, apart from anchors, which follow a text that changed."""
    texts = [side.files[file].document.text if file in side.files else "" for side in (was, now)]
    if texts[0] == texts[1]:  # also where a layer is new, and nobody has annotated it
        return True
    before, after = (dict(content(side, file)) if file in side.files else {} for side in (was, now))
    return same_values(before, after)


def decisions(old: Corpus, new: Corpus, name: str) -> Iterator[Change]:
    """Decisions of an article that were added or removed; only their number if there are many."""
    was, now = (adjudication(side, name).values for side in (old, new))
    for section in SECTIONS:
        before, after = (_rows(side, section) for side in (was, now))
        for verb, rows in (
            (REMOVED, [text for key, text in before.items() if key not in after]),
            (ADDED, [text for key, text in after.items() if key not in before]),
        ):
            if len(rows) > LISTED:
                yield Change(name, "adjudication", f"{name} {section}", verb, plural(len(rows), "decision"))
            else:
                yield from (Change(name, "adjudication", f"{name} {section}", verb, text) for text in rows)


def _rows(values: Mapping[str, Any], section: str) -> dict[str, str]:
    held = values.get(section)
    rows = [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []
    return {literal(row): _decision(row) for row in rows}


def _decision(row: Mapping[str, Any]) -> str:
    """A decision: the annotation, the field, the choice and the reason."""
    ids = row.get("ids")
    named = row.get("gold") or row.get("id") or (", ".join(map(str, ids.values())) if isinstance(ids, dict) else "")
    said = " ".join(str(part) for part in (row.get("layer"), named, row.get("field")) if part)
    choice = f": {row['choice']}" if "choice" in row else ""
    return f"{said}{choice} ({row.get('reason', 'no reason given')})"
