"""What the tests of checks and commands share: throw-away corpora, and the corpora they are copied from."""

from __future__ import annotations

import hashlib
import re
import shutil
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vouchbank.checks import check
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.canonical import reformatted, with_paragraph_ids
from vouchbank.corpus.format import literal
from vouchbank.corpus.overlay import overlaid
from vouchbank.findings import Finding
from vouchbank.report.explain import BEFORE
from vouchbank.schema import Table
from vouchbank.tables.rows import COMPUTED

TESTS = Path(__file__).parent
TOY = TESTS / "toy"
BROKEN = TESTS / "broken"
BASE = BROKEN / "base"
FIXTURES = sorted(p.name for p in BROKEN.iterdir() if p.is_dir() and p != BASE)

ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
REGISTRY = "annotations/registry.toml"
RETIRED = "annotations/retired.toml"
FLOORS = "annotations/floors.toml"
META = "seeds/000/meta.toml"
LEAKS = 'number = "12"\ninterval = "[12, 12]"\n'


def expected(name: str) -> dict[str, Any]:
    """What expected.toml of a fixture says; nothing where it is not written yet."""
    path = BROKEN / name / "expected.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def as_expected(findings: list[Finding]) -> str:
    """The findings as expected.toml has them."""
    return "\n".join(f"[[findings]]\n{_lines(finding)}" for finding in findings)


def _lines(finding: Finding) -> str:
    place = finding.place
    said = {"slug": finding.slug, "file": place.file, "line": place.line, "column": place.column}
    said |= {"annotation": finding.annotation} if finding.annotation else {}
    said |= {"message": finding.message, "help": finding.help, "severity": str(finding.severity)}
    return "".join(f"{key} = {literal(value)}\n" for key, value in said.items())


def update_expected(name: str, findings: list[Finding]) -> None:
    """Write what the checks say of a fixture; what a person wrote above the first finding stays.

    A new fixture says its fault in a comment, `# fault: a full stop in the name`, at the top of a file.
    """
    path = BROKEN / name / "expected.toml"
    if path.is_file():
        head = path.read_text("utf-8").split("[[findings]]", 1)[0]
    else:
        texts = [p.read_bytes().decode("utf-8", "replace") for p in (BROKEN / name).rglob("*") if p.is_file()]
        said = next((m[1] for t in texts if (m := re.match(r"# fault: (.+)", t))), name)
        head = f"# {said[0].upper()}{said[1:]}.\n"
    path.write_text(head + as_expected(findings), "utf-8")


def broken(slug: str, into: Path) -> Corpus:
    """The fixture of a check: `base/` with the files of its folder laid over it."""
    root = copied(BASE, into)
    stated = expected(slug)
    for name in (*stated.get("remove", ()), *stated.get("folders", ())):
        (root / name).unlink()
    for name in stated.get("folders", ()):
        (root / name).mkdir()
    shutil.copytree(BROKEN / slug, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.toml", BEFORE))
    corpus = Corpus(root)
    if (BROKEN / slug / BEFORE).is_dir():
        corpus.base = overlaid(corpus, BROKEN / slug / BEFORE)
    return corpus


def copied(corpus: Path, into: Path) -> Path:
    """A copy of a corpus that a test may change."""
    root = into / "copy"
    shutil.copytree(corpus, root)
    return root


def with_project_files(root: Path) -> Path:
    """A corpus with what a release needs besides: the schema, the place of the version, the citation."""
    project = repository_root()
    shutil.copytree(project / "schema", root / "schema")
    for name in ("src/vouchbank/_version.py", "CITATION.cff"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project / name, root / name)
    return root


def snapshot(root: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes, and every folder."""
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}


def replace(root: Path, file: str, old: str, new: str) -> None:
    """Change the first `old` in a file, which must be there."""
    text = (root / file).read_bytes().decode("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    (root / file).write_bytes(text.replace(old, new, 1).encode("utf-8"))


def say(root: Path, old: str, new: str) -> None:
    """Let the article say something else, and bring what is known of the seed up to date."""
    seed = root / "seeds/000/raw.txt"
    before = hashlib.sha256(seed.read_bytes()).hexdigest()
    replace(root, "seeds/000/raw.txt", old, new)
    replace(root, META, before, hashlib.sha256(seed.read_bytes()).hexdigest())
    meta = with_paragraph_ids(Corpus(root).article("000"))
    assert meta is not None
    (root / META).write_bytes(meta.encode())


def found(root: Path) -> list[Finding]:
    """The findings of the corpus in its canonical form."""
    for file, text, problem in reformatted(Corpus(root)):
        assert not problem, (file, problem)
        (root / file).write_bytes(text.encode())
    return check(Corpus(root))


def slugs(root: Path) -> list[str]:
    return [f.slug for f in found(root)]


def made_files(articles: Iterable[str], tables: Iterable[str]) -> set[str]:
    """The names of all files of corpus/, of sources that have a picture."""
    per_article = {f"text/{a}.txt" for a in articles}
    of_all = {
        "README.md",
        "DICTIONARY.md",
        "croissant.json",
        "datacite.json",
        "digests.json",
        "plots/figures.svg",
        "pictures/article.png",
        "SHA256SUMS",
    }
    return of_all | per_article | {f"data/{t}.parquet" for t in tables}


def computed_columns(table: Table) -> frozenset[str]:
    """The columns of a layer that code fills in, for the tests that none is forgotten."""
    by_shape = {"id", "article_id", "paragraph_id"} | {c.name for c in table.columns if c.hull}
    return frozenset(by_shape | {column for name, column in COMPUTED if name == table.name})
