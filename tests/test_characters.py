"""Characters: which of them reach the clean text, and the map that leads back."""

from __future__ import annotations

import re
import sys
import time
import unicodedata

import pytest

from vouchbank.text import ChangedRun, OffsetMap
from vouchbank.text.characters import clean, joins, lines


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a  b", "a b"),
        ("\xa0 \xa0Powerful friends", "Powerful friends"),
        ("a\u202f\u2003b\t", "a b"),
        ("so\xadft", "soft"),
        ("\ufeffa\u200bb\u2060c", "abc"),
        ("a\u200e\u202ab\u2069", "ab"),
        ("a\x00\x1f\x7fb", "ab"),
        ("It\xe2\x80\x99s", "It’s"),
        ("\x93as\x94 it\x92s\x81", "“as” it’s"),
        ("\xc3\x85land", "Åland"),
        ("donâ\x80\xa8t", "don t"),
        ("A\u0303\xa9", "é"),
        ("cafe\u0301", "café"),
        ("e\u200b\u0301", "é"),
        ("\u1112\u1161\u11ab", "한"),
        ("\u0bc6\u0bbe", "\u0bca"),
        ("q\u0307\u0323", "q\u0323\u0307"),
        ("a\ud800b", "a\ufffdb"),
        ("“as” ‘it’ is", "“as” ‘it’ is"),
    ],
)
def test_a_line_is_cleaned(raw: str, text: str) -> None:
    assert clean(raw)[0] == text


@pytest.mark.parametrize(
    "raw",
    [
        "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",  # Persian: the non-joiner between stem and ending
        "\u0d28\u0d4d\u200d",  # Malayalam: a chillu written with a joiner, at the end of a word
        "👩\u200d🚀",
        "🏳\ufe0f\u200d🌈",
        "👩🏽\u200d⚕\ufe0f",
    ],
)
def test_joiners_that_carry_meaning_stay(raw: str) -> None:
    assert clean(raw)[0] == raw


@pytest.mark.parametrize("raw", ["a\u200db", "a\u200cb", "\u200da", "👩\u200da", "\u0646\u200c\u200c"])
def test_joiners_that_carry_none_go(raw: str) -> None:
    assert len(clean(raw)[0]) == len(raw) - 1


def test_a_space_for_a_no_break_space_is_exact() -> None:
    text, offsets = clean("5\xa0000 men")
    assert text == "5 000 men"
    assert offsets.to_raw(0, 5) == (0, 5, True)
    assert offsets.to_raw(1, 2) == (1, 2, True)


def test_a_repair_is_one_character_for_one() -> None:
    text, offsets = clean("Trump‘s", [(re.compile("‘(?=s)"), "’")])
    assert text == "Trump’s"
    assert offsets == OffsetMap(7, 7, (ChangedRun(5, 6, 5, 6),))


def test_every_line_end_of_unicode_separates_lines() -> None:
    raw = "a\r\nb\rc\vd\fe\x85f\u2028g\u2029h\n"
    assert [raw[start:end] for start, end in lines(raw)] == [*"abcdefgh", ""]


@pytest.mark.parametrize(
    ("raw", "cut"),
    [
        ("\xc3\x85land", ["\xc3\x85land"]),
        ("It\xe2\x80\x99s\x85Two\x85", ["It\xe2\x80\x99s", "Two", ""]),
        ("\x93Rain\x85\x94 and\nso\x85on", ["\x93Rain\x85\x94 and", "so", "on"]),
    ],
)
def test_u_0085_within_broken_text_is_no_line_end(raw: str, cut: list[str]) -> None:
    assert [raw[start:end] for start, end in lines(raw)] == cut


def handled(character: str) -> str | None:
    """What `a`, the character and `b` become; None where the category does not say it."""
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return "a b"
    if "\x80" <= character <= "\x9f":
        return None
    if category == "Cs":
        return "a\ufffdb"
    if category == "Cc" and not list(lines(character))[1:]:
        return "ab"
    if category in ("Cc", "Cf", "Zl", "Zp"):
        return None
    return unicodedata.normalize("NFC", f"a{character}b")


@pytest.mark.system
def test_every_single_character_is_handled_like_its_category_says() -> None:
    wanted = [(chr(point), text) for point in range(sys.maxunicode + 1) if (text := handled(chr(point)))]
    # many in one line, since it is the calls that cost: `ab` lets none of them meet another
    for first in range(0, len(wanted), 4096):
        characters, texts = zip(*wanted[first : first + 4096], strict=True)
        if clean("".join(f"a{character}b" for character in characters))[0] != "".join(texts):
            assert [(c, clean(f"a{c}b")[0]) for c in characters] == list(zip(characters, texts, strict=True))
            raise AssertionError(f"alone, but not together: {hex(ord(characters[0]))} to {hex(ord(characters[-1]))}")


@pytest.mark.slow
def test_units_are_cut_only_where_composition_cannot_reach() -> None:
    """No character that starts a unit changes the one before it; one that is not assigned has nothing to compose."""
    every = map(chr, range(0x300, sys.maxunicode + 1))
    for character in (one for one in every if unicodedata.category(one) not in ("Cn", "Co", "Cs")):
        decomposed = unicodedata.normalize("NFD", character)
        assert joins(character) or unicodedata.combining(decomposed[0]) == 0
        assert all(joins(one) for one in decomposed[1:]), hex(ord(character))


@pytest.mark.system
@pytest.mark.parametrize(
    "line",
    ["a" + "\u0301\u0316" * 100_000, "a\xa0\xa0" * 70_000, "a\u200b" * 100_000, "\u1161" * 200_000, " " * 200_000],
    ids=["marks", "spaces", "zero-width", "jamo", "blank"],
)
def test_a_hostile_line_takes_no_quadratic_time(line: str) -> None:
    begun = time.perf_counter()
    text, offsets = clean(line)
    assert time.perf_counter() - begun < 20
    assert offsets.raw_length == len(line)
    assert clean(text)[0] == text


def test_a_long_pile_of_marks_is_composed_like_a_short_one() -> None:
    pile = "a" + "\u0301\u0316" * 40
    assert clean(pile)[0] == unicodedata.normalize("NFC", pile)
