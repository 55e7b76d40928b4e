"""Levels 2 and 4: ids and what refers to them. Retired ids stay retired; no reference goes in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vouchbank.checks.optional_files import file_findings
from vouchbank.checks.registry import Ids, Subject, article_check, at_record, corpus_check
from vouchbank.checks.shape import references
from vouchbank.corpus import Corpus
from vouchbank.corpus.ids import Retirement, article_of, retirement_of, shared_name
from vouchbank.corpus.records import Record
from vouchbank.findings import Finding, Place

ACYCLIC = ("parent", "subset_of", "about", "part_of", "derived_from")


def _records(corpus: Corpus) -> Iterator[Record]:
    for article in corpus.articles:
        for file in article.files.values():
            yield from file.records


def _shared_records(corpus: Corpus) -> Iterator[tuple[str, Record]]:
    for table, file in corpus.shared.items():
        yield from ((shared_name(table, record.name), record) for record in file.records)


@corpus_check(2)
def malformed_retirement(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The list of retired ids cannot be read, or an entry has not the right form.

    annotations/retired.toml has one section per id, with the reason and, if there is one, the successor: [004-e7] is
    an annotation, [002] an article with all its annotations, [registry.KEY], [figures.ID], [claims.ID] what they share.
    """
    yield from file_findings(corpus, "retired", "malformed-retirement")


@corpus_check(2)
def retired_id_used(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """An id that was retired is used again.

    Ids are promises: who cites 004-e7 must not find another annotation there. Take the next free number, another key.
    """
    retired = corpus.retired
    if not retired:
        return
    for article in corpus.article_ids:
        if article in retired:
            place, help_ = Place(f"seeds/{article}/meta.toml"), "give the article an id that was never used"
            yield Finding("retired-id-used", _was_retired(retired[article]), place, help_, article=article)
    for name, record in (*((r.id, r) for r in _records(corpus)), *_shared_records(corpus)):
        if name in retired:
            help_ = f"give {'the annotation' if record.article else 'it'} an id that was never used"
            yield at_record("retired-id-used", record, _was_retired(retired[name]), help_, record.key_place())


def _was_retired(entry: Retirement) -> str:
    return f"{entry.name} was retired: {entry.reason[:80]}"


@corpus_check(2)
def unknown_successor(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The successor of a retired id does not exist.

    It is of the same kind (an annotation, an article, a key) and there, or it is another id of the list; the way from
    successor to successor has an end.
    """
    retired, document = corpus.retired, corpus.optional("retired")
    if not retired:
        return
    known = {*corpus.article_ids, *(r.id for r in _records(corpus)), *(name for name, _ in _shared_records(corpus))}
    for name, entry in retired.items():
        if "successor" in entry.values and not _leads_somewhere(name, retired, known):
            message = f"there is no {_kind(entry)} {entry.values['successor']}"
            place = document.place(*entry.path, "successor")
            yield Finding("unknown-successor", message, place, "name one that there is, or leave it out")


def _kind(entry: Retirement) -> str:
    singular = {"registry": "registry row", "figures": "figure", "claims": "claim"}
    return singular.get(entry.table, entry.table) or ("article" if article_of(entry.id) == entry.id else "annotation")


def _leads_somewhere(name: str, retired: Mapping[str, Retirement], known: set[str]) -> bool:
    """Whether the chain of successors from `name` ends at what there is, or at an id retired without successor."""
    seen: set[str] = set()
    while name in retired and name not in seen:
        seen.add(name)
        entry = retired[name]
        if not entry.successor:
            return "successor" not in entry.values
        name = entry.successor
    return name not in retired and (name in known or retirement_of(name, retired) is not None)


@article_check(2)
def reference_to_itself(subject: Subject) -> Iterator[Finding]:
    """An annotation refers to itself.

    Parents, parts, answers and disputes relate two different annotations.
    """
    for record in subject.records:
        for path, target, _ in references(record):
            if target == record.id:
                message = f"{path[0]} of {record.id} is {record.id} itself"
                help_ = "name the other annotation, or leave the field out"
                yield at_record("reference-to-itself", record, message, help_, record.place(*path))


@article_check(2)
def reference_twice(subject: Subject) -> Iterator[Finding]:
    """A field refers to the same annotation twice.

    Each annotation is named once in a field, by its short or by its full id.
    """
    for record in subject.records:
        seen: set[tuple[str | int, str]] = set()
        for path, target, _ in references(record):
            if (path[0], target) in seen:
                message = f"{target} stands in {path[0]} twice"
                yield at_record("reference-twice", record, message, "remove one of the two", record.place(*path))
            seen.add((path[0], target))


@corpus_check(4)
def circular_reference(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """References go in a circle.

    A parent is not a child of its child, a whole no part of its part, an answer not answered by what it answers.
    """
    held = {record.id: record for record in _records(corpus)}
    for column in ACYCLIC:
        edges = {
            name: [t for path, t, _ in references(r) if path[0] == column and t != name and t in held]
            for name, r in held.items()
            if column in r.values
        }
        for circle in circles(edges):
            record = held[min(circle)]
            message = f"{column} goes in a circle: {' → '.join([*circle, circle[0]])}"
            place = record.place(column)
            yield at_record("circular-reference", record, message, "take one of these references away", place)


def circles(edges: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """The circles that a walk in depth first meets, each closed at most once; without recursion, for deep chains."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        on_path: dict[str, int] = {}
        todo = [(start, False)]
        while todo:
            name, leaving = todo.pop()
            if leaving:
                path.pop()
                del on_path[name]
                done.add(name)
            elif name in on_path:
                yield path[on_path[name] :]
            elif name not in done:
                on_path[name] = len(path)
                path.append(name)
                todo.append((name, True))
                todo += [(target, False) for target in reversed(edges.get(name, []))]
