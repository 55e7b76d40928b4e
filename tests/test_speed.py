"""What keeps the gate fast, without a clock: nothing heavy on the way, and work that grows with the articles."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bench.growth import WORK
from bench.startup import STARTS, heavy, modules_of
from bench.synthetic import SyntheticCorpus, dense, synthetic
from tests.checks_support import snapshot
from tests.git_support import repository
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.corpus.seeds import digest
from vouchbank.findings import Finding

pytestmark = pytest.mark.system

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


def calls(work: Callable[[], None]) -> int:
    """How many functions of this package are called while something is done."""
    count = 0

    def seen(frame: Any, event: str, _: Any) -> None:
        nonlocal count
        count += event == "call" and "vouchbank" in frame.f_code.co_filename

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def checking(corpus: SyntheticCorpus) -> int:
    """The calls of a check, without those that make the corpus."""
    for article in corpus.articles:
        _ = article.annotations
    _ = corpus.shared
    found: list[Finding] = []
    count = calls(lambda: found.extend(check(corpus)))
    assert found == []
    return count


def test_the_work_of_the_gate_grows_with_the_articles_and_not_faster() -> None:
    check(synthetic(2))
    small, large = checking(synthetic(4)), checking(synthetic(16))
    assert large <= 4.1 * small


def test_a_dear_function_is_called_equally_often_for_each_article(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(articles: int) -> Counter[str]:
        seen = Counter[str]()

        def counting(name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
            def called(*args: Any, **named: Any) -> Any:
                seen[name] += 1
                return inner(*args, **named)

            return called

        with monkeypatch.context() as patch:
            for name in (f"{module}.{name}" for module, names in COUNTED.items() for name in names):
                module, _, function = name.rpartition(".")
                patch.setattr(name, counting(name, getattr(sys.modules[module], function)))
            check(synthetic(articles))
        return seen

    small, large = counted(2), counted(8)
    for name, times in large.items():
        assert times <= 4 * small[name], name


def test_a_synthetic_corpus_has_no_findings_and_no_two_articles_alike() -> None:
    corpus = synthetic(6)
    assert check(corpus) == []
    texts = [article.text for article in corpus.articles]
    assert len(set(texts)) == len(texts)
    assert synthetic(6).article("005").text == texts[5]


# --- many articles -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Corpora of 2 and of 8 articles in folders of their own, each with two annotators, committed."""
    roots = {}
    for count in (2, 8):
        root = roots[count] = tmp_path_factory.mktemp(f"of{count}")
        synthetic(count).write(root)
        for name in ("kim-roe", "lee-ash"):
            shutil.copytree(root / "annotations", root / "raw" / name)
        (root / "raw").rename(root / "annotations/raw")
        repository(root)
    return roots


@pytest.mark.parametrize("command", ["format --check", "agree", "diff", "rebase", "show --removed"])
def test_the_work_of_a_command_grows_with_the_articles_and_not_faster(command: str, written: dict[int, Path]) -> None:
    def work(count: int) -> int:
        results: list[Result] = []
        words = [*command.split(), "--root", str(written[count])]
        made = calls(lambda: results.append(CliRunner().invoke(main, words)))
        assert results[0].exit_code == 0, results[0].output
        return made

    work(2)  # what is read and made once
    small, large = work(2), work(8)
    assert small < large <= 4.1 * small


def article(root: Path, number: int) -> str:
    """Write the seed of a tiny article, its id in one of three forms."""
    name = (f"{number:04}", f"storm-{number}", f"{number}-hours-of-rain")[number % 3]
    text = f"The ferries of the harbour stayed in port on day {number}, the union said.\n"
    shown = {"seed_file": "a.txt", "sha256": hashlib.sha256(text.encode()).hexdigest(), "language": "en"}
    lines = [f'{key} = "{value}"' for key, value in shown.items()]
    (root / "seeds" / name).mkdir(parents=True)
    (root / "seeds" / name / "raw.txt").write_text(text, "utf-8")
    (root / "seeds" / name / "meta.toml").write_text(
        "\n".join([*lines, "", "[paragraphs]", f'p1 = "{digest(text.strip())}"', ""]), "utf-8"
    )
    return name


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 1,050 articles, committed: more than three digits count."""
    root = tmp_path_factory.mktemp("many")
    assert len({article(root, number) for number in range(1_050)}) == 1_050
    (root / "annotations").mkdir()
    (root / "annotations/GUIDELINES.md").write_text("**Version 0.4**\n", "utf-8")
    return repository(root)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("check", "no findings (1,050 articles"),
        ("format --check", "0 files to format"),
        ("normalise", "storm-1048: 1 line, 1 kept, 0 removed"),
        ("rebase", "no text changed since HEAD"),
    ],
)
def test_a_command_works_on_1050_articles(command: str, said: str, many: Path) -> None:
    result = CliRunner().invoke(main, [*command.split(), "--root", str(many)])
    assert result.exit_code == 0, result.output
    assert said in result.stdout


def test_the_1051st_article_is_begun_and_one_that_is_not_there_is_named(many: Path, tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text("Rain fell on the harbour all day, the union said.\n", "utf-8")
    before = snapshot(many)
    try:
        begun = CliRunner().invoke(main, ["new", f"{tmp_path}/rain.txt", "--root", str(many)])
    finally:
        added = [many / name for name in snapshot(many).keys() - before.keys()]
        for path in sorted(added, reverse=True):  # what is in a folder before the folder
            path.rmdir() if path.is_dir() else path.unlink()
    assert "wrote seeds/1048/raw.txt" in begun.stdout
    said = CliRunner().invoke(main, ["show", "storm-1001", "--root", str(many)]).stderr
    assert said.startswith("vouchbank: unknown article 'storm-1001'; the corpus has 1,050 articles")


def test_ids_of_synthetic_articles_are_as_long_as_the_longest() -> None:
    ids = synthetic(1_200).article_ids
    assert (ids[0], ids[-1], len(set(ids))) == ("0000", "1199", 1_200)
    assert list(ids) == sorted(ids)


@pytest.mark.parametrize("work", WORK)
def test_the_work_on_one_article_grows_with_its_length_and_not_faster(work: str) -> None:
    def counted(copies: int) -> int:
        corpus = dense(copies).of("annotations")
        return calls(lambda: WORK[work](corpus))

    small, large = counted(3), counted(9)
    assert small < large <= 3.1 * small
