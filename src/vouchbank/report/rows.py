"""The rows of the sources, for showing, even while the sources have errors.

As much as possible is shown: a record is left out if its values or quotes cannot be read, and an article only if its
seed cannot be read.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> rows = Sources(Corpus(repository_root()), ["004"])
    >>> rows.findings, rows.of("quantities")[0]["span"]["text"]
    ([], 'four')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from vouchbank.checks import CHECKS, Level, check
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.seeds import with_facts
from vouchbank.errors import SourcesNotCleanError
from vouchbank.findings import Finding, Severity, joined
from vouchbank.report.installed import removed, told_in
from vouchbank.report.text import plural
from vouchbank.tables.articles import segment_rows, whole_row
from vouchbank.tables.rows import Row, corpus_rows, layer_rows
from vouchbank.tables.shared import Shared


class Sources:
    """The rows of some or all articles of the sources.

    Attributes:
        drafts: Whether draft layers are shown; if not, they count as missing, as in the published corpus.
    """

    def __init__(self, corpus: Corpus, ids: Collection[str], drafts: bool = True) -> None:
        self.corpus = corpus
        self.ids = [corpus.article(name).id for name in ids or corpus.article_ids]
        self.drafts = drafts
        self._chosen = list(ids) or None

    @cached_property
    def findings(self) -> list[Finding]:
        """The errors in these articles and in what they refer to, without waived ones and those in drafts."""
        found = check(self.corpus, only=self._chosen)
        return [f for f in found if CHECKS[f.slug].severity is Severity.ERROR and not f.waived]

    @cached_property
    def articles(self) -> list[Article]:
        """The articles, as far as they can be read.

        Raises:
            SourcesNotCleanError: no article can be read.
        """
        found = [self.corpus.article(name) for name in self.ids]
        readable = [_sound(article, self.findings, self.drafts) for article in found if article.text]
        if found and not readable:
            raise SourcesNotCleanError(len(self.findings), "not shown")
        return readable

    def of(self, table: str) -> list[Row]:
        """The rows of these articles in a table: `articles`, `segments` (removed ones), `figures`, `claims`, a layer.

        For the `registry`, which belongs to no article, all rows.
        """
        schema, shared = self.corpus.schema, Shared.of(self.corpus)
        match table:
            case "articles":
                return [_article_row(article, self.corpus) for article in self.articles]
            case "segments":
                rows = [row for name in self.ids for row in segment_rows(self.corpus.article(name))]
                return removed(rows)
            case "figures" | "claims":
                rows = corpus_rows(self.corpus, schema.tables[table], _unreadable(self.findings))
                return [row for row in rows if told_in(row, self.ids)]
            case "registry":
                return corpus_rows(self.corpus, schema.tables[table])
            case _:
                return [row for article in self.articles for row in layer_rows(article, schema.tables[table], shared)]

    def told(self) -> str:
        """The number of findings and their files; empty if there are no findings."""
        if not self.findings:
            return ""
        found = joined(self.findings)
        files = Counter(finding.place.file for finding in found)
        where = ", ".join(f"{file} ({count})" for file, count in files.items()) if len(files) > 1 else next(iter(files))
        missing = [name for name in self.ids if not self.corpus.article(name).text]
        unread = f"Articles whose seed cannot be read are not shown: {', '.join(missing)}. " if missing else ""
        by = ["--by", self.corpus.annotator] if self.corpus.annotator else []
        again = " ".join(["vouchbank check", *(self._chosen or ()), *by])
        return (
            f"{plural(len(found), 'finding')} in {where}. {unread}"
            f"Records that cannot be read are not shown. Run: {again}"
        )


def _sound(article: Article, found: Collection[Finding], drafts: bool) -> Article:
    """An article without the records that cannot be read; its drafts are left out or treated as complete."""
    article = article if drafts else article.published
    broken = _unreadable(found)
    files = {
        name: replace(
            file,
            records=tuple(record for record in file.records if record.id not in broken and not record.begun),
            header={**file.header, "status": "complete"} if drafts and file.draft else file.header,
        )
        for name, file in article.files.items()
    }
    sound = {name: value for name, value in article.seed.meta.values.items() if _readable(name, value)}
    seed = with_facts(article.seed, {"seed_file": None, "language": None, **sound})
    return Article(article.id, seed, files, article.schema)


def _unreadable(found: Iterable[Finding]) -> set[str]:
    """The ids of records whose values or quotes cannot be read, according to findings."""
    cheap = (f for f in found if CHECKS[f.slug].level.rank <= Level.ANCHOR.rank)
    return {f.annotation for f in cheap if not CHECKS[f.slug].joined}


def _readable(name: str, value: Any) -> bool:
    """Whether a value of meta.toml has the right form: text, or a fact with its evidence."""
    if name in ("seed_file", "language"):
        return isinstance(value, str)
    parts = ("value",) if isinstance(value, dict) and "from" in value else ("value", "evidence")
    return isinstance(value, dict) and all(isinstance(value.get(part), str) for part in parts)


def _article_row(article: Article, corpus: Corpus) -> Row:
    """The row of an article with its layers nested; the statuses of the layers are those in the files."""
    row, there = whole_row(article, corpus.schema, Shared.of(corpus)), corpus.article(article.id)
    for layer in row["layers"]:
        layer["status"] = there.status(corpus.schema.tables[layer["layer"]])
    return row
