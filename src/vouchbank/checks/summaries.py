"""The summary of an article for the rules of the whole corpus, so that the article itself need not stay in memory.

Example:
    >>> from vouchbank.checks.ids import Ids
    >>> from vouchbank.checks.subjects import Sharing
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> summary = summary_of(JudgedArticle(corpus.article("004"), Ids.of(corpus), Sharing(corpus.shared)))
    >>> summary.readable, sorted(summary.keys)[:2]
    (True, ['american', 'caribbean'])
"""

from __future__ import annotations

import hashlib

from vouchbank.checks.figures import intervals_in, tellers_in
from vouchbank.checks.references import ACYCLIC, edges_of
from vouchbank.checks.registry_rows import aliases_in, keys_in, without_key
from vouchbank.checks.subjects import ArticleSummary, JudgedArticle
from vouchbank.corpus.seeds import address_of
from vouchbank.findings import Place


def summary_of(judged: JudgedArticle) -> ArticleSummary:
    """The summary of an article."""
    article = judged.source
    seed, files, keys = article.seed, article.files.values(), frozenset(keys_in(article))
    unread, address = any(file.document.faults for file in files), address_of(seed)
    drafts = frozenset(file.document.file for file in files if file.draft)
    keyless = unread or drafts or any(without_key(mention) for mention in judged.every("entities"))
    return ArticleSummary(
        article.id,
        seed.file,
        frozenset(hashlib.sha256(letters.encode()).hexdigest()[:32] for letters in article.letters),
        address,
        seed.meta.place("url", "value") if address else Place(seed.meta.file),
        not (unread or seed.faults),
        not keyless,
        keys,
        frozenset(aliases_in(article, keys, judged.sharing)),
        {column: {r.id: edges_of(r, column) for r in judged.records if column in r.values} for column in ACYCLIC},
        dict(tellers_in(article, judged.sharing)),
        intervals_in(article, judged.sharing),
        drafts,
    )
