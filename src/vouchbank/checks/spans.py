"""Where the spans of names begin and end: determiners, titles and possessives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged, JudgedArticle, Sharing
from vouchbank.findings import Level
from vouchbank.language.lexicon import plain, word_list

_POSSESSIVE = re.compile(r"(?:[’']s|s[’'])\Z")
_ENDS = {"entities": ("span",), "attributions": ("source", "addressee")}


@rule(level=Level.RECORD, waivable=True)
def determiner_in_name(article: JudgedArticle) -> Faults:
    """A name begins with a determiner.

    Leave the determiner out: "the [USS Gerald R. Ford]". Keep it only if it is part of the official name, which the
    registry row then has as its name or an alias.
    """
    help_ = (
        "leave out the first word; if it is part of the name, add the full name to the registry row; "
        'if this is not a name, add mention = "nominal"'
    )
    for mention, name, first in _unofficial(article):
        if first in word_list("names", "determiners"):
            yield mention.fault("span", f"{name!r} begins with a determiner", help_)


@rule(level=Level.RECORD, waivable=True)
def title_in_name(article: JudgedArticle) -> Faults:
    """A person's name begins with a title.

    The title is a separate span: q = "Vladimir Padrino López", title = "Defense Minister".
    """
    for mention, name, first in _unofficial(article):
        if mention.text("type") == "PERSON" and first.rstrip(".") in word_list("names", "titles"):
            yield mention.fault("span", f"{name!r} begins with a title", "quote the title separately: title = …")


@rule(*_ENDS, level=Level.RECORD, waivable=True)
def possessive_in_span(judged: Judged) -> Faults:
    """A name, source or addressee ends with a possessive 's.

    Leave the possessive out, whichever apostrophe it has: "President [Donald Trump]’s recent threats".
    """
    table = judged.record.table.name
    for column in _ENDS[table] if table != "entities" or judged.is_name else ():
        for span in judged.spans[column]:
            words = span.of(judged.article.text)
            if _POSSESSIVE.search(words):
                yield judged.fault(column, f"{words!r} ends with a possessive", "end the span before it")


@rule("entities", level=Level.RECORD)
def title_misplaced(mention: Judged) -> Faults:
    """The title is not directly before the name, or contains a name.

    The title consists of the role words directly before a person's name: "Venezuelan [President] Nicolás Maduro". It
    does not include names that modify the role.
    """
    text, (name, *_) = mention.article.text, mention.spans["span"]
    for title in mention.spans["title"]:
        words, help_ = title.of(text), "quote the role words directly before the name, without names"
        others = (m for m in mention.article.spans("entities", "span").inside(title) if m is not mention)
        inner = next((other.spans["span"][0] for other in others), None)
        if name.contains(title):
            help_ = "quote only the name in `q`, and the title in `title`"
            yield mention.fault("title", f"the name contains its title {words!r}", help_)
        elif text[title.end : name.start] != " ":
            yield mention.fault("title", f"{words!r} is not directly before the name", help_)
        elif inner:
            yield mention.fault("title", f"the title contains the name {inner.of(text)!r}", help_)


def _unofficial(article: JudgedArticle) -> Iterator[tuple[Judged, str, str]]:
    """Names of several words that the registry does not list, with their first word.

    Empty if the article is judged by itself, without a registry.
    """
    if "registry" not in article.sharing.files:
        return
    known = article.sharing.once(_official)
    for span, mention in article.mentions:
        name = span.of(article.text)
        words = plain(name).split()
        if len(words) > 1 and mention.is_name and plain(name) not in known.get(mention.text("key"), ()):
            yield mention, name, words[0]


def _official(sharing: Sharing) -> dict[str, set[str]]:
    """The names of each row of the registry, in lower case and without accents."""
    known = {}
    for row in sharing.rows("registry"):
        aliases = row.values.get("aliases")
        names = [row.values.get("name"), *(aliases if isinstance(aliases, list) else ())]
        known[row.name] = {plain(name) for name in names if isinstance(name, str)}
    return known
