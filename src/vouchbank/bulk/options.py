"""What decides the bytes of a shard besides its input: frozen, so that an engine can send it anywhere.

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
    """How articles are read, and what is made of them.

    Attributes:
        id: The column of ids; if empty, `article_id` or else `id`.
        text: The column of raw text; empty if no column is to be read as text.
        html: The column of web pages, read where an article has no text; empty if there is none.
        language: The language of articles that do not say theirs, as a BCP 47 tag.
        rules: A file of rules for the normaliser; those of the library if empty.
        registry: A registry.toml, which gives entities their `qid` and sources their principals; null without one.
        by: Who made the annotation that does not say so; an id of a corpus.
        via: How it was made, where it does not say so.
        guidelines: Which guidelines it follows, where it does not say so.
        draft: A function that drafts annotation of one article, as `module:function`; see `vouchbank.bulk.annotation`.
        sites: Whether lines that recur on several pages of a site, which `url` names, are taken for the site's; judged
            among the articles of a batch, so that a row may depend on its neighbours.
        check: Whether annotation is judged by the rules on articles; if not, only its spans are validated.
        most_bytes: The longest article, in bytes of UTF-8; a longer one is a finding and is not processed.
        most_lines: The most lines of an article; one with more is a finding and is not processed.
        rows: The most articles in a row group.
        part_bytes: About how many bytes of the input make a part.
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
        """SHA-256 of everything that decides bytes: these options, the files they name, and the library's version."""
        stated = {**asdict(self), "vouchbank": __version__}
        if self.rules:
            stated["rules"] = hashlib.sha256(Path(self.rules).read_bytes()).hexdigest()
        if self.registry:
            stated["registry"] = hashlib.sha256(Path(self.registry).read_bytes()).hexdigest()
        return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
