"""Errors of the TOML parser, reworded for annotators who do not program.

Example:
    >>> plain_words("Invalid value", "sure = False", 7)
    ('true and false must be lowercase', 'write false')
    >>> plain_words("Unclosed inline table", 'e1 = { q = "a" type = "ORG" }', 15)
    ('a comma or the closing } is missing', 'put a comma between fields, and a quotation mark at both ends of text')
"""

from __future__ import annotations

import re

MARKS = "“”„‟‘’‚‛«»"
DEFAULT = 'put text in quotation marks; an annotation looks like e1 = { q = "…", type = "ORG" }'
BETWEEN = "put a comma between fields, and a quotation mark at both ends of text"
INSIDE = "put text that contains \" between '…', because \" ends it"
SAID = {
    "Unclosed inline table": ("a comma or the closing } is missing", BETWEEN),
    "Unclosed array": ("a comma or the closing ] is missing, here or above", BETWEEN),
    "Expected ']' at the end of a table declaration": (
        "the closing ] is missing",
        "close the section name: [p3] or [p3.a1]",
    ),
    "Expected ']]' at the end of an array declaration": ("the closing ]] is missing", "write [[…]] on one line"),
    "Expected '=' after a key in a key/value pair": ("an = is missing", 'write a field as type = "ORG"'),
    "Expected newline or end of document after a statement": ("the line continues after its value", INSIDE),
    "Unterminated string": ("the closing quotation mark is missing", BETWEEN),
    "Illegal character '\\n'": (
        "the closing quotation mark is missing",
        "end the text on the line where it begins",
    ),
    "Unescaped '\\' in a string": ('\\ has a special meaning in "…"', "put the text between '…'"),
    "Invalid statement": ("this is neither a section nor a field", DEFAULT),
    "Invalid date or datetime": ("the date does not exist", 'write a date as text: value = "2025-11"'),
}


def plain_words(said: str, line: str, column: int) -> tuple[str, str]:
    """The message for an error of the parser, and the help.

    Args:
        said: The parser's message.
        line: The line with the error.
        column: The column of the error, from 0.
    """
    rest = line[column:]
    mark = next((c for c in line if c in MARKS), "")
    if said in ("Invalid value", "Invalid initial character for a key part") and rest[:1] in MARKS and mark:
        return f"text must be in straight quotation marks, not {mark}", 'write "…"'
    if said == "Invalid value":
        return _no_value(rest)
    if said == "Invalid initial character for a key part":
        return _no_key(rest)
    if said.startswith("Expected '='") and rest.startswith(":"):
        return "an = is missing", "write = instead of :"
    return SAID.get(said, (said, DEFAULT))


def _no_value(rest: str) -> tuple[str, str]:
    word = re.match(r"[^\s,\]}#=]+", rest)
    if word is None:
        return "a value is missing", DEFAULT
    if word[0].lower() in ("true", "false"):
        return "true and false must be lowercase", f"write {word[0].lower()}"
    return "the quotation marks around text are missing", f'write "{word[0][:60]}"'


def _no_key(rest: str) -> tuple[str, str]:
    if rest.startswith("}"):
        return "unexpected comma before the closing }", "remove the comma"
    if not rest.strip() or rest.startswith("#"):
        return "a table { … } does not end on its line", "write it on one line, from { to }; put comments above it"
    return "the name of a field is missing or wrong", "write the field name in lowercase letters, without spaces"
