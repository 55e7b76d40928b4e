"""Every key, value and comment of a TOML file has its exact place, and no bytes whatsoever give a traceback."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.findings import Place
from vouchbank.toml.reader import Document, Fault, read_toml
from vouchbank.toml.walk import Comment


def read(text: str) -> Document:
    document = read_toml(text.encode(), "f.toml")
    assert document.faults == (), document.faults
    return document


def fault(data: bytes) -> Fault:
    document = read_toml(data, "f.toml")
    assert len(document.faults) == 1
    assert document.values == {}
    return document.faults[0]


def at(place: Place) -> tuple[int, int, int, int]:
    return place.line, place.column, place.end_line, place.end_column


def marked(text: str, place: Place) -> str:
    """The characters a place speaks of, read from the text by line and column alone."""
    lines = text.split("\n")
    if place.line == place.end_line:
        return lines[place.line - 1][place.column - 1 : place.end_column - 1]
    first, last = lines[place.line - 1][place.column - 1 :], lines[place.end_line - 1][: place.end_column - 1]
    return "\n".join([first, *lines[place.line : place.end_line - 1], last])


def test_a_value_and_its_key_have_their_line_and_columns() -> None:
    document = read('a = 1\n  bee   =   "two"\n')
    assert at(document.place("bee")) == (2, 13, 2, 18)
    assert at(document.key_place("bee")) == (2, 3, 2, 6)


def test_columns_count_code_points_whatever_stands_before_them() -> None:
    text = 'e6 = { q = "Čapek 👩\u200d👧 e\u0301", type = "ORG" }\n'
    place = read(text).place("e6", "type")
    assert marked(text, place) == '"ORG"'
    assert place.column == text.index('"ORG"') + 1


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_do_not_move_places(end: str) -> None:
    text = f'# é{end}[p3]{end}e6 = {{ q = "é", type = "X" }}{end}'
    document = read(text)
    assert at(document.place("p3", "e6", "type")) == (3, 24, 3, 27)
    assert at(document.key_place("p3")) == (2, 2, 2, 4)


@pytest.mark.parametrize(
    ("text", "path", "key", "value"),
    [
        ("a.b.c = 1", ("a", "b", "c"), "c", "1"),
        ("a . b = 1", ("a", "b"), "b", "1"),
        ("'a b'.\"c\\u0064\" = 1", ("a b", "cd"), '"c\\u0064"', "1"),
        ('"é" = [ 1, "ü", 3 ]', ("é", 2), None, "3"),
        ("x = [[1, 2], [3]]", ("x", 1, 0), None, "3"),
        ("x = [{ a = 1 }, { a = [5, 6] }]", ("x", 1, "a", 1), None, "6"),
        ("x = { y = { z = true } }", ("x", "y", "z"), "z", "true"),
        ("x = { y.z = 1979-05-27T07:32:00Z }", ("x", "y", "z"), "z", "1979-05-27T07:32:00Z"),
        ("[p3.q3]\nnumber = 'x'", ("p3", "q3", "number"), "number", "'x'"),
        ('[a]\n[a."b.c"]\nd = 1', ("a", "b.c", "d"), "d", "1"),
        ("[[rows]]\nq = 1\n[[rows]]\nq = 2", ("rows", 1, "q"), "q", "2"),
        ("1 = 2", ("1",), "1", "2"),
        ('x = [\n  "a",  # one\n  "é",\n]', ("x", 1), None, '"é"'),
        ('x = """\nFirst\n  second é""" # why', ("x",), "x", '"""\nFirst\n  second é"""'),
        ("x = '''a\n\nb'''", ("x",), "x", "'''a\n\nb'''"),
        ('x = [\n  """a\nb""", 7]', ("x", 1), None, "7"),
    ],
)
def test_every_form_of_key_and_value_has_its_place(text: str, path: tuple, key: str | None, value: str) -> None:
    document = read(text)
    inner = document.values
    for step in path:
        inner = inner[step]
    assert marked(text, document.place(*path)) == value
    if key is not None:
        assert marked(text, document.key_place(*path)) == key


def test_a_sub_table_of_an_array_of_tables_has_its_index() -> None:
    text = "[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2\n"
    document = read(text)
    assert marked(text, document.place("a", 1, "b", "c")) == "2"
    assert document.place("a", 1, "b", "c").line == 6


def test_what_has_no_place_has_the_place_of_what_is_around_it() -> None:
    document = read('[p3]\ne6 = { q = "x" }\n')
    assert document.place("p3", "e6", "type") == document.place("p3", "e6")
    assert document.place("p3") == document.key_place("p3")
    assert document.place("p9", "e1") == Place("f.toml")
    assert document.key_place("p3", "e6", "nothing") == document.place("p3", "e6")


def test_the_key_of_an_array_of_tables_is_the_place_of_each_of_them() -> None:
    document = read("[[rows]]\nq = 1\n[[rows]]\nq = 2\n")
    assert at(document.key_place("rows", 0)) == (1, 3, 1, 7)
    assert at(document.key_place("rows", 1)) == (3, 3, 3, 7)


def test_a_comment_belongs_to_the_key_below_it_or_beside_it() -> None:
    text = "\n".join(
        [
            "# of the file",
            "",
            "# of status",
            'status = "draft"  # how far',
            "# of p3",
            "[p3]  # the third",
            "# of e6",
            'e6 = { q = "x" } # beside e6',
            "# of p4.q1",
            "[p4.q1]",
            "number = '1' # beside number",
            "# at the end",
        ]
    )
    assert read(text).comments == (
        Comment("# of the file", ("status",), False),
        Comment("# of status", ("status",), False),
        Comment("# how far", ("status",), True),
        Comment("# of p3", ("p3",), False),
        Comment("# the third", ("p3",), True),
        Comment("# of e6", ("p3", "e6"), False),
        Comment("# beside e6", ("p3", "e6"), True),
        Comment("# of p4.q1", ("p4", "q1"), False),
        Comment("# beside number", ("p4", "q1", "number"), True),
        Comment("# at the end", (), False),
    )


def test_a_comment_inside_a_list_belongs_to_the_list() -> None:
    text = '[p3.q3]\nscope = [ # first\n  "a", # second\n  # third\n  "b",\n] # beside\n'
    owner = ("p3", "q3", "scope")
    assert read(text).comments == (
        Comment("# first", owner, False),
        Comment("# second", owner, False),
        Comment("# third", owner, False),
        Comment("# beside", owner, True),
    )


def test_a_comment_in_an_array_of_tables_belongs_to_its_own_table() -> None:
    text = "# one\n[[rows]]\nq = 1 # a\n# two\n[[rows]]\nq = 2 # b\n"
    assert [(c.text, c.owner) for c in read(text).comments] == [
        ("# one", ("rows", 0)),
        ("# a", ("rows", 0, "q")),
        ("# two", ("rows", 1)),
        ("# b", ("rows", 1, "q")),
    ]


def test_a_comment_after_a_value_of_several_lines_stands_beside_it() -> None:
    text = "a = '''x\ny''' # beside a\nb = { c = [\n1] } # beside b\n[t]\nd = [\n] # beside d\n"
    assert [(c.owner, c.trailing) for c in read(text).comments] == [(("a",), True), (("b",), True), (("t", "d"), True)]


def test_a_number_sign_in_a_string_is_no_comment() -> None:
    assert read('a = \'# no\'\nb = """\n# no\n"""\n').comments == ()


def test_an_empty_file_and_one_of_comments_are_read() -> None:
    assert read("").values == {}
    assert read("# only\n# this").comments == (Comment("# only", (), False), Comment("# this", (), False))


@pytest.mark.parametrize(
    ("data", "slug", "line", "column"),
    [
        (b"ab\xff = 1\n", "not-utf8", 1, 3),
        ("a = 'é'\nb = 'ü".encode() + b"\xc3\n", "not-utf8", 2, 7),
        ("a = 'x'".encode("utf-16"), "not-utf8", 1, 1),
        (b"a = 1\nb\0 = 2\n", "nul-character", 2, 2),
        (b"\xef\xbb\xbfa = 1\n", "byte-order-mark", 1, 1),
        ('a = 1\né = "x"\n'.encode(), "toml-syntax", 2, 1),
        (b'a = "x\nb = 1\n', "toml-syntax", 1, 7),
        (b"a = 1 b = 2\n", "toml-syntax", 1, 7),
        (b"a = 1\n[p3\n", "toml-syntax", 2, 4),
        ("a = 'éé' 1\n".encode(), "toml-syntax", 1, 10),
        (b"a = 1\rb = 2\n", "toml-syntax", 1, 6),
        (b"a = '\x01'\n", "toml-syntax", 1, 6),
        (b'a = """\nb', "toml-syntax", 2, 2),
        (b"[p3]\ne6 = {}\ne6 = {}\n", "duplicate-key", 3, 1),
        (b"[p3]\ne6 = { q = 'a', q = 'b' }\n", "duplicate-key", 2, 17),
        (b"[p3]\n[p4]\n[p3]\n", "duplicate-key", 3, 2),
        (b"[p3.q1]\na = 1\n[p3.q1]\n", "duplicate-key", 3, 2),
        (b"p3.e6 = 1\n[p3]\n", "duplicate-key", 2, 4),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault_at_its_place(data: bytes, slug: str, line: int, column: int) -> None:
    found = fault(data)
    assert (found.slug, found.place.line, found.place.column) == (slug, line, column)
    assert found.message
    assert found.help


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs"])
def test_the_markers_of_an_unfinished_merge_are_named(marker: str) -> None:
    found = fault(f"[p3]\ne6 = 1\n{marker}\ne7 = 2\n".encode())
    assert (found.slug, found.place.line) == ("merge-marker", 3)
    assert "remove the lines" in found.help


DEEP = ".".join("a" * 1_000)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("a = " + "[" * 40_000, (1, 21), id="arrays without end"),
        pytest.param("a = " + "[" * 200 + "]" * 200, (1, 21), id="arrays"),
        pytest.param("x = 1\na = " + "{a=" * 40_000, (2, 53), id="tables without end"),
        pytest.param("x = 1\na = " + "{a=" * 200 + "1" + "}" * 200, (2, 53), id="tables"),
        pytest.param(f"x = 1\n{DEEP} = 1", (2, 33), id="a key"),
        pytest.param(f"x = 1\n[{DEEP}]\nb = 1", (2, 34), id="a section"),
        pytest.param("a = 0x" + "f" * 4_000, (1, 5), id="a number of many digits"),
        pytest.param("x = 1\na = " + "9" * 5_000, (2, 5), id="a decimal number of many digits"),
        pytest.param("a = 9223372036854775808", (1, 5), id="a number of 65 bits"),
        pytest.param(f'a = "{"x" * 20_001}"', (1, 5), id="a text"),
        pytest.param(f"{'x' * 20_001} = 1", (1, 20_005), id="the name of a key"),
        pytest.param("#" * 1024**2 + "\n", (1, 1), id="a file"),
    ],
)
def test_what_is_beyond_the_limits_is_a_fault_at_its_place(text: str, place: tuple[int, int]) -> None:
    found = fault(text.encode())
    assert (found.slug, (found.place.line, found.place.column)) == ("beyond-limits", place)


@pytest.mark.parametrize(("text", "column"), [("a = [1, nan]", 9), ("a = { b = -inf }", 11), ("a = 1e400", 5)])
def test_a_number_that_is_not_finite_is_a_fault_in_a_corpus_only(text: str, column: int) -> None:
    (found,) = read_toml(text.encode(), "f.toml", finite=True).faults
    assert (found.slug, found.place.column) == ("beyond-limits", column)
    assert not read_toml(text.encode(), "f.toml").faults


def test_what_is_within_the_limits_has_places() -> None:
    text = f'a = {"[" * 15}1{"]" * 15}\nb = "{"x" * 20_000}"\nc = -9223372036854775808\n'
    document = read_toml(text.encode(), "f.toml")
    assert not document.faults
    assert max(map(len, document.cells)) == 16


def test_columns_count_characters_however_many_values_a_line_has() -> None:
    document = read_toml(('"é" = [' + '"ü",' * 9 + "]").encode(), "f.toml")
    assert [document.place("é", n).column for n in (0, 8)] == [8, 40]


def test_a_key_that_stands_twice_below_much_nesting_is_still_that() -> None:
    assert fault(f"a = {'{a=' * 150}1{'}' * 150}\na = 1\n".encode()).slug == "duplicate-key"


@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_give_a_traceback(data: bytes) -> None:
    document = read_toml(data, "f.toml")
    assert not document.faults or not document.values


_SIMPLE = st.recursive(
    st.one_of(st.integers(-9, 9), st.booleans(), st.text(st.characters(codec="utf-8", exclude_characters="\0"))),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.text("aé\n\"'.", min_size=1, max_size=3), _SIMPLE), max_size=6, unique_by=lambda x: x[0]))
def test_the_place_of_every_value_holds_exactly_that_value(pairs: list[tuple[str, object]]) -> None:
    import json
    import tomllib

    def written(value: object) -> str:
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

    text = "".join(f"{written(key)} = {written(value)}\n" for key, value in pairs)
    document = read(text)
    assert len(document.cells) >= len(pairs)
    for path, place in document.cells.items():
        wanted: object = document.values
        for step in path:
            wanted = wanted[step]
        assert tomllib.loads(f"x = {marked(text, place)}")["x"] == wanted
