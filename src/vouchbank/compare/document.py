"""annotations/AGREEMENT.md: the agreement of the annotators, recomputed from their files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from string import Template

from vouchbank.compare.hands import annotators, raw_corpus
from vouchbank.compare.pairs import differences
from vouchbank.compare.scores import Both, field_scores, span_scores
from vouchbank.corpus import Corpus
from vouchbank.tables.rows import Shared


def both(a: Corpus, b: Corpus) -> list[Both]:
    """The articles that both corpora have annotated."""
    shared = Shared.of(a), Shared.of(b)
    ids = [i for i in a.article_ids if _annotated(a, i) and _annotated(b, i)]
    return [Both(a.article(i), b.article(i), shared) for i in ids]


def agreement_document(corpus: Corpus) -> str:
    """The whole document as Markdown."""
    hands = {name: raw_corpus(corpus, name) for name in annotators(corpus.root)}
    names = list(hands)
    hands["gold"] = corpus
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]] + [(a, "gold") for a in names]
    template = Template(resources.files("vouchbank.compare").joinpath("document.md").read_text("utf-8"))
    parts = [line for a, b in pairs for line in _comparison(a, b, both(hands[a], hands[b]), corpus)]
    return template.substitute(
        annotators=", ".join(f"`{n}`" for n in names),
        comparisons="\n".join(parts),
        differences="\n".join(_difference_table(names, hands, corpus)),
    )


def _comparison(a: str, b: str, articles: list[Both], corpus: Corpus) -> Iterator[str]:
    yield from (f"## {a} and {b}", "", f"{len(articles)} articles.", "")
    yield from ("| layer | span | annotations | exact F1 | overlap F1 | alpha |", "|---|---|---|---|---|---|")
    for table in corpus.schema.exhaustive_layers:
        for s in span_scores(articles, table):
            if sum(s.counts):
                counts = f"{s.counts[0]} / {s.counts[1]}"
                values = " | ".join(_number(x) for x in (s.exact, s.overlapping, s.alpha))
                yield f"| {s.layer} | {s.column} | {counts} | {values} |"
    yield from ("", "| layer | field | annotations | F1 with the same value |", "|---|---|---|---|")
    for table in corpus.schema.exhaustive_layers:
        for f in field_scores(articles, table):
            if sum(f.counts):
                yield f"| {f.layer} | {f.field} | {f.counts[0]} / {f.counts[1]} | {_number(f.f1)} |"
    yield ""


def _difference_table(names: list[str], hands: dict[str, Corpus], corpus: Corpus) -> Iterator[str]:
    yield from ("| article | annotators | differences |", "|---|---|---|")
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            for pair in both(hands[a], hands[b]):
                count = len(differences(pair.a, pair.b, pair.shared))
                yield f"| {pair.a.id} | {a}, {b} | {count} |"


def _annotated(corpus: Corpus, article: str) -> bool:
    return any(not file.document.missing for file in corpus.article(article).files.values())


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
