"""What references may point to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.ids import Retirement, article_of, retirement_of, shared_name


def own_ids(article: Article) -> Iterable[str]:
    """The ids that no new annotation of an article may take, where nothing is known of its past."""
    return article.used_ids


@dataclass(frozen=True)
class OwnIds:
    """The ids of one article by table; the tables of its files that cannot be read; its annotations in drafts."""

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
    """What references may point to: the table of every annotation id and the keys of the corpus tables.

    Attributes:
        retired: What references must not point to any more.
        unread: The tables, each with its article, of files that cannot be read: what refers to them is not judged.
        shared: The tables whose keys stand in a file of the whole corpus.
        drafts: The file of each annotation that stands in a draft.
        used: Gives the ids of an article that no new annotation may take.
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
            own: Those of its articles, where they are known already.
        """
        tables: dict[str, set[str]] = {name: set() for name in corpus.schema.tables}
        drafts: dict[str, str] = {}
        lent = bool(corpus.annotator)  # an annotator need not have a registry, and reads none of others
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
        """Whether one of `tables` has a row of that id, or may have, since its file cannot be read."""
        if any(target in self.tables.get(table, ()) for table in tables):
            return True
        return any((table, "") in self.unread or (table, article_of(target)) in self.unread for table in tables)

    def retirement(self, target: str, tables: tuple[str, ...]) -> Retirement | None:
        """The entry that says why an id is gone."""
        names = (shared_name(table, target) if table in self.shared else target for table in tables)
        return next(filter(None, (retirement_of(name, self.retired) for name in names)), None)
