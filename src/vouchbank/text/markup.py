r"""Render the visible text of a web page, with the offsets of each run in the source of the page.

`render` reads HTML like a browser without layout: it collapses white space, begins a line for each block, and decodes
character references. Scripts, styles, templates, comments and hidden elements never become text.

>>> page = render("<h1>Rain</h1>\n<p>Ferries &amp; boats<br>wait.</p><p hidden>token</p>")
>>> page.text
'Rain\n\nFerries & boats\nwait.\n'
>>> page.runs[2]
PageRun(start=14, end=15, page_start=25, page_end=30)

A run has the same characters as its range in the page (any white space is a space), or it is one character reference.
Only line endings and tabs between blocks and cells belong to no run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vouchbank.text.html_tokens import Tag, Text, tokens

MOST_DEPTH = 1000  # nested elements; articles have some dozens
MOST_TAGS = 200_000  # article pages have some thousands


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr")
# elements that never contain visible text, whatever their attributes are
_NEVER = _names(
    "applet audio canvas datalist iframe noembed noframes noscript object rp script select style svg template "
    "textarea title video xmp"
)
_CLOSES_P = _names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p pre search section summary table ul"
)
BLOCKS = _CLOSES_P | _names("body caption html legend tbody td tfoot th thead tr")
_CELLS = ("td", "th")
# an end tag, or a start tag that implies one, has no effect outside the cell or table around it
_SCOPE = _names("applet caption html marquee object select table td template th")
_ITEM = (BLOCKS | _SCOPE | {"button"}) - {"address", "div", "p"}  # blocks that protect a list item
_TABLE = _names("caption table tbody td tfoot th thead tr")
# start tags that end another element, and where the search for that element stops
_IMPLIED = {
    "li": (("li",), _ITEM),
    "dt": (("dd", "dt"), _ITEM),
    "dd": (("dd", "dt"), _ITEM),
    "td": (_CELLS, frozenset(("table", "tr"))),
    "th": (_CELLS, frozenset(("table", "tr"))),
    "tr": (("tr",), frozenset(("table",))),
}
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")  # they continue after their block
_HIDING = re.compile(r"(?:\A|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\s*(?:!|;|\Z)")
_STYLE_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PIECE = re.compile(
    r"[ \t\n\f\r]+|&(?:#[0-9]{1,20}|#[xX][0-9a-fA-F]{1,20}|[A-Za-z][A-Za-z0-9]{0,31});?|[^ \t\n\f\r&]+|&"
)
_WHITE = " \t\n\f\r"


class TooMuchError(ValueError):
    """The page has more tags or more deeply nested elements than any article page."""


class PageRun(NamedTuple):
    """A run of the text and its range in the page, both half-open and in code points."""

    start: int
    end: int
    page_start: int
    page_end: int


@dataclass(frozen=True, slots=True)
class Rendering:
    """The visible text of a page.

    Attributes:
        text: One line per block, each with a line ending; empty if nothing is visible.
        runs: The runs of the text, in order.
        kinds: For each line with a run, by the offset of its start: `h1`, `figcaption` or empty.
    """

    text: str
    runs: tuple[PageRun, ...]
    kinds: Mapping[int, str]


def render(page: str) -> Rendering:
    """Render a decoded page.

    Raises:
        TooMuchError: it has more than `MOST_TAGS` tags, or elements nested more than `MOST_DEPTH` deep.
    """
    text = _Rendered(page)
    for token, kind in shown(page):
        if isinstance(token, Text):
            text.write(token.start, token.end, kind)
        elif token.name in BLOCKS or token.name == "br":
            text.separate("\t" if token.name in _CELLS else "\n" if token.name in ("br", "li", "tr") else "\n\n")
    return text.rendering()


def shown(page: str) -> Iterator[tuple[Text | Tag, str]]:
    """The visible texts and tags of a page, each with the kind of its line (see `Rendering.kinds`).

    Raises:
        TooMuchError: it has more than `MOST_TAGS` tags, or elements more than `MOST_DEPTH` deep.
    """
    tree, tags = _Tree(), 0
    for token in tokens(page):
        tags += isinstance(token, Tag)
        if tags > MOST_TAGS:
            raise TooMuchError(f"it has more than {MOST_TAGS:,} tags")
        if not tree.hiding if isinstance(token, Text) else tree.take(token):
            yield token, tree.kind


def hides(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element is hidden, judged by its name and attributes only.

    Elements with `aria-hidden` are visible; they are hidden only from screen readers. Style sheets are not read.

    >>> hides("p", {"style": "color: red; DISPLAY:none"}), hides("span", {"aria-hidden": "true"}), hides("script", {})
    (True, False, True)
    """
    if name in _NEVER or "hidden" in attributes or "popover" in attributes:
        return True
    if name == "dialog" and "open" not in attributes:
        return True
    return _HIDING.search(_STYLE_COMMENT.sub("", attributes.get("style", "")).lower()) is not None


class _Tree:
    """The open elements at a position in the page."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []
        self._count = Counter[str]()
        self._again: list[str] = []  # hidden formatting that continues after the end of its block
        self.hiding = 0  # the number of hidden open elements

    @property
    def kind(self) -> str:
        """`h1` or `figcaption` inside such an element, otherwise empty."""
        return next((name for name in ("figcaption", "h1") if self._count[name]), "")

    def take(self, tag: Tag) -> bool:
        """Process a tag; returns whether the tag is visible."""
        if tag.closes:
            return self._close(tag.name) and not self.hiding
        if tag.name in _CLOSES_P and self._count["p"]:
            self._end(("p",), _SCOPE | {"button"})
        if tag.name in _IMPLIED:
            self._end(*_IMPLIED[tag.name])
        if tag.name in _VOID or (tag.name in ("body", "html") and self._count[tag.name]):
            return not (self.hiding or hides(tag.name, tag.attributes))
        if len(self._open) >= MOST_DEPTH:
            raise TooMuchError(f"its elements are nested more than {MOST_DEPTH:,} deep")
        self._open.append((tag.name, hidden := hides(tag.name, tag.attributes)))
        self.hiding += hidden
        self._open += ((name, True) for name in self._again)
        self._count.update((tag.name, *self._again))
        self._again = []
        return not self.hiding

    def _close(self, name: str) -> bool:
        """Close an element; returns whether it was visible."""
        if name in self._again:
            self._again.remove(name)
            self.hiding -= 1
            return False
        if not self._count[name] or name in ("body", "html"):
            return name in ("br", "p")  # browsers treat these end tags as elements
        stops = frozenset(("table",)) - {name} if name in _TABLE else _SCOPE
        return self._end((name,), stops, inline=name not in BLOCKS | _SCOPE | {"button"})

    def _end(self, names: tuple[str, ...], stops: frozenset[str], inline: bool = False) -> bool:
        """Close the innermost element with one of the names, and all inside it, up to a stop or (inline) a block."""
        for place in range(len(self._open) - 1, -1, -1):
            name = self._open[place][0]
            if name in names:
                return self._pop(place)
            if name in stops or (inline and name in BLOCKS):
                break
        return False

    def _pop(self, place: int) -> bool:
        ended, self._open[place:] = self._open[place:], []
        self._count.subtract(name for name, _ in ended)
        again = [name for name, hidden in ended[1:] if hidden and name in _FORMATTING]
        self.hiding -= sum(hidden for _, hidden in ended) - len(again)
        self._again += again
        return not ended[0][1]


class _Rendered:
    """The rendered text so far, its runs, and the separator before the next text."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._parts: list[str] = []
        self._length = 0
        self._runs: list[PageRun] = []
        self._kinds: dict[int, str] = {}
        self._line = 0  # the start of the current line
        self._gap = ""
        self._space: tuple[int, int] | None = None  # the range of pending white space

    def separate(self, gap: str) -> None:
        """Add a separator for a block, a cell or a line; the strongest of several in a row counts."""
        self._space = None
        if self._length:
            self._gap = max(self._gap, gap, key=("", "\t", "\n", "\n\n").index)

    def write(self, start: int, end: int, kind: str) -> None:
        """Add a text of the page, with references decoded and white space collapsed."""
        import html  # imported here because pages are seldom read, and its table is large

        for found in _PIECE.finditer(self._page, start, end):
            piece = html.unescape(found[0]) if found[0][0] == "&" else found[0]
            if piece and not piece.strip(_WHITE):
                self._space = self._space or ((found.start(), found.start() + 1) if piece == found[0] else found.span())
            elif piece:
                self._join(kind)
                self._add(piece, *found.span())

    def rendering(self) -> Rendering:
        """The finished rendering."""
        text = "".join(self._parts)
        return Rendering(f"{text}\n" if text else "", tuple(self._runs), self._kinds)

    def _join(self, kind: str) -> None:
        if self._gap:
            self._parts.append(self._gap)
            self._length += len(self._gap)
            self._line = self._length if "\n" in self._gap else self._line
        elif self._space and self._length:
            self._add(" ", *self._space)
        self._gap, self._space = "", None
        self._kinds.setdefault(self._line, kind)

    def _add(self, text: str, start: int, end: int) -> None:
        run = PageRun(self._length, self._length + len(text), start, end)
        last = self._runs[-1] if self._runs else PageRun(0, 0, -1, -1)
        verbatim = (r.end - r.start == r.page_end - r.page_start for r in (run, last))
        if (last.end, last.page_end) == (run.start, run.page_start) and all(verbatim):
            self._runs[-1] = last._replace(end=run.end, page_end=run.page_end)
        else:
            self._runs.append(run)
        self._parts.append(text)
        self._length = run.end
