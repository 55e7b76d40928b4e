"""What references may point to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.ids import Retirement, article_of, retirement_of, shared_name


@dataclass(frozen=True)
class Ids:
    """What references may point to: the table of every annotation id and the keys of the corpus tables.

    Attributes:
        retired: What references must not point to any more.
        unread: The tables, each with its article, of files that cannot be read: what refers to them is not judged.
        shared: The tables whose keys stand in a file of the whole corpus.
        used: Gives the ids of an article that no new annotation may take.
    """

    tables: Mapping[str, frozenset[str]]
    retired: Mapping[str, Retirement] = field(default_factory=dict, compare=False)
    unread: frozenset[tuple[str, str]] = frozenset()
    shared: frozenset[str] = frozenset()
    used: Callable[[Article], Iterable[str]] = field(default=lambda article: article.used_ids, compare=False)

    @classmethod
    def of(cls, corpus: Corpus) -> Ids:
        """The ids of a corpus."""
        schema = corpus.schema
        tables: dict[str, set[str]] = {name: set() for name in schema.tables}
        lent = bool(corpus.hand)  # an annotator need not have a registry, and reads none of others
        shared = {name: file.document for name, file in corpus.shared.items()}
        unread = {(name, "") for name, held in shared.items() if held.faults or (lent and held.missing)}
        for article in corpus.articles:
            faulty = [name for name, file in article.files.items() if file.document.faults]
            unread |= {(table.name, article.id) for name in faulty for table in schema.in_file(name)}
            tables.setdefault("articles", set()).add(article.id)
            for file in article.files.values():
                for record in file.records:
                    tables[record.table.name].add(record.id)
        for name, file in corpus.shared.items():
            tables[name] |= {record.name for record in file.records}
        known = {name: frozenset(values) for name, values in tables.items()}
        return cls(known, corpus.retired, frozenset(unread), frozenset(corpus.shared), corpus.used_ids)

    def known(self, target: str, tables: tuple[str, ...]) -> bool:
        """Whether one of `tables` has a row of that id, or may have, since its file cannot be read."""
        if any(target in self.tables.get(table, ()) for table in tables):
            return True
        return any((table, "") in self.unread or (table, article_of(target)) in self.unread for table in tables)

    def retirement(self, target: str, tables: tuple[str, ...]) -> Retirement | None:
        """The entry that says why an id is gone."""
        names = (shared_name(table, target) if table in self.shared else target for table in tables)
        return next(filter(None, (retirement_of(name, self.retired) for name in names)), None)
