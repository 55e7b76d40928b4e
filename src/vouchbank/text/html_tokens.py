r"""Tokenise HTML into tags and texts with their offsets, as the standard does, without building a tree.

As in a browser, a comment ends only at its end, an unclosed tag swallows the rest of the page, and in elements without
markup (script, style, title) only the end tag is recognised.
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization)

>>> [(type(one).__name__, one.start, one.end) for one in tokens("<p id=a>1 < 2</p><!-- > -->")]
[('Tag', 0, 8), ('Text', 8, 13), ('Tag', 13, 17)]
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# elements whose content is not markup; with scripting, as in a browser, also noscript
RAW = frozenset(["iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"])

_MARKUP = re.compile(r"<(?:(?P<comment>!--)|(?P<bogus>[!?]|/(?![a-zA-Z]))|/?(?P<name>[a-zA-Z][^\s/>]*))")
_COMMENT_END = re.compile(r"(?<=<!--)-?>|--!?>")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(=?[^\s/>=]+|=)(?:\s*=\s*(?:"(?P<double>[^"]*)(?P<end>"|\Z)|'(?P<single>[^']*)(?P<close>'|\Z)"""
    r"""|(?P<bare>[^\s>"'][^\s>]*))?)?"""
)
_TAG_END = re.compile(r"[\s/]*>")
_SCRIPT = {  # what ends each of the three states of a script, and the next state (None: the script ends)
    "plain": re.compile(r"(?P<escaped><!--)|</script(?=[\s/>])", re.IGNORECASE),
    "escaped": re.compile(r"(?P<plain>-->)|(?P<double><script(?=[\s/>]))|</script(?=[\s/>])", re.IGNORECASE),
    "double": re.compile(r"(?P<plain>-->)|(?P<escaped></script(?=[\s/>]))", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Text:
    """The half-open range of a text in the page, in code points; character references are not decoded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag or an end tag (`closes`); its name is in lowercase."""

    start: int
    end: int
    name: str
    closes: bool
    attributes: Mapping[str, str]


def tokens(page: str) -> Iterator[Text | Tag]:
    """Yield the tags and texts of a page in order, without comments and declarations."""
    done = at = 0
    while found := _MARKUP.search(page, at):
        if found.start() > done:
            yield Text(done, found.start())
        if found["name"]:
            tag = _tag(page, found)
            if tag is None:  # the page ends inside the tag
                return
            yield tag
            done = at = tag.end if tag.closes or tag.name not in RAW else _raw_end(page, tag)
        elif found["comment"]:
            end = _COMMENT_END.search(page, found.end())
            done = at = end.end() if end else len(page)
        else:
            done = at = (page.find(">", found.end()) + 1) or len(page)
    if done < len(page):
        yield Text(done, len(page))


def _tag(page: str, found: re.Match[str]) -> Tag | None:
    attributes: dict[str, str] = {}
    at = found.end()
    while (end := _TAG_END.match(page, at)) is None:
        one = _ATTRIBUTE.match(page, at)
        if one is None or one["end"] == "" or one["close"] == "":
            return None
        value = next((v for v in (one["double"], one["single"], one["bare"]) if v is not None), "")
        attributes.setdefault(one[1].lower(), html.unescape(value) if "&" in value else value)
        at = one.end()
    closes = page[found.start() + 1] == "/"
    return Tag(found.start(), end.end(), found["name"].lower(), closes, {} if closes else attributes)


def _raw_end(page: str, tag: Tag) -> int:
    """Where the end tag of an element without markup begins; the end of the page if it has none."""
    if tag.name != "script":
        found = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(page, tag.end)
        return found.start() if found else len(page)
    at, state = tag.end, "plain"
    while found := _SCRIPT[state].search(page, at):
        if not found.lastgroup:
            return found.start()
        at, state = found.end(), found.lastgroup
    return len(page)
