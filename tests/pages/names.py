"""The paths and names that stand in backticks on the pages, and what is there under them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module

import pyarrow as pa
import pyarrow.parquet as pq

from tests.pages.reading import ROOT, Page, tracked

Problem = str | None
# --- paths: what is written in place of a part of one
STANDS_FOR = re.compile(r"<[^>/]+>|\b[A-Z]{2,}\b|…|\b(?:alex-doe|boats|kim-lee|kim|storm-in-oxmere|toll-bridge)\b")
EXTENSIONS = "cff|css|html|json|jsonl|lock|md|parquet|py|svg|toml|ts|txt|yml"
PATH = re.compile(rf"[\w.<>*-][\w.<>…*-]*(?:/[\w.<>…*-]*)+|[\w.<>…*-]+\.(?:{EXTENSIONS})")
# what a command makes, and what proves it: its name in that file
MADE = {
    ".tools/": ("scripts/run.py", '".tools"'),
    ".venv/": ("noxfile.py", '".venv"'),
    ".vouchbank/edit/": ("src/vouchbank/edit", '"edit"'),
    ".vouchbank/*-ok": ("noxfile.py", '-ok"'),
    "articles/*.html": ("src/vouchbank/site", '"articles/'),
    "data/part-*.parquet": ("src/vouchbank/bulk", 'DATA, FINDINGS, RECEIPTS = "data", '),
    "findings/*.parquet": ("src/vouchbank/bulk", 'DATA, FINDINGS, RECEIPTS = "data", "findings", '),
    "receipts/*": ("src/vouchbank/bulk", 'DATA, FINDINGS, RECEIPTS = "data", "findings", "receipts"'),
    "*/index.html": ("src/vouchbank/site", '"index.html"'),
    "changes.html": ("src/vouchbank/site", '"changes.html"'),
    "withheld.json": ("src/vouchbank/withhold", '"withheld.json"'),
    "page.html": ("src/vouchbank/change", "page.html"),
}
NOT_PATHS = re.compile(r"OWNER/\w+|[\d/.]+|datasets/.+")
# --- names
SOURCES = ("src/", "schema/", "scripts/", "bench/", "docs/", "web/", "annotations/", "seeds/", ".github/", "noxfile.py")
SOURCES += ("pyproject.toml", ".pre-commit-config.yaml")
TEXTS = (".css", ".json", ".mjs", ".py", ".toml", ".ts", ".yml", ".yaml")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*")
DOTTED = re.compile(r"([A-Za-z]\w*(?:\.\w+)+)(?:\(.*\))?")
# names of others, with whose they are
OTHERS = {
    "AutoTokenizer": "transformers",
    "RateLimit": "a header of HTTP",
    "Retry-After": "a header of HTTP",
    "flock": "a call of Unix",
    "from_pretrained": "transformers",
}


# --- paths ----------------------------------------------------------------------------------------------


def paths(page: Page) -> Iterator[tuple[int, str]]:
    """What is a path or the name of a file: in backticks, or in the first column of a drawn tree of files.

    Left out are files that the reader writes: the page has their text in a block that names the file.
    """
    given = {name for fence in page.fences() for name in fence.kind.split()[1:]}
    said = [(line, code) for line, code in page.codes()]
    for fence in page.fences(""):
        if re.match(r"[\w-]+/\n", fence.text):
            rows = enumerate(fence.text.splitlines(), fence.line + 1)
            said += [(line, word) for line, row in rows for word in re.match(r"\s*(.*?)(?:\s{3,}|$)", row)[1].split()]
    for line, code in said:
        path = code.partition("#")[0]
        if PATH.fullmatch(path) and not NOT_PATHS.fullmatch(path) and path not in given:
            yield line, path


def problem_of_path(path: str) -> Problem:
    """Nothing, if a file or folder has that path, or its end; what stands for any part of a path fits every one."""
    for pattern in (path, STANDS_FOR.sub("*", path)):
        if _is_there(pattern):
            return None
    return "no such file or folder"


def _is_there(pattern: str) -> bool:
    if "*" not in pattern and (ROOT / pattern).exists():
        return True
    made = [place for known, place in MADE.items() if fnmatch.fnmatch(pattern, known)]
    if made:
        return all(literal in text_of(file) for file, literal in made)
    match = re.compile(f"(?:.*/)?{fnmatch.translate(pattern)}").match
    return any(match(name) for name in tracked())


@cache
def text_of(path: str) -> str:
    """The text of a file, or of all Python files in a folder."""
    place = ROOT / path
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    return "\n".join(file.read_text("utf-8") for file in files)


# --- names ----------------------------------------------------------------------------------------------


@cache
def words() -> frozenset[str]:
    """Every name in the sources; that of a check stands there as that of a function."""
    found = set(OTHERS)
    for name in tracked():
        if name.startswith(SOURCES) and name.endswith(TEXTS):
            found |= set(re.findall(r"[^\W\d][\w-]*", (ROOT / name).read_text("utf-8")))
    return frozenset(found | {word.replace("_", "-") for word in found})


def own_words(page: Page) -> frozenset[str]:
    """The names that the code on a page defines, as queries do."""
    return frozenset(word for fence in page.fences() for word in re.findall(r"[^\W\d]\w*", fence.text))


def names(page: Page) -> Iterator[tuple[int, str]]:
    """What in backticks is one word, or words joined by points."""
    for line, written in page.codes():
        code = re.sub(r"^[BI]-", "", written)  # a tag of a token
        if (NAME.fullmatch(code) and len(code) > 2) or (DOTTED.fullmatch(code) and not PATH.fullmatch(code)):
            yield line, code


def problem_of_name(name: str, own: frozenset[str] = frozenset()) -> Problem:
    """Nothing, if the sources have that name; a public one is imported, a column is looked up in the corpus."""
    parts = name.partition("(")[0].split(".")
    if parts[0] == "vouchbank" and len(parts) > 1:
        return _imported(parts)
    if len(parts) > 1 and parts[0] in tables():
        return None if is_column(parts) else f"the table {parts[0]} has no column {'.'.join(parts[1:])}"
    known = words() | own
    unknown = [part for part in parts if not known & {part, part.lower(), re.sub(r"-\d+$", "", part)}]
    return f"no source has the name {unknown[0]}" if unknown else None


def _imported(parts: list[str]) -> Problem:
    there = import_module(parts[0])
    for number, part in enumerate(parts[1:], 2):
        try:
            there = getattr(there, part, None) or import_module(".".join(parts[:number]))
        except ImportError:
            return f"{'.'.join(parts[: number - 1])} has no {part}"
    return None


@cache
def tables() -> dict[str, pa.Schema]:
    """The columns of each published table."""
    return {path.stem: pq.read_schema(path) for path in (ROOT / "corpus/data").glob("*.parquet")}


def is_column(parts: list[str]) -> bool:
    """Whether a table has a column, or the records in it a field."""
    there: pa.DataType = pa.struct(list(tables()[parts[0]]))
    for part in parts[1:]:
        while pa.types.is_list(there):
            there = there.value_type
        if not pa.types.is_struct(there) or there.get_field_index(part) < 0:
            return False
        there = there.field(part).type
    return True
