"""Level 5: the gold is accounted for. What annotators differed in was decided, and nothing else was changed unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from weakref import WeakKeyDictionary

from vouchbank.checks.ids import Ids
from vouchbank.checks.registry import at_record, corpus_check, from_fault
from vouchbank.checks.shape import article_shape
from vouchbank.compare.adjudication import Departure, Fault, Hands, Trouble, troubles
from vouchbank.compare.hands import annotators, raw_corpus
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import literal
from vouchbank.findings import Finding, Place, Related
from vouchbank.tables.rows import Shared
from vouchbank.toml.reader import Document, read_toml


def _documents(corpus: Corpus) -> Iterator[tuple[Article, Document]]:
    """The adjudication file of every article that claims to be adjudicated."""
    for article in corpus.articles:
        if "adjudicated" in {file.status() for file in article.files.values()}:
            name = f"annotations/adjudication/{article.id}.toml"
            path = corpus.root / name
            yield article, read_toml(path.read_bytes(), name) if path.is_file() else Document(name, missing=True)


def field(name: str) -> str:
    return "q" if name == "span" else name


_COMPARED: WeakKeyDictionary[Corpus, list[tuple[Article, Document, list[Trouble]]]] = WeakKeyDictionary()


def _adjudicated(corpus: Corpus) -> list[tuple[Article, Document, list[Trouble]]]:
    """What is wrong with each adjudication, compared once for the four rules that ask."""
    if corpus not in _COMPARED:
        _COMPARED[corpus] = list(_compared(corpus))
    return _COMPARED[corpus]


def _compared(corpus: Corpus) -> Iterator[tuple[Article, Document, list[Trouble]]]:
    raw = _raw(corpus)
    shared = [Shared.of(hand) for hand in (*raw, corpus)] if raw else []
    for article, document in _documents(corpus) if raw else ():
        a, b = (hand.article(article.id) for hand in raw)
        gone = [f for n, f in article.files.items() if f.document.missing and not a.files[n].document.missing]
        if gone:
            text = f"there is no {gone[0].document.file}, though annotators have one: restore it"
            yield article, document, [Trouble("unexplained", text)]
        elif not document.faults and all(_comparable(hand, article) for hand in (a, b, article)):
            hands = Hands(a, b, article, (shared[0], shared[1], shared[2]))
            yield article, document, list(troubles(hands, document.values))


_RAW: WeakKeyDictionary[Corpus, list[Corpus]] = WeakKeyDictionary()


def _raw(corpus: Corpus) -> list[Corpus]:
    """The two hands that are compared, if there are two; the same ones for all that ask."""
    if corpus not in _RAW:
        names = annotators(corpus.root)
        _RAW[corpus] = [raw_corpus(corpus, name) for name in names[:2]] if len(names) > 1 else []
    return _RAW[corpus]


def _missing(hand: Article, gold: Article) -> list[str]:
    """The files that a hand does not have, though the gold says that both were compared."""
    return [n for n, f in gold.files.items() if f.status() == "adjudicated" and hand.files[n].document.missing]


def _comparable(hand: Article, gold: Article) -> bool:
    """Whether an article in one hand can be compared; where it is the gold and cannot, the gate has said why."""
    if hand.seed.faults or _missing(hand, gold):
        return False
    return not any(True for name in hand.files for _ in _wrong_in(hand, name))


def _wrong_in(article: Article, name: str) -> Iterator[Finding]:
    """What keeps one file from being compared."""
    file = article.files[name]
    yield from (from_fault(fault, article.id) for fault in file.document.faults)
    yield from (finding for finding in article_shape(article) if finding.place.file == file.document.file)
    for path in file.strays:
        yield Finding("stray-key", f"{path[-1]!r} is no annotation", file.document.key_place(*path))
    for annotation in (a for table in article.schema.in_file(name) for a in article.annotations[table.name]):
        for unplaced in annotation.unplaced:
            message = f"{unplaced.quote[:60]!r} has no place in {unplaced.paragraph}"
            yield Finding("quote-not-found", message, annotation.record.place(*unplaced.path))


@corpus_check(5)
def raw_not_comparable(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The raw work of an annotator on an adjudicated article cannot be compared with the gold.

    A file of it is missing, cannot be read, or holds what is no annotation of the article. Raw work is kept as it was:
    restore it. New raw work is checked like any annotation, before it is compared.
    """
    for hand in _raw(corpus):
        for article, _ in _documents(corpus):
            theirs = hand.article(article.id)
            if theirs.seed.faults:
                continue
            for name in _missing(theirs, article):
                gold, missing = article.files[name].document, theirs.files[name].document.file
                message, help_ = f"this says adjudicated, and there is no {missing}", "add it, or say complete"
                yield Finding("raw-not-comparable", message, gold.place("status"), help_, article=article.id)
            for name, file in theirs.files.items():
                help_ = f"raw work is kept as it was: git checkout -- {file.document.file}"
                for found in islice(_wrong_in(theirs, name), 1):
                    yield Finding("raw-not-comparable", found.message, found.place, help_, article=article.id)


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
                place = document.place(trouble.rows, trouble.index) if listed else Place(document.file)
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

    The two annotators have the same value there, or the ids or the field are wrong; or a [[both_wrong]] row names
    what does not depart from them.
    """
    help_ = "mend the ids or the field, or remove the row"
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
    reason; without field if neither had the annotation, with their ids a and b if the gold has none.
    """
    for article, document, found in _adjudicated(corpus):
        for trouble in found:
            if trouble.fault == "unexplained":
                yield _unexplained(article, document, trouble)


def _unexplained(article: Article, document: Document, trouble: Trouble) -> Finding:
    """A departure, at the annotation that departs, with the row that would explain it."""
    records = (r for file in article.files.values() for r in file.records)
    record = next((r for r in records if trouble.gold and r.name == trouble.gold), None)
    place = Place(document.file, max(1, document.text.count("\n")))
    if trouble.departure is None:
        return Finding("gold-not-explained", trouble.text, place, "git checkout brings it back", article=article.id)
    help_, paste = f"add to the end of {document.file}:", _row(trouble.departure)
    related: tuple[Related, ...] = ()
    if trouble.index >= 0:
        row = document.place("both_wrong", trouble.index)
        help_, related = "mend the row, so that it is:", (Related(row, "this row explains nothing"),)
    if record is None:
        return Finding(
            "gold-not-explained", trouble.text, place, help_, article=article.id, related=related, paste=paste
        )
    finding = at_record("gold-not-explained", record, trouble.text, help_, record.place(field(trouble.departure[2])))
    return replace(finding, related=related, paste=paste)


def _row(departure: Departure) -> tuple[str, ...]:
    """The lines that explain a departure, but for the reason."""
    layer, gold, column = departure
    named = {"gold": gold} if isinstance(gold, str) else {"a": gold[0], "b": gold[1]}
    values = {"layer": layer, **named, **({"field": column} if column else {}), "reason": "…"}
    return "[[both_wrong]]", *(f"{name} = {literal(value)}" for name, value in values.items())
