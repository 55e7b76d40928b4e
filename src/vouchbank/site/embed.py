r"""Put words of articles into a page: as text that shows invisible characters, and as data that cannot become markup.

Example:
    >>> embedded({"text": "</script>\u2028&"})
    '{"text":"\\u003c/script\\u003e\\u2028\\u0026"}'
    >>> str(visible("a<b\u202ec"))
    'a&lt;b<span class="unseen" data-code="U+202E">\u202e</span>c'
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vouchbank.errors import needed

if TYPE_CHECKING:
    from markupsafe import Markup

# characters that must be escaped in the data of a script element: they could start a tag, comment or reference
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
# characters that are invisible or change the direction of text; the same as in web/src/dom.ts
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def embedded(value: Any) -> str:
    """A value as JSON that is safe in a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)


@needed("making pages")
def markup(html: str) -> Markup:
    """HTML that we made and that must not be escaped again."""
    from markupsafe import Markup

    return Markup(html)


@needed("making pages")
def visible(text: str) -> Markup:
    """Text as markup in which invisible characters show their code and do not affect their neighbours."""
    from markupsafe import Markup, escape

    found, at = Markup(""), 0
    for match in _UNSEEN.finditer(text):
        shown = Markup('<span class="unseen" data-code="U+{:04X}">{}</span>').format(ord(match[0]), match[0])
        found += escape(text[at : match.start()]) + shown
        at = match.end()
    return found + escape(text[at:])
