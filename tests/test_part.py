"""Some articles checked without the others: the same findings, and no other file is opened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.synthetic import synthetic
from tests.checks_support import FIXTURES, REGISTRY, broken, replace
from vouchbank.checks import CHECKS, check
from vouchbank.checks.part import Part
from vouchbank.checks.subjects import JudgedCorpus
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.errors import UnknownArticleError

OPENED: list[str] = []
Opened = Callable[[Path], set[str]]


def _opening(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        OPENED.append(str(arguments[0]))


@pytest.fixture(scope="module", autouse=True)
def watched() -> None:
    """Every file that this process opens from here on is written down; such a hook cannot be taken away."""
    sys.addaudithook(_opening)


@pytest.fixture
def opened() -> Opened:
    """The folders of articles in which files below a root were opened during the test."""

    def articles(root: Path) -> set[str]:
        inside = [Path(name).relative_to(root).parts for name in OPENED if name.startswith(f"{root}/")]
        return {parts[-2] for parts in inside if len(parts) > 2}

    OPENED.clear()
    return articles


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight articles, two by two with figures and claims of their own, and one annotator's raw annotations of all."""
    root = tmp_path_factory.mktemp("eight")
    corpus = synthetic(8)
    corpus.write(root)
    for article in corpus.articles:
        for file in article.files.values():
            path = root / file.document.file.replace("annotations/", "annotations/raw/kim-roe/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.document.text, "utf-8")
    return root


@pytest.mark.parametrize("command", ["show 002", "check"])
def test_one_article_is_read_and_what_it_refers_to(command: str, eight: Path, opened: Opened) -> None:
    if command == "check":
        assert check(Corpus(eight), only=["002"]) == []
    else:
        result = CliRunner().invoke(main, [*command.split(), "--root", str(eight)])
        assert result.exit_code == 0, result.output
    assert opened(eight) == {"002", "003"}  # members of the figures that it is in


def test_the_whole_corpus_is_read_where_no_article_is_named(eight: Path, opened: Opened) -> None:
    check(Corpus(eight))
    assert len(opened(eight)) == 8


def test_what_an_article_shares_is_judged_with_it_and_what_it_does_not_is_left(eight: Path, tmp_path: Path) -> None:
    synthetic(4).write(tmp_path)
    replace(tmp_path, "annotations/figures.toml", '"000-q', '"000-q9')
    replace(tmp_path, "annotations/002/quantities.toml", "interval", "intervall")
    for only in (["000"], ["001"], ["002"], ["003"], ["003", "000"]):
        part = Part.of(Corpus(tmp_path), only)
        assert check(Corpus(tmp_path), only=only) == [f for f in check(Corpus(tmp_path)) if part.concerns(f)]
    assert {f.slug for f in check(Corpus(tmp_path), only=["001"])} == {"unknown-shared-reference"}
    assert check(Corpus(tmp_path), only=["003"]) == []


def test_a_row_of_the_registry_is_judged_with_those_who_name_it(tmp_path: Path) -> None:
    root = broken("alias-is-name", tmp_path).root
    assert [f.slug for f in check(Corpus(root), only=["000"])] == ["alias-is-name"]
    replace(root, REGISTRY, "[", '[nowhere-at-all]\ntype = "GPE"\nname = "Nowhere"\naliases = ["Nowhere"]\n\n[')
    assert [f.annotation for f in check(Corpus(root), only=["000"])].count("nowhere-at-all") == 0


def test_an_article_that_is_not_there_is_an_error(eight: Path) -> None:
    with pytest.raises(UnknownArticleError, match="unknown article 'x'"):
        check(Corpus(eight), only=["002", "x"])


@pytest.mark.slow
@pytest.mark.parametrize("slug", sorted({*FIXTURES} - {"unusable-schema"}))  # of which nothing is judged
def test_a_part_has_the_findings_of_the_whole_that_concern_it(slug: str, tmp_path: Path) -> None:
    corpus = broken(slug, tmp_path)
    everything = [f for f in check(corpus) if not CHECKS[f.slug].whole]
    for article in corpus.article_ids:
        part = Part.of(corpus, [article])
        assert check(corpus, only=[article]) == [f for f in everything if part.concerns(f)]


def test_only_a_rule_of_the_whole_corpus_is_left_out_of_a_part() -> None:
    left = {check.name: check.judges for check in CHECKS.values() if check.whole}
    assert set(left.values()) == {JudgedCorpus}
    assert {"unused-row", "alias-not-in-articles", "unknown-successor", "agreement-below-floor"} <= left.keys()
