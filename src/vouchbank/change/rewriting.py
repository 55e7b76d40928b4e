"""Rewrite annotation files: rename records, move them to other sections, rewrite their fragments.

Only values are changed; the canonical form makes the text of them, so comments stay with their records, and a file that
was canonical stays so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vouchbank.corpus import Article
from vouchbank.corpus.canonical import canonical_layer
from vouchbank.corpus.format import same_values
from vouchbank.corpus.records import Record, layer_file
from vouchbank.corpus.resolve import fragments, parts
from vouchbank.toml.reader import Document, read_toml
from vouchbank.toml.walk import Comment, Path


@dataclass(frozen=True, slots=True)
class Fragment:
    """Quoted words of a record: their path in it, and the quote as written."""

    path: Path
    paragraph: str
    quote: str
    occurrence: str

    @property
    def written(self) -> tuple[str, str, str]:
        """The values that say which place is meant."""
        return self.paragraph, self.quote, self.occurrence

    def __str__(self) -> str:
        return f"{self.quote!r}{f' {self.occurrence}' if self.occurrence else ''} in {self.paragraph}"


@dataclass
class Rewriting:
    """The changes of the records of one file, by their old path: the new path and the new values."""

    moved: dict[Path, Path] = field(default_factory=dict)
    values: dict[Path, Mapping[str, Any]] = field(default_factory=dict)


def fragments_of(record: Record) -> Iterator[Fragment]:
    """All fragments of a record, column by column."""
    for column in record.table.columns:
        if not column.hull:
            for path, fragment in fragments(record, column):
                yield Fragment(path, *parts(fragment, record.paragraph))


def with_fragment(values: Mapping[str, Any], new: Fragment, section: str) -> dict[str, Any]:
    """The values of a record in `section`, with one fragment rewritten."""
    said = {"q": new.quote} | ({"n": new.occurrence} if new.occurrence else {})
    if new.path == ("q",):
        return {**{k: v for k, v in values.items() if k != "n"}, **said}
    if new.paragraph != section:
        said = {"p": new.paragraph} | said
    written: Any = said if len(said) > 1 else new.quote
    name, *index = new.path
    if index:
        written = [written if [i] == index else fragment for i, fragment in enumerate(values[str(name)])]
    return {**values, str(name): written}


def rewritten(article: Article, name: str, change: Rewriting) -> str | None:
    """The canonical text of a file with changed records; None if some value would be lost."""
    return canonical(article, name, _changed(article.files[name].document, change))


def canonical(article: Article, name: str, wanted: Document) -> str | None:
    """The canonical text of a file with other values; None if some value would be lost."""
    file = layer_file(wanted, article.schema, name, article.id)
    changed = Article(article.id, article.seed, {**article.files, name: file}, article.schema)
    text = canonical_layer(changed, name, wanted)
    again = read_toml(text.encode(), wanted.file)
    return None if again.faults or not same_values(dict(again.values), dict(wanted.values)) else text


def _changed(document: Document, change: Rewriting) -> Document:
    sections = {name: held for name, held in document.values.items() if isinstance(held, dict)}
    values: dict[str, Any] = {k: {} if k in sections else v for k, v in document.values.items() if not sections.get(k)}
    for section, held in sections.items():
        for key, value in held.items():
            path = (section, key)
            to, name = change.moved.get(path, path)
            values.setdefault(str(to), {})[str(name)] = change.values.get(path, value)
    return replace(document, values=values, moved=tuple(_owned(c, change, values) for c in document.comments))


def _owned(comment: Comment, change: Rewriting, values: Mapping[str, Any]) -> Comment:
    owner = comment.owner
    if owner[:2] in change.moved:
        return replace(comment, owner=(*change.moved[owner[:2]], *owner[2:]))
    if len(owner) == 1 and owner[0] not in values:  # its section is gone: it follows the section's first record
        heir = next((new for old, new in change.moved.items() if old[:1] == owner), None)
        return replace(comment, owner=heir[:1]) if heir else comment
    return comment
