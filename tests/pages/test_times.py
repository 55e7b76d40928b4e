"""No page tells what was before or what is to come: CHANGELOG.md and docs/decisions.md do, and git."""

from __future__ import annotations

import re
from itertools import takewhile

import pytest

from tests.pages.reading import OWN_HISTORY, Page, listed, pages_of_today

OTHER_TIMES = re.compile(
    r"""\b(?:
        (?<!is\ )(?<!are\ )(?<!be\ )used\ to | formerly | previously | hitherto | until\ now | up\ to\ now | no\ longer
      | (?:not|nothing|nobody)\b[\w ]{0,20}\bany\ ?more | in\ the\ past | once\ was
      | (?:was|were|has\ been|have\ been|is\ now|are\ now)\ (?:moved|renamed|replaced|called|split|merged|dropped)
      | deprecated | older\ versions? | in\ (?:an?\ )?(?:earlier|previous)\ versions?\ of
      | for\ now | not\ yet\ (?:built|done|implemented|supported|there) | coming\ soon | upcoming
      | in\ the\ future | will\ be\ (?:added|able|built|possible) | phase\ \d | issue\ \#?\d+
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
# quotes what the articles say of other times
QUOTES = "docs/corpus.md"
# where the words tell of an order that holds today: the page, the words, and what the order is
MEANT = {
    ("docs/versions.md", "is no longer unique"): "a release and the next one",
}


def other_times(page: Page) -> list[str]:
    """A line for each word of a page that tells of another time."""
    found = []
    for line, words in takewhile(lambda said: said.text != OWN_HISTORY, page.prose()):
        said = QUOTED.sub("", words)
        for known in (snippet for path, snippet in MEANT if path == page.path):
            said = said.replace(known, "")
        found += [f"{page.path}:{line}: {hit[0]!r}: …{said[max(0, hit.start() - 40) : hit.end() + 30]}…"
                  for hit in OTHER_TIMES.finditer(said)]  # fmt: skip
    return found


@pytest.mark.slow
def test_no_page_tells_of_another_time() -> None:
    found = [line for page in pages_of_today() if page.path != QUOTES for line in other_times(page)]
    assert found == [], listed(found)


def test_no_exception_is_left_over() -> None:
    text = {page.path: " ".join(words for _, words in page.prose()) for page in pages_of_today()}
    assert [place for place in MEANT if place[1] not in text.get(place[0], "")] == []


@pytest.mark.parametrize(
    "words",
    [
        "The command was renamed in spring.",
        "It used to be `x`.",
        "Ids are no longer three digits.",
        "This is not read any more.",
        "For now it is slow.",
        "Previously, two files did this.",
        "It will be possible to load it.",
        "See issue 13.",
        "| a |\n|---|\n| formerly b |",
    ],
)
def test_words_of_another_time_are_named(words: str) -> None:
    (found,) = other_times(Page("x.md", f"# A page\n\n{words}\n"))
    assert found.startswith(f"x.md:{3 + 2 * words.startswith('|')}: ")


@pytest.mark.parametrize("words", ["The file is used to sort.", "He said “no longer” twice.", "`no longer` is a cue."])
def test_words_that_are_quoted_or_tell_what_for_are_none(words: str) -> None:
    assert other_times(Page("x.md", words)) == []
