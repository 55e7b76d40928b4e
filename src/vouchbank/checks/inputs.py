"""Faults of the articles that `vouchbank bulk` is given; each is met by the reader of inputs, at a row of a source.

A place names the source, and the row counted from 1, as lines are.
"""

from __future__ import annotations

from vouchbank.findings import Fault, Level, Place, declared
from vouchbank.hints import closest

MOST_ID = 2_048  # code points; the longest address that every browser takes
Row = tuple[str, int]  # the source, and the row from 0


def _place(row: Row) -> Place:
    return Place(row[0], row[1] + 1)


@declared(Level.INPUTS)
def input_unreadable(row: Row, why: str) -> Fault:
    """An input file cannot be read, or only up to a point.

    It is truncated or damaged, not of the format that its name says, or the system refuses to open it. What could be
    read before is in the output; other files are not concerned.
    """
    return Fault(f"the file cannot be read from here on: {why}", _place(row), "copy or make the file again")


@declared(Level.INPUTS)
def input_not_utf8(row: Row, byte: int, at: int) -> Fault:
    """A line of the input is not UTF-8.

    The article in this line is left out, the others are not. Save the file as UTF-8, or repair the line.
    """
    message = f"byte {at:,} of the line (0x{byte:02x}) is not UTF-8"
    return Fault(message, _place(row), "write the file as UTF-8")


@declared(Level.INPUTS)
def input_not_json(row: Row, why: str) -> Fault:
    """A line of the input is not a JSON object.

    JSON Lines has one object a line. NaN and infinite numbers, a key that stands twice, and values that are nested
    hundreds deep are no JSON that every reader reads alike, and are refused too.
    """
    return Fault(f"the line is not a JSON object: {why}", _place(row), "write one JSON object a line")


@declared(Level.INPUTS)
def input_too_long(row: Row, what: str) -> Fault:
    """An article is longer than the limit, and is not processed.

    Five megabytes of text, or 50,000 lines, are no article: usually a dump, or a whole site in one record. The limits
    can be set higher; the memory that is needed grows with them.
    """
    return Fault(f"the article has {what}", _place(row), "split it, leave it out, or set the limit higher")


@declared(Level.INPUTS)
def input_column_missing(row: Row, name: str, known: list[str]) -> Fault:
    """An input has no column of ids, or none of text.

    Of a Parquet file nothing can be read then; of JSON Lines the one line is left out. The names of the columns can be
    given.
    """
    return Fault(f"there is no column {name!r}", _place(row), closest(name, known) if known else "name the column")


@declared(Level.INPUTS)
def input_wrong_type(row: Row, name: str, wanted: str, given: str) -> Fault:
    """A value of the input has another type than its column needs.

    Ids are text or whole numbers, articles are text, layers are lists of records. An article whose id or text is of
    another type is left out; of other columns only the value is.
    """
    return Fault(f"`{name}` must be {wanted}, not {given}", _place(row), f"give {wanted}")


@declared(Level.INPUTS)
def input_id_unusable(row: Row, said: str, why: str) -> Fault:
    """The id of an article is empty, too long, or holds what cannot be printed.

    At scale an id is any printable text of at most 2,048 characters without white space at its edges: an address will
    do. The stricter ids of a corpus are needed only where they become names of files.
    """
    return Fault(f"the id {said!a} {why}", _place(row), "give each article a short printable id")


@declared(Level.INPUTS)
def input_not_text(row: Row, why: str) -> Fault:
    """An article holds what is not text: NUL, or half of a surrogate pair.

    Such text cannot be written as UTF-8, or is cut off by programs that take NUL as the end. The article is left out.
    """
    return Fault(f"the article is not text: {why}", _place(row), "repair the text where it was collected")


@declared(Level.INPUTS)
def input_empty(row: Row) -> Fault:
    """An article has no text.

    The text is empty, or white space. The article is left out.
    """
    return Fault("the article has no text", _place(row), "leave it out, or collect it again")


@declared(Level.INPUTS)
def input_nothing_kept(row: Row) -> Fault:
    """Nothing of an article is main text.

    Normalisation removed every line: the page is a menu, a list of links, a consent dialogue. The article is left out.
    """
    return Fault("no line of the article is main text", _place(row), "leave it out, or collect it again")


@declared(Level.INPUTS)
def input_not_a_page(row: Row, why: str) -> Fault:
    """A web page of the input cannot be read.

    It is no HTML, is nested too deep, takes too much time or memory, shows no text, or cannot be decoded. Pages are
    hostile until they were read: they are read by a process of their own, with limits. The article is left out.
    """
    return Fault(f"the page {why}", _place(row), "save the page again, or give its text")


@declared(Level.INPUTS)
def input_id_twice(row: Row, article: str, first: str) -> Fault:
    """Two articles have the same id.

    Both are in the output, but a table that is joined by their id would mix them up. Ids are unique over all inputs.
    """
    return Fault(f"the id {article!a} was already used: {first}", _place(row), "leave one out, or give it another id")


@declared(Level.INPUTS)
def input_span_lost(row: Row, path: str, why: str) -> Fault:
    """A span of the input has no place in the clean text.

    It ends beyond the text, is empty or reversed, its words differ from the text there, it begins or ends within a
    word, extends beyond a paragraph, or what it names was removed as no part of the article. Spans are half-open ranges
    of Unicode code points of the text that was given. The record is left out.
    """
    return Fault(f"{path} has no place: {why}", _place(row), "count in code points of the text given, from 0")


@declared(Level.INPUTS)
def input_annotation_twice(row: Row, path: str, name: str) -> Fault:
    """Two annotations of an article have the same id.

    Both are in the output, the second one with another id; what refers to the id refers to the first.
    """
    return Fault(f"the id {name[:60]!a} of {path} was already used", _place(row), "give it an id of its own")


@declared(Level.INPUTS)
def input_draft_failed(row: Row, why: str) -> Fault:
    """The function that drafts annotation failed on an article.

    It raised an exception, or returned what is not a table of layers. The article is in the output without a draft.
    """
    return Fault(f"no annotation was drafted: {why}", _place(row), "fix the function, then make the output anew")
