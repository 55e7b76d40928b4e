"""A corpus for those who may not pass the articles on: annotation, offsets and hashes, without the words.

`withhold` takes the words out of a built corpus, `rehydrate` puts them back from the reader's own copies of the
articles, byte for byte. docs/withheld-text.md says what is withheld, what is not, and why it cannot be guessed.
"""

from vouchbank.withhold.folders import Outcome, rehydrate, withhold

__all__ = ["Outcome", "rehydrate", "withhold"]
