"""The sources: seeds, annotation files and their records, as they stand in a folder or in git."""

from vouchbank.corpus.corpus import Article, Corpus, repository_root

__all__ = ["Article", "Corpus", "repository_root"]
