"""What is quick about normalising decides as the plain way does: clean every line, try every rule on it."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.text_support import AWKWARD, EXAMPLES, PROSE, RULES, TITLE, corrected_pages, pages, pieces
from vouchbank.text import Correction, Normalised, Verdict, characters, normalise, plain
from vouchbank.text.candidates import Candidates
from vouchbank.text.ending import default_ending
from vouchbank.text.line_roles import Line, _Page, _words
from vouchbank.text.prefilter import FOLDING
from vouchbank.text.rules import LONGEST, ZONES, LineRule, closes_like_a_sentence

pytestmark = pytest.mark.system

ENDING = default_ending()
PRINTABLE = [one for one in map(chr, range(sys.maxunicode + 1)) if one.isprintable()]

mutations = st.tuples(st.sampled_from(["", *AWKWARD, *FOLDING, "a", "X", "9", "/", ":"]), st.integers(0, 400))


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line of furniture, or one that a pattern reads, more or less."""
    rule = draw(st.sampled_from(RULES.rules))
    read = st.from_regex(rule.pattern, fullmatch=True)
    line: str = draw(st.one_of(st.sampled_from(EXAMPLES), read, st.sampled_from(PROSE)))
    line = draw(st.sampled_from([line, line.upper(), line.lower(), line.title(), _folded(line)]))
    for what, most in draw(st.lists(mutations, max_size=3)):
        place = min(most, len(line))
        line = line[:place] + what + line[place + (len(what) % 2) :]
    return line * draw(st.sampled_from([1, 1, 1, 5]))


@st.composite
def signed_lines(draw: st.DrawFn) -> str:
    """A line that shows a sign, more or less."""
    sign = draw(st.sampled_from(ENDING.signs))
    examples = st.sampled_from([line for one in ENDING.signs for line in (*one.matches, *one.near_misses)])
    line: str = draw(st.one_of(st.from_regex(sign.pattern), examples, lines()))
    line = draw(st.sampled_from([line, line.upper(), line.lower(), _folded(line)]))
    before, after = draw(
        st.tuples(st.sampled_from(["", "é", "“", " ", *PROSE]), st.sampled_from(["", "…", " Ok", "é"]))
    )
    return before + line + after


def _folded(line: str) -> str:
    return line.translate(str.maketrans("sSkKi", "\u017f\u017f\u212a\u212a\u0130"))


def every(_: object, line: str, zone: int) -> tuple[LineRule, ...]:
    return tuple(rule for rule in RULES.rules if ZONES[rule.scope] & zone and rule.reads(line))


@given(lines(), st.integers(0, 2 ** len(ZONES) - 1))
@settings(max_examples=500, deadline=None)
def test_the_rules_found_are_those_that_read_the_line(line: str, zone: int) -> None:
    assert RULES.candidates.of(line, -1) == every(None, line, -1)
    assert RULES.candidates.of(line, zone) == every(None, line, zone)


def plain_signs(line: str) -> list[str]:
    """As the fields of a sign say: one of its words is a word of the line, and its pattern is found."""
    text = line[:320]
    words = set(re.findall(r"[^\W\d_]+|[©★…@!|]|\.\.\.", text.lower()))
    signs = [sign for sign in ENDING.signs if sign.lines == "any" or len(line) <= 120]
    return [
        sign.id for sign in signs if (not sign.words or words.intersection(sign.words)) and sign.pattern.search(text)
    ]


@given(signed_lines())
@settings(max_examples=800, deadline=None)
@example("éour team")
@example("“our ſite”")
def test_the_signs_of_a_line_are_those_whose_patterns_are_found_in_it(line: str) -> None:
    assert [sign.id for sign in ENDING.signs_of(line)] == plain_signs(line)


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_a_rule_is_found_for_its_own_examples(rule: LineRule) -> None:
    for line in (*rule.matches, *(line.ljust(LONGEST + 1, ".") for line in rule.matches if rule.cuts)):
        assert rule in RULES.candidates.of(line, ZONES[rule.scope])
        assert rule not in RULES.candidates.of(line, ~ZONES[rule.scope])


def test_the_letters_that_fold_into_ascii_are_those_of_re() -> None:
    beyond = "".join(map(chr, range(128, sys.maxunicode + 1)))
    assert sorted(re.findall("[a-z]", beyond, re.IGNORECASE)) == sorted(FOLDING)


def test_every_character_that_stays_does() -> None:
    stays = plain.PlainLines("\x85").stays  # of the text nothing is known
    staying = [f"e{one}a" for one in PRINTABLE if stays(f"e{one}a")]
    assert len(staying) > 100_000
    assert {"eéa", "e“a", "e’a", "e字a"} < set(staying)
    for place in range(0, len(staying), 500):
        line = " ".join(staying[place : place + 500])
        assert characters.clean(line)[0] == line
    assert not [one for one in map(chr, range(128)) if stays(f"e{one}a") and unicodedata.category(one)[0] == "C"]


@given(st.lists(st.sampled_from([*AWKWARD, *PROSE, "a", "é", "字", "œ"]), max_size=6).map("".join), st.text())
@example("Â", " ")
@example("x‘s", "")
def test_a_line_that_stays_is_what_cleaning_gives(line: str, around: str) -> None:
    line = line.strip(" \t")
    for text in (line, f"{around}\n{line}"):
        page = plain.PlainLines(text, RULES.repair_pairs)
        if line and page.stays(line):
            assert characters.clean(line, RULES.repair_pairs)[0] == line
        if spaced := page.spaced(f" {line}\t"):
            first, cleaned, runs = spaced
            wanted, offsets = characters.clean(f" {line}\t", RULES.repair_pairs)
            assert cleaned == wanted
            if wanted:
                edges = (
                    (0, first, 0, 0),
                    (offsets.to_raw(0, len(wanted)).end, len(line) + 2, len(wanted), len(wanted)),
                )
                inner = [(a + first, b + first, c, d) for a, b, c, d in runs]
                assert list(offsets.runs) == [edges[0], *inner, edges[1]]


@given(pages)
@example("a\x85b\r\nc\n")
def test_lines_are_those_of_the_plain_way(raw: str) -> None:
    assert list(plain.lines(raw)) == list(slow_lines(raw))


def slow_lines(raw: str) -> Iterator[tuple[int, str]]:
    return ((start, raw[start:end]) for start, end in characters.lines(raw))


def slowly(raw: str, corrections: list[Correction], verdicts: list[Verdict]) -> Normalised | None:
    with (
        patch.object(Candidates, "of", every),
        patch.object(plain, "lines", slow_lines),
        patch.object(plain.PlainLines, "stays", lambda *_: False),
        patch.object(plain.PlainLines, "spaced", lambda *_: None),
        patch.object(characters, "_is_plain", lambda _: False),
    ):
        return tried(raw, corrections, verdicts)


def tried(raw: str, corrections: list[Correction], verdicts: list[Verdict]) -> Normalised | None:
    try:
        return normalise(raw, corrections, RULES, verdicts)
    except ValueError:  # a correction of what is no text
        return None


@given(corrected_pages(), st.lists(pieces, max_size=25).map("\n".join), st.data())
@settings(max_examples=300, deadline=None)
def test_a_page_is_normalised_as_in_the_plain_way(
    case: tuple[str, list[Correction]], page: str, data: st.DataObject
) -> None:
    assert tried(*case, []) == slowly(*case, [])
    known = [
        Verdict(start, end, data.draw(st.booleans()), "library-1")
        for start, end in characters.lines(page)
        if start < end and data.draw(st.booleans())
    ]
    assert tried(page, [], known) == slowly(page, [], known)


@given(st.lists(st.sampled_from([*PROSE, TITLE, f"{TITLE}.", "The mayor closed the bridge", "Water. Bridge."])))
def test_what_the_sentences_below_tell_is_counted_as_if_each_line_asked_anew(texts: list[str]) -> None:
    page = _Page([Line(text) for text in texts], RULES)
    for place, text in enumerate(texts):
        below = [*texts[place + 1 : page.first], *texts[page.first : page.first + 100]]
        words = frozenset[str]().union(*(_words(one) for one in below if closes_like_a_sentence(one)))
        said = _words(text)
        assert page._told(said, place) == (len(said & words), len(words))


def test_words_are_the_same_whether_they_are_folded_before_or_after_they_are_found() -> None:
    letter, digit = re.compile(r"[^\W\d_]"), re.compile(r"\d")
    every_character = map(chr, range(sys.maxunicode + 1))
    changed = [(one, one.casefold()) for one in every_character if one != one.casefold() and len(one.casefold()) == 1]
    kinds = [
        (one, [[bool(kind.match(form)) for kind in (letter, digit)] for form in (one, new)]) for one, new in changed
    ]
    assert [one for one, (before, after) in kinds if before != after] == ["\u0345"]
