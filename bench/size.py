r"""Measure the code, in statements of the syntax tree, by package.

    python -m bench.size                     print the table

Every statement counts, including nested ones. Docstrings are counted separately: the code may shrink, its explanation
must not.

Example:
    >>> measure('def double(x):\n    "Twice as much."\n    return 2 * x\n')
    Size(files=1, statements=2, docstrings=1, definitions=1, explained=1)
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import astuple, dataclass, fields
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "scripts", "bench")
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Size:
    """The size of some files.

    Attributes:
        files: How many there are.
        statements: Statements, without docstrings.
        docstrings: Docstrings of modules, classes and functions.
        definitions: Classes and functions.
        explained: How many of these have a docstring.
    """

    files: int = 0
    statements: int = 0
    docstrings: int = 0
    definitions: int = 0
    explained: int = 0

    def __add__(self, other: Size) -> Size:
        """The size of both."""
        return Size(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def measure(source: str) -> Size:
    """The size of one file."""
    tree = ast.parse(source)
    statements = sum(isinstance(node, ast.stmt) for node in ast.walk(tree))
    explained = [
        ast.get_docstring(node, clean=False) is not None for node in ast.walk(tree) if isinstance(node, Definition)
    ]
    docstrings = sum(explained) + (ast.get_docstring(tree, clean=False) is not None)
    return Size(1, statements - docstrings, docstrings, len(explained), sum(explained))


def sizes(root: Path) -> dict[str, Size]:
    """The size of every room: a folder or a file of the library, and each of the other folders."""
    found: dict[str, Size] = defaultdict(Size)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root).parts
            found["/".join(parts[:3]) if folder == "src" else folder] += measure(path.read_text("utf-8"))
    return dict(found)


def table(found: dict[str, Size]) -> str:
    """The sizes as lines of text; below them, those of the library and of everything."""
    library = sum((size for room, size in found.items() if room.startswith("src/")), Size())
    rows = {**found, "src": library, "all": sum(found.values(), Size())}
    names = [*(field.name for field in fields(Size)), "with docstrings"]
    lines = [[f"{number:,}" for number in (*astuple(s), s.statements + s.docstrings)] for s in rows.values()]
    return "\n".join(
        f"{room:<26}" + "".join(f"{cell:>{len(name) + 3}}" for cell, name in zip(cells, names, strict=True))
        for room, cells in zip(("room", *rows), (names, *lines), strict=True)
    )


if __name__ == "__main__":
    print(table(sizes(ROOT)))
