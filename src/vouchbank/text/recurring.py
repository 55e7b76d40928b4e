r"""Which lines does a site repeat on its pages?

What stands at the top or the foot of several pages of one site is the site's, not the article's: menus, appeals, names
of sections. Given the raw texts of a site, each gets verdicts on such lines; `normalise` takes them, and a correction
by hand wins over them. The order of the pages decides nothing, and pages that are the same count once.

>>> story = "The river rose in {}, and by the morning the bridge of the old town was shut to all but the crews."
>>> pages = [f"Oxmere Lights\n{story.format(month)}\nOur other papers" for month in ("March", "April", "May")]
>>> [[one.raw_start for one in verdicts] for verdicts in recurring(pages)]
[[0, 116], [0, 116], [0, 114]]
>>> recurring(pages[:2])
[(), ()]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from vouchbank.text.normalise import Verdict
from vouchbank.text.plain import lines
from vouchbank.text.rules import closes_like_a_sentence, is_prose

RECURS = "recurs-on-site"
LEAST_PAGES = 3  # different pages that have the line
_LEAST_SHARE = 0.5  # of the different pages, for a line that is not at an edge
_SHORT = 60  # such a line is no longer than this, and no sentence
_MOST_PROSE = 0.3  # of the prose of a page may recur; pages that share more are versions of one article


def recurring(pages: Sequence[str]) -> list[tuple[Verdict, ...]]:
    """For each page of a site the lines that are not main text, because other pages of it have them too.

    A line counts from the edges of its page inwards, up to the first running text that does not recur; between the
    edges only a short line that is no sentence, and that most pages have.

    Args:
        pages: Raw texts, all from one site.
    """
    read = [_lines(page) for page in pages]
    different = {tuple(text for _, _, text in page): page for page in read}
    counts = Counter(text for page in different.values() for text in {text for _, _, text in page})
    often = max(LEAST_PAGES, _LEAST_SHARE * len(different))
    return [tuple(_verdicts(page, counts, often)) for page in read]


def recurring_by_site(pages: Sequence[tuple[str, str]]) -> list[tuple[Verdict, ...]]:
    """The same for pages of any sites, each with its address; pages without an address get nothing.

    Args:
        pages: Address and raw text of each.
    """
    sites = defaultdict[str, list[int]](list)
    for place, (address, _) in enumerate(pages):
        if site := site_of(address):
            sites[site].append(place)
    found: list[tuple[Verdict, ...]] = [()] * len(pages)
    for places in sites.values():
        for place, verdicts in zip(places, recurring([pages[place][1] for place in places]), strict=True):
            found[place] = verdicts
    return found


def site_of(address: str) -> str:
    """The site of an address; empty if it has none.

    >>> site_of("https://www.lake.example/2025/storm"), site_of("storm.html")
    ('lake.example', '')
    """
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


_Line = tuple[int, int, str]  # where it begins and ends in the raw text, without white space, and its folded text


def _lines(raw: str) -> list[_Line]:
    found = []
    for start, line in lines(raw):
        if text := line.strip():
            first = start + line.index(text)
            found.append((first, first + len(text), " ".join(text.split()).casefold()))
    return found


def _verdicts(page: Sequence[_Line], counts: Counter[str], often: float) -> Iterator[Verdict]:
    outer = {*_edge(page, range(len(page)), counts), *_edge(page, range(len(page) - 1, -1, -1), counts)}
    prose = [place for place, (_, _, text) in enumerate(page) if is_prose(text)]
    shared, whole = (sum(len(page[place][2]) for place in some) for some in (outer.intersection(prose), prose))
    if shared > _MOST_PROSE * whole:
        outer.difference_update(prose)
    for place, (start, end, text) in enumerate(page):
        inner = counts[text] >= often and len(text) <= _SHORT and not closes_like_a_sentence(text)
        if place in outer or inner:
            yield Verdict(start, end, False, RECURS)


def _edge(page: Sequence[_Line], places: range, counts: Counter[str]) -> Iterator[int]:
    """The lines that recur from an edge up to the first running text that does not."""
    for place in places:
        text = page[place][2]
        if counts[text] >= LEAST_PAGES:
            yield place
        elif is_prose(text):
            return
