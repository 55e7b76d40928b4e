"""The registry against the articles: rows are used, items are one row each, and names have the key of their row."""

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

# The relations of rows: which types have it, and to which it leads.
RELATIONS = {
    "acts_for": (("PERSON", "ORG"), ("PERSON", "ORG", "GPE")),
    "place": (("NORP",), ("GPE", "LOC")),
    "seat_of": (("GPE",), ("GPE",)),
}
_WORD = re.compile(r"\w+")


@rule("entities", level=Level.CORPUS)
def name_without_key(mention: Judged) -> Faults:
    """A name mention has no key.

    Every name points to a row of the registry, expressions of time excepted. Add the key, and the row if it is new.
    """
    if without_key(mention):
        help_ = 'add key = "…" and, if it is new, a row in annotations/registry.toml'
        yield mention.fault("", f"the name {mention.record.values.get('q')!r} has no key", help_)


def without_key(mention: Judged) -> bool:
    """Whether a name has no key, though it should have one."""
    return mention.is_name and "key" not in mention.record.values


@rule(level=Level.CORPUS)
def key_of_other_type(article: JudgedArticle) -> Faults:
    """A name has a different type from the registry row of its key.

    The key is lexical like the type: one key, one type. Washington the city and Washington the person are two keys.
    """
    types = article.sharing.once(_types)
    for mention in article.every("entities"):
        key, given = mention.text("key"), mention.text("type")
        if mention.text("mention") == "name" and key in types and given != types[key]:
            said = f"{mention.record.values.get('q')!r} is {given} here; {key!r} is {types[key]} in the registry"
            yield mention.fault("type", said, "change the type, or use a different key")


def _types(sharing: Sharing) -> Mapping[str, Any]:
    return {row.name: row.values.get("type") for row in sharing.rows("registry")}


@rule(level=Level.CORPUS)
def item_twice(corpus: JudgedCorpus) -> Faults:
    """Two rows of the registry have the same Wikidata item.

    An item is one entity, so it has one row. Join the rows, or check which of the two is a different entity.
    """
    owners: dict[str, str] = {}
    for row in corpus.rows("registry"):
        qid = row.values.get("qid")
        if isinstance(qid, str) and (owner := owners.setdefault(qid, row.name)) != row.name:
            help_ = "join the two rows under one key, or fix the item"
            yield row.fault("qid", f"{qid} is also the item of {owner}", help_)


@rule(level=Level.CORPUS, whole=True)
def unused_row(corpus: JudgedCorpus) -> Faults:
    """No mention, source or other row points to this row of the registry.

    The registry has one row for each entity that a name mentions, that is a source, or for which another one acts.
    Remove the row, or add the key to its mention. Judged only where every file can be read and none is a draft, every
    key has its row and every name its key.
    """
    if not all(trace.settled for trace in corpus.traces):
        return
    rows = {row.name: row for row in corpus.rows("registry")}
    used = {key for trace in corpus.traces for key in trace.keys}
    used |= {row.values[name] for row in rows.values() for name in RELATIONS if isinstance(row.values.get(name), str)}
    links = (row.values.get(name) for row in rows.values() for name in ("acts_for", "place", "seat_of"))
    linked = {link for link in links if isinstance(link, str)}
    for name in rows if used <= rows.keys() else ():
        if name not in used | linked:
            help_ = "remove it (and retire its key, if it was in a release), or give its mention this key"
            yield rows[name].fault(rows[name].key_place(), f"nothing mentions {name}", help_)


def keys_in(article: Article) -> set[str]:
    """Every key that stands in its annotation, also in records that are not well formed."""
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

    Aliases are other names as they occur in the articles; a name that no article contains need not be listed.
    """
    if not all(trace.readable for trace in corpus.traces):
        return  # who mentions what is not known
    mentioned = {key for trace in corpus.traces for key in trace.keys}
    there = {said for trace in corpus.traces for said in trace.aliases}
    for row in corpus.rows("registry"):
        for index, alias in _aliases(row):
            if row.name in mentioned and (row.name, alias) not in there:
                message = f"no article that mentions {row.name} contains {alias!r}"
                yield row.fault(("aliases", index), message, "copy it from an article, or remove it")


def aliases_in(article: Article, keys: Iterable[str], sharing: Sharing) -> Iterator[tuple[str, str]]:
    """The aliases of the rows of some keys that the text of an article contains, each behind its key."""
    aliases = sharing.once(_all_aliases)
    return ((key, alias) for key in keys for alias in aliases.get(key, ()) if alias in article.text)


def _all_aliases(sharing: Sharing) -> Mapping[str, list[str]]:
    return {row.name: [alias for _, alias in _aliases(row)] for row in sharing.rows("registry")}


@rule(level=Level.CORPUS)
def alias_is_name(corpus: JudgedCorpus) -> Faults:
    """An alias is the name itself, or is listed twice.

    Aliases are the other names.
    """
    for row in corpus.rows("registry"):
        seen = {_name(row)}
        for index, alias in _aliases(row):
            if alias in seen:
                yield row.fault(("aliases", index), f"{alias!r} is already listed", "remove it")
            seen.add(alias)


@rule(level=Level.CORPUS)
def alias_of_other_row(corpus: JudgedCorpus) -> Faults:
    """An alias is a name or an alias of another row of the same type.

    A name that means two entities of one type settles nothing: remove it from one of the two, or join the rows.
    """
    rows = [(row, str(row.values.get("type"))) for row in corpus.rows("registry")]
    owners = {(type_, _folded(_name(row))): row.name for row, type_ in reversed(rows)}
    for row, type_ in rows:
        for index, alias in _aliases(row):
            owner = owners.setdefault((type_, _folded(alias)), row.name)
            if owner != row.name:
                message = f"{alias!r} is also a name of {owner}"
                yield row.fault(("aliases", index), message, "keep it in one of the two rows")


@rule(level=Level.CORPUS)
def name_of_other_row(article: JudgedArticle) -> Faults:
    """A name has nothing in common with the row that its key points to.

    The words of a name mention are the name of its row or an alias, or share a word with one. Otherwise the key is
    wrong, or the alias is missing.
    """
    known = article.sharing.once(_forms_of_rows)
    for mention in article.placed("entities"):
        said, key = mention.words("span"), mention.text("key")
        if mention.is_name and key in known and not _forms(said) & known[key]:
            help_ = "fix the key, or add the alias to its row"
            yield mention.fault("key", f"{said!r} is not a name of {key}", help_)


def _forms_of_rows(sharing: Sharing) -> Mapping[str, set[str]]:
    rows = [row for row in sharing.rows("registry") if _name(row)]
    return {row.name: _forms(_name(row), *(alias for _, alias in _aliases(row))) for row in rows}


@rule(level=Level.CORPUS)
def relation_of_other_type(corpus: JudgedCorpus) -> Faults:
    """A relation of registry rows does not fit their types.

    People and organisations act for people, organisations or states; a state acts for itself, and a city stands for the
    state whose seat it is. A nationality has its country or region as place.
    """
    rows = {row.name: row for row in corpus.rows("registry")}
    for row in rows.values():
        for name, (have, lead) in RELATIONS.items():
            target = rows.get(str(row.values.get(name, "")))
            given, other = row.values.get("type"), target.values.get("type") if target else None
            if name in row.values and given not in have:
                said = f"a row of type {given} has no `{name}`"
                yield row.fault(name, said, f"leave it out; only {' and '.join(have)} rows have one")
            elif target and other not in lead:
                said = f"{target.name} is {other}"
                yield row.fault(name, said, f"name a row of type {' or '.join(lead)}")


@rule(level=Level.CORPUS)
def nationality_without_place(corpus: JudgedCorpus) -> Faults:
    """The row of a nationality does not say of which country or region it is.

    `place` is the key of the country or region. Where there is none, as of a religion or a party, the note says so.
    """
    for row in corpus.rows("registry"):
        if row.values.get("type") == "NORP" and not {"place", "note"} & row.values.keys():
            help_ = "add place = …, or say in note why there is none"
            yield row.fault(row.key_place(), f"nothing says where {row.name} belongs", help_)


@rule(level=Level.CORPUS)
def unnamed_row_of_no_article(corpus: JudgedCorpus) -> Faults:
    """The key of a row without a name does not end with its article, or the row has other names.

    "three neighbours" in article 007 are three-neighbours-007: nobody else is meant, and no name is known.
    """
    for row in filter(_unnamed, corpus.rows("registry")):
        article = row.values.get("article")
        if isinstance(article, str) and not row.name.endswith(f"-{article}"):
            help_ = f"call it {row.name}-{article}"
            yield row.fault(row.key_place(), f"{row.name} does not end with its article {article}", help_)
        elif row.values.get("aliases"):
            yield row.fault("aliases", "a row without a name has no aliases", "write aliases = []")


@rule(level=Level.CORPUS)
def unnamed_row_elsewhere(article: JudgedArticle) -> Faults:
    """People without a name are mentioned by a name, or in another article than their own.

    A source without a name is known in one article only. Give the others rows of their own, or give this row its name.
    """
    unnamed = article.sharing.once(_homes)
    for judged in (judged for table in ("entities", "attributions") for judged in article.every(table)):
        for field in KEY_FIELDS:
            key = judged.record.values.get(field)
            if not isinstance(key, str) or key not in unnamed:
                continue
            if unnamed[key] != article.id:
                help_ = f"add a row that ends with -{article.id}"
                yield judged.fault(field, f"{key} is known in article {unnamed[key]} only", help_)
            elif field == "key" and judged.text("mention") == "name":
                help_ = "use the key of a row with a name, or write the form of the mention"
                yield judged.fault(field, f"{key} has no name, but this mention is one", help_)


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
    """Names, and their words of more than one letter, without capitals and accents."""
    folded = {_folded(name) for name in names}
    return folded | {word for name in folded for word in _WORD.findall(name) if len(word) > 1}


def _folded(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
