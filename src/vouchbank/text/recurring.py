r"""Find the lines that a site repeats on its pages.

Lines at the top or bottom of several pages of one site are boilerplate: menus, appeals, names of sections. `recurring`
returns verdicts on such lines for each page, which `normalise` accepts; manual corrections override them. The order of
the pages does not matter, and identical pages count once.

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
LEAST_PAGES = 3  # the minimum number of different pages with the line
_LEAST_SHARE = 0.5  # the minimum share of the different pages, for a line that is not at an edge
_SHORT = 60  # the maximum length of a line that is not at an edge; it must not be a sentence
_MOST_PROSE = 0.3  # the maximum share of recurring prose; pages that share more are versions of one article


def recurring(pages: Sequence[str]) -> list[tuple[Verdict, ...]]:
    """For each page of a site, the lines that are not main text because other pages have them too.

    Recurring lines count from the edges of a page inwards, up to the first running text that does not recur. Elsewhere,
    only short lines that are not sentences and that most pages have count.

    Args:
        pages: The raw texts of pages from one site.
    """
    read = [_lines(page) for page in pages]
    different = {tuple(text for _, _, text in page): page for page in read}
    counts = Counter(text for page in different.values() for text in {text for _, _, text in page})
    often = max(LEAST_PAGES, _LEAST_SHARE * len(different))
    return [tuple(_verdicts(page, counts, often)) for page in read]


def recurring_by_site(pages: Sequence[tuple[str, str]]) -> list[tuple[Verdict, ...]]:
    """The same for pages of several sites; pages without an address get no verdicts.

    Args:
        pages: The address and the raw text of each page.
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
    """The host of a web address without `www.`; empty if it has none.

    >>> site_of("https://www.lake.example/2025/storm"), site_of("storm.html")
    ('lake.example', '')
    """
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


_Line = tuple[int, int, str]  # start and end in the raw text without white space, and the case-folded text


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
    """The recurring lines from an edge up to the first running text that does not recur."""
    for place in places:
        text = page[place][2]
        if counts[text] >= LEAST_PAGES:
            yield place
        elif is_prose(text):
            return
