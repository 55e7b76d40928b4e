"""What the tests of checks and commands share: throw-away corpora, and the corpora they are copied from."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

from vouchbank.corpus import Corpus

TESTS = Path(__file__).parent
TOY = TESTS / "toy"
BROKEN = TESTS / "broken"
BASE = BROKEN / "base"
FIXTURES = sorted(p.name for p in BROKEN.iterdir() if p.is_dir() and p != BASE)


def expected(slug: str) -> dict[str, Any]:
    """What expected.toml of a fixture says."""
    return tomllib.loads((BROKEN / slug / "expected.toml").read_text("utf-8"))


def broken(slug: str, into: Path) -> Corpus:
    """The fixture of a check: `base/` with the files of its folder laid over it."""
    root = copied(BASE, into)
    stated = expected(slug)
    for name in (*stated.get("remove", ()), *stated.get("folders", ())):
        (root / name).unlink()
    for name in stated.get("folders", ()):
        (root / name).mkdir()
    shutil.copytree(BROKEN / slug, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.toml"))
    return Corpus(root)


def copied(corpus: Path, into: Path) -> Path:
    """A copy of a corpus that a test may change."""
    root = into / "copy"
    shutil.copytree(corpus, root)
    return root


def snapshot(root: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes, and every folder."""
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}


def replace(root: Path, file: str, old: str, new: str) -> None:
    """Change the first `old` in a file, which must be there."""
    text = (root / file).read_bytes().decode("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    (root / file).write_bytes(text.replace(old, new, 1).encode("utf-8"))
