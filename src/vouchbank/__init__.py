"""VouchBank: for every number in the news, what it measures, which interval it claims, who vouches for it.

Three doors: `load` gives a table of the published corpus, `Corpus` opens the sources it is made from, and
`annotate_batch` treats articles of your own.

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

_ROOMS = {
    "Article": "vouchbank.corpus",
    "Corpus": "vouchbank.corpus",
    "annotate_batch": "vouchbank.bulk.batch",
    "load": "vouchbank.corpus.published",
    "normalise": "vouchbank.text",
    "path": "vouchbank.corpus.published",
    "table_names": "vouchbank.corpus.published",
}


if not TYPE_CHECKING:  # a type checker would take every name for one that there is

    def __getattr__(name: str) -> Any:
        """Import each door when it is first used, so that `import vouchbank` costs nothing."""
        if name not in _ROOMS:
            raise AttributeError(f"module 'vouchbank' has no attribute {name!r}")
        import importlib

        value = getattr(importlib.import_module(_ROOMS[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """What there is, whether it is imported yet or not."""
        return sorted(__all__)
