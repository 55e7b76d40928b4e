r"""Merge unsaved changes with a file that somebody else has changed meanwhile, record by record.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> toy = Corpus(repository_root() / "tests" / "toy")
    >>> file = "annotations/000/entities.toml"
    >>> base = toy.read(file) or b""
    >>> post, monday = b'"Tide Post", type = "ORG"', b'"Monday", type = "DATE"'
    >>> mine = base.replace(post, b'"Tide Post", type = "FAC"', 1)
    >>> merged(toy, "000", file, ThreeStates(base, mine, base.replace(post, b'"Tide Post", type = "LAW"', 1))).clashes
    ('e3',)
    >>> both = merged(toy, "000", file, ThreeStates(base, mine, base.replace(monday, b'"Monday", type = "TIME"')))
    >>> both.clashes, b'"FAC"' in both.data, b'"TIME"' in both.data
    ((), True, True)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from vouchbank.change.rewriting import canonical
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import format_corpus, same_values
from vouchbank.corpus.ids import LOCAL_ID, FreeIds
from vouchbank.errors import VouchBankError
from vouchbank.toml.reader import Document, read_toml

Key = tuple[str, str]  # a record by ("", its name), a value at the top of the file by (its name, "")


class CannotMergeError(VouchBankError):
    """One of the states of the file cannot be read."""


@dataclass(frozen=True)
class ThreeStates:
    """A file as it was read, as the editor has it, and as it is on disk now."""

    base: bytes
    mine: bytes
    theirs: bytes


@dataclass(frozen=True)
class Merged:
    """A file with the changes of both sides.

    Attributes:
        data: The file; a record that both sides changed is as on disk.
        clashes: The records that both sides changed, by name.
        renamed: The new ids of added records whose ids were taken on disk meanwhile.
    """

    data: bytes
    clashes: tuple[str, ...]
    renamed: Mapping[str, str]


def merged(corpus: Corpus, article_id: str, file: str, sides: ThreeStates, prefer_mine: bool = False) -> Merged:
    """Merge two versions of a file.

    Args:
        corpus: The sources on disk.
        article_id: The article that is edited.
        file: The file, below the root.
        sides: Its three states.
        prefer_mine: Take the editor's version of a record that both sides changed, instead of the one on disk.

    Raises:
        CannotMergeError: one of the three states cannot be read.
    """
    base, mine, theirs = (_items(_read(data, file)) for data in (sides.base, sides.mine, sides.theirs))
    new = [name for (top, name) in mine if not top and ("", name) in theirs and ("", name) not in base]
    taken = [name for name in new if not same_values(_plain(mine["", name]), _plain(theirs["", name]))]
    article = corpus.article(article_id)
    renamed = _renamed(corpus, article, [*taken], {name for _, name in mine})
    columns = {c.name for table in article.schema.layers for c in table.written if c.annotation_ids}
    mine = {(t, renamed.get(name, name)): _following(held, renamed, columns) for (t, name), held in mine.items()}
    result, clashes = dict[Key, Any](), []
    for key in {**theirs, **mine}:
        was, own, other = (side.get(key) for side in (base, mine, theirs))
        mine_changed, other_changed = not _same(was, own), not _same(was, other)
        if mine_changed and other_changed and not _same(own, other):
            clashes.append(key[1] or key[0])
        chosen = own if mine_changed and (prefer_mine or not other_changed) else other
        if chosen is not None:
            result[key] = chosen
    wanted = replace(_read(sides.theirs, file), values=_values(result))
    return Merged(_text(corpus, article, wanted), tuple(clashes), renamed)


def _read(data: bytes, file: str) -> Document:
    document = read_toml(data, file)
    if document.faults:
        raise CannotMergeError(f"{file} cannot be read: {document.faults[0].message}")
    return document


def _items(document: Document) -> dict[Key, Any]:
    """The contents of a file by record, each with its section."""
    found: dict[Key, Any] = {}
    for name, held in document.values.items():
        if isinstance(held, dict) and held and all(isinstance(inner, dict) for inner in held.values()):
            found |= {("", key): (name, inner) for key, inner in held.items()}
        else:
            found[name, ""] = (None, held)
    return found


def _values(items: Mapping[Key, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {top: held for (top, _), (_, held) in items.items() if top}
    for (top, name), (section, held) in items.items():
        if not top:
            values.setdefault(section, {})[name] = held
    return values


def _plain(item: Any) -> Any:
    return list(item)


def _same(a: Any, b: Any) -> bool:
    return a is b or (a is not None and b is not None and same_values(_plain(a), _plain(b)))


def _renamed(corpus: Corpus, article: Article, names: list[str], also: set[str]) -> dict[str, str]:
    """New ids for records whose ids are taken."""
    used = partial(lambda: corpus.used_ids(article) | {f"{article.id}-{name}" for name in also})
    free = FreeIds(article.id, used)
    return {name: free.like(name) for name in names if LOCAL_ID.match(name)}


def _following(value: Any, renamed: Mapping[str, str], columns: Collection[str]) -> Any:
    """A record with the references in its columns changed to the new ids."""
    if not renamed or value[0] is None:
        return value
    section, held = value
    return section, {key: _reference(inner, renamed) if key in columns else inner for key, inner in held.items()}


def _reference(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_reference(one, renamed) for one in value]
    return renamed.get(value, value) if isinstance(value, str) else value


def _text(corpus: Corpus, article: Article, wanted: Document) -> bytes:
    name = next((n for n, file in article.files.items() if file.document.file == wanted.file), "")
    if name:
        text = canonical(article, name, wanted)
    else:
        shared = (n for n, file in corpus.shared.items() if file.document.file == wanted.file)
        table = next((corpus.schema.tables[n] for n in shared), None)
        text = format_corpus(table, wanted) if table else None
    if text is None:
        raise CannotMergeError(f"{wanted.file} has no records to merge. Drop your version; Undo brings it back.")
    return text.encode("utf-8")
