"""What references may point to, and which id is free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vouchbank.corpus import Corpus
from vouchbank.corpus.ids import Retirement, retirement_of, retirements, shared_name
from vouchbank.corpus.records import LOCAL_ID, Record


@dataclass(frozen=True)
class Ids:
    """What references may point to: the table of every annotation id and the keys of the corpus tables.

    Attributes:
        retired: What references must not point to any more.
        unread: The tables, each with its article, of files that cannot be read: what refers to them is not judged.
    """

    tables: Mapping[str, frozenset[str]]
    retired: Mapping[str, Retirement] = field(default_factory=dict, compare=False)
    unread: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, corpus: Corpus) -> Ids:
        """The ids of a corpus."""
        schema = corpus.schema
        tables: dict[str, set[str]] = {name: set() for name in schema.tables}
        unread = {(name, "") for name, file in corpus.shared.items() if file.document.faults}
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
        return cls(known, retirements(corpus.optional("retired").values), frozenset(unread))

    def known(self, target: str, tables: tuple[str, ...]) -> bool:
        """Whether one of `tables` has a row of that id, or may have, since its file cannot be read."""
        if any(target in self.tables.get(table, ()) for table in tables):
            return True
        return any((table, "") in self.unread or (table, target[:3]) in self.unread for table in tables)

    def retirement(self, target: str, tables: tuple[str, ...]) -> Retirement | None:
        """The entry that says why there is no such id any more."""
        names = (target, *(shared_name(table, target) for table in tables))
        return next(filter(None, (retirement_of(name, self.retired) for name in names)), None)

    def free_id(self, article: str, records: Iterable[Record], prefix: str, after: int = 0) -> str:
        """The next id with these letters that was never used; of several that are wanted, the one after so many."""
        used = {r.name for r in records} | {n[4:] for n in self.retired if n[:4] == f"{article}-"}
        numbers = [int(m[2]) for m in map(LOCAL_ID.match, used) if m and m[1] == prefix]
        return f"{prefix}{max(numbers, default=0) + 1 + after}"
