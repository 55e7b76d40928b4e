"""Articles judged one by one: none is kept, and several processes find what one does."""

from __future__ import annotations

import gc
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from bench.synthetic import synthetic
from vouchbank.checks import apart, check
from vouchbank.compare.adjudication import hands
from vouchbank.corpus import Article, Corpus, elsewhere
from vouchbank.corpus.kept import Kept

COUNT = 12


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("synthetic") / "corpus"
    synthetic(COUNT).write(root)
    return root


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "FEW", 2)
    monkeypatch.setattr(apart, "CHUNK", 5)


def keeping_few(root: Path, few: int = 2) -> Corpus:
    corpus = Corpus(root)
    corpus._articles, corpus._seeds, corpus._optional = Kept(few), Kept(few), Kept(few)
    return corpus


def alive() -> int:
    return sum(isinstance(one, Article) for one in gc.get_objects())


def damage(root: Path) -> None:
    """Faults of articles, of what they share, and between articles."""
    changes = [
        ("annotations/001/entities.toml", r'type = "PERSON"', 'type = "PERSONA"'),
        ("annotations/003/quantities.toml", r"^status = .*$", 'status = "draft"'),
        ("annotations/004/attributions.toml", r"^\[p", "[x"),
        ("annotations/006/entities.toml", r'key = "([a-z-]+)"', r'key = "no-such-\1"'),
        ("annotations/007/quantities.toml", r"^(\[p.*\.q.*\])$", r'\1\nwaive = { number-cut = "so", no-such = "x" }'),
        ("annotations/registry.toml", r"^aliases = \[.*$", 'aliases = ["Nobody At All"]'),
    ]
    for file, old, new in changes:
        text = (root / file).read_text("utf-8")
        changed = re.sub(old, new, text, count=1, flags=re.MULTILINE)
        assert changed != text, file
        (root / file).write_text(changed, "utf-8")
    shutil.copy(root / "seeds/008/raw.txt", root / "seeds/009/raw.txt")


@pytest.mark.slow
def test_no_more_articles_are_alive_than_are_kept(written: Path) -> None:
    corpus = keeping_few(written)
    gc.collect()
    before, seen = alive(), []

    def counting(names: Sequence[str]) -> Iterator[str]:
        for name in names:
            yield name
            seen.append(alive() - before)

    gc.disable()
    try:
        assert check(corpus, counting) == []
    finally:
        gc.enable()
    assert len(seen) == COUNT
    assert max(seen) <= 3


@pytest.mark.slow
def test_several_processes_find_what_one_does(written: Path, small_chunks: None, tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(written, root)
    damage(root)
    shown: list[str] = []

    def showing(names: Sequence[str]) -> Iterable[str]:
        for name in names:
            shown.append(name)
            yield name

    one = check(Corpus(root))
    assert len({f.slug for f in one}) > 8
    assert check(Corpus(root), showing, jobs=2) == one
    assert shown == list(Corpus(root).article_ids)
    assert check(keeping_few(root, 1)) == one


@pytest.mark.slow
def test_few_articles_are_judged_in_this_process(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "workers", lambda *_: pytest.fail("another process was started"))
    assert check(Corpus(written), jobs=8) == []


def test_the_same_object_is_given_while_somebody_holds_it(written: Path) -> None:
    corpus = keeping_few(written)
    first = corpus.article("000")
    for article in corpus.articles:
        assert article.id
    assert corpus.article("000") is first
    assert hands(corpus, "000", ["gold"]).articles["gold"] is first
