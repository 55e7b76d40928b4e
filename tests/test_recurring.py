"""What a site repeats on its pages is not the article's; the order of the pages decides nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.text import Correction, Verdict, normalise
from vouchbank.text.recurring import LEAST_PAGES, RECURS, recurring, recurring_by_site

STORY = "The river rose in {}, and by the morning the bridge of the old town was shut to all but the crews."
APPEAL = (
    "Our work costs money, and whoever gives some of it makes sure that the town can read what its council decides."
)
MONTHS = ("March", "April", "May", "June")


def site(*more: str) -> list[str]:
    return [
        "\n".join(
            (
                "Oxmere Lights",
                STORY.format(month),
                *more,
                f"{STORY.format(month)} In {month} it is rare.",
                APPEAL,
                "Papers",
            )
        )
        for month in MONTHS
    ]


def removed(raw: str, verdicts: tuple[Verdict, ...]) -> list[str]:
    return [raw[one.raw_start : one.raw_end] for one in verdicts]


def test_what_stands_at_the_edges_of_several_pages_goes() -> None:
    pages = site("Sponsored by the lake")
    for raw, verdicts in zip(pages, recurring(pages), strict=True):
        assert removed(raw, verdicts) == ["Oxmere Lights", "Sponsored by the lake", "Papers"]
        found = normalise(raw, verdicts=verdicts)
        assert {one.rule for one in found.segments if not one.kept} == {RECURS}


def test_a_sentence_at_the_foot_goes_where_it_is_a_small_part_of_the_page() -> None:
    pages = [
        page.replace("\n", f"\n{STORY.format('spring')} {number}, {STORY.format('May')}\n", 1)
        for number, page in enumerate(site())
    ]
    assert all(
        removed(raw, verdicts)[-2:] == [APPEAL, "Papers"] for raw, verdicts in zip(pages, recurring(pages), strict=True)
    )


def test_versions_of_one_article_keep_their_text() -> None:
    pages = [f"Oxmere Lights\n{STORY.format('March')}\n{APPEAL}\nUpdate {number}" for number in range(5)]
    assert all(
        removed(raw, verdicts) == ["Oxmere Lights"] for raw, verdicts in zip(pages, recurring(pages), strict=True)
    )


def test_the_same_page_counts_once_and_two_pages_say_nothing() -> None:
    assert recurring(site()[:1] * 5) == [()] * 5
    assert recurring(site()[: LEAST_PAGES - 1]) == [()] * (LEAST_PAGES - 1)


def test_a_sentence_in_the_middle_stays_however_often_it_stands_there() -> None:
    pages = site("It rained.")
    assert not any("It rained." in removed(raw, one) for raw, one in zip(pages, recurring(pages), strict=True))


def test_a_correction_wins() -> None:
    raw = site()[0]
    verdicts = recurring(site())[0]
    assert normalise(raw, [Correction(0, 13, "heading")], verdicts=verdicts).text.startswith("Oxmere Lights\n")


@pytest.mark.parametrize(
    ("address", "found"), [("https://www.lake.example/{}", 4), ("https://{}.example/", 0), ("", 0), ("http://[", 0)]
)
def test_pages_of_one_host_are_a_site(address: str, found: int) -> None:
    pages = [(address.format(month.lower()), raw) for month, raw in zip(MONTHS, site(), strict=True)]
    assert sum(bool(verdicts) for verdicts in recurring_by_site(pages)) == found


lines = st.lists(
    st.sampled_from(["Oxmere Lights", "Papers", APPEAL, STORY, STORY.format("May"), "It rained.", " ", "\u2028x"]),
    max_size=8,
)


@given(st.lists(lines.map("\n".join), max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_pages_decides_nothing(pages: list[str], random: object) -> None:
    order = list(range(len(pages)))
    random.shuffle(order)  # type: ignore[attr-defined]
    plain = recurring(pages)
    assert [plain[place] for place in order] == recurring([pages[place] for place in order])
    for raw, verdicts in zip(pages, plain, strict=True):
        assert all(one.raw_start < one.raw_end for one in verdicts)
        assert [one.raw_start for one in verdicts] == sorted(one.raw_start for one in verdicts)
        assert normalise(raw, verdicts=verdicts).raw == raw
