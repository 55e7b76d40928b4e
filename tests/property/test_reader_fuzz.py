"""Whatever stands in an annotation file: it is read, formatted and checked without an exception."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.checks_support import TOY
from vouchbank.checks import check
from vouchbank.corpus import Corpus
from vouchbank.corpus.format import format_layer, same_values
from vouchbank.corpus.records import layer_file
from vouchbank.findings import Place
from vouchbank.report import plain
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.toml.reader import Document, read_toml

pytestmark = pytest.mark.system

SCHEMA = load_schema(default_schema_folder())
LAYERS = {
    p.relative_to(TOY).as_posix(): (p.stem, p.read_bytes()) for p in sorted((TOY / "annotations").glob("*/*.toml"))
}
OTHERS = {
    p.relative_to(TOY).as_posix(): ("", p.read_bytes())
    for p in (*sorted((TOY / "annotations").glob("*.toml")), *sorted((TOY / "seeds").glob("*/meta.toml")))
}
SOURCES = LAYERS | OTHERS
FIGURES = "annotations/figures.toml"
PIECES = [
    *(b"[", b"]", b"[[", b"{", b"}", b'"', b"'", b'"""', b"'''", b"=", b".", b",", b"#", b"\\", b"\n", b"\r\n", b"\r"),
    *(b"\0", b"\xff", b"\xef\xbb\xbf", "e\u0301".encode(), "海風".encode(), "🚢".encode(), "\u202e".encode()),
    *(b"inf", b"nan", b"1979-05-27", b"07:32:00", b"0x1F", b"1e400", b"-0", b"9" * 30, b"true"),
    *(
        b"[p3]",
        b"[p3.a1]",
        b"[[p3.a1]]",
        b"[p0]",
        b"e1 = {}",
        b"q = 1",
        b'n = "0/0"',
        b'p = "p9"',
        b'q = " \xe2\x80\xa6 "',
    ),
    *(b'"" = 1\n', b'"p3".x = 1\n', b"a.b.c = 1\n", b'"\\u001b" = 1\n', b"# a comment\n", b"x = [ # why\n1 ]\n"),
    *(b"<<<<<<< ours\n", b"=======\n", b">>>>>>> theirs\n"),
]

VALUES = [
    *(b"1", b"-1", b"1.5", b"nan", b"inf", b"1e400", b"true", b"1979-05-27", b"07:32:00", b'""', b'" "'),
    *(b"[]", b"[1]", b'["", 1]', b"[[]]", b'["e1", "e1"]', b"{}", b"{ q = 1 }", b'{ q = "the" }'),
    *(b'{ p = "p9", q = "x" }', b'{ q = "the", n = "0/0" }', b'{ q = "one", n = "9/2" }', '" … "'.encode()),
    *(b'[{ q = "one", n = "1/2", p = "p5" }, "one"]', b'"a1"', b'"000-a1"', b'"[1, 0]"', b'"(-inf, inf)"', b'"1/0"'),
    *(b'"p2"', b'"GPE"', b'"e1"', b'"\\u001b"', b"'''\nx'''"),
]
_VALUE = re.compile(rb'"[^"\n]*"|true|false|\[[^\]\n]*\]')
_KEY = re.compile(rb"[A-Za-z_0-9-]+(?= = )")


@st.composite
def mutated(draw: st.DrawFn, source: bytes) -> bytes:
    """A file with a few bytes flipped, stretches cut, lines doubled or moved, pieces put in, values changed."""
    data = source
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["flip", "cut", "double", "move", "put", *["value"] * 5, "key"]))
        lines = data.split(b"\n")
        line = draw(st.integers(0, len(lines) - 1))
        if kind == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at] + data[at + draw(st.integers(1, 40)) :]
        elif kind == "double":
            data = b"\n".join([*lines[: line + 1], *lines[line:]])
        elif kind == "move":
            moved = lines.pop(line)
            lines.insert(draw(st.integers(0, len(lines))), moved)
            data = b"\n".join(lines)
        elif kind == "put":
            data = data[:at] + draw(st.sampled_from(PIECES)) + data[at:]
        else:
            places = list((_VALUE if kind == "value" else _KEY).finditer(data))
            if places:
                start, end = draw(st.sampled_from(places)).span()
                new = draw(st.sampled_from(VALUES if kind == "value" else [m[0] for m in _KEY.finditer(data)]))
                data = data[:start] + new + data[end:]
    return data


def mutations(sources: dict[str, tuple[str, bytes]]) -> st.SearchStrategy[tuple[str, bytes]]:
    return st.sampled_from(sorted(sources)).flatmap(
        lambda name: st.tuples(st.just(name), mutated(source=sources[name][1]))
    )


def lies_in_the_file(place: Place, text: str) -> bool:
    lines = text.split("\n")
    ordered = (place.line, place.column) <= (place.end_line, place.end_column)
    return 1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1 and ordered


def read_and_format(data: bytes, name: str) -> Document:
    """Read a file, take its records, and write it in canonical form, which is stable and changes no value."""
    document = read_toml(data, "a.toml")
    file = layer_file(document, SCHEMA, name, "000")
    assert file.status() in ("missing", "draft", "complete", "adjudicated") or not document.faults
    for record in file.records:
        record.place(*record.values)
    if document.faults:
        assert not document.values
        assert all(fault.message and fault.help for fault in document.faults)
        return document
    assert all(lies_in_the_file(p, document.text) for p in (*document.keys.values(), *document.cells.values()))
    text = format_layer(document, SCHEMA, name, {})
    again = read_toml(text.encode(), "a.toml")
    assert same_values(dict(again.values), dict(document.values))
    assert format_layer(again, SCHEMA, name, {}) == text
    return document


@given(st.binary(max_size=200), st.sampled_from(SCHEMA.layer_files))
@example(b"", "entities")
@example(b"\xef\xbb\xbf", "entities")
@example(b"\r", "entities")
@example(b'"', "entities")
@example(b"[p3]\ne1 = {", "entities")
@example(b"a.b = 1\na.c = 2\n[a.d]\n", "entities")
@example(b"[[p3]]\n[[p3]]\n[p3.e1]\n", "entities")
@example(b"p3 = { e1.q = 1 }", "entities")
@settings(max_examples=150, deadline=None)
def test_any_bytes_can_be_read(data: bytes, name: str) -> None:
    read_and_format(data, name)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(b" ".join), st.sampled_from(SCHEMA.layer_files))
@settings(max_examples=150, deadline=None)
def test_any_pieces_of_toml_can_be_read(data: bytes, name: str) -> None:
    read_and_format(data, name)


@given(mutations(LAYERS))
@settings(max_examples=150, deadline=None)
def test_any_damage_to_an_annotation_file_can_be_read(file: tuple[str, bytes]) -> None:
    name, data = file
    read_and_format(data, LAYERS[name][0])


@given(mutations(LAYERS), st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_a_file_without_faults_knows_the_place_of_every_value(file: tuple[str, bytes], depth: int) -> None:
    document = read_toml(file[1], "a.toml")
    for key, value in document.values.items():
        assert (key,) in document.keys
        for inner in value if isinstance(value, dict) and depth > 1 else ():
            assert (key, inner) in document.keys


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("fuzz") / "toy"
    shutil.copytree(TOY, copy)
    return copy


def with_pair(old: str, new: str) -> tuple[str, bytes]:
    text = SOURCES[FIGURES][1].decode()
    assert old in text
    return FIGURES, text.replace(old, new, 1).encode()


@given(mutations(SOURCES))
@example(with_pair('relation = "narrower"', "relation = []"))
@example(with_pair('a = "001-q1"', "a = []"))
@example(with_pair('a = "001-q1", ', ""))
@example(with_pair('members = ["000-q1"', 'members = [["000-q1"]'))
@example(with_pair('members = ["000-q1", "001-q1"]', "members = 1"))
@example(with_pair("  { a", "  1,\n  { a"))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_source_gives_findings_not_an_exception(root: Path, file: tuple[str, bytes]) -> None:
    name, data = file
    path = root / name
    try:
        path.write_bytes(data)
        for finding in check(Corpus(root)):
            shown = plain(finding)
            assert all(c.isprintable() or c == "\n" for c in shown)
            assert (root / finding.place.file).exists() or finding.slug == "missing-meta"
    finally:
        path.write_bytes(SOURCES[name][1])


@given(st.binary(max_size=60))
@settings(max_examples=15, deadline=None)
def test_any_bytes_can_be_a_seed(root: Path, data: bytes) -> None:
    path = root / "seeds/000/raw.txt"
    try:
        path.write_bytes(data)
        assert check(Corpus(root))
    finally:
        shutil.copy(TOY / "seeds/000/raw.txt", path)
