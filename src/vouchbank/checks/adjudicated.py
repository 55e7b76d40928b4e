"""Levels 1, 2 and 5: adjudications. What annotators differed in was decided, and nothing else was changed unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from weakref import WeakKeyDictionary

from vouchbank.checks.faults import shape_faults, validators
from vouchbank.checks.hints import closest
from vouchbank.checks.parts import field
from vouchbank.checks.registry import Ids, at_record, corpus_check, from_fault
from vouchbank.checks.shape import found_in
from vouchbank.compare.adjudication import DROP, KEEP, OTHER, Trouble, hands_and_gold, troubles
from vouchbank.compare.hands import adjudication, digest, has_work, listed_hands
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal
from vouchbank.corpus.records import LayerFile
from vouchbank.findings import Finding, Place, Related
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.toml.reader import Document

CHECK_OF = {
    "undecided": "difference-not-adjudicated",
    "without-difference": "adjudication-of-no-difference",
    "not-as-decided": "gold-not-as-decided",
    "unexplained": "gold-not-explained",
}
HELP = {
    "without-difference": "mend the ids or the field, or remove the row",
    "not-as-decided": "change the gold or the decision",
}
_FOUND: WeakKeyDictionary[Corpus, list[Finding]] = WeakKeyDictionary()


def _findings(corpus: Corpus, slug: str) -> Iterator[Finding]:
    """The findings of one check in all adjudications, which are judged once for all that ask."""
    if corpus not in _FOUND:
        _FOUND[corpus] = list(_all_findings(corpus))
    return (finding for finding in _FOUND[corpus] if finding.slug == slug)


def _all_findings(corpus: Corpus) -> Iterator[Finding]:
    broken: set[tuple[str, str]] = set()
    for name in corpus.annotators:
        for work in corpus.raw(name).articles:
            for finding in _not_comparable(work):
                broken.add((name, work.id))
                help_ = f"raw work is kept as it was: git checkout -- {finding.place.file}"
                yield Finding("raw-not-comparable", finding.message, finding.place, help_, article=work.id)
    for article in corpus.articles:
        yield from _of_article(corpus, article, {name for name, of in broken if of == article.id})


def _not_comparable(article: Article) -> Iterator[Finding]:
    """What keeps each file of an article in one hand from being compared; of a seed that cannot be read nothing."""
    for name, file in article.files.items() if not article.seed.faults else ():
        yield from islice(_wrong_in(article, name, file), 1)


def _wrong_in(article: Article, name: str, file: LayerFile) -> Iterator[Finding]:
    yield from (from_fault(fault, article.id) for fault in file.document.faults)
    yield from (finding for finding in found_in(article) if finding.place.file == file.document.file)
    for path in file.strays:
        yield Finding("stray-key", f"{path[-1]!r} is no annotation", file.document.key_place(*path))
    for annotation in (a for table in article.schema.in_file(name) for a in article.annotations[table.name]):
        for unplaced in annotation.unplaced:
            message = f"{unplaced.quote[:60]!r} has no place in {unplaced.paragraph}"
            yield Finding("quote-not-found", message, annotation.record.place(*unplaced.path))


def _of_article(corpus: Corpus, article: Article, broken: set[str]) -> Iterator[Finding]:
    """What is wrong with one adjudication, cheap things first: what follows from them is not said."""
    document = adjudication(corpus, article.id)
    adjudicated = [name for name, file in article.files.items() if file.status() == "adjudicated"]
    wrong = list(_unusable(corpus, article, document, adjudicated))
    if not wrong and not document.missing:
        wrong = list(_work(corpus, article, document, adjudicated, broken))
    yield from wrong
    names = listed_hands(corpus, article.id)
    usable = not wrong and not broken & set(names) and not article.seed.faults
    if not usable or not adjudicated or any(True for _ in _not_comparable(article)):
        return
    works = [corpus.raw(name).article(article.id) for name in names]
    gone = [n for n, f in article.files.items() if f.document.missing and any(n in _files(work) for work in works)]
    if gone:
        text = f"there is no {article.files[gone[0]].document.file}, though annotators have one: restore it"
        yield Finding("gold-not-explained", text, _end(document), "git checkout brings it back", article=article.id)
        return
    layers = [table.name for table in article.schema.exhaustive_layers if table.file in adjudicated]
    for trouble in troubles(hands_and_gold(corpus, article.id), document.values, layers):
        yield _from_trouble(article, document, trouble)


def _end(document: Document) -> Place:
    return Place(document.file, max(1, document.text.count("\n")))


def _files(work: Article) -> list[str]:
    return [name for name, file in work.files.items() if not file.document.missing]


def _unusable(corpus: Corpus, article: Article, document: Document, adjudicated: list[str]) -> Iterator[Finding]:
    """Why an adjudication file says nothing that can be compared."""
    for fault in document.faults:
        yield Finding("unreadable-adjudication", fault.message, fault.place, fault.help, article=article.id)
    if document.missing and adjudicated:
        works = [(name, corpus.raw(name).article(article.id)) for name in corpus.annotators]
        hands = [f"{name} = {literal(digest(work))}" for name, work in works if has_work(work)]
        place = article.files[adjudicated[0]].document.place("status")
        message = f"this says adjudicated, and there is no {document.file}"
        help_ = "write it, with the annotators whose work was compared, or say complete:"
        paste = ('by = "…"', 'guidelines = "…"', "", "[hands]", *hands)
        yield Finding("malformed-adjudication", message, place, help_, article=article.id, paste=paste)
    elif not document.missing and not document.faults:
        for message, help_, place in _malformed(corpus, document):
            yield Finding("malformed-adjudication", message, place, help_, article=article.id)


def _malformed(corpus: Corpus, document: Document) -> Iterator[tuple[str, str, Place]]:
    """Message, help and place of what has not the form of schema/adjudication.json, or names no hand or choice."""
    known = validators(corpus.schema)
    check = known.get("adjudication") or validators(load_schema(default_schema_folder()))["adjudication"]
    faults = list(shape_faults(check, dict(document.values), document.place, document.key_place))
    yield from ((message, help_, place) for _, message, help_, place in faults)
    if faults:
        return
    names = list(document.values["hands"])
    sections = ("difference", "all_wrong")
    for section, index, row in ((s, i, row) for s in sections for i, row in enumerate(document.values.get(s, ()))):
        for name in (name for name in row.get("ids", ()) if name not in names):
            place = document.key_place(section, index, "ids", name)
            yield f"{name!r} is not listed in [hands]", closest(name, names), place
        choices = [*names, OTHER] if "field" in row else [KEEP, DROP]
        if section == "difference" and row["choice"] not in choices:
            place = document.place(section, index, "choice")
            yield f"invalid value {row['choice']!r} for `choice`", closest(row["choice"], choices), place


def _work(
    corpus: Corpus, article: Article, document: Document, adjudicated: list[str], broken: set[str]
) -> Iterator[Finding]:
    """What is wrong with the raw work that is listed: missing, or, of what can be compared, not as its digest says."""
    for name, stated in document.values["hands"].items():
        folder = f"{RAW}/{name}/{article.id}"
        work = corpus.raw(name).article(article.id) if name in corpus.annotators else None
        if work is None or not has_work(work):
            message, help_ = f"there is no {folder}", f"restore it: git checkout -- {folder}"
            place = document.key_place("hands", name)
            yield Finding("raw-not-comparable", message, place, help_, article=article.id)
            continue
        missing = [file for file in adjudicated if work.files[file].document.missing]
        for file in missing:
            place, gone = article.files[file].document.place("status"), work.files[file].document.file
            message, help_ = f"this says adjudicated, and there is no {gone}", "add it, or say complete"
            yield Finding("raw-not-comparable", message, place, help_, article=article.id)
        if not missing and name not in broken and stated != (right := digest(work)):
            message = f"this is not the digest of {folder}: its values were changed, or it was never stated"
            help_ = f"restore the work: git checkout -- {folder}; if it is adjudicated for the first time, write:"
            place, paste = document.place("hands", name), (f"{name} = {literal(right)}",)
            yield Finding("raw-changed", message, place, help_, article=article.id, paste=paste)


def _from_trouble(article: Article, document: Document, trouble: Trouble) -> Finding:
    """A trouble, at its row or at the annotation that departs, with the row that would end it."""
    slug, text = CHECK_OF[trouble.problem], trouble.text
    row = document.place(trouble.section, trouble.index) if trouble.index >= 0 else None
    if not trouble.row and row:
        return Finding(slug, text, row, HELP[trouble.problem], article=article.id)
    records = (r for file in article.files.values() for r in file.records)
    gold = trouble.row.get("gold") if trouble.problem == "unexplained" else None
    record = next((r for r in records if r.name == gold), None)
    help_, related = f"add to the end of {document.file}:", tuple[Related, ...]()
    if row:
        help_, related = "mend the row, so that it is:", (Related(row, "this row explains nothing"),)
    if record:
        place = record.place(field(trouble.row.get("field", "")))
        finding = at_record(slug, record, text, help_, place)
    else:
        finding = Finding(slug, text, _end(document), help_, article=article.id)
    lines = (f"{name} = {literal(value)}" for name, value in {**trouble.row, "reason": "…"}.items())
    return replace(finding, related=related, paste=(f"[[{trouble.section}]]", *lines))


@corpus_check(1)
def unreadable_adjudication(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """An adjudication file cannot be read.

    The message says why; mend the file as it says.
    """
    yield from _findings(corpus, "unreadable-adjudication")


@corpus_check(2)
def malformed_adjudication(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """An adjudication file is missing, or does not have the form that schema/adjudication.json states.

    Every article with a layer that is adjudicated has annotations/adjudication/<article>.toml. It lists two annotators
    or more in [hands], and a reason for every decision; a choice is one of these annotators, or other, and of a whole
    annotation keep or drop.
    """
    yield from _findings(corpus, "malformed-adjudication")


@corpus_check(5)
def raw_not_comparable(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The raw work of an annotator cannot be compared with the gold.

    A file of it cannot be read, or holds something that is not an annotation of the article by the guidelines that the
    file names; or the article is adjudicated and a file is missing. Raw work is kept as it was: restore it. New raw
    work is checked like any annotation, before it is compared.
    """
    yield from _findings(corpus, "raw-not-comparable")


@corpus_check(5)
def raw_changed(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The raw work of an annotator is not the work that was adjudicated.

    The adjudication states in [hands] a digest of each annotator's work: SHA-256 of all values of the article, without
    the anchors, which `vouchbank rebase` may write anew. Restore the work. The digest is written once, when an
    article is adjudicated: this finding says what to write.
    """
    yield from _findings(corpus, "raw-changed")


@corpus_check(5)
def difference_not_adjudicated(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The annotators differ, and the adjudication does not say who is right.

    Every difference has a row in annotations/adjudication/<article>.toml with the choice and the reason. The row that
    is proposed says what the gold has now: look whether it is right.
    """
    yield from _findings(corpus, "difference-not-adjudicated")


@corpus_check(5)
def adjudication_of_no_difference(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The adjudication decides a difference that is none.

    The annotators have the same value there, the ids or the field are wrong, or the difference is decided twice; or
    an [[all_wrong]] row names what does not depart from them.
    """
    yield from _findings(corpus, "adjudication-of-no-difference")


@corpus_check(5)
def gold_not_as_decided(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The gold does not have what the adjudication decided.

    Either the gold was changed after the decision, or the decision names the wrong annotator or gold id.
    """
    yield from _findings(corpus, "gold-not-as-decided")


@corpus_check(5)
def gold_not_explained(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The gold departs from what all annotators had, and nothing says why.

    Where all agreed and were wrong by the guidelines, an [[all_wrong]] row names the gold id, the field and the
    reason; without field if nobody had the annotation, with their ids if the gold has none.
    """
    yield from _findings(corpus, "gold-not-explained")
