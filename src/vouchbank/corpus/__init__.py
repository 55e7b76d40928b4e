"""The sources of a corpus: seeds, annotation files and their records, from a folder or from git."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vouchbank.corpus.corpus import Article, Corpus, repository_root

__all__ = ["Article", "Corpus", "repository_root"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import the reader of sources on first use; reading published tables does not need it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from vouchbank.corpus import corpus

        return getattr(corpus, name)
