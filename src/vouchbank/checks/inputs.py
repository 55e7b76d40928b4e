"""Faults of the input articles of `vouchbank bulk`, found by the reader at a row of an input file.

A place has the input file, with the row (from 1) as its line.
"""

from __future__ import annotations

from vouchbank.findings import Fault, Level, Place, declared
from vouchbank.hints import closest

MOST_ID = 2_048  # code points; the longest URL that every browser accepts
Row = tuple[str, int]  # the input file and the row, from 0


def _place(row: Row) -> Place:
    return Place(row[0], row[1] + 1)


@declared(Level.INPUTS)
def input_unreadable(row: Row, why: str) -> Fault:
    """An input file cannot be read completely.

    It is truncated or damaged, not in the format that its name suggests, or the system refuses to open it. The output
    contains the articles read so far; other files are not affected.
    """
    return Fault(f"the file cannot be read beyond this row: {why}", _place(row), "copy or create the file again")


@declared(Level.INPUTS)
def input_not_utf8(row: Row, byte: int, at: int) -> Fault:
    """A line of the input is not UTF-8.

    Only the article on this line is skipped. Save the file as UTF-8, or repair the line.
    """
    message = f"byte {at:,} of the line (0x{byte:02x}) is not UTF-8"
    return Fault(message, _place(row), "save the file as UTF-8")


@declared(Level.INPUTS)
def input_not_json(row: Row, why: str) -> Fault:
    """A line of the input is not a JSON object.

    JSON Lines has one object per line. NaN, infinite numbers, duplicate keys and values nested hundreds of levels deep
    are rejected too, because not every reader interprets them alike. The line is skipped.
    """
    return Fault(f"the line is not a JSON object: {why}", _place(row), "write one JSON object per line")


@declared(Level.INPUTS)
def input_too_long(row: Row, what: str) -> Fault:
    """An article is longer than the limit and is skipped.

    More than five megabytes of text or 50,000 lines are not an article but usually a dump, or a whole site in one
    record. The limits can be raised; memory use grows with them.
    """
    return Fault(f"the article has {what}", _place(row), "split the article, remove it, or raise the limit")


@declared(Level.INPUTS)
def input_column_missing(row: Row, name: str, known: list[str]) -> Fault:
    """An input has no id column or no text column.

    A Parquet file is then skipped as a whole, in JSON Lines only the one line. The names of the columns can be set with
    options.
    """
    return Fault(
        f"no such column: {name!r}", _place(row), closest(name, known) if known else "give the name of the column"
    )


@declared(Level.INPUTS)
def input_wrong_type(row: Row, name: str, wanted: str, found: str) -> Fault:
    """A value of the input has the wrong type.

    Ids are text or whole numbers, articles are text, layers are lists of records. An article whose id or text has the
    wrong type is skipped; in other columns, only the value is ignored.
    """
    return Fault(f"`{name}` must be {wanted}, not {found}", _place(row), f"write {wanted}")


@declared(Level.INPUTS)
def input_id_unusable(row: Row, article: str, why: str) -> Fault:
    """The id of an article is empty, too long or not printable.

    For `vouchbank bulk`, an id is any printable text of at most 2,048 characters without white space at its edges, such
    as a URL. The stricter rules for ids of a corpus apply only where they become file names.
    """
    return Fault(f"the id {article!a} {why}", _place(row), "give each article a short printable id")


@declared(Level.INPUTS)
def input_not_text(row: Row, why: str) -> Fault:
    """An article contains NUL or half of a surrogate pair.

    Such text cannot be written as UTF-8, or is cut off by programs for which NUL ends a text. The article is skipped.
    """
    return Fault(f"the article is not valid text: {why}", _place(row), "repair the text where it was collected")


@declared(Level.INPUTS)
def input_empty(row: Row) -> Fault:
    """An article has no text.

    The text is empty or only white space. The article is skipped.
    """
    return Fault("the article has no text", _place(row), "remove the article, or collect it again")


@declared(Level.INPUTS)
def input_nothing_kept(row: Row) -> Fault:
    """An article has no main text.

    Normalisation removed every line: the page is a menu, a list of links or a consent dialogue. The article is skipped.
    """
    return Fault("no line of the article is main text", _place(row), "remove the article, or collect it again")


@declared(Level.INPUTS)
def input_not_a_page(row: Row, why: str) -> Fault:
    """A web page of the input cannot be read.

    It is not HTML, is nested too deeply, takes too much time or memory, shows no text, or cannot be decoded. Pages may
    be hostile, so a separate process with limits reads them. The article is skipped.
    """
    return Fault(f"the page {why}", _place(row), "save the page again, or give its text")


@declared(Level.INPUTS)
def input_id_twice(row: Row, article: str, first: str) -> Fault:
    """Two articles have the same id.

    Both are in the output, but joining tables by this id would mix them up. Ids must be unique over all inputs.
    """
    return Fault(
        f"the id {article!a} was already used: {first}", _place(row), "remove one of the two, or give it another id"
    )


@declared(Level.INPUTS)
def input_span_lost(row: Row, path: str, why: str) -> Fault:
    """A span of the input has no place in the clean text.

    It ends beyond the text, is empty or reversed, differs from the text at its offsets, begins or ends within a word,
    extends beyond a paragraph, or covers only text that normalisation removed. Spans are half-open ranges of Unicode
    code points of the input text. The record is skipped.
    """
    return Fault(f"{path} has no place: {why}", _place(row), "count code points of the input text, from 0")


@declared(Level.INPUTS)
def input_annotation_twice(row: Row, path: str, name: str) -> Fault:
    """Two annotations of an article have the same id.

    Both are in the output, the second with a new id; references to the id point to the first.
    """
    return Fault(f"the id {name[:60]!a} of {path} was already used", _place(row), "give it a unique id")


@declared(Level.INPUTS)
def input_draft_failed(row: Row, why: str) -> Fault:
    """The function that drafts annotations failed on an article.

    It raised an exception, or did not return a mapping of layers. The article is in the output without a draft.
    """
    return Fault(f"the draft function failed: {why}", _place(row), "fix the function, and run the command again")
