"""Findings for people: the line as it stands, and the carets exactly below the spot."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.findings import Finding, Place, Severity, errors, in_reading_order
from vouchbank.report import MAX_LINE, plain, printable, summary, underlined, width


def finding(column: int, end: int = 0, line: str = "", message: str = "wrong", help_: str = "") -> Finding:
    return Finding("a-slug", message, Place("f.toml", 3, column, 3 if end else 0, end), help_, line=line)


def spot(line: str, words: str) -> tuple[str, str]:
    """The line and its carets for a finding about `words`."""
    at = line.index(words)
    return underlined(finding(at + 1, at + 1 + len(words), line))


@pytest.mark.parametrize(
    ("line", "words", "shown", "carets"),
    [
        ("q = 'x'", "'x'", "q = 'x'", "    ^^^"),
        ("q = '米国' # x", "# x", "q = '米国' # x", "           ^^^"),
        ("q = '米国'", "米国", "q = '米国'", "     ^^^^"),
        ("q = 'ｆ'", "ｆ", "q = 'ｆ'", "     ^^"),
        ("q = '👩'", "👩", "q = '👩'", "     ^^"),
        ("q = 'cafe\u0301' x", "x", "q = 'cafe\u0301' x", "           ^"),
        ("q = 'cafe\u0301'", "cafe\u0301", "q = 'cafe\u0301'", "     ^^^^"),
        ("\tq = x", "x", "\\tq = x", "      ^"),
        ("q = 'a\tb'", "a\tb", "q = 'a\\tb'", "     ^^^^"),
        ("q = '\u202ex'", "x", "q = '\\u202ex'", "           ^"),
        ("q = 'a\u200db' x", " x", "q = 'a\\u200db' x", "              ^^"),
        ("q = '\x1b[31m'", "[31m", "q = '\\x1b[31m'", "         ^^^^"),
        ("q = 'a\u00a0b'", "b", "q = 'a\\xa0b'", "          ^"),
        ("q = 'น้ำ ที่' x", " x", "q = 'น้ำ ที่' x", "          ^^"),
        ("q = 'a\u20dd' x", " x", "q = 'a\u20dd' x", "       ^^"),
        ("q = '\u1112\u1161\u11ab' x", " x", "q = '\u1112\u1161\u11ab' x", "        ^^"),
    ],
)
def test_carets_stand_below_the_words_by_display_width(line: str, words: str, shown: str, carets: str) -> None:
    assert spot(line, words) == (shown, carets)


@pytest.mark.parametrize(
    ("column", "end", "carets"),
    [
        (1, 0, "^^^^^^^"),
        (5, 0, "    ^^^"),
        (5, 5, "    ^"),
        (5, 6, "    ^"),
        (8, 9, "       ^"),
        (40, 50, "       ^"),
        (5, 400, "    ^^^"),
        (0, 0, "^^^^^^^"),
    ],
)
def test_carets_never_leave_the_line(column: int, end: int, carets: str) -> None:
    assert underlined(finding(column, end, "q = 'x'")) == ("q = 'x'", carets)


def test_a_spot_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    over = Finding("a-slug", "wrong", Place("f.toml", 3, 5, 5, 2), line="q = '''x")
    assert underlined(over) == ("q = '''x", "    ^^^^")


@pytest.mark.parametrize("before", ["x" * 500, "米" * 300, "e\u0301" * 300, "\u202e" * 100])
def test_a_long_line_is_cut_and_the_carets_stay_below_their_words(before: str) -> None:
    shown, carets = spot(f"{before}HERE{'y' * 500}", "HERE")
    indent = len(carets) - len(carets.lstrip())
    at = shown.index("HERE")
    assert width(shown[:at]) == indent
    assert carets.strip() == "^^^^"
    assert len(shown) < 12 * MAX_LINE
    assert (shown[0], shown[-1]) == ("…", "…")


@pytest.mark.parametrize(
    ("before", "after", "cut"),
    [
        (MAX_LINE // 2, MAX_LINE, "right"),
        (MAX_LINE, 3, "left"),
        (MAX_LINE - 4, 0, ""),
        (MAX_LINE - 3, 0, "left"),
        (0, MAX_LINE - 3, "right"),
    ],
)
def test_a_line_has_an_ellipsis_where_it_is_cut_and_is_cut_only_where_it_is_too_long(
    before: int, after: int, cut: str
) -> None:
    shown, carets = spot("x" * before + "HERE" + "y" * after, "HERE")
    assert (shown.startswith("…"), shown.endswith("…")) == (cut == "left", cut == "right")
    assert len(shown) == min(before + 4 + after, MAX_LINE) + bool(cut)
    assert shown[len(carets) - 4 : len(carets)] == "HERE"


def test_a_spot_longer_than_what_is_shown_is_underlined_as_far_as_it_is_shown() -> None:
    shown, carets = underlined(finding(1, 1001, "x" * 1000))
    assert (shown, carets) == ("x" * MAX_LINE + "…", "^" * MAX_LINE)


def test_a_finding_is_its_place_its_message_its_line_and_what_to_do() -> None:
    said = ("no label", "did you mean 'y'?")
    assert plain(finding(5, 8, "q = 'x'", *said)) == (
        "f.toml:3:5: error: no label [a-slug]\n   3 | q = 'x'\n     |     ^^^\n     = help: did you mean 'y'?"
    )
    assert plain(finding(5, 8, "", *said)) == "f.toml:3:5: error: no label [a-slug]\n     = help: did you mean 'y'?"
    assert plain(finding(1, line="   ")) == "f.toml:3:1: error: wrong [a-slug]"


def test_control_and_bidi_characters_never_reach_the_terminal() -> None:
    line = "a\x1b]0;x\x07\u202eb\x9b\x7f\u2028"
    text = plain(finding(1, 3, line, "the \x1b[2Jword \u202ex\u2066", "no\r\x07 \u200f"))
    assert all(c.isprintable() or c == "\n" for c in text)
    assert "the \\x1b[2Jword \\u202ex\\u2066" in text
    assert "help: no\\r\\x07 \\u200f" in text


@given(st.text(max_size=400).map(lambda t: t.replace("\n", "")), st.integers(1, 420), st.integers(0, 420))
def test_no_line_gives_a_traceback_and_none_has_carets_beyond_it(line: str, column: int, end: int) -> None:
    shown, carets = underlined(finding(column, end, line))
    assert set(carets) <= {" ", "^"}
    assert carets.endswith("^")
    assert all(c.isprintable() for c in shown)
    assert len(carets) <= width(shown) + 1


@given(st.text())
def test_what_is_printable_is_left_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)
    assert [c for c in printable(text) if not c.isascii()] == [c for c in text if c.isprintable() and not c.isascii()]


# vowels and finals of Korean, which stand in the cell of the consonant before them, and a filler
JOINED = "".join(map(chr, [*range(0x1160, 0x1200), *range(0xD7B0, 0xD800), 0xFFA0]))


@given(st.text(st.characters(categories=["L", "Nd", "P"], exclude_characters=JOINED)))
def test_letters_take_one_column_or_two(text: str) -> None:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    assert width(text) == len(text) + wide


def test_a_run_ends_with_a_line_that_counts() -> None:
    warning = Finding("w", "m", Place("f"), severity=Severity.WARNING)
    error = finding(1)
    assert summary([], 38, 1) == "no findings (1 article, 38 checks)"
    assert summary([error], 38, 5) == "1 error (5 articles, 38 checks)"
    assert summary([error, warning, error], 38, 5) == "2 errors and 1 warning (5 articles, 38 checks)"
    assert summary([warning, warning], 38, 5) == "2 warnings (5 articles, 38 checks)"


def test_findings_are_read_in_the_order_of_files_lines_and_columns() -> None:
    places = [Place("b", 1), Place("a", 10, 1), Place("a", 2, 10), Place("a", 2, 9)]
    found = in_reading_order([Finding("s", "m", p) for p in places])
    assert [str(f.place) for f in found] == ["a:2:9", "a:2:10", "a:10:1", "b:1:1"]
    same = in_reading_order(
        [Finding("t", "a", Place("a")), Finding("s", "b", Place("a")), Finding("s", "a", Place("a"))]
    )
    assert [(f.slug, f.message) for f in same] == [("s", "a"), ("s", "b"), ("t", "a")]


def test_only_errors_fail_a_run() -> None:
    warning = Finding("w", "m", Place("f"), severity=Severity.WARNING)
    assert errors([warning, finding(1)]) == [finding(1)]
