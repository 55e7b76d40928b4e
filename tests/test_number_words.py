"""Digits and number words: everything that must be accounted for is found, and nothing inside other words."""

from __future__ import annotations

import pytest

from vouchbank.corpus import Corpus, repository_root
from vouchbank.language.amounts import is_share, readings
from vouchbank.language.number_words import numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("F-35 and Buk-M2E", ["35", "2"]),
        ("4,500 Marines, 7.9 million migrants", ["4,500", "7.9", "million"]),
        ("A slew of systems; several strikes", ["A slew", "several"]),
        ("a two-track strategy", ["two"]),
        ("tens of thousands", ["tens of thousands"]),
        ("in 2005, on Sept. 23, 2025.", ["2005", "23", "2025"]),
        ("someone, weighty, attend, second-hand", ["second"]),
        ("a single soldier doubled it", ["single", "doubled"]),
        ("$50 million", ["50", "million"]),
        ("no numbers here, and nobody says how many", []),
        ("½ of it, 2½ years, two-thirds, one-third, two seconds", ["½", "2½", "two-thirds", "one-third", "two"]),
        ("a threefold rise, a two-fold rise, 4x faster, 4x4", ["threefold", "two-fold", "4x", "4", "4"]),
        ("a pair of boots; pair up", ["a pair"]),
        ("both ships; both men and women", ["both"]),
        ("double-digit, six-figure, six figures", ["double-digit", "six-figure", "six"]),
        ("half a dozen, half an hour", ["half a dozen", "half"]),
        ("$3m, £2bn, the 100m final, 4.5bn", ["3m", "2bn", "100", "4.5bn"]),
        ("−4 °C, at -5, 10-15, minus 4, minus four", ["−4", "-5", "10", "15", "minus 4", "minus four"]),
        ("twenty-five, twenty-fifth", ["twenty-five", "twenty-fifth"]),
    ],
)
def test_numbers_of_a_text(text: str, found: list[str]) -> None:
    assert [span.of(text) for span in numbers(text)] == found


@pytest.mark.slow
def test_every_number_of_the_five_articles_is_accounted_for() -> None:
    from vouchbank.checks import check

    found = {f.slug for f in check(Corpus(repository_root()))}
    assert not found & {"number-not-accounted", "quotation-mark-not-accounted"}


def test_all_five_articles_are_judged() -> None:
    corpus = Corpus(repository_root())
    for article in corpus.articles:
        for name in ("entities", "quantities", "attributions"):
            assert article.status(corpus.schema.tables[name]) == "adjudicated", (article.id, name)


@pytest.mark.parametrize(("words", "value"), [("3:1", 3.0), ("1:4", 0.25), ("1:500", 0.002), ("10 : 1", 10.0)])
def test_a_proportion_with_a_colon_is_the_first_by_the_second(words: str, value: float) -> None:
    assert (readings(words), is_share(words)) == (((value,),), True)


@pytest.mark.parametrize("words", ["3:15", "1:15", "1:05", "2:2", "0:1", "3:1:1", "11:11"])
def test_other_numbers_with_a_colon_may_be_a_time_or_a_score(words: str) -> None:
    assert readings(words) == ()
