"""The sources: seeds, annotation files and their records, as they stand in a folder or in git."""

from vouchbank.corpus.corpus import ARTICLE_ID, Article, Corpus, repository_root

__all__ = ["ARTICLE_ID", "Article", "Corpus", "repository_root"]
