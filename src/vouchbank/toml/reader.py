r"""Read a TOML file with the line and column of every key and value; faults are findings, never exceptions.

tomli reads the values, three times as fast as tomllib; tree-sitter reads the positions. A fault is returned as a
finding and not raised, so that one broken file does not hide the findings of the others.

Example:
    >>> document = read_toml(b'[p3]\ne6 = { q = "Reuters" }\n', "entities.toml")
    >>> document.values["p3"]["e6"], document.place("p3", "e6", "q")
    ({'q': 'Reuters'}, Place(file='entities.toml', line=2, column=12, end_line=2, end_column=21))
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from vouchbank.files import MOST_BYTES, MOST_DEPTH, NOT_FINITE, TOO_BIG, TOO_DEEP, TOO_LONG, excess
from vouchbank.findings import Edit, Fault, Finding, Fix, Level, Place, declared
from vouchbank.toml.duplicate_keys import with_distinct_names
from vouchbank.toml.messages import plain_words
from vouchbank.toml.walk import Comment, Path, Walk

try:
    import tomli as toml
except ModuleNotFoundError:  # the base installation has no tomli
    import tomllib as toml  # type: ignore[no-redef]

ENUMERATED = re.compile(r"[a-z]+[0-9]+\Z", re.ASCII)
NO_ID = re.compile(r"([a-z]+)(?:[_?][A-Za-z0-9_?-]*)?\Z", re.ASCII)  # a placeholder for an id that is not yet assigned
MOST_NAMED = 20
LIMIT_HELP = {
    TOO_DEEP: "write annotations as flat tables, as in annotations/README.md",
    TOO_LONG: 'leave out the middle of a long quote: "four words or more … four words or more"',
    TOO_BIG: "write it with fewer digits, or as text",
    NOT_FINITE: 'leave out unknown values; write an open interval as text, such as "[21, inf)"',
}
_SECTION = re.compile(r"p[0-9]+\Z", re.ASCII)
_MARKER = re.compile(r"^(?:<{7} |>{7} |\|{7} |={7}\r?$)", re.MULTILINE)
_DIGITS = re.compile(r"[+-]?[0-9_]{4300,}")  # Python refuses these, see sys.get_int_max_str_digits
_AGAIN = ("Cannot overwrite a value", "Cannot declare", "Duplicate inline table key")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Document:
    """A TOML file: its text, values and positions, or the faults that prevented reading it.

    Attributes:
        file: The name of the file, as in the places.
        text: The decoded file, in which annotations without an id have distinct names (`with_distinct_names`); empty if
            it could not be decoded.
        values: What tomli reads.
        faults: Why the file cannot be read. With faults, `values` is empty, and nothing has a place.
        missing: Whether the file does not exist.
        moved: The comments, if they belong to different keys than in the text.
    """

    file: str
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Finding, ...] = ()
    missing: bool = False
    moved: tuple[Comment, ...] | None = None

    @property
    def keys(self) -> Mapping[Path, Place]:
        """The place of each key, by its path."""
        return self._walk.keys

    @property
    def cells(self) -> Mapping[Path, Place]:
        """The place of each value, by its path."""
        return self._walk.cells

    @property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in order."""
        if self.moved is not None:
            return self.moved
        return tuple(self._walk.comments) if "#" in self.text else ()

    @cached_property
    def _walk(self) -> Walk:
        # parsed on demand: places are needed only for findings and edits
        return Walk(self.file, "" if self.faults else self.text)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    def value(self, *path: str | int) -> Any:
        """The value at `path`; None if it is missing."""
        held: Any = self.values
        for step in path:
            try:
                held = held[step]
            except (KeyError, IndexError, TypeError):
                return None
        return held

    def place(self, *path: str | int) -> Place:
        """The place of the value at `path`, or of the nearest parent that has a place."""
        while path:
            if found := self.cells.get(path) or self.keys.get(path):
                return found
            path = path[:-1]
        return Place(self.file)

    def key_place(self, *path: str | int) -> Place:
        """The place of the key at `path`, or of the nearest parent that has a place."""
        return self.keys.get(path) or self.place(*path)


def read_toml(data: bytes, file: str, finite: bool = False) -> Document:
    """Read the bytes of a TOML file.

    Args:
        data: The bytes.
        file: The name of the file, used in places.
        finite: Refuse inf and nan, which TOML allows but no field of a corpus needs.
    """
    text, faults = decode(data, file)
    if faults:
        return Document(file, faults=faults)
    if line := merge_line(text):
        return Document(file, text, faults=(merge_marker(file, line),))
    try:
        text, values = _loaded(text)
    except toml.TOMLDecodeError as error:
        return Document(file, text, faults=(_unread(str(error), text, file),))
    except RecursionError:
        return Document(file, text, faults=(beyond_limits(_place_at(text[: _too_deep(text)], file), TOO_DEEP),))
    except ValueError:  # too many digits: the only error that tomli does not turn into its own
        number = _DIGITS.search(text)
        place = _place_at(text[: number.start() if number else 0], file)
        return Document(file, text, faults=(beyond_limits(place, TOO_BIG),))
    document = Document(file, text, values)
    found = islice(((path, said) for path, said in excess(values) if finite or said != NOT_FINITE), MOST_NAMED)
    faults = tuple(beyond_limits(document.place(*path), said) for path, said in found)
    return Document(file, text, faults=faults) if faults else document


def _loaded(text: str) -> tuple[str, dict[str, Any]]:
    """The text and its values; annotations without an id that share a name first get distinct names."""
    try:
        return text, toml.loads(text)
    except toml.TOMLDecodeError as error:
        apart = with_distinct_names(text, _waits) if str(error).startswith(_AGAIN) else text
        if apart == text:
            raise
        return apart, toml.loads(apart)


def _waits(path: Path) -> bool:
    section, name = map(str, path)
    return bool(_SECTION.match(section) and NO_ID.match(name) and not ENUMERATED.match(name))


def decode(data: bytes, file: str) -> tuple[str, tuple[Finding, ...]]:
    """The text of a file, and a fault if it is too large, is not UTF-8, has a byte order mark or contains NUL."""
    if len(data) > MOST_BYTES:
        return "", (beyond_limits(Place(file), f"a file has at most {MOST_BYTES:,} bytes"),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        return "", (not_utf8(_place_at(before, file), data[error.start]),)
    if text.startswith("\ufeff"):
        return text, (byte_order_mark(file),)
    if "\0" in text:
        return text, (nul_character(_place_at(text[: text.index("\0")], file)),)
    return text, ()


def merge_line(text: str) -> int:
    """The line of the first conflict marker; 0 without one. A row of equals signs alone is not a marker."""
    marks = list(_MARKER.finditer(text))
    return text.count("\n", 0, marks[0].start()) + 1 if any(m[0][0] != "=" for m in marks) else 0


@declared(Level.FILE)
def not_utf8(place: Place, byte: int) -> Fault:
    """The file is not UTF-8.

    Save it as UTF-8. A seed must be UTF-8 when it is added to the corpus; its bytes never change after that.
    """
    return Fault(f"the file is not UTF-8: invalid byte 0x{byte:02x}", place, "save the file as UTF-8")


@declared(Level.FILE)
def nul_character(place: Place) -> Fault:
    """The file contains a NUL character, so it is not a text file.

    Remove the character, or check that you copied the right file.
    """
    return Fault("the file contains a NUL character", place, "remove it, or check that this is a text file")


@declared(Level.FILE)
def byte_order_mark(file: str) -> Fault:
    """The annotation file begins with a byte order mark.

    Save it as UTF-8 without a BOM. (A seed keeps its mark, because its bytes are evidence; normalisation removes it
    from the text.)
    """
    fix = Fix("remove the byte order mark", (Edit(Place(file, 1, 1, 1, 2), ""),), safe=True)
    help_ = "save the file as UTF-8 without a BOM"
    return Fault("the file begins with a byte order mark", Place(file), help_, fix=fix)


@declared(Level.FILE)
def beyond_limits(place: Place, limit: str) -> Fault:
    """The file exceeds a limit on size, length or depth.

    A file has at most 1 MiB and a text at most 20,000 characters; values are nested at most 16 levels deep; a number is
    finite and has at most 64 bits. A larger file is not read: usually, something else was copied into it.
    """
    return Fault(limit, place, LIMIT_HELP.get(limit, "check that this is the right file"))


@declared(Level.FILE)
def toml_syntax(place: Place, message: str, help_: str) -> Fault:
    """The file is not valid TOML.

    The line cannot be read. Usually a quotation mark, a bracket or a comma is missing, or a merge is unfinished.
    """
    return Fault(message, place, help_)


@declared(Level.FILE)
def duplicate_key(place: Place, name: str, where: str, help_: str) -> Fault:
    """A section has the same key twice.

    Two annotations have the same id, or one annotation has the same field twice. Give the new annotation its own id;
    after a merge, `vouchbank check --fix --against main` does.
    """
    return Fault(f"{name} occurs twice in {where}", place, help_)


@declared(Level.FILE)
def merge_marker(file: str, line: int) -> Fault:
    """The file contains the conflict markers of an unfinished merge.

    Git wrote both versions, one below the other. If both branches only added annotations,
    `vouchbank check --fix --against main` keeps both. Otherwise, choose between them and remove the marker lines.
    """
    help_ = "run: vouchbank check --fix --against main; or choose, and remove the lines <<<<<<<, =======, >>>>>>>"
    return Fault("the merge is unfinished here", Place(file, line), help_)


def _place_at(before: str, file: str) -> Place:
    return _one_character(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _one_character(file: str, line: int, column: int) -> Place:
    return Place(file, line, column, line, column + 1)


def _too_deep(text: str) -> int:
    """Roughly where brackets are nested too deep; counted without a parser."""
    depth = 0
    for match in re.finditer(r"[\[{\]}]", text):
        depth += 1 if match[0] in "[{" else -1
        if depth > MOST_DEPTH:
            return match.start()
    return 0


def _unread(message: str, text: str, file: str) -> Finding:
    """The finding for an error of the parser."""
    match, place = _AT.search(message), _place_at(text, file)
    if match and match[1]:
        place = _one_character(file, int(match[1]), int(match[2]))
    said = _AT.sub("", message)
    if said.startswith(_AGAIN):
        return _twice(text, file, place)
    stated = [*text.split("\n"), ""][place.line - 1]
    if stated.startswith("======="):
        return merge_marker(file, place.line)
    said, help_ = plain_words(said, stated, place.column - 1)
    return toml_syntax(place, f"invalid TOML: {said}", help_)


def _twice(text: str, file: str, place: Place) -> Finding:
    """The finding for a duplicate key, on the line that tomli names."""
    walk = Walk(file, text)
    path, again = next(((p, at) for p, at in walk.repeated if at.line == place.line), ((), place))
    name, where = str(path[-1])[:60] if path else "a key", "this section"
    if len(path) == 1 and isinstance(path[0], str) and path not in walk.cells:
        help_ = f"move its lines into the first [{name}], or rename this section"
        name, where = f"[{name}]", "this file"
    elif path and ENUMERATED.match(name):
        help_ = "give the new annotation its own id (after a merge: vouchbank check --fix --against main)"
    else:
        help_ = "remove one of the two"
    return duplicate_key(again, name, where, help_)
