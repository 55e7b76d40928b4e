"""The form that messages have: how they begin and end, how long they are, which words they avoid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.message_source.message import SOURCE, Message

# the most characters of a kind, each hole counted as one
LONGEST = {
    "finding": 120,
    "help": 140,
    "fix": 80,
    "related": 80,
    "error": 140,
    "option": 160,
    "summary": 70,
    "line": 140,
    "progress": 40,
}
# words that a reader stumbles over, each with what to write
AVOIDED = {
    r"\b(is|are|was|were) no\b(?! longer)": "write `x is missing`, `no such x`, `unknown x`",
    r"\bthere (is|are|was|were) not\b|\b(is|are) not there\b": "write `is missing`",
    r"\bmend(s|ed|ing)?\b": "write fix",
    r"\bfor now\b|\bnot yet\b|\bphase\b|\bissue \d": "say what is, not what is planned",
    r"\bgates?\b": "write check",
    r"\braw work\b": "write raw annotations",
    r"(?<![\[\"-])\bhands?\b(?! in)": "write annotator, or manually",
    r"\bwhoever\b|\bshall\b|\bso does\b": "write it plainly",
    r"\bthat of\b|\bthose of\b": "name it again",
    r"\bstretch(es)?\b": "write span, or words",
    r"\btelltales?\b|\bmade anew\b|\bwritten anew\b": "write it plainly",
}
# messages that report in several sentences what happened, what is on the Hub now, and what to do
REPORTS = tuple(f"{SOURCE}/release/{name}.py" for name in ("hub", "upload"))
# names that a message may begin with
NAMES = ("Trusted", "Dask", "Parquet", "Python", "Ctrl-C", "Hub", "GitHub", "Unicode", "Git", "Slurm")
# the variables that hold what a user wrote
USER = "value|given|written|word|words|quote|text|label"
_PLAIN = ("finding", "help", "fix", "related", "error")


def breaks(message: Message) -> Iterator[str]:
    """In what a message breaks the form; nothing if it keeps it."""
    for pattern, instead in AVOIDED.items():
        if found := re.search(pattern, message.words, re.IGNORECASE):
            yield f"says {found[0]!r}; {instead}"
    most, report = LONGEST.get(message.kind), message.file in REPORTS
    if most and not report and len(message.words) > most:
        yield f"has {len(message.words)} characters, more than {most}"
    if message.of_browser:
        yield from _in_browser(message)
    elif report:
        yield from _single_with_period(message) if message.kind == "error" else ()
    elif message.kind in _PLAIN:
        yield from _plain(message)
    elif message.kind in ("option", "command", "prompt"):
        yield from _whole_sentences(message)
    elif message.kind == "summary" and message.text.endswith("."):
        yield "ends with a period"
    if message.kind in ("finding", "error") and (hole := re.search(rf"(?<!['\"`“‘])\{{({USER})\}}", message.text)):
        yield f"shows {hole[0]} without quotes"


def _plain(message: Message) -> Iterator[str]:
    first, text = message.text.split()[0], message.text
    if re.fullmatch(r"[A-Z][a-z']*[,:;]?", first) and first.strip(",:;") not in NAMES and len(first) > 1:
        yield "begins with a capital"
    if re.search(r"(?<!\.)\.$", text):
        yield "ends with a period"
    elif re.search(r"[a-z}`'\")]\. [A-Z{]", text):
        yield "joins two sentences with a period; write ; or :"


def _in_browser(message: Message) -> Iterator[str]:
    if message.kind == "error" and message.text[0].islower():
        yield "begins with a small letter, and the browser shows it"
    if message.kind in ("browser", "error") and not re.match(r"[a-z,;. ]", message.text):
        yield from _single_with_period(message)


def _single_with_period(message: Message) -> Iterator[str]:
    if re.fullmatch(r"[^.!?…:;]+\.", message.text):
        yield "is a single sentence with a period"


def _whole_sentences(message: Message) -> Iterator[str]:
    if message.kind != "command" and message.text[-1] not in ".?":
        yield "does not end with a period"
    if message.text[0].islower():
        yield "begins with a small letter"
