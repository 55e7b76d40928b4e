"""VouchBank: for every number in the news, what it measures, which interval it claims, and who vouches for it.

`load` returns a table of the published corpus, `Corpus` opens the sources it is built from, and `annotate_batch`
processes your own articles.

Example:
    >>> import vouchbank
    >>> vouchbank.load("articles").height >= 5
    True
"""

from typing import TYPE_CHECKING, Any

from vouchbank._version import __version__

if TYPE_CHECKING:
    from vouchbank.bulk.batch import annotate_batch
    from vouchbank.corpus import Article, Corpus
    from vouchbank.corpus.published import load, path, table_names
    from vouchbank.text import normalise

__all__ = ["Article", "Corpus", "__version__", "annotate_batch", "load", "normalise", "path", "table_names"]

_MODULES = {
    "Article": "vouchbank.corpus",
    "Corpus": "vouchbank.corpus",
    "annotate_batch": "vouchbank.bulk.batch",
    "load": "vouchbank.corpus.published",
    "normalise": "vouchbank.text",
    "path": "vouchbank.corpus.published",
    "table_names": "vouchbank.corpus.published",
}


if not TYPE_CHECKING:  # a type checker would accept any name

    def __getattr__(name: str) -> Any:
        """Import each name when it is first used, so that `import vouchbank` is cheap."""
        if name not in _MODULES:
            raise AttributeError(f"module 'vouchbank' has no attribute {name!r}")
        import importlib

        value = getattr(importlib.import_module(_MODULES[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """All public names, imported or not."""
        return sorted(__all__)
