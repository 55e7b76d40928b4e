"""The ids and keys that references may point to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.ids import Retirement, article_of, retirement_of, shared_name


def own_ids(article: Article) -> Iterable[str]:
    """The ids that a new annotation of an article must not take, as far as the article alone shows."""
    return article.used_ids


@dataclass(frozen=True)
class OwnIds:
    """The ids of one article by table, the tables of its unreadable files, and its annotations in drafts."""

    tables: Mapping[str, tuple[str, ...]]
    unread: frozenset[tuple[str, str]]
    drafts: Mapping[str, str]

    @classmethod
    def of(cls, article: Article) -> OwnIds:
        """The ids of an article."""
        tables: dict[str, list[str]] = {"articles": [article.id]}
        for file in article.files.values():
            for record in file.records:
                tables.setdefault(record.table.name, []).append(record.id)
        faulty = [name for name, file in article.files.items() if file.document.faults]
        unread = frozenset((table.name, article.id) for name in faulty for table in article.schema.in_file(name))
        drafts = {r.id: f.document.file for f in article.files.values() if f.draft for r in f.records}
        return cls({name: tuple(ids) for name, ids in tables.items()}, unread, drafts)


@dataclass(frozen=True)
class Ids:
    """The ids and keys that references may point to, by table.

    Attributes:
        retired: The retired ids, to which references must not point.
        unread: Table and article of each file that cannot be read; references to them are not judged.
        shared: The tables that the articles share.
        drafts: The file of each annotation in a draft.
        used: Returns the ids of an article that a new annotation must not take.
    """

    tables: Mapping[str, frozenset[str]]
    retired: Mapping[str, Retirement] = field(default_factory=dict, compare=False)
    unread: frozenset[tuple[str, str]] = frozenset()
    shared: frozenset[str] = frozenset()
    drafts: Mapping[str, str] = field(default_factory=dict)
    used: Callable[[Article], Iterable[str]] = field(default=own_ids, compare=False)

    @classmethod
    def of(cls, corpus: Corpus, own: Iterable[OwnIds] | None = None) -> Ids:
        """The ids of a corpus.

        Args:
            corpus: The sources.
            own: The ids of its articles, if already known.
        """
        tables: dict[str, set[str]] = {name: set() for name in corpus.schema.tables}
        drafts: dict[str, str] = {}
        lent = bool(corpus.annotator)  # an annotator may have no registry, and does not read those of others
        shared = {name: file.document for name, file in corpus.shared.items()}
        unread = {(name, "") for name, held in shared.items() if held.faults or (lent and held.missing)}
        for held in map(OwnIds.of, corpus.articles) if own is None else own:
            unread |= held.unread
            drafts |= held.drafts
            for name, ids in held.tables.items():
                tables.setdefault(name, set()).update(ids)
        for name, file in corpus.shared.items():
            tables[name] |= {record.name for record in file.records}
        known = {name: frozenset(values) for name, values in tables.items()}
        return cls(known, corpus.retired, frozenset(unread), frozenset(corpus.shared), drafts, corpus.used_ids)

    def known(self, target: str, tables: tuple[str, ...]) -> bool:
        """Whether one of `tables` has a row with this id, or may have one in a file that cannot be read."""
        if any(target in self.tables.get(table, ()) for table in tables):
            return True
        return any((table, "") in self.unread or (table, article_of(target)) in self.unread for table in tables)

    def retirement(self, target: str, tables: tuple[str, ...]) -> Retirement | None:
        """The retirement of an id, if it is retired."""
        names = (shared_name(table, target) if table in self.shared else target for table in tables)
        return next(filter(None, (retirement_of(name, self.retired) for name in names)), None)
