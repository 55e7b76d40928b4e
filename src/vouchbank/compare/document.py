"""annotations/AGREEMENT.md: the agreement of the annotators, recomputed from their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import chain, combinations
from string import Template
from typing import Any

from vouchbank.compare.adjudication import aligned, aligned_with_gold, differences
from vouchbank.compare.annotators import GOLD, article_by, articles_of, has_annotations, listed_annotators
from vouchbank.compare.bootstrap import layer_estimates
from vouchbank.compare.makers import makers, named
from vouchbank.compare.outside import outsiders, recalls
from vouchbank.compare.pairs import Aligned, covers
from vouchbank.compare.registries import REGISTRY, registries
from vouchbank.compare.relations import SHARED, pair_score, relations, shared_annotators
from vouchbank.compare.scores import alpha, exact_f1, field_scores, labels_of_characters, span_scores
from vouchbank.corpus import Corpus
from vouchbank.schema import Table

MODELS = """\
**The annotators are language models** ($names), given the same guidelines but not one another's annotations. The
scores say how far readings by models agree, not readings by people. Models of one kind overlook and misread the same
things: where they agree, they may be wrong together, and a high score does not prove that an annotation is right."""
OTHERS = """\
**The annotators are $who**, given the same guidelines but not one another's annotations.
Where they agree, they may be wrong together, and a high score does not prove that an annotation is right."""


def agreement_document(corpus: Corpus) -> str:
    """The whole document as Markdown."""
    template = Template(resources.files("vouchbank.compare").joinpath("document.md").read_text("utf-8"))
    who = makers(corpus)
    said = Template(MODELS if who.models else OTHERS)
    names = ", ".join(f"`{name}`" for name in who.annotators)
    return template.substitute(
        annotators=said.substitute(names=names, who=named(who.annotators)),
        comparisons="\n".join(chain(_comparisons(corpus), _overall(corpus))),
        differences="\n".join(_difference_table(corpus)),
        shared="\n".join(_shared_comparisons(corpus)) if shared_annotators(corpus) else "They have only one annotator.",
    )


def pairs_of(corpus: Corpus, a: str, b: str, outside: bool = False) -> list[Aligned]:
    """The articles that two annotators have annotated, aligned.

    Args:
        corpus: The sources.
        a: An annotator, or `gold`.
        b: Another one.
        outside: Only articles where one of them was not adjudicated; otherwise only articles where both were.
    """
    wanted = {a, b} - {GOLD}
    ids = [i for i in corpus.article_ids if all(has_annotations(article_by(corpus, name, i)) for name in (a, b))]
    ids = [i for i in ids if outside != (wanted <= set(listed_annotators(corpus, i)))]
    return [aligned(corpus, i, (a, b)) for i in ids]


def _comparisons(corpus: Corpus) -> Iterator[str]:
    for outside in (False, True):
        for a, b in combinations((*corpus.annotators, GOLD), 2):
            pairs = pairs_of(corpus, a, b, outside)
            # annotators of some fields follow later guidelines than annotators of all fields
            if pairs and (b == GOLD or _in_part(pairs, a) == _in_part(pairs, b)):
                yield from (f"## {a} and {b}{', outside adjudication' * outside}", "")
                yield from _comparison(pairs, corpus)
                if outside and b == GOLD:
                    yield from _recall(corpus, a)


def _in_part(pairs: Sequence[Aligned], name: str) -> bool:
    """Whether an annotator has some fields only."""
    return any(file.fields is not None for aligned in pairs for file in aligned.articles[name].files.values())


def _shared_comparisons(corpus: Corpus) -> Iterator[str]:
    """The agreement of annotators on the pairs of figures and claims, and on the values of the registry."""
    yield from (
        "| annotators | table | pairs or values | F1 of these | shared | alike |",
        "|---|---|---|---|---|---|",
    )
    for a, b in combinations((*shared_annotators(corpus), GOLD), 2):
        for table in (*SHARED, REGISTRY):
            one, other = (_told(corpus, name, table) for name in (a, b))
            s = pair_score(one, other)
            counts = f"{s.counts[0]} / {s.counts[1]}"
            yield f"| {a} and {b} | {table} | {counts} | {_number(s.f1)} | {s.shared} | {_number(s.alike)} |"


def _told(corpus: Corpus, name: str, table: str) -> Mapping[tuple[str, str], tuple[Any, ...]]:
    """What an annotator says about the pairs of a table, or about the values of the registry."""
    names = shared_annotators(corpus)
    articles = articles_of(corpus, names)
    if table != REGISTRY:
        return relations(corpus if name == GOLD else corpus.raw(name), table, articles)
    return registries({annotator: corpus.raw(annotator) for annotator in names}, corpus, articles)[name]


def _comparison(pairs: Sequence[Aligned], corpus: Corpus) -> Iterator[str]:
    yield from (f"{len(pairs)} article{'s' * (len(pairs) != 1)}.", "")
    yield from ("| layer | span | annotations | exact F1 | overlap F1 | alpha |", "|---|---|---|---|---|---|")
    for table in corpus.schema.exhaustive_layers:
        for s in span_scores(pairs, table):
            if sum(s.counts):
                counts = f"{s.counts[0]} / {s.counts[1]}"
                values = " | ".join(_number(x) for x in (s.exact, s.overlapping, s.alpha))
                yield f"| {s.layer} | {s.column} | {counts} | {values} |"
    if estimates := list(layer_estimates(pairs, corpus.schema.exhaustive_layers)):
        yield from ("", "| layer | annotations | exact F1 of all spans | F1, all fields alike |", "|---|---|---|---|")
    for e in estimates:
        yield f"| {e.layer} | {e.counts[0]} / {e.counts[1]} | {e.spans or '–'} | {e.fields or '–'} |"
    yield from ("", "| layer | field | annotations | F1 with the same value |", "|---|---|---|---|")
    for table in corpus.schema.exhaustive_layers:
        for f in field_scores(pairs, table):
            if sum(f.counts):
                yield f"| {f.layer} | {f.field} | {f.counts[0]} / {f.counts[1]} | {_number(f.f1)} |"
    yield ""


def _recall(corpus: Corpus, name: str) -> Iterator[str]:
    """What an annotator outside adjudication finds of the gold, and what a reading says about the rest."""
    headings = (
        "layer",
        "gold",
        "share found",
        f"only {name}",
        "right",
        "wrong",
        "not read",
        "recall of the gold",
    )
    yield from (f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}")
    for r in recalls(corpus, name, outsiders(corpus)[name]):
        only = r.theirs - r.both
        cells = (r.layer, r.gold, _number(r.found), only, r.confirmed, r.refused, r.unread, _number(r.of_gold))
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""


def _overall(corpus: Corpus) -> Iterator[str]:
    """The agreement of all annotators together, if an article has more than two: alpha, and the mean of their pairs."""
    listed = {i: found for i in corpus.article_ids if (found := listed_annotators(corpus, i))}
    names = sorted(set(chain.from_iterable(listed.values())))
    if max(map(len, listed.values()), default=0) <= 2:
        return
    yield from (
        "## All annotators together",
        "",
        "| layer | span | alpha | mean exact F1 of pairs |",
        "|---|---|---|---|",
    )
    for table in corpus.schema.exhaustive_layers:
        for column in (c.name for c in table.columns if c.span or c.spans):
            coders = [[label for i in listed for label in _labels(corpus, i, name, table, column)] for name in names]
            if (value := alpha(coders)) is not None:
                mean = _mean_f1(corpus, names, table, column)
                yield f"| {table.name} | {column} | {_number(value)} | {_number(mean)} |"
    yield ""


def _mean_f1(corpus: Corpus, names: Sequence[str], table: Table, column: str) -> float | None:
    """The exact F1 of a span column, averaged over all pairs of annotators that share an article."""
    scores = [exact_f1(pairs_of(corpus, a, b), table, [column]) for a, b in combinations(names, 2)]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def _labels(corpus: Corpus, article: str, name: str, table: Table, column: str) -> Sequence[str | None]:
    """The label each character has from an annotator; None for each if the adjudication does not list the annotator."""
    own = article_by(corpus, name, article)
    known = name in listed_annotators(corpus, article) and covers(own, table.name, column)
    return labels_of_characters(own, table, column) if known else [None] * len(own.text)


def _difference_table(corpus: Corpus) -> Iterator[str]:
    yield from ("| article | annotators | differences |", "|---|---|---|")
    for article in corpus.article_ids:
        if names := listed_annotators(corpus, article):
            yield f"| {article} | {', '.join(names)} | {len(differences(aligned_with_gold(corpus, article)))} |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
