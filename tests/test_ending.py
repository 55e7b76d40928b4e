"""Where an article ends: by what, and never where too little is left or a person has decided."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.ending import Judged, Learner, c4, labelled
from vouchbank.text import Correction, RuleError, Verdict, normalise
from vouchbank.text import ending as ending_module
from vouchbank.text.ending import ENDED, NEVER, Ending, default_ending, read_ending, shape_of

SOURCE = Path(ending_module.__file__).with_name("ending.toml").read_text("utf-8")
BODY = [
    "The river rose overnight, and by the morning the bridge that joins the two halves of the town was shut.",
    "“We had hoped for a dry spring,” the mayor said, “but the water came weeks early, from the south.”",
    "Engineers will look at the piers on Thursday; until then buses go the long way round through the north.",
    "The last flood of this kind was in 1993, when the town was cut off for eleven days and fed from the air.",
]
COMMENTS = [
    *("Ada B says", "Thanks so much for sharing this!"),
    *("Ben says", "We were there as well, and the water came up to the second step of the town hall, no further."),
    *("Cleo says", "I love it."),
]
BIOGRAPHY = ["Ada Brook is a freelance writer and editor who lives in Oxmere with two cats.", "Edited by Ben Hill"]
APPEAL = ["Subscribe to our newsletter and never miss a story!", "Follow us on Instagram"]


def page(*lines: str) -> str:
    return "\n".join((*BODY, *lines))


@pytest.mark.parametrize("tail", [COMMENTS, BIOGRAPHY, [*BIOGRAPHY, *APPEAL]])
def test_what_stands_below_the_article_goes_and_each_line_says_why(tail: list[str]) -> None:
    found = normalise(page(*tail))
    assert found.text == page()
    assert ENDED in {one.rule for one in found.segments if not one.kept}


@pytest.mark.parametrize(
    "last",
    [
        ["The mayor says the bridge will open in May, and that the town will pay."],
        ["And the river …"],
        ["Ada Brook is a writer."],  # one sign is not enough
        ["Her newsletter was read by the crews, who lived in Oxmere at that time with what they had left of it."],
    ],
)
def test_an_article_is_not_cut_for_one_word(last: list[str]) -> None:
    assert normalise(page(*last)).text == page(*last)


def test_comments_are_told_by_who_wrote_them_and_need_three_of_them() -> None:
    assert default_ending().begins([*BODY, *COMMENTS]) == len(BODY)
    long = COMMENTS[3]
    transcript = ["Ben says", long, long, long]
    assert default_ending().begins([*BODY, *transcript]) is None


def test_what_would_leave_too_little_is_no_end() -> None:
    assert default_ending().begins([*BODY[:1], *BIOGRAPHY, *APPEAL]) is None
    assert default_ending().begins([]) is None


def test_what_is_known_to_be_the_articles_stays() -> None:
    raw = page(*BIOGRAPHY, *APPEAL)
    at = raw.index(APPEAL[1])
    by_hand = normalise(raw, [Correction(at, at + len(APPEAL[1]), "body")])
    judged = normalise(raw, verdicts=[Verdict(at, at + len(APPEAL[1]), True, "seen")])
    for found in (by_hand, judged):
        assert found.text.endswith(APPEAL[1])
        assert ENDED not in {one.rule for one in found.segments}


def test_a_line_below_the_end_has_the_role_of_what_it_says() -> None:
    roles = [default_ending().role_of(line) for line in (BIOGRAPHY[0], APPEAL[0], COMMENTS[0], "Oxmere")]
    assert roles == ["credit", "promotion", "interface", "interface"]


tails = st.lists(
    st.sampled_from([*BODY, *COMMENTS, *BIOGRAPHY, *APPEAL, "Oxmere", "Mar 3, 2026", "Comments"]), max_size=24
)


@given(tails)
def test_what_was_cut_is_not_cut_again(lines: list[str]) -> None:
    once = normalise("\n".join(lines)).text
    assert normalise(once).text == once
    left = lines
    while (cut := default_ending().begins(left)) is not None:
        assert left is lines  # one cut, never two
        left = lines[:cut]


@pytest.fixture(scope="module")
def whole() -> Ending:
    """The signs, none of which looks for its words first."""
    return replace(default_ending(), signs=tuple(replace(sign, words=()) for sign in default_ending().signs))


@given(lines=tails)
def test_signs_need_the_words_that_they_name(whole: Ending, lines: list[str]) -> None:
    names = [[sign.id for sign in default_ending().signs_of(line)] for line in lines]
    assert names == [[sign.id for sign in whole.signs_of(line)] for line in lines]


def test_without_a_model_nothing_ends() -> None:
    raw = page(*BIOGRAPHY)
    assert normalise(raw, ending=NEVER).text == raw


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("margin =", "margins =", "unknown key margins"),
        ("margin = 1.0\n", "", "missing margin"),
        ("paragraph = -", "paragraph = ", "shapes must be paragraph"),
        ('lines = "short"', 'lines = "few"', "commenter: lines must be any or short, not few"),
        ('role = "interface"', 'role = "body"', "commenter: a sign with a positive weight"),
        ('words = ["says", ', 'words = ["sings", ', "commenter: 'Sharon says' contains none of its words"),
        ("[shapes]", "[shapes", "ending: "),
    ],
)
def test_a_wrong_file_is_refused_and_named(old: str, new: str, said: str) -> None:
    assert old in SOURCE
    with pytest.raises(RuleError, match=said):
        read_ending(SOURCE.replace(old, new, 1))


def test_shapes_are_all_named() -> None:
    shapes = {shape_of(line) for line in (BODY[0], BODY[0] * 2, "It rained.", "a " * 50, "Rain in the town", "Rain")}
    assert shapes == set(tomllib.loads(SOURCE)["shapes"])


def test_the_bench_learns_what_separates_a_tail() -> None:
    learner = Learner(default_ending())
    texts = [page(*COMMENTS), page(*BIOGRAPHY), page()]
    pages = []
    for number, raw in enumerate(texts * 5):
        labels = "".join("B" if line in BODY else "J" for line in raw.split("\n"))
        found = {"id": str(number), "url": "", "raw": raw, "labels": labels, "gold": page()}
        pages.append(Judged(found, normalise(raw, ending=NEVER)))
    learned = learner.learned([learner.rows(one) for one in pages])
    weights = {sign.id: sign.weight for sign in learned.signs}
    assert weights["biography"] > 0
    assert learned.shapes["prose"] < learned.shapes["brief"] < 0
    assert [one.end for one in pages[:3]] == [len(BODY)] * 3
    assert list(labelled(pages[1].normalised, "BBBBJJ"))[-2:] == [
        (texts[1].index(BIOGRAPHY[0]), "J"),
        (texts[1].index(BIOGRAPHY[1]), "J"),
    ]


def test_c4_keeps_what_its_paper_says() -> None:
    lines = [
        "It rained all night.",
        "Go home.",
        "Read the news",
        "We use cookies on this site.",
        "Turn on JavaScript, please.",
    ]
    assert c4("\n".join(lines)) == lines[0]
