"""The messages of the browser: strings of TypeScript files and the words of HTML files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from scripts.message_source.message import SOURCE, WEB, Message

# what a string follows that is never shown
_CODE = re.compile(
    r"(\b(class|type|id|for|from|import|case)|\b(querySelector\w*|closest|matches|setAttribute|on|byId)(<\w+>)?\(|===|!==)"
    r"[:(]?\s*$"
)
_LABEL = re.compile(r"(?!Arrow|Enter|Escape|Shift|Delete|Backspace|Control)[A-Z][a-z]{3,}( \(.*\))?")
_WORDS = re.compile(r"[a-z]{2,}\W? \w|\w [a-z]{2,}")
_NO_WORDS = re.compile(r"[=\[\]#>]|\.\w|^\w+-|\b(\w+) \1-|;\w")  # the last but one: a CSS class with its variant


def typescript(file: str, text: str) -> Iterator[Message]:
    """The strings of a TypeScript file that read as words."""
    for start, said in _strings(text):
        if _CODE.search(text[max(0, start - 40) : start]):
            continue
        words = _WORDS.search(re.sub(r"\{[^{}]*\}", "x", said)) and not _NO_WORDS.search(said)
        if words or _LABEL.fullmatch(said):
            line = text.count("\n", 0, start) + 1
            yield Message(file, line, "browser", said.strip(), file.removeprefix(f"{WEB}/"), (file, line))


def _strings(text: str) -> Iterator[tuple[int, str]]:
    """Every string with its place; the code in a template is a hole, and the strings of that code follow."""
    at = 0
    while at < len(text):
        if found := _COMMENT.match(text, at) or _pattern(text, at):
            at = found.end()
        elif found := _QUOTED.match(text, at):
            yield at, found[2].replace('\\"', '"')
            at = found.end()
        elif text[at] == "`":
            said, end, codes = _template(text, at + 1)
            yield at, said
            for start, code in codes:
                yield from ((start + place, one) for place, one in _strings(code))
            at = end
        else:
            at += 1


_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_QUOTED = re.compile(r"([\"'])((?:\\.|(?!\1)[^\\\n])*)\1")
_PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n\\])+/")


def _pattern(text: str, at: int) -> re.Match[str] | None:
    """A regular expression, which may hold quotes."""
    return _PATTERN.match(text, at) if re.search(r"[(,=:]\s*$", text[max(0, at - 8) : at]) else None


def _template(text: str, at: int) -> tuple[str, int, list[tuple[int, str]]]:
    """The words of a template from behind its backtick, where it ends, and the code in it."""
    said, codes = "", list[tuple[int, str]]()
    while text[at] != "`":
        if not text.startswith("${", at):
            said += text[at]
            at += 1
            continue
        start = at = at + 2
        deep = 1
        while deep:
            if text[at] == "`":
                at = _template(text, at + 1)[1] - 1
            deep += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        codes.append((start, text[start : at - 1]))
        names = re.findall(r"[A-Za-z_]\w*", re.sub(r"\"[^\"]*\"|`[^`]*`", "", codes[-1][1]))
        said += "{" + (names[-1] if names else "…") + "}"
    return said, at + 1, codes


class _Shown(HTMLParser):
    """The words of a page and of its labels, with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[tuple[int, str]] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        labels = [value for name, value in attrs if name in ("aria-label", "title", "placeholder", "alt") and value]
        self.words += [(self.getpos()[0], label) for label in labels]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        said = " ".join(data.split())
        if not self.hidden and re.search(r"[A-Za-z]{2}", said) and not said.startswith("$"):
            self.words.append((self.getpos()[0], said))


def html(file: str, text: str) -> Iterator[Message]:
    """The words of an HTML file."""
    reader = _Shown()
    reader.feed(text)
    for line, said in reader.words:
        yield Message(file, line, "browser", said, file.removeprefix(f"{SOURCE}/"), (file, line))
