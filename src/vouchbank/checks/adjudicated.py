"""Level 5: the gold is accounted for. What annotators differed in was decided, and nothing else was changed unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from vouchbank.agreement.adjudication import Fault, Hands, Trouble, troubles
from vouchbank.agreement.hands import annotators, raw_corpus
from vouchbank.checks.registry import Ids, corpus_check
from vouchbank.corpus import Article, Corpus
from vouchbank.findings import Finding, Place
from vouchbank.layers.toml_reader import Document, read_toml
from vouchbank.tables.rows import Shared


def _documents(corpus: Corpus) -> Iterator[tuple[Article, Document]]:
    """The adjudication file of every article that claims to be adjudicated."""
    for article in corpus.articles:
        if "adjudicated" in {file.status() for file in article.files.values()}:
            name = f"annotations/adjudication/{article.id}.toml"
            path = corpus.root / name
            yield article, read_toml(path.read_bytes(), name) if path.is_file() else Document(name, missing=True)


_COMPARED: WeakKeyDictionary[Corpus, list[tuple[Article, Document, list[Trouble]]]] = WeakKeyDictionary()


def _adjudicated(corpus: Corpus) -> list[tuple[Article, Document, list[Trouble]]]:
    """What is wrong with each adjudication, compared once for the four rules that ask."""
    if corpus not in _COMPARED:
        _COMPARED[corpus] = list(_compared(corpus))
    return _COMPARED[corpus]


def _compared(corpus: Corpus) -> Iterator[tuple[Article, Document, list[Trouble]]]:
    names = annotators(corpus.root)
    if len(names) < 2:
        return
    a, b = (raw_corpus(corpus, name) for name in names[:2])
    shared = Shared.of(a), Shared.of(b), Shared.of(corpus)
    for article, document in _documents(corpus):
        if not document.faults:
            hands = Hands(a.article(article.id), b.article(article.id), article, shared)
            yield article, document, list(troubles(hands, document.values))


@corpus_check(1)
def unreadable_adjudication(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """An adjudication file cannot be read.

    The message says why; mend the file as it says.
    """
    for article, document in _documents(corpus):
        for fault in document.faults:
            yield Finding("unreadable-adjudication", fault.message, fault.place, fault.help, article=article.id)


def _findings(corpus: Corpus, slug: str, fault: Fault, help_: str) -> Iterator[Finding]:
    for article, document, found in _adjudicated(corpus):
        for trouble in found:
            if trouble.fault == fault:
                listed = trouble.index >= 0
                place = document.place("difference", trouble.index) if listed else Place(document.file)
                name = f"{article.id}-{trouble.gold}" if trouble.gold else ""
                yield Finding(slug, trouble.text, place, help_, article=article.id, annotation=name)


@corpus_check(5)
def difference_not_adjudicated(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """Two annotators differ, and the adjudication does not say who is right.

    Every difference has a row in annotations/adjudication/<article>.toml with the choice and the reason.
    """
    help_ = "add a [[difference]] with layer, a, b, field, gold, choice and reason"
    yield from _findings(corpus, "difference-not-adjudicated", "undecided", help_)


@corpus_check(5)
def adjudication_of_no_difference(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The adjudication decides a difference that is none.

    The two annotators have the same value there, or the ids are wrong.
    """
    help_ = "mend the ids, or remove the row"
    yield from _findings(corpus, "adjudication-of-no-difference", "without-difference", help_)


@corpus_check(5)
def gold_not_as_decided(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The gold does not have what the adjudication decided.

    Either the gold was changed after the decision, or the decision names the wrong annotator or gold id.
    """
    help_ = "change the gold or the decision"
    yield from _findings(corpus, "gold-not-as-decided", "not-as-decided", help_)


@corpus_check(5)
def gold_not_explained(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The gold departs from what both annotators had, and nothing says why.

    Where both agreed and were wrong by the guidelines, a [[both_wrong]] row names the gold id, the field and the
    reason.
    """
    help_ = "add a [[both_wrong]] with layer, gold, field and reason"
    yield from _findings(corpus, "gold-not-explained", "unexplained", help_)
