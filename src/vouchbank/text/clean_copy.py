r"""A copy of a web page that may be kept: what it shows, its structure, and nothing else.

Script, style, comments, forms, frames, handlers and hidden text are left out, because only what is listed here is
written. The text that the copy shows is that of the page.

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
# letters and digits mixed, without the hyphens of an address made of words; or a UUID
_TOKEN = r"\b(?=[A-Za-z_]*[0-9])(?=[0-9_]*[A-Za-z])\w{20,}|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
_TELLTALE = re.compile(f"{_MAIL}|{_TOKEN}", re.ASCII)


def clean_copy(page: str) -> str:
    """The copy of a decoded page.

    Raises:
        TooMuchError: it has too many tags, or its elements are nested too deep.
    """
    return "".join(_written(page))


def leftovers(page: str) -> Iterator[tuple[int, str]]:
    """What a page holds that no copy does, each with its place in code points."""
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
    """The e-mail addresses and the strings that look like tokens, each once, for a person to look at."""
    return list(dict.fromkeys(_TELLTALE.findall(text)))


def _written(page: str) -> Iterator[str]:
    for one, _ in shown(page):
        if isinstance(one, Text):
            yield html.escape(html.unescape(page[one.start : one.end]), quote=False)
            continue
        # a form is a block as any other
        tag = replace(one, name="div") if one.name in BLOCKS - _ELEMENTS else one
        if _writes(tag):
            attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in _kept(tag))
            yield f"</{tag.name}>" if tag.closes else f"<{tag.name}{attributes}>"


def _writes(tag: Tag) -> bool:
    """Whether a copy has such a tag."""
    return tag.name in _ELEMENTS and (tag.name not in ("link", "meta") or _tells(tag))


def _tells(tag: Tag) -> bool:
    """Whether a tag of the head says something of the article."""
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
    """An address without what may name a reader: user, query, fragment; empty if it is not one of the web."""
    try:
        parts = urlsplit(value.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = parts.hostname or ""
    web = parts.scheme in ("http", "https") and host and ":" not in host
    return f"{parts.scheme}://{host}{port}{parts.path}" if web else ""
