"""A line that is not TOML is told in words that help those who do not program: one slip after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.toml.messages import DEFAULT, plain_words
from vouchbank.toml.reader import Fault, read_toml

LINE = 'e1 = { q = "Reuters", type = "ORG", sure = false }'


def fault(text: str) -> Fault:
    (found,) = read_toml(text.encode(), "e.toml").faults
    return found


@pytest.mark.parametrize(
    ("line", "said", "help_"),
    [
        (LINE[:-2], "a comma or the closing } is missing", "put a comma between fields"),
        (LINE.replace('", type', '" type'), "a comma or the closing } is missing", "put a comma between fields"),
        (LINE.replace('Reuters"', "Reuters"), "a comma or the closing } is missing", "a quotation mark at both ends"),
        (LINE.replace("e1 =", "e1"), "an = is missing", "write a field as"),
        (LINE.replace(" =", ":"), "an = is missing", "write = instead of :"),
        (LINE.replace('"Reuters"', "Reuters"), "the quotation marks around text are missing", 'write "Reuters"'),
        (LINE.replace('"Reuters"', "“Reuters”"), "straight quotation marks, not “", 'write "…"'),
        (LINE.replace('"Reuters"', ""), "a value is missing", "put text in quotation marks"),
        (LINE.replace("false", "False"), "true and false must be lowercase", "write false"),
        (LINE.replace("false", "false,"), "unexpected comma before the closing }", "remove the comma"),
        (LINE.replace("{ ", "{\n"), "a table { … } does not end on its line", "write it on one line"),
        (LINE.replace('"ORG",', '"ORG", # why\n'), "a table { … } does not end on its line", "put comments above it"),
        ('source = ""We," he said"', "the line continues after its value", "put text that contains"),
        ('source = "Reuters', "the closing quotation mark is missing", "quotation mark at both ends"),
        ('source = "Reuters\n', "the closing quotation mark is missing", "the line where it begins"),
        ('scope = ["a", "b"\n[p2]', "a comma or the closing ] is missing, here or above", "between fields"),
        ("[p3", "the closing ] is missing", "close the section name: [p3]"),
        ('path = "a\\b\\c"', "\\ has a special meaning in", "'…'"),
        ("= 1", "neither a section nor a field", "put text in quotation marks"),
    ],
)
def test_a_slip_is_told_in_plain_words(line: str, said: str, help_: str) -> None:
    found = fault(f'status = "draft"\n{line}')
    assert found.slug == "toml-syntax"
    assert found.message.startswith("invalid TOML: ")
    assert said in found.message
    assert help_ in found.help


@pytest.mark.parametrize(
    ("text", "line", "said", "help_"),
    [
        (f"{LINE}\n{LINE}", 2, "e1 occurs twice in this section", "its own id"),
        (LINE.replace("sure", "type"), 1, "type occurs twice in this section", "remove one of the two"),
        ("[p3]\n[p4]\n[p3]", 3, "[p3] occurs twice in this file", "move its lines into the first [p3]"),
        ("[p3.a1]\n[p3.a1]", 2, "a1 occurs twice in this section", "its own id"),
        ("status = 1\nstatus = 1", 2, "status occurs twice in this section", "remove one of the two"),
    ],
)
def test_a_key_that_stands_twice_is_named(text: str, line: int, said: str, help_: str) -> None:
    found = fault(text)
    assert (found.slug, found.message, found.place.line) == ("duplicate-key", said, line)
    assert help_ in found.help


@given(st.text(min_size=1, max_size=20), st.text(max_size=40), st.integers(-2, 60))
def test_whatever_the_parser_says_there_are_words_for_it(said: str, line: str, column: int) -> None:
    assert all(plain_words(said, line, column))
    assert all(plain_words("Invalid value", line, column))
    assert all(plain_words("Invalid initial character for a key part", line, column))


def test_what_has_no_words_of_its_own_is_said_as_the_parser_says_it() -> None:
    assert plain_words("Something new", "x", 0) == ("Something new", DEFAULT)
