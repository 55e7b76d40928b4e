r"""Turn Markdown documents into pages, with ids and examples linked to the articles.

Example:
    >>> page = document("# A\n\n- ✓ 004 p1: “[Maduro]”, see `004-e3` <b>", {"004"}, {"004-e3"}.__contains__)
    >>> page.title, 'href="articles/004.html#p1"' in page.html, 'href="articles/004.html#004-e3"' in page.html
    ('A', True, True)
    >>> "<b>" in page.html
    False
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vouchbank.site.embed import markup

if TYPE_CHECKING:
    from markdown_it.token import Token
    from markupsafe import Markup

_REFERENCE = re.compile(
    r"(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*-[a-z]+\d+)\b|(?<![\w-])(?P<article>[a-z0-9-]+) (?P<paragraph>p\d+)\b"
)

# a wide table scrolls inside its own box, also with the keyboard
SCROLLS = '<div class="scrolls" role="group" aria-label="Table" tabindex="0">'


@dataclass(frozen=True)
class DocumentPage:
    """A document.

    Attributes:
        title: Its first heading.
        html: Its body, without that heading.
        sections: The ids and names of its headings of the second level.
    """

    title: str
    html: Markup
    sections: tuple[tuple[str, str], ...]


def document(text: str, articles: Collection[str], known: Callable[[str], bool]) -> DocumentPage:
    """A page from a Markdown document, whose HTML is shown as text.

    Args:
        text: The document.
        articles: The ids of the articles.
        known: Whether an annotation with this id exists.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    title, sections, seen = "", list[tuple[str, str]](), set[str]()
    _ranked(tokens)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            words = tokens[at + 1].content.replace("`", "")
            name = _unique(_slug(words), seen)
            token.attrSet("id", name)
            if token.tag == "h1" and not title:
                title = words
            elif token.tag == "h2":
                sections.append((name, words))
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children, articles, known))
    begin = 3 if tokens and tokens[0].tag == "h1" else 0  # the template shows this heading
    html = reader.renderer.render(tokens[begin:], reader.options, {})
    html = html.replace("<table>", f"{SCROLLS}<table>").replace("</table>", "</table></div>")
    return DocumentPage(title, markup(html), tuple(sections))


def _ranked(tokens: list[Token]) -> None:
    """Adjust headings so that none is more than one level below the one before it."""
    level = 1
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            level = min(int(token.tag[1]), level + 1)
            token.tag = tokens[at + 2].tag = f"h{level}"


def _slug(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words.lower())) or "section"


def _unique(name: str, seen: set[str]) -> str:
    found, number = name, 2
    while found in seen:
        found, number = f"{name}-{number}", number + 1
    seen.add(found)
    return found


def _linked(tokens: list[Token], articles: Collection[str], known: Callable[[str], bool]) -> Iterator[Token]:
    """The tokens of a line, with links around ids and paragraphs; the document's own links become plain words."""
    from markdown_it.token import Token

    for token in tokens:
        if token.type in ("link_open", "link_close", "image"):
            continue  # they lead to files that the site does not have
        if token.type not in ("text", "code_inline"):
            yield token
            continue
        at = 0
        for match in _REFERENCE.finditer(token.content):
            href = _href(match, articles, known)
            if href:
                yield from _piece(token, token.content[at : match.start()])
                yield Token("link_open", "a", 1, attrs={"href": href})
                yield from _piece(token, match[0])
                yield Token("link_close", "a", -1)
                at = match.end()
        yield from _piece(token, token.content[at:])


def _piece(token: Token, words: str) -> Iterator[Token]:
    from copy import copy

    if words:
        piece = copy(token)
        piece.content = words
        yield piece


def _href(match: re.Match[str], articles: Collection[str], known: Callable[[str], bool]) -> str:
    if match["id"]:
        article = match["id"].rpartition("-")[0]
        return f"articles/{article}.html#{match['id']}" if article in articles and known(match["id"]) else ""
    return f"articles/{match['article']}.html#{match['paragraph']}" if match["article"] in articles else ""
