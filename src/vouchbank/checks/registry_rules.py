"""Level 5: the registry against the articles. Rows are used, items are one row each, names are those of their row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from vouchbank.checks.parts import sound_of, text
from vouchbank.checks.registry import Ids, at_record, corpus_check
from vouchbank.corpus import Corpus
from vouchbank.corpus.records import Record
from vouchbank.findings import Finding, Severity

TIMES = ("DATE", "TIME")
KEY_FIELDS = ("key", "source_key")
_WORD = re.compile(r"\w+")


def _rows(corpus: Corpus) -> tuple[Record, ...]:
    return corpus.shared["registry"].records if "registry" in corpus.shared else ()


def _keys(value: Any) -> Iterator[str]:
    """Every key that stands in a file, also in records that are not well formed."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            yield from (v for k, v in one.items() if k in KEY_FIELDS and isinstance(v, str))
            todo += one.values()
        elif isinstance(one, list):
            todo += one


def _unkeyed(record: Record) -> bool:
    """Whether it is a name without a key, of which name-without-key has its finding."""
    if record.table.name != "entities" or "key" in record.values:
        return False
    return text(record, "mention") == "name" and text(record, "type") not in TIMES


@corpus_check(5)
def item_twice(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """Two rows of the registry have the same Wikidata item.

    An item is one entity, so it has one row. Join the rows, or look which of the two is another entity.
    """
    owner: dict[str, str] = {}
    for row in _rows(corpus):
        qid = row.values.get("qid")
        if not isinstance(qid, str):
            continue
        if qid in owner:
            message = f"{qid} is the item of {owner[qid]} too"
            help_ = "join the two rows under one key, or mend the item"
            yield at_record("item-twice", row, message, help_, row.place("qid"))
        owner.setdefault(qid, row.name)


@corpus_check(5)
def unused_row(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """No mention points to this row of the registry.

    The registry has one row for each entity that a name mentions. Remove the row, or add the key to its mention. Judged
    only where every file can be read, every key has its row and every name its key.
    """
    files = [file for article in corpus.articles for file in article.files.values()]
    if any(file.document.faults for file in files) or any(_unkeyed(record) for f in files for record in f.records):
        return
    used = {key for file in files for key in _keys(dict(file.document.values))}
    rows = _rows(corpus)
    if used <= {row.name for row in rows}:
        for row in rows:
            if row.name not in used:
                help_ = "remove it (and retire its key, if it was in a release), or give its mention this key"
                yield at_record("unused-row", row, f"nothing mentions {row.name}", help_, row.key_place())


@corpus_check(5, Severity.WARNING)
def alias_not_in_articles(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """An alias of the registry stands in no article that mentions the entity (a warning).

    Aliases are other names as they stand in the articles; what no article has need not be there.
    """
    if any(a.seed.faults or any(f.document.faults for f in a.files.values()) for a in corpus.articles):
        return  # who mentions what is not known
    texts: dict[str, list[str]] = {}  # only these, so that the cost grows with the mentions, not rows times articles
    for article in corpus.articles:
        mentioned = {key for file in article.files.values() for key in _keys(dict(file.document.values))}
        for key in mentioned:
            texts.setdefault(key, []).append(article.text)
    for row in _rows(corpus):
        aliases = row.values.get("aliases")
        for index, alias in enumerate(aliases if isinstance(aliases, list) and row.name in texts else ()):
            if isinstance(alias, str) and alias and not any(alias in one for one in texts[row.name]):
                message = f"no article that mentions {row.name} has {alias!r}"
                place = row.place("aliases", index)
                yield at_record("alias-not-in-articles", row, message, "copy it from an article, or remove it", place)


@corpus_check(5)
def alias_is_name(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """An alias is the name itself, or stands twice.

    Aliases are the other names.
    """
    for row in _rows(corpus):
        aliases, seen = row.values.get("aliases"), {row.values.get("name")} if text_name(row) else set()
        for index, alias in enumerate(aliases if isinstance(aliases, list) else ()):
            if isinstance(alias, str) and alias in seen:
                place = row.place("aliases", index)
                yield at_record("alias-is-name", row, f"{alias!r} is there already", "remove it", place)
            if isinstance(alias, str):
                seen.add(alias)


@corpus_check(5)
def alias_of_other_row(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """An alias is a name or an alias of another row of the same type.

    A name that means two entities of one type settles nothing: remove it from one of the two, or join the rows.
    """
    owners: dict[tuple[Any, str], str] = {}
    rows = [row for row in _rows(corpus) if isinstance(row.values.get("type"), str)]
    for row in rows:
        if text_name(row):
            owners.setdefault((row.values.get("type"), _folded(text_name(row))), row.name)
    for row in rows:
        aliases = row.values.get("aliases")
        for index, alias in enumerate(aliases if isinstance(aliases, list) else ()):
            if not isinstance(alias, str):
                continue
            owner = owners.setdefault((row.values["type"], _folded(alias)), row.name)
            if owner != row.name:
                message = f"{alias!r} is also a name of {owner}"
                place = row.place("aliases", index)
                yield at_record("alias-of-other-row", row, message, "keep it in one of the two rows", place)


def text_name(row: Record) -> str:
    """The canonical name of a row; empty if it is no text."""
    name = row.values.get("name")
    return name if isinstance(name, str) else ""


@corpus_check(5)
def name_of_other_row(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A name has nothing in common with the row that its key points to.

    The words of a name mention are the name of its row or an alias, or share a word with one. Otherwise the key is
    wrong, or the alias is missing.
    """
    known = {}
    for row in _rows(corpus):
        aliases = row.values.get("aliases")
        names = [text_name(row), *(a for a in (aliases if isinstance(aliases, list) else ()) if isinstance(a, str))]
        if text_name(row):
            known[row.name] = {word for name in names for word in _words(name)} | {_folded(name) for name in names}
    for article in corpus.articles:
        for annotation in sound_of(article, "entities"):
            record, key = annotation.record, text(annotation.record, "key")
            if text(record, "mention") != "name" or text(record, "type") in TIMES or key not in known:
                continue
            said = " ".join(span.of(article.text) for span in annotation.spans["span"])
            if said and not ({*_words(said), _folded(said)} & known[key]):
                message = f"{said!r} is no name of {key}"
                place = record.place("key")
                yield at_record(
                    "name-of-other-row", record, message, "mend the key, or add the alias to its row", place
                )


def _folded(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _words(name: str) -> set[str]:
    """The words of a name without accents, those of one letter left out."""
    return {word for word in _WORD.findall(_folded(name)) if len(word) > 1}
