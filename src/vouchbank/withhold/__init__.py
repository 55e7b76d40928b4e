"""A corpus for those who may not pass the articles on: annotation, offsets and hashes, without the words.

`withhold` leaves the words out of a built corpus; `rehydrate` cuts them again from the reader's own copies of the
articles, at the published offsets. docs/withheld-text.md says what is left out and what comes back.
"""

from vouchbank.withhold.folders import RECORD, Restoration, rehydrate, withhold

__all__ = ["RECORD", "Restoration", "rehydrate", "withhold"]
