"""What keeps the gate fast, without a clock: nothing heavy on the way, and work that grows with the articles."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from bench.startup import STARTS, heavy, modules_of
from bench.synthetic import SyntheticCorpus, synthetic
from vouchbank.checks import check

pytestmark = pytest.mark.slow

COUNTED = {
    "vouchbank.corpus.seeds": ("normalise", "read_seed"),
    "vouchbank.corpus.corpus": ("read_toml", "resolve", "load_schema"),
    "vouchbank.corpus.resolve": ("find",),
    "vouchbank.corpus.anchors": ("word_edge",),
}


@pytest.mark.parametrize("name", STARTS)
def test_no_heavy_library_is_loaded_on_the_way(name: str) -> None:
    assert heavy(modules_of(STARTS[name])) == ()


def test_a_heavy_library_would_be_seen() -> None:
    assert "pyarrow" in heavy(modules_of("import pyarrow"))


def calls(corpus: SyntheticCorpus) -> int:
    """How many functions of this package are called while a corpus is checked, its making left out."""
    for article in corpus.articles:
        _ = article.annotations
    _ = corpus.shared
    count = 0

    def seen(frame: Any, event: str, _: Any) -> None:
        nonlocal count
        count += event == "call" and "vouchbank" in frame.f_code.co_filename

    sys.setprofile(seen)
    try:
        assert check(corpus) == []
    finally:
        sys.setprofile(None)
    return count


def test_the_work_of_the_gate_grows_with_the_articles_and_not_faster() -> None:
    check(synthetic(2))
    small, large = calls(synthetic(4)), calls(synthetic(16))
    assert large <= 4.1 * small


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, names in COUNTED.items() for n in names])
def test_a_dear_function_is_called_equally_often_for_each_article(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(articles: int) -> int:
        seen = 0
        inner: Callable[..., Any] = getattr(sys.modules[module], name)

        def counting(*args: Any, **named: Any) -> Any:
            nonlocal seen
            seen += 1
            return inner(*args, **named)

        with monkeypatch.context() as patch:
            patch.setattr(f"{module}.{name}", counting)
            check(synthetic(articles))
        return seen

    small, large = counted(2), counted(8)
    assert large <= 4 * small


def test_a_synthetic_corpus_has_no_findings_and_no_two_articles_alike() -> None:
    corpus = synthetic(6)
    assert check(corpus) == []
    texts = [article.text for article in corpus.articles]
    assert len(set(texts)) == len(texts)
    assert synthetic(6).article("005").text == texts[5]


def test_more_than_a_thousand_articles_have_ids_of_their_own() -> None:
    ids = synthetic(1_200).article_ids
    assert len(set(ids)) == 1_200
    assert all(re.fullmatch(r"[0-9]{3,4}", i) for i in ids)
