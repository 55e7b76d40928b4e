"""What stands in the way of a release is said in words, with the command that mends it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.checks_support import replace
from tests.git_support import commit, git, repository
from tests.hub.conftest import NAME, Client
from tests.hub.server import Hub
from vouchbank._version import __version__
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.release.ready import STAMPS, clean_tree, not_permitted, obstacles

pytestmark = pytest.mark.system

TAG = f"v{__version__}"
CITED = (repository_root() / "CITATION.cff").read_text("utf-8")
VERSION, DATED = (next(line for line in CITED.splitlines() if line.startswith(key)) for key in ("version", "date-"))
DATE = DATED.split('"')[1]
NOXFILE = (repository_root() / "noxfile.py").read_text("utf-8")


def committed(toy: Path, into: Path) -> Path:
    """A copy of the toy corpus as a maintainer has it who may publish: committed, tagged, tested."""
    root = into / "tagged"
    shutil.copytree(toy, root)
    (root / ".gitignore").write_text(".vouchbank/\n")
    repository(root)
    git(root, "tag", TAG)
    stamp(root)
    return root


def stamp(root: Path) -> None:
    for file in STAMPS:
        (root / file).parent.mkdir(exist_ok=True)
        (root / file).write_text(f"{clean_tree(root)}\n")


@pytest.fixture(scope="module")
def release(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return committed(toy, tmp_path_factory.mktemp("gate"))


@pytest.fixture
def root(release: Path, tmp_path: Path) -> Path:
    shutil.copytree(release, tmp_path / "root")
    return tmp_path / "root"


@pytest.fixture
def built_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of other obstacles, which need no build to compare with."""
    monkeypatch.setattr("vouchbank.release.ready.differences", lambda *arguments: [])


def said(root: Path, tag: str = TAG, untagged: bool = False) -> list[str]:
    return list(obstacles(Corpus(root), __version__, tag, untagged))


def test_nothing_stands_in_the_way_of_a_tag_that_is_clean_fresh_and_tested(release: Path) -> None:
    assert said(release) == []


def test_a_public_release_needs_a_licence_for_each_article(root: Path, built_is_fresh: None) -> None:
    def public() -> list[str]:
        return list(obstacles(Corpus(root), __version__, TAG, public=True))

    assert public() == []
    replace(root, "seeds/001/meta.toml", '[licence]\nvalue = "CC BY 4.0"', '[rights]\nvalue = "© Tide Post"')
    recommit(root)
    assert said(root) == []
    (found,) = public()
    assert found.startswith("article 001 has no recorded licence or permission")
    assert "[licence] to seeds/001/meta.toml" in found


def test_the_five_seeds_have_no_recorded_licence() -> None:
    named = [re.findall(r"article (\d+) has no", line) for line in not_permitted(Corpus(repository_root()))]
    assert named == [["000"], ["001"], ["002"], ["003"], ["004"]]


def change_a_source(root: Path) -> None:
    (root / "notes.txt").write_text("not in the tag")


def no_tag(root: Path) -> None:
    git(root, "tag", "--delete", TAG)


def commit_more(root: Path) -> None:
    (root / "notes.txt").write_text("after the tag")
    commit(root, "more")
    stamp(root)


def stale(root: Path) -> None:
    replace(root, "corpus/README.md", "VouchBank", "VouchBonk")
    recommit(root)


def fault_in_the_sources(root: Path) -> None:
    replace(root, "annotations/000/entities.toml", 'type = "', 'type = "X')
    recommit(root)


def recommit(root: Path) -> None:
    commit(root, "again")
    git(root, "tag", "--force", TAG)
    stamp(root)


def not_tested(root: Path) -> None:
    for file in STAMPS:
        (root / file).unlink()


def stamped_before(root: Path) -> None:
    (root / STAMPS[1]).write_text("0" * 40)


def no_git(root: Path) -> None:
    shutil.rmtree(root / ".git")


SECTIONS = "\n\n### Data\n- a\n\n### Schema\n- b\n\n### Code\n- c\n"


def changelog(title: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        (root / "CHANGELOG.md").write_text(f"# Changelog\n\n## {title}{SECTIONS}")
        recommit(root)

    write.__name__ = title
    return write


def citation(*edits: tuple[str, str]) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        for old, new in edits:
            replace(root, "CITATION.cff", old, new)
        recommit(root)

    edit.__name__ = edits[-1][1]
    return edit


def id_gone(root: Path) -> None:
    """Another release came before, and an id is gone since; the version did not rise."""
    git(root, "tag", "v0.0.1")
    replace(root, "annotations/000/entities.toml", 'e8 = { q = "Monday", type = "DATE" }\n', "")
    recommit(root)


Case = tuple[Callable[[Path], None], list[tuple[str, str]]]
OF_THE_BUILD: list[Case] = [
    (stale, [("corpus/ does not match the sources (README.md: changed)", "vouchbank build")]),
    (fault_in_the_sources, [("the sources have", "vouchbank check")]),
]
OF_GIT: list[Case] = [
    (
        change_a_source,
        [("1 file differs from the last commit", "git commit"), ("the tests have not passed", "scripts/run.py tests")],
    ),
    (no_tag, [(f"the tag {TAG} is missing", f"git tag {TAG}")]),
    (commit_more, [(f"the tag {TAG} is ", f"git checkout {TAG}")]),
    (changelog("Unreleased"), [(f"CHANGELOG.md lacks a section for {__version__}", f"by ## {__version__} (")]),
    (
        changelog(f"{__version__} (2020-01-31)"),
        [(f"CITATION.cff: date-released is {DATE}; CHANGELOG.md has 2020-01-31", "")],
    ),
    (
        changelog(f"{__version__} (2020-02-31)"),
        [("CITATION.cff: date-", ""), ("line 3: invalid date '2020-02-31'", "")],
    ),
    (citation((VERSION, 'version: "9.9.9"')), [("CITATION.cff: version is 9.9.9", "src/vouchbank/_version.py has")]),
    (citation((VERSION, "version: 0.1")), [("CITATION.cff: version is 0.1;", "src/vouchbank/_version.py has")]),
    (citation((DATED, 'date-released: "20 Nov 2026"')), [("date-released is '20 Nov 2026'", "write the date as")]),
    (citation((DATED, "date-released: 20261120")), [("date-released is '20261120'", "write the date as")]),
    (citation((DATED, "date-released: 2026-02-31")), [("CITATION.cff: cannot be read: day ", "")]),
    (
        citation((VERSION, "version: 9.9.9"), (DATED, "date-released: soon")),
        [("version is 9.9.9", ""), ("date-released is 'soon'", "write the date as")],
    ),
    (id_gone, [("is too low; a patch change needs", ""), ("000-e8 is gone but not listed", "add [000-e8]")]),
    (not_tested, [("is missing", "python3 scripts/run.py tests system")]),
    (stamped_before, [("is for another tree", "python3 scripts/run.py system")]),
    (no_git, [("has no git commit", "git init"), ("the tests have not passed", "run.py tests system")]),
]


def named(case: object) -> str:
    return str(getattr(case, "__name__", ""))


def assert_said(root: Path, wanted: list[tuple[str, str]]) -> None:
    found = said(root)
    assert len(found) == len(wanted), found
    for sentence, (what, command) in zip(found, wanted, strict=True):
        assert what in sentence
        assert command in sentence


@pytest.mark.parametrize(("break_it", "wanted"), OF_GIT, ids=named)
@pytest.mark.usefixtures("built_is_fresh")
def test_each_obstacle_of_git_is_said_with_the_command_that_mends_it(
    break_it: Callable[[Path], None], wanted: list[tuple[str, str]], root: Path
) -> None:
    break_it(root)
    assert_said(root, wanted)


@pytest.mark.parametrize(("break_it", "wanted"), OF_THE_BUILD, ids=named)
def test_each_obstacle_of_the_corpus_is_said_with_the_command_that_mends_it(
    break_it: Callable[[Path], None], wanted: list[tuple[str, str]], root: Path
) -> None:
    break_it(root)
    assert_said(root, wanted)


@pytest.mark.usefixtures("built_is_fresh")
def test_a_tag_that_is_not_the_version_is_refused(release: Path) -> None:
    assert said(release, "v99.0.0") == [
        f"the tag v99.0.0 does not match the version {__version__}; raise __version__ in src/vouchbank/_version.py, "
        f"or publish {TAG}"
    ]


def test_an_untagged_tree_is_asked_for_clean_sources_and_a_fresh_corpus_only(root: Path) -> None:
    no_git(root)
    not_tested(root)
    assert said(root, untagged=True) == []
    stale_card = root / "corpus" / "README.md"
    stale_card.write_text("stale")
    assert len(said(root, untagged=True)) == 1


def test_the_command_refuses_with_status_1_and_asks_nothing_of_the_hub(hub: Hub, client: Client, root: Path) -> None:
    not_tested(root)
    ended = client.run("release", "publish", NAME, "--root", root, gate="git", version=__version__)
    assert ended.status == 1
    assert ended.err.startswith("not published: the tests have not passed on this tree")
    assert hub.requests == []


def test_a_dry_run_lists_the_changes_and_what_would_be_refused(hub: Hub, client: Client, root: Path) -> None:
    no_tag(root)
    ended = client.run("release", "publish", NAME, "--root", root, "--dry-run", gate="git", version=__version__)
    assert ended.status == 1
    assert f"would refuse: the tag {TAG} is missing" in ended.err
    assert "added    data/articles.parquet" in ended.out
    fine = client.run(
        "release", "publish", NAME, "--root", root, "--dry-run", "--allow-untagged", gate="git", version=__version__
    )
    assert fine.status == 0
    assert hub.datasets == {}


@pytest.mark.usefixtures("built_is_fresh")
def test_what_version_refuses_is_refused_with_all_else_that_is_wrong(root: Path) -> None:
    replace(root, "CITATION.cff", VERSION, "version: 9.9.9")
    found = said(root, "v99.0.0")
    assert [sentence.split()[1] for sentence in found] == ["tag", "version", "tests"]
    assert said(root, untagged=True) == found[1:2]
    judged = CliRunner().invoke(main, ["release", "version", "--root", str(root)])
    assert judged.exit_code == 1
    assert found[1] in judged.stderr


def test_the_stamp_of_a_tree_with_changes_is_none(root: Path) -> None:
    assert clean_tree(root)
    change_a_source(root)
    assert clean_tree(root) is None
    assert clean_tree(Path(root.anchor)) is None


def test_the_order_of_a_release_names_sessions_options_and_files_that_exist() -> None:
    page = (repository_root() / "docs" / "releasing.md").read_text("utf-8")
    workflow = (repository_root() / ".github" / "workflows" / "release.yml").read_text("utf-8")
    sessions = set(re.findall(r"^@nox\.session.*\ndef (\w+)\(", NOXFILE, re.MULTILINE))
    for text in (page, workflow):
        named = re.findall(r"scripts/run\.py((?: [a-z]+)+)", text)
        assert named
        assert {name for names in named for name in names.split()} <= sessions
    options = {option for parameter in main.commands["release"].commands["publish"].params for option in parameter.opts}
    used = re.findall(r"vouchbank release publish ([^`#\n]*)", page)
    assert used
    assert {word for words in used for word in words.split() if word.startswith("--")} <= options
    for file in re.findall(r"`((?:src|docs|tests|\.github)/[\w./-]+)`", page):
        assert (repository_root() / file).exists(), file


def test_the_sessions_of_the_tests_leave_the_stamps_that_publishing_reads() -> None:
    assert f'STAMPS = ROOT / "{STAMPS[0].parent}"' in NOXFILE
    for file in STAMPS:
        assert f"def {file.name.removesuffix('-ok')}(session" in NOXFILE
    assert f"{STAMPS[0].parent}/" in (repository_root() / ".gitignore").read_text("utf-8").splitlines()
