"""The registry and the articles: rows are used, unique for a Wikidata item, and match the names with their key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vouchbank.checks.references import KEY_FIELDS
from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle, JudgedCorpus, Sharing
from vouchbank.corpus import Article
from vouchbank.corpus.records import Record
from vouchbank.findings import Level, Severity

# For each relation of rows: the types that have it, and the types it may point to.
RELATIONS = {
    "acts_for": (("PERSON", "ORG"), ("PERSON", "ORG", "GPE")),
    "place": (("NORP",), ("GPE", "LOC")),
    "seat_of": (("GPE",), ("GPE",)),
}
_WORD = re.compile(r"\w+")


@rule("entities", level=Level.CORPUS)
def name_without_key(mention: Judged) -> Faults:
    """A mention by name has no key.

    Every name except a date or time has the key of a row in the registry. Add the key, and a new row if needed.
    """
    if without_key(mention):
        help_ = 'add key = "…", and a row in annotations/registry.toml if the key is new'
        yield mention.fault("", f"the name {mention.record.values.get('q')!r} has no key", help_)


def without_key(mention: Judged) -> bool:
    """Whether a mention is a name that needs a key but has none."""
    return mention.is_name and "key" not in mention.record.values


@rule(level=Level.CORPUS)
def key_of_other_type(article: JudgedArticle) -> Faults:
    """A name has a different type from the registry row of its key.

    Each key has one type. Washington the city and Washington the person have two different keys.
    """
    types = article.sharing.once(_types)
    for mention in article.every("entities"):
        key, given = mention.text("key"), mention.text("type")
        if mention.text("mention") == "name" and key in types and given != types[key]:
            message = (
                f"{mention.record.values.get('q')!r} is {given!r} here, but {key!r} is {types[key]!r} in the registry"
            )
            yield mention.fault("type", message, "change the type, or use a different key")


def _types(sharing: Sharing) -> Mapping[str, Any]:
    return {row.name: row.values.get("type") for row in sharing.rows("registry")}


@rule(level=Level.CORPUS)
def item_twice(corpus: JudgedCorpus) -> Faults:
    """Two rows of the registry have the same Wikidata item.

    A Wikidata item is one entity, which has one row. Merge the rows, or fix the item of one of them.
    """
    owners: dict[str, str] = {}
    for row in corpus.rows("registry"):
        qid = row.values.get("qid")
        if isinstance(qid, str) and (owner := owners.setdefault(qid, row.name)) != row.name:
            help_ = "merge the two rows under one key, or fix the item"
            yield row.fault("qid", f"{qid} is also the item of {owner}", help_)


@rule(level=Level.CORPUS, whole=True)
def unused_row(corpus: JudgedCorpus) -> Faults:
    """No mention, source or other row refers to this row of the registry.

    The registry has a row for each entity that is mentioned by name, is a source, or that another row refers to. Remove
    the row, or add its key to a mention. This check runs only if every file can be read, no file is a draft, every key
    has a row and every name has a key.
    """
    if not all(summary.settled for summary in corpus.summaries):
        return
    rows = {row.name: row for row in corpus.rows("registry")}
    used = {key for summary in corpus.summaries for key in summary.keys}
    used |= {row.values[name] for row in rows.values() for name in RELATIONS if isinstance(row.values.get(name), str)}
    links = (row.values.get(name) for row in rows.values() for name in ("acts_for", "place", "seat_of"))
    linked = {link for link in links if isinstance(link, str)}
    for name in rows if used <= rows.keys() else ():
        if name not in used | linked:
            help_ = "remove the row (and retire its key if it was released), or add the key to a mention"
            yield rows[name].fault(rows[name].key_place(), f"no mention, source or row refers to {name}", help_)


def keys_in(article: Article) -> set[str]:
    """Every key in the annotations of an article, including those in malformed records."""
    found, waiting = set[str](), [file.document.values for file in article.files.values()]
    while waiting:
        held: Any = waiting.pop()
        found.update(held[name] for name in KEY_FIELDS if isinstance(held.get(name), str))
        inner = (one for value in held.values() for one in (value if isinstance(value, list) else [value]))
        waiting += [one for one in inner if isinstance(one, Mapping)]
    return found


@rule(level=Level.CORPUS, severity=Severity.WARNING, whole=True)
def alias_not_in_articles(corpus: JudgedCorpus) -> Faults:
    """No article that mentions an entity contains one of its aliases (a warning).

    Aliases are other names that occur in the articles. Remove an alias that no article contains.
    """
    if not all(summary.readable for summary in corpus.summaries):
        return  # the mentions are not all known
    mentioned = {key for summary in corpus.summaries for key in summary.keys}
    there = {alias for summary in corpus.summaries for alias in summary.aliases}
    for row in corpus.rows("registry"):
        for index, alias in _aliases(row):
            if row.name in mentioned and (row.name, alias) not in there:
                message = f"no article that mentions {row.name} contains {alias!r}"
                yield row.fault(("aliases", index), message, "copy it from an article, or remove it")


def aliases_in(article: Article, keys: Iterable[str], sharing: Sharing) -> Iterator[tuple[str, str]]:
    """Key and alias for each alias of some rows that the text of an article contains."""
    aliases = sharing.once(_all_aliases)
    return ((key, alias) for key in keys for alias in aliases.get(key, ()) if alias in article.text)


def _all_aliases(sharing: Sharing) -> Mapping[str, list[str]]:
    return {row.name: [alias for _, alias in _aliases(row)] for row in sharing.rows("registry")}


@rule(level=Level.CORPUS)
def alias_is_name(corpus: JudgedCorpus) -> Faults:
    """An alias is the name itself, or is listed twice.

    An alias is a name other than the one in `name`.
    """
    for row in corpus.rows("registry"):
        seen = {_name(row)}
        for index, alias in _aliases(row):
            if alias in seen:
                what = "the name of this row" if alias == _name(row) else "listed twice"
                yield row.fault(("aliases", index), f"the alias {alias!r} is {what}", "remove the alias")
            seen.add(alias)


@rule(level=Level.CORPUS)
def alias_of_other_row(corpus: JudgedCorpus) -> Faults:
    """An alias is a name or an alias of another row of the same type.

    Such a name does not identify one entity. Remove it from one of the two rows, or merge the rows.
    """
    rows = [(row, str(row.values.get("type"))) for row in corpus.rows("registry")]
    owners = {(type_, _folded(_name(row))): row.name for row, type_ in reversed(rows)}
    for row, type_ in rows:
        for index, alias in _aliases(row):
            owner = owners.setdefault((type_, _folded(alias)), row.name)
            if owner != row.name:
                message = f"{alias!r} is also a name of {owner}"
                yield row.fault(("aliases", index), message, "remove it from one of the two rows, or merge the rows")


@rule(level=Level.CORPUS)
def name_of_other_row(article: JudgedArticle) -> Faults:
    """A name has nothing in common with the row that its key points to.

    The words of a mention by name are the name or an alias of its row, or share a word with one of these. Otherwise the
    key is wrong, or an alias is missing.
    """
    known = article.sharing.once(_forms_of_rows)
    for mention in article.placed("entities"):
        words, key = mention.words("span"), mention.text("key")
        if mention.is_name and key in known and not _forms(words) & known[key]:
            help_ = "fix the key, or add an alias to its row"
            yield mention.fault("key", f"{words!r} is not a name of {key}", help_)


def _forms_of_rows(sharing: Sharing) -> Mapping[str, set[str]]:
    rows = [row for row in sharing.rows("registry") if _name(row)]
    return {row.name: _forms(_name(row), *(alias for _, alias in _aliases(row))) for row in rows}


@rule(level=Level.CORPUS)
def relation_of_other_type(corpus: JudgedCorpus) -> Faults:
    """A relation between registry rows does not fit their types.

    People and organisations act for (`acts_for`) people, organisations or states; a state acts only for itself. A city
    stands for the state whose seat it is (`seat_of`). The `place` of a nationality is its country or region.
    """
    rows = {row.name: row for row in corpus.rows("registry")}
    for row in rows.values():
        for name, (have, lead) in RELATIONS.items():
            target = rows.get(str(row.values.get(name, "")))
            given, other = row.values.get("type"), target.values.get("type") if target else None
            if name in row.values and given not in have:
                message = f"a row of type {given!r} must not have `{name}`"
                yield row.fault(name, message, f"remove it; only {' and '.join(have)} rows have `{name}`")
            elif target and other not in lead:
                message = f"`{name}` is {target.name!r}, which has the type {other!r}"
                yield row.fault(name, message, f"name a row of type {' or '.join(lead)}")


@rule(level=Level.CORPUS)
def nationality_without_place(corpus: JudgedCorpus) -> Faults:
    """The row of a nationality has no place.

    `place` is the key of the country or region. If there is none, as for a religion or a party, explain this in a note.
    """
    for row in corpus.rows("registry"):
        if row.values.get("type") == "NORP" and not {"place", "note"} & row.values.keys():
            help_ = "add place = …, or explain in `note` why it has none"
            yield row.fault(row.key_place(), f"{row.name} has no `place`", help_)


@rule(level=Level.CORPUS)
def unnamed_row_of_no_article(corpus: JudgedCorpus) -> Faults:
    """The key of a row without a name does not end with the id of its article, or the row has aliases.

    "three neighbours" in article 007 have the key three-neighbours-007, because they are known only in that article.
    """
    for row in filter(_unnamed, corpus.rows("registry")):
        article = row.values.get("article")
        if isinstance(article, str) and not row.name.endswith(f"-{article}"):
            help_ = f"rename it to {row.name}-{article}"
            yield row.fault(row.key_place(), f"the key {row.name} does not end with its article id {article}", help_)
        elif row.values.get("aliases"):
            yield row.fault("aliases", "a row without a name must not have aliases", "write aliases = []")


@rule(level=Level.CORPUS)
def unnamed_row_elsewhere(article: JudgedArticle) -> Faults:
    """A row without a name is used for a mention by name, or outside its article.

    A source without a name is known only in one article. Add a row for the other article, or give this row its name.
    """
    unnamed = article.sharing.once(_homes)
    for judged in (judged for table in ("entities", "attributions") for judged in article.every(table)):
        for field in KEY_FIELDS:
            key = judged.record.values.get(field)
            if not isinstance(key, str) or key not in unnamed:
                continue
            if unnamed[key] != article.id:
                help_ = f"add a row with a key that ends with -{article.id}"
                yield judged.fault(field, f"{key} belongs to article {unnamed[key]}", help_)
            elif field == "key" and judged.text("mention") == "name":
                help_ = "use the key of a row with a name, or fix `mention`"
                yield judged.fault(field, f"{key} has no name, but `mention` is 'name'", help_)


def _homes(sharing: Sharing) -> Mapping[str, Any]:
    """The article of each row without a name."""
    return {row.name: row.values.get("article") for row in filter(_unnamed, sharing.rows("registry"))}


def _unnamed(row: Record) -> bool:
    return row.values.get("named") is False


def _name(row: Record) -> str:
    """The canonical name of a row; empty if it is not text."""
    name = row.values.get("name")
    return name if isinstance(name, str) else ""


def _aliases(row: Record) -> Iterator[tuple[int, str]]:
    """The aliases of a row that are text, each with its index."""
    aliases = row.values.get("aliases")
    listed = aliases if isinstance(aliases, list) else ()
    return ((index, alias) for index, alias in enumerate(listed) if isinstance(alias, str))


def _forms(*names: str) -> set[str]:
    """Names and their words of more than one letter, case-folded and without accents."""
    folded = {_folded(name) for name in names}
    return folded | {word for name in folded for word in _WORD.findall(name) if len(word) > 1}


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
