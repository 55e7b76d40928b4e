"""Level 5: what the articles share. One key, one type; every name has a key."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.registry import Ids, Subject, article_check, at_record, corpus_check
from vouchbank.corpus import Corpus
from vouchbank.findings import Finding

TIMES = ("DATE", "TIME")


@article_check(5)
def name_without_key(subject: Subject) -> Iterator[Finding]:
    """A name mention has no key.

    Every name points to a row of the registry, expressions of time excepted. Add the key, and the row if it is new.
    """
    for record in subject.records:
        if record.table.name != "entities" or record.values.get("type") in TIMES:
            continue
        if record.values.get("mention", "name") == "name" and "key" not in record.values:
            help_ = 'add key = "…" and, if it is new, a row in annotations/registry.toml'
            yield at_record("name-without-key", record, f"the name {record.values.get('q')!r} has no key", help_)


@corpus_check(5)
def key_of_other_type(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """A name has another type than the registry row of its key.

    The key is lexical like the type: one key, one type. Washington the city and Washington the person are two keys.
    """
    types = {r.name: r.values.get("type") for r in corpus.shared["registry"].records}
    for article in corpus.articles:
        for annotation in article.annotations["entities"]:
            record = annotation.record
            key, given = record.values.get("key"), record.values.get("type")
            named = record.values.get("mention", "name") == "name"
            if named and isinstance(key, str) and key in types and given != types[key]:
                message = f"{record.values.get('q')!r} is {given} here; {key!r} is {types[key]} in the registry"
                help_ = "change the type, or use a key of its own"
                yield at_record("key-of-other-type", record, message, help_, record.place("type"))
