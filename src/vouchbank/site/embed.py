r"""Words of articles in a page: as text that shows what is not seen, and as data that no parser takes for markup.

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

# none of them can stand in the data of a script element: an end tag, a comment, a reference, a line end of JavaScript
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
# what is not seen, or turns the direction of what follows; the same characters as in web/src/dom.ts
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def embedded(value: Any) -> str:
    """A value as JSON that may stand in a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)


@needed("making pages")
def markup(html: str) -> Markup:
    """HTML that we made, which is not escaped again."""
    from markupsafe import Markup

    return Markup(html)


@needed("making pages")
def visible(text: str) -> Markup:
    """Text as markup in which what is not seen is shown by its code and does nothing to its neighbours."""
    from markupsafe import Markup, escape

    found, at = Markup(""), 0
    for match in _UNSEEN.finditer(text):
        shown = Markup('<span class="unseen" data-code="U+{:04X}">{}</span>').format(ord(match[0]), match[0])
        found += escape(text[at : match.start()]) + shown
        at = match.end()
    return found + escape(text[at:])
