"""Ids and references: ids are unique, references point to something, and none forms a circle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from vouchbank.checks.ids import Ids
from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.shape import optional_file_shape
from vouchbank.checks.subjects import Judged, JudgedArticle, JudgedCorpus
from vouchbank.corpus.ids import Retirement, article_of, is_of, retirement_of, shared_name
from vouchbank.corpus.records import Record
from vouchbank.findings import Fault, Level, Place
from vouchbank.hints import did_you_mean, slip
from vouchbank.schema.source import local_or_full

MOST_CIRCLES = 20
KEY_FIELDS = ("key", "source_key")
ACYCLIC = ("parent", "subset_of", "about", "part_of", "derived_from")
ACYCLIC_ROWS = ("acts_for", "seat_of")
KEPT_IN = {"registry": "annotations/registry.toml"}
SINGULAR = {"registry": "registry row", "figures": "figure", "claims": "claim"}


def references(record: Record) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
    """Path, full id and allowed tables of everything a record refers to."""
    for column in record.table.written:
        value = record.values.get(column.name)
        if column.targets:
            form = local_or_full(column) if column.annotation_ids else (column.item or column).pattern
            for path, target in _strings(value, (column.name,)):
                if not re.search(form, target):
                    continue  # reported by the checks of shape
                yield path, record.full_id(target) if column.annotation_ids else target, column.targets
        elif column.item is not None and isinstance(value, list):
            for index, inner in enumerate(value):
                for field in column.item.fields if isinstance(inner, dict) else ():
                    target = inner.get(field.name)
                    if field.targets and isinstance(target, str) and re.search(field.pattern, target):
                        yield (column.name, index, field.name), target, field.targets


def _strings(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        yield from (((*path, i), v) for i, v in enumerate(value) if isinstance(v, str))


@rule(level=Level.SHAPE)
def duplicate_id(article: JudgedArticle) -> Faults:
    """Two annotations of an article have the same id.

    Ids are unique within an article and are never reused. Give the newer annotation the next free number.
    """
    seen: dict[str, Record] = {}
    for record in article.records:
        if record.name in seen and record.numbered:
            free = article.free.next(record.table.prefix)
            message = f"the id {record.name} is already used on line {seen[record.name].key_place().line}"
            yield article.source.fault(record, record.key_place(), message, f"rename this one to {free}")
        seen.setdefault(record.name, record)


@rule(level=Level.SHAPE)
def unknown_reference(judged: Judged) -> Faults:
    """A field refers to something that does not exist.

    Keys refer to rows of annotations/registry.toml, ids to annotations of this article (q3, or in full: 001-q3).
    """
    for path, place, message, help_ in _unknown(judged.record, judged.article.ids):
        if path[0] not in KEY_FIELDS or not _new(judged, path):
            yield judged.fault(place, message, help_)


@rule("entities", "attributions", level=Level.SHAPE, joined=True)
def row_missing(judged: Judged) -> Faults:
    """A key has no row in the registry yet.

    `vouchbank check --fix` starts the row with what the article says; complete it afterwards. A key that is similar to
    an existing key is probably a typo and is reported as unknown-reference.
    """
    for path, place, message, _ in _unknown(judged.record, judged.article.ids):
        if path[0] in KEY_FIELDS and _new(judged, path):
            yield judged.fault(place, message, "run: vouchbank check --fix, which starts the row; or fix the key")


def _new(judged: Judged, path: tuple[str | int, ...]) -> bool:
    """Whether the key in a field may be meant as a new one."""
    key, ids = str(judged.record.values.get(str(path[0]))), judged.article.ids
    own = key.endswith(f"-{judged.article.id}")
    return ids.retirement(key, ("registry",)) is None and (own or not slip(key, ids.tables.get("registry", ())))


@rule(level=Level.SHAPE)
def unknown_shared_reference(corpus: JudgedCorpus) -> Faults:
    """A figure or a claim refers to an annotation that does not exist.

    Members and pairs name annotations by their full ids: 001-q3.
    """
    for table in corpus.source.shared:
        for record in corpus.rows(table):
            for _, place, message, help_ in _unknown(record, corpus.ids):
                yield record.fault(place, message, help_)


def _unknown(record: Record, ids: Ids) -> Iterator[tuple[tuple[str | int, ...], Place, str, str]]:
    for path, target, tables in references(record):
        waiting = f"{record.article}-{record.paragraph}.{target.removeprefix(f'{record.article}-')}"
        if not ids.known(target, tables) and not any(waiting in ids.tables.get(table, ()) for table in tables):
            message = f"{target!r} is not in {' or '.join(KEPT_IN.get(t, t) for t in tables)}"
            yield path, record.place(*path), message, _reference_help(target, tables, ids)


def _reference_help(target: str, tables: tuple[str, ...], ids: Ids) -> str:
    if entry := ids.retirement(target, tables):
        instead = f"refer to {entry.successor}" if entry.successor else "remove the reference"
        return f"{instead}; {_was_retired(entry)}"
    hint = did_you_mean(target, sorted(set().union(*(ids.tables.get(t, ()) for t in tables))))
    add = f"fix the key, or add [{target}] there" if tables == ("registry",) else ""
    return hint or add or "fix the reference, or add what it refers to"


@rule(level=Level.ARTICLE)
def reference_to_other_article(judged: Judged) -> Faults:
    """An annotation refers to an annotation of another article.

    Quantities and attributions refer only to annotations of their own article. figures.toml and claims.toml relate
    annotations of different articles.
    """
    layers = {table.name for table in judged.article.source.schema.layers}
    for path, target, tables in references(judged.record):
        reported = path[0] in ("parent", "vouched_by")  # reported by parent-without-child, vouching-by-denial
        if layers.issuperset(tables) and not reported and not is_of(target, judged.article.id):
            help_ = "remove it, and relate the two in a figure (figures.toml) or a claim (claims.toml)"
            yield judged.fault(path, f"{target} belongs to another article", help_)


@rule(level=Level.CORPUS)
def reference_to_draft(held: JudgedArticle | JudgedCorpus) -> Faults:
    """A published record refers to an annotation in a draft.

    Drafts are not published, so figures, claims and finished layers cannot refer to their annotations. Finish the layer
    of the annotation, or remove the reference until then. A draft may refer to anything that exists.
    """
    drafts = held.ids.drafts
    if not drafts:
        return
    unfinished = (
        {f.document.file for f in held.source.files.values() if f.draft} if isinstance(held, JudgedArticle) else ()
    )
    for record in (record for record in held.records if record.document.file not in unfinished):
        targets = {target: path for path, target, _ in reversed([*references(record)]) if target in drafts}
        for target, path in targets.items():
            help_ = "finish that file and set its `status` to `complete`, or remove the reference"
            yield held.fault_of(record, path, f"{target} is in a draft, {drafts[target]}", help_)


@rule(level=Level.SHAPE)
def reference_to_itself(judged: Judged) -> Faults:
    """An annotation refers to itself.

    Fields such as `parent`, `part_of`, `about` and `disputes` relate two different annotations.
    """
    for path, target, _ in references(judged.record):
        if target == judged.id:
            message = f"`{path[0]}` of {judged.id} refers to {judged.id} itself"
            yield judged.fault(path, message, "name the other annotation, or remove the field")


@rule(level=Level.SHAPE)
def reference_twice(judged: Judged) -> Faults:
    """A field refers to the same annotation twice.

    A field names each annotation only once, by its short or its full id.
    """
    seen: set[tuple[str | int, str]] = set()
    for path, target, _ in references(judged.record):
        if (path[0], target) in seen:
            yield judged.fault(path, f"`{path[0]}` names {target} twice", "remove one of the two")
        seen.add((path[0], target))


@rule(level=Level.SHAPE, whole=True)
def malformed_retirement(corpus: JudgedCorpus) -> Faults:
    """The list of retired ids cannot be read, or one of its sections is malformed.

    annotations/retired.toml has one section per id with a `reason` and an optional `successor`: [004-e7] retires an
    annotation, [002] an article with all its annotations, and [registry.KEY], [figures.ID] and [claims.ID] shared
    records.
    """
    yield from optional_file_shape(corpus, "retired")


@rule(level=Level.SHAPE)
def retired_id_used(held: JudgedArticle | JudgedCorpus) -> Faults:
    """A retired id is used again.

    Whoever cites 004-e7 must never find a different annotation there. Use the next free number, or a new key.
    """
    retired = held.ids.retired
    if isinstance(held, JudgedArticle) and held.id in retired:
        place, help_ = Place(f"seeds/{held.id}/meta.toml"), "give the article an id that was never used"
        yield held.fault(place, _was_retired(retired[held.id]), help_)
    for record in held.records if retired else ():
        name = record.id if record.article else shared_name(record.table.name, record.name)
        if name in retired:
            help_ = f"give the {'annotation' if record.article else 'record'} an id that was never used"
            yield record.fault(record.key_place(), _was_retired(retired[name]), help_)


@rule(level=Level.SHAPE, whole=True)
def unknown_successor(corpus: JudgedCorpus) -> Faults:
    """The successor of a retired id does not exist.

    A successor is an existing id of the same kind (an annotation, an article, a key) or another id in the list. A chain
    of successors must not form a circle.
    """
    retired, document = corpus.ids.retired, corpus.source.optional("retired")
    if not retired:
        return
    known = set(_annotated(corpus)) | set(corpus.source.article_ids)
    known |= {shared_name(record.table.name, record.name) for record in corpus.records}
    for name, entry in retired.items():
        if "successor" in entry.values and not _leads_somewhere(name, retired, known):
            message = f"no such {_kind(entry)}: {entry.values['successor']!r}"
            yield Fault(message, document.place(*entry.path, "successor"), "name an existing id, or remove `successor`")


@rule(level=Level.ARTICLE)
def circular_reference(corpus: JudgedCorpus) -> Faults:
    """References form a circle.

    A parent cannot be a child of its own child, a whole cannot be part of its own part, an answer cannot be answered by
    what it answers, and two rows cannot act for each other.
    """
    annotations = _annotated(corpus)
    for column in ACYCLIC:
        edges = {
            name: [target for target in targets if target in annotations]
            for summary in corpus.summaries
            for name, targets in summary.edges[column].items()
        }
        yield from _in_circles(column, edges, lambda name: _record(corpus, name))
    rows = {record.name: record for record in corpus.rows("registry")}
    for column in ACYCLIC_ROWS:
        edges = {name: [t for t in edges_of(row, column) if t in rows] for name, row in rows.items()}
        yield from _in_circles(column, edges, rows.__getitem__)


def edges_of(record: Record, column: str) -> list[str]:
    """What a record refers to in a column; reference-to-itself reports annotations that refer to themselves."""
    found = (target for path, target, _ in references(record) if path[0] == column)
    return [target for target in found if target != record.id or not record.article]


def _in_circles(column: str, edges: Mapping[str, list[str]], record: Callable[[str], Record]) -> Iterator[Fault]:
    for circle in circles(edges):
        message = f"`{column}` forms a circle: {' → '.join([*circle, circle[0]])}"
        yield record(circle[0]).fault(column, message, "remove one of these references")


def _record(corpus: JudgedCorpus, name: str) -> Record:
    """The last annotation with that id; its article is read again."""
    article = corpus.source.article(article_of(name))
    return {record.id: record for file in article.files.values() for record in file.records}[name]


def _annotated(corpus: JudgedCorpus) -> frozenset[str]:
    """The ids of all annotations."""
    return frozenset().union(*(corpus.ids.tables[table.name] for table in corpus.source.schema.layers))


def circles(edges: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """The circles of a graph, each starting with its least name; the edge that closes a circle is then removed.

    Every search reads the whole graph, so only the first `MOST_CIRCLES` circles are returned.

    >>> list(circles({"a": ["b"], "c": ["b"], "b": ["c", "d"]}))
    [['b', 'c']]
    """
    left = {name: list(targets) for name, targets in edges.items()}
    for _ in range(MOST_CIRCLES):
        try:
            TopologicalSorter(left).prepare()
            return
        except CycleError as found:
            *circle, first = reversed(found.args[1])
            left[circle[-1]].remove(first)
            least = circle.index(min(circle))
            yield circle[least:] + circle[:least]


def _was_retired(entry: Retirement) -> str:
    return f"{entry.name} was retired: {entry.reason[:80]!r}"


def _kind(entry: Retirement) -> str:
    return SINGULAR.get(entry.table, entry.table) or ("article" if article_of(entry.id) == entry.id else "annotation")


def _leads_somewhere(name: str, retired: Mapping[str, Retirement], known: set[str]) -> bool:
    """Whether the chain of successors from `name` ends at an existing id, or at one retired without a successor."""
    seen: set[str] = set()
    while name in retired and name not in seen:
        seen.add(name)
        entry = retired[name]
        if not entry.successor:
            return "successor" not in entry.values
        name = entry.successor
    return name not in retired and (name in known or retirement_of(name, retired) is not None)
