"""docs/messages.md: every message that a user can meet, read from the source; and those without the required form.

python -m scripts.messages                       print the messages without the required form, and the rule
python -m scripts.messages src/vouchbank/bulk …  only what is written below these paths
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.message_source.browser import html, typescript
from scripts.message_source.form import breaks
from scripts.message_source.library import library_messages
from scripts.message_source.message import PARTS, SOURCE, WEB, Message

PAGE = "docs/messages.md"
MADE = "<!-- Made by `python -m scripts.pages messages`; do not edit. -->"


def all_messages(root: Path) -> list[Message]:
    """Every message of the library and of the browser, in the order in which they are shown in the source."""
    files = {p.relative_to(root).as_posix(): p.read_text("utf-8") for p in sorted((root / SOURCE).rglob("*.py"))}
    found = list(library_messages(files))
    for path in sorted((root / WEB).rglob("*.ts")):
        found += typescript(path.relative_to(root).as_posix(), path.read_text("utf-8"))
    for path in sorted((root / SOURCE / "edit").glob("*.html")):
        found += html(path.relative_to(root).as_posix(), path.read_text("utf-8"))
    return sorted(found, key=lambda m: (m.shown, m.kind in PARTS))


def message_pages(root: Path) -> dict[str, bytes]:
    """The page of all messages, by its path below the root."""
    return {PAGE: "\n".join(_page(all_messages(root))).encode()}


def _page(found: list[Message]) -> Iterator[str]:
    yield from (MADE, "", "# Messages", "")
    yield "Every message of `vouchbank` and of its pages in a browser, read from the source, so that they can be read"
    yield "as one text. `{name}` stands for a value, `{a|b}` for one of two wordings. A `part` occurs inside other"
    yield "messages; a `text` is shown by several functions, or written into a file. `python -m scripts.messages` lists"
    yield "messages that do not have the required form."
    sections = defaultdict[str, list[Message]](list)
    for message in found:
        sections[_section(message)].append(message)
    for heading in ("Findings of the checks", "Commands", "The library", "The browser"):
        yield from ("", f"## {heading}")
        yield from _areas(sections[heading])
    yield ""


def _section(message: Message) -> str:
    if message.of_browser:
        return "The browser"
    if message.area.startswith("cli/"):
        return "Commands"
    return "The library" if message.area.endswith(".py") else "Findings of the checks"


def _areas(messages: Iterable[Message]) -> Iterator[str]:
    areas = defaultdict[str, dict[str, None]](dict)
    for message in messages:
        areas[message.area].setdefault(f"{message.kind:<8} {message.text}")
    for area, lines in sorted(areas.items()):
        yield from ("", f"### {area}", "", "```text", *lines, "```")


def main(below: list[str]) -> int:
    """Print the messages that do not have the required form."""
    count = 0
    for message in all_messages(Path(__file__).parent.parent):
        if not below or message.file.startswith(tuple(below)):
            for wrong in breaks(message):
                count += 1
                print(f"{message.file}:{message.line}: {message.kind}: {message.text}\n    {wrong}")
    print(f"to rewrite: {count}" if count else "every message has the required form")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main([path for path in sys.argv[1:] if path != "--form"]))
