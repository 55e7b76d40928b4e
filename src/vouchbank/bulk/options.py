"""The options that, with the input, determine the bytes of a shard; frozen, so that engines can send them anywhere.

Example:
    >>> Options().digest == Options(text="text").digest, Options().digest == Options(text="body").digest
    (True, False)
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from vouchbank._version import __version__


@dataclass(frozen=True)
class Options:
    """How articles are read and processed.

    Attributes:
        id: The column of ids; if empty, `article_id` or else `id`.
        text: The column of raw text; empty to read no column as text.
        html: The column of web pages, read where an article has no text; empty to read none.
        language: The language of articles that do not state one, as a BCP 47 tag.
        rules: A file of rules for the normaliser; if empty, the library's rules.
        registry: A registry.toml; entities get their `qid`, and sources their principals, from it. If empty, these are
            null.
        by: The annotator, where the annotation does not name one.
        via: How the annotation was made, where it does not say.
        guidelines: The version of the guidelines, where the annotation does not state it.
        draft: A function that drafts the annotation of one article, as `module:function`; see
            `vouchbank.bulk.annotation`.
        sites: Whether to remove lines that several pages of a site repeat; `url` names the site. Pages are compared
            within a batch, so a row may depend on its neighbours.
        check: Whether to run the checks of articles on the annotation; if not, only its spans are validated.
        most_bytes: The longest article, in bytes of UTF-8; a longer one gives a finding and is not processed.
        most_lines: The most lines of an article; one with more gives a finding and is not processed.
        rows: The most articles in a row group.
        part_bytes: The approximate size of a part, in bytes of the input.
    """

    id: str = ""
    text: str = "text"
    html: str = "html"
    language: str = "en"
    rules: str = ""
    registry: str = ""
    by: str = "input"
    via: str = "model"
    guidelines: str = "0.5"
    draft: str = ""
    sites: bool = False
    check: bool = True
    most_bytes: int = 5 * 1024**2
    most_lines: int = 50_000
    rows: int = 1_000
    part_bytes: int = 64 * 1024**2

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that determines the output: these options, the files they name, and the library's version."""
        stated = {**asdict(self), "vouchbank": __version__}
        if self.rules:
            stated["rules"] = hashlib.sha256(Path(self.rules).read_bytes()).hexdigest()
        if self.registry:
            stated["registry"] = hashlib.sha256(Path(self.registry).read_bytes()).hexdigest()
        return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
