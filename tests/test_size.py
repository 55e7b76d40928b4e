"""`python -m bench.size` counts every statement once, and docstrings apart."""

from __future__ import annotations

from pathlib import Path

from bench.size import Size, measure, sizes, table

SOURCE = '''"""A module."""

import os

class House:
    """A class."""

    rooms = 28

    async def draw(self):
        """A function."""
        if self.rooms:
            "no docstring"
            return [1 for _ in os.environ]

def bare(): pass
'''


def test_statements_are_counted_at_every_depth_and_docstrings_apart() -> None:
    assert measure(SOURCE) == Size(1, statements=9, docstrings=3, definitions=3, explained=2)
    assert measure("") == Size(1)


def test_each_file_belongs_to_one_room(tmp_path: Path) -> None:
    for name in (
        "src/it/a.py",
        "src/it/room/b.py",
        "src/it/room/deep/c.py",
        "bench/d.py",
        "bench/in/e.py",
        "tests/f.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('"""Doc."""\nx = 1\n')
    found = sizes(tmp_path)
    assert {room: size.files for room, size in found.items()} == {"src/it/a.py": 1, "src/it/room": 2, "bench": 2}
    *_, library, whole = (line.split() for line in table(found).splitlines())
    assert library == ["src", "3", "3", "3", "0", "0", "6"]
    assert whole == ["all", "5", "5", "5", "0", "0", "10"]
