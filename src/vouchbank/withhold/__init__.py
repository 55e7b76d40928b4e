"""A corpus without the words of its articles, for publishers who may not redistribute them.

`withhold` removes the words from a built corpus; `rehydrate` restores them from the reader's own copies of the
articles, at the published offsets. docs/withheld-text.md says what is removed and what is restored.
"""

from vouchbank.withhold.folders import RECORD, Restoration, rehydrate, withhold

__all__ = ["RECORD", "Restoration", "rehydrate", "withhold"]
