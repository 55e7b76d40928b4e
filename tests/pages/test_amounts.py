"""Every number in the prose of a page is accounted for in `stated.py`: computed, or compared with a report."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.pages.amounts import Amount, amounts, pattern, value, written
from tests.pages.reading import ROOT, Page, listed, pages_of_today, templates
from tests.pages.stated import ACCOUNTED, Elsewhere, Stated

TABLE = "tests/pages/stated.py"


def accounted(page: Page, amount: Amount, known: Sequence[Stated | Elsewhere]) -> bool:
    """Whether a line of the table has this number of this page."""
    for one in known:
        if one.page != page.path:
            continue
        if isinstance(one, Elsewhere):
            if amount.words.startswith(one.begins):
                return True
            continue
        hits = pattern(one.sentence).finditer(amount.words)
        if any(hit.start(n) <= amount.start < hit.end(n) for hit in hits for n in range(1, hit.re.groups + 1)):
            return True
    return False


def unaccounted(page: Page, known: Sequence[Stated | Elsewhere]) -> list[str]:
    """A line for each number of a page that the table does not have."""
    return [f"{page.path}:{amount}" for amount in amounts(page) if not accounted(page, amount, known)]


def wrong(one: Stated, some: Sequence[Page]) -> list[str]:
    """A line for each place where a page has another number than what is known, or where it lacks the sentence."""
    words = [said.text for page in some if page.path == one.page for said in page.prose()]
    hits = [hit for text in words for hit in pattern(one.sentence).finditer(text)]
    known = [float(number) for number in one.numbers()]
    found = [[value(number) for number in hit.groups()] for hit in hits]
    if not found:
        return [f"{one.page} does not say {one.sentence!r}: take the line out of {TABLE}"]
    return [f"{one.page}: {one.sentence!r} has {numbers}; it is {known}" for numbers in found if numbers != known]


@pytest.mark.slow
def test_every_number_is_accounted_for() -> None:
    found = [line for page in written() for line in unaccounted(page, ACCOUNTED)]
    assert found == [], listed([*found, f"Account for each in {TABLE}, or say it without the number."])


@pytest.mark.parametrize("one", [one for one in ACCOUNTED if isinstance(one, Stated)], ids=lambda one: str(one[:2]))
def test_a_number_is_what_is_known(one: Stated) -> None:
    found = wrong(one, [*pages_of_today(), *templates()])
    assert found == [], listed(found)


@pytest.mark.parametrize("one", [one for one in ACCOUNTED if isinstance(one, Elsewhere)], ids=lambda one: str(one[:2]))
def test_what_another_test_compares_is_there_and_so_is_the_test(one: Elsewhere) -> None:
    texts = [said.text for page in written() if page.path == one.page for said in page.prose()]
    assert any(text.startswith(one.begins) for text in texts)
    assert one.page.rpartition("/")[2].rpartition(".")[0] in (ROOT / one.test).read_text("utf-8")


# --- the test can fail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("It takes 17 s, ten minutes at most, and 5 GB.", ["17 s", "ten", "5 GB"]),
        ("181 checks, 3,000 characters, 95%, 1.5 times.", ["181", "3,000", "95%", "1.5"]),
        ("| what | MB |\n|---|---|\n| all | 744 |", ["744"]),
        ("Python 3.11 to 3.13, v1.2.3, chapter 3, article 004, SHA-256, CC BY 4.0, in 2025, `99`, “21 boats”.", []),
        ("The exit status is 1, counted from 0, and steps 3 and 4 are done again.", []),
        ("Two annotators differ.", []),
    ],
)
def test_numbers_are_found_and_names_are_not(words: str, found: list[str]) -> None:
    page = Page("x.md", words)
    assert [amount.words[amount.start : amount.end] for amount in amounts(page)] == found


def test_a_number_that_nobody_knows_is_named_and_so_is_a_wrong_one() -> None:
    page = Page("x.md", "A file has at most 3 MB.\n\nIt takes ten minutes.")
    known = [Stated("x.md", "at most # MB", lambda: [2])]
    assert unaccounted(page, known) == ["x.md:3: …It takes ten minutes.…"]
    assert wrong(known[0], [page]) == ["x.md: 'at most # MB' has [3.0]; it is [2.0]"]
    assert "does not say" in wrong(Stated("x.md", "at least # MB", lambda: [2]), [page])[0]
    assert unaccounted(page, [*known, Elsewhere("x.md", "It takes", "y.py")]) == []
