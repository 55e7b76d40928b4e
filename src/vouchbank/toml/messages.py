"""What the parser says about a line that is not valid TOML, in words for somebody who annotates and does not program.

Example:
    >>> plain_words("Invalid value", "sure = False", 7)
    ('true and false must be lowercase', 'write false')
    >>> plain_words("Unclosed inline table", 'e1 = { q = "a" type = "ORG" }', 15)
    ('a comma or the closing } is missing', 'put a comma between fields, and a quotation mark at both ends of text')
"""

from __future__ import annotations

import re

MARKS = "“”„‟‘’‚‛«»"
DEFAULT = 'text goes in quotation marks; an annotation looks like e1 = { q = "…", type = "ORG" }'
BETWEEN = "put a comma between fields, and a quotation mark at both ends of text"
INSIDE = "a \" inside text ends it: put text that contains one between '…'"
SAID = {
    "Unclosed inline table": ("a comma or the closing } is missing", BETWEEN),
    "Unclosed array": ("a comma or the closing ] is missing, here or above", BETWEEN),
    "Expected ']' at the end of a table declaration": (
        "the closing ] is missing",
        "a section looks like [p3] or [p3.a1]",
    ),
    "Expected ']]' at the end of an array declaration": ("the closing ]] is missing", "write [[…]] on one line"),
    "Expected '=' after a key in a key/value pair": ("an = is missing", 'a field looks like type = "ORG"'),
    "Expected newline or end of document after a statement": ("the line continues after its value", INSIDE),
    "Unterminated string": ("the closing quotation mark is missing", BETWEEN),
    "Illegal character '\\n'": (
        "the closing quotation mark is missing",
        "text must end on the line where it begins",
    ),
    "Unescaped '\\' in a string": ("a \\ in text has a special meaning", "put the text between '…'"),
    "Invalid statement": ("this is neither a section nor a field", DEFAULT),
    "Invalid date or datetime": ("there is no such date", 'a date is text: write value = "2025-11"'),
}


def plain_words(said: str, line: str, column: int) -> tuple[str, str]:
    """What is wrong, and what to do.

    Args:
        said: The sentence of the parser.
        line: The line it speaks of.
        column: Where in it, from 0.
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
        return "there is a comma before the closing }", "remove the comma"
    if not rest.strip() or rest.startswith("#"):
        return "a table { … } does not end on its line", "write it on one line, from { to }; put comments above it"
    return "the name of a field is missing or wrong", "a field name has lowercase letters and no spaces"
