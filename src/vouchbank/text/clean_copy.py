r"""Clean copies of web pages, for seeds: visible text and structure, and nothing else.

Only the elements and attributes listed here are written, so scripts, styles, comments, forms, frames, event handlers
and hidden text are left out. The copy shows the same text as the page.

>>> clean_copy('<p onclick="x()" class="lead">Boats <!-- token --><b>wait</b><input value="t">.<p hidden>no</p>')
'<p class="lead">Boats <b>wait</b>.'
>>> list(leftovers('<p class="lead">Boats</p><!-- token --><p onclick="x()">wait'))
[(25, 'a comment or a declaration'), (39, 'the attribute onclick')]
>>> personal_strings('Write to ada@lake.example. <p id="a81bc81bdead4e5dabff90865d1e13b1">')
['ada@lake.example', 'a81bc81bdead4e5dabff90865d1e13b1']
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from vouchbank.text.html_tokens import Tag, Text, tokens
from vouchbank.text.markup import BLOCKS, shown

_INLINE = (
    "a abbr b bdi bdo br cite code data del dfn em head html i img ins kbd link main mark meta q ruby rt s samp small "
    "span strike strong sub sup time u var wbr"
)
_ELEMENTS = (BLOCKS | frozenset(_INLINE.split())) - {"dialog", "fieldset", "form", "legend"}
_ATTRIBUTES = frozenset(["alt", "class", "content", "datetime", "dir", "itemprop", "lang", "name", "property", "rel"])
_FACTS = re.compile(
    r"(?:og:(?:title|site_name|type|locale)|article:(?:published_time|modified_time|author|section)|author|date"
    r"|dc(?:terms)?\.[a-z.]+|datepublished|headline|publisher|license)\Z",
    re.IGNORECASE,
)
_MAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
# letters and digits mixed, without hyphens as in web addresses; or a UUID
_TOKEN = r"\b(?=[A-Za-z_]*[0-9])(?=[0-9_]*[A-Za-z])\w{20,}|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
_TELLTALE = re.compile(f"{_MAIL}|{_TOKEN}", re.ASCII)


def clean_copy(page: str) -> str:
    """The clean copy of a decoded page.

    Raises:
        TooMuchError: the page has too many tags, or its elements are nested too deep.
    """
    return "".join(_written(page))


def leftovers(page: str) -> Iterator[tuple[int, str]]:
    """Everything in a page that a clean copy does not have, each with its offset in code points."""
    at = 0
    for token in tokens(page):
        if token.start > at:
            yield at, "a comment or a declaration"
        at = token.end
        if isinstance(token, Tag) and not _writes(token):
            yield token.start, f"the element {token.name}"
        elif isinstance(token, Tag):
            kept = dict(_kept(token))
            yield from (
                (token.start, f"the attribute {name}")
                for name, value in token.attributes.items()
                if kept.get(name) != value
            )
    if at < len(page):
        yield at, "a comment, a declaration or a tag that does not end"


def personal_strings(text: str) -> list[str]:
    """The e-mail addresses and strings that look like tokens, each once, for a person to review."""
    return list(dict.fromkeys(_TELLTALE.findall(text)))


def _written(page: str) -> Iterator[str]:
    for one, _ in shown(page):
        if isinstance(one, Text):
            yield html.escape(html.unescape(page[one.start : one.end]), quote=False)
            continue
        # forms and the like become plain blocks
        tag = replace(one, name="div") if one.name in BLOCKS - _ELEMENTS else one
        if _writes(tag):
            attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in _kept(tag))
            yield f"</{tag.name}>" if tag.closes else f"<{tag.name}{attributes}>"


def _writes(tag: Tag) -> bool:
    """Whether a clean copy keeps the tag."""
    return tag.name in _ELEMENTS and (tag.name not in ("link", "meta") or _tells(tag))


def _tells(tag: Tag) -> bool:
    """Whether a tag in the head contains a fact about the article."""
    named = (tag.attributes.get(key, "") for key in ("property", "name", "itemprop"))
    return (
        any(map(_FACTS.match, named)) if tag.name == "meta" else tag.attributes.get("rel") in ("canonical", "license")
    )


def _kept(tag: Tag) -> Iterator[tuple[str, str]]:
    for name, value in tag.attributes.items():
        if name == "href":
            address = _address(value)
            yield from [(name, address)] if address else ()
        elif name in _ATTRIBUTES:
            yield name, value


def _address(value: str) -> str:
    """A web address without the parts that may identify a reader: user, query, fragment; empty for other addresses."""
    try:
        parts = urlsplit(value.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = parts.hostname or ""
    web = parts.scheme in ("http", "https") and host and ":" not in host
    return f"{parts.scheme}://{host}{port}{parts.path}" if web else ""
