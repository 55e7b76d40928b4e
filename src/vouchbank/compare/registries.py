"""Compare the registry of several annotators by key: the rows they have, and the values in them.

An annotator adds rows for people and groups without a name, and fields to existing rows. A field that is not written is
empty. Descriptions, reasons, aliases and Wikidata items are not compared.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> told = registries({name: corpus.raw(name) for name in ("annotator-c", "annotator-d")}, corpus, ["003"])
    >>> [told[name]["author-003", "name"] for name in told]
    [('author',), ('I',), ('author',)]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from vouchbank.corpus import Corpus
from vouchbank.schema import Table

REGISTRY = "registry"
OWN = ("name", "type")  # of rows that an annotator adds
NOT_COMPARED = ("description", "qid", "qid_status", "qid_source", "reason", "aliases", "note")
WHOLE = ""
Value = tuple[str, str]  # a key and a field; without a field, the row itself
Rows = Mapping[str, Mapping[str, Any]]


def registries(
    raw: Mapping[str, Corpus], gold: Corpus, articles: Collection[str]
) -> dict[str, dict[Value, tuple[Any, ...]]]:
    """The value of every row and field that is compared, for each annotator and then `gold`.

    An entity that the registry no longer has, or that is in none of `articles`, those of the annotators, is left out.
    """
    table, published = gold.schema.tables[REGISTRY], rows_of(gold)
    held = {name: rows_of(work) for name, work in raw.items()}
    fields = _fields(table, raw.values())
    skipped = not_compared(raw, gold, articles)
    told: dict[str, dict[Value, tuple[Any, ...]]] = {name: {} for name in (*held, "gold")}
    for key in dict.fromkeys(key for rows in (*held.values(), published) for key in rows):
        if key in skipped:
            continue
        added = any("name" in rows.get(key, ()) for rows in held.values()) or not published[key].get("named", True)
        having = {name: rows for name, rows in held.items() if "name" in rows.get(key, ()) or not added}
        if key in published:
            having["gold"] = published
        for name, rows in having.items():
            told[name].update(_said(table, key, rows, fields, added, len(having) == len(told)))
    return told


def rows_of(work: Corpus) -> Rows:
    """The rows of a registry by key."""
    return {record.name: record.values for record in work.shared[REGISTRY].records}


def not_compared(raw: Mapping[str, Corpus], gold: Corpus, articles: Collection[str]) -> frozenset[str]:
    """The keys of rows that belong only to other articles, or to an entity that the registry no longer has."""
    held, published = [rows_of(work) for work in raw.values()], rows_of(gold)
    every = frozenset(key for rows in (*held, published) for key in rows)
    met = _met(gold, articles)
    return frozenset(key for key in every if _silent(key, held, published, articles, met))


def _silent(key: str, held: Sequence[Rows], published: Rows, articles: Collection[str], met: Collection[str]) -> bool:
    rows = [own[key] for own in (*held, published) if key in own]
    named = all("name" not in row or row.get("named", True) for row in rows)
    elsewhere = any(row.get("article", "") not in ("", *articles) for row in rows)
    return elsewhere or (named and (key not in published or (key not in met and len(rows) == 1)))


def _met(gold: Corpus, articles: Collection[str]) -> frozenset[str]:
    """The keys of everything mentioned in some articles, and everything that their rows refer to."""
    rows = rows_of(gold)
    files = [file for name in gold.article_ids if name in articles for file in gold.article(name).files.values()]
    waiting = {str(r.values.get(field)) for file in files for r in file.records for field in ("key", "source_key")}
    met = set[str]()
    while waiting - met:
        met |= waiting
        waiting = {str(v) for key in met for v in rows.get(key, {}).values() if isinstance(v, str) and v in rows}
    return frozenset(met)


def _said(
    table: Table, key: str, rows: Rows, fields: tuple[str, ...], added: bool, by_all: bool
) -> Iterator[tuple[Value, tuple[Any, ...]]]:
    """The values of a row for an annotator; only that the row exists, if not all have it."""
    if not by_all:
        yield (key, WHOLE), ("a row",)
        return
    row = rows.get(key, {})
    for field in (*OWN, *fields) if added else fields:
        value = row.get(field, table.column(field).default if added else None)
        if value is not None:
            yield (key, field), (value,)


def _fields(table: Table, works: Iterable[Corpus]) -> tuple[str, ...]:
    """The fields that all annotators filled in."""
    compared = tuple(c.name for c in table.written if c.name not in (*OWN, *NOT_COMPARED))
    stated = [work.shared[REGISTRY].document.value("fields") for work in works]
    return tuple(name for name in compared if all(not isinstance(some, list) or name in some for some in stated))
