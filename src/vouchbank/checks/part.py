"""A part of a corpus: some articles, the articles they refer to, and the shared records that concern them.

A part is judged without reading the other articles. Some faults show only in the whole corpus: those of rules with
`whole=True` (an alias that occurs in no article, an unused row, an unknown successor, agreement below its floor, names
of files and folders), and circular references through a third article.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> part = Part.of(Corpus(repository_root()), ["004"])
    >>> sorted(part.articles), part.source.article_ids[-1], "reuters" in part.shared["annotations/registry.toml"]
    (['004'], '004', True)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vouchbank.checks.references import references
from vouchbank.corpus import Corpus
from vouchbank.corpus.ids import article_in_path, article_of
from vouchbank.corpus.records import Record
from vouchbank.findings import Finding


@dataclass(frozen=True, slots=True)
class Part:
    """What is judged, and what is read to judge it.

    Attributes:
        source: The corpus with only these articles and those they refer to.
        articles: The articles to judge.
        shared: For each shared file, the records that concern the articles; the empty name is the file itself.
    """

    source: Corpus
    articles: frozenset[str]
    shared: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, corpus: Corpus, only: Collection[str]) -> Part:
        """The part of a corpus that concerns some articles.

        Raises:
            UnknownArticleError: the corpus does not have an article with one of these ids.
        """
        opened = [corpus.article(name) for name in only]
        named = {target for article in opened for file in article.files.values() for target in _targets(file.records)}
        shared: dict[str, frozenset[str]] = {}
        for file in corpus.shared.values():
            of = {record.name: _targets([record]) for record in file.records}
            held = {name for name, to in of.items() if name in named or any(article_of(t) in only for t in to)}
            shared[file.document.file] = frozenset(held | {""})
            named = named.union(*(of[name] for name in held))
        return cls(corpus.part({*only, *map(article_of, named)}), frozenset(only), shared)

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is about one of the articles, or about a shared record that concerns them."""
        listed = self.shared.get(finding.place.file, ())
        article = finding.article or article_in_path(finding.place.file)
        return article in self.articles or (not article and finding.annotation in listed)


def _targets(records: Collection[Record]) -> set[str]:
    return {target for record in records for _, target, _ in references(record)}
