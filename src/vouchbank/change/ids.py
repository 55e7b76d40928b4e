r"""Ids are promises: which were ever used, in the files, in the list of retired ids, and in git.

`annotations/retired.toml`, where there is one, names ids as keys or as values (`004-e7`, `006`); its form is not
judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vouchbank.corpus.ids import RETIRED_FILE
from vouchbank.toml.reader import read_toml

_ID = re.compile(r"([0-9]{3})(?:-([a-z]+)([1-9][0-9]{0,5}))?\Z", re.ASCII)
_ARTICLE_IN_PATH = re.compile(r"(?:^|/)([0-9]{3})(?=/|\.toml\Z)", re.ASCII)


def retired_ids(data: bytes) -> set[str]:
    r"""The ids that a list of retired ids names, of articles and of annotations.

    >>> sorted(retired_ids(b'006 = "withdrawn in 200 places"\n[004-e7]\nsuccessor = "004-e9"\n'))
    ['004-e7', '004-e9', '006']
    """
    return {word for word in _words(read_toml(data, RETIRED_FILE).values) if _ID.match(word)}


def used_article_ids(root: Path, ever_named: Iterable[str] = ()) -> set[str]:
    """Every article id that is or was in use: on disk, in the list of retired ids, in names that git remembers."""
    paths = [p for folder in ("seeds", "annotations") for p in (root / folder).rglob("*")]
    names = [f"{p.relative_to(root).as_posix()}{'/' if p.is_dir() else ''}" for p in paths]
    found = {m[1] for name in (*names, *ever_named) for m in _ARTICLE_IN_PATH.finditer(name)}
    retired = root / RETIRED_FILE
    return found | {name[:3] for name in (retired_ids(retired.read_bytes()) if retired.is_file() else ())}


def highest(ids: Iterable[str], article: str) -> dict[str, int]:
    """For each layer's letters the highest number among the ids of an article (`004-e7`)."""
    found: dict[str, int] = {}
    for match in filter(None, map(_ID.match, ids)):
        if match[1] == article and match[2]:
            found[match[2]] = max(int(match[3]), found.get(match[2], 0))
    return found


def ids_in(data: bytes, article: str) -> Iterator[str]:
    """The ids of the annotations in an annotation file, whatever state it is in."""
    for held in read_toml(data, "").values.values():
        if isinstance(held, dict):
            yield from (f"{article}-{name}" for name in held)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str):
        yield value
