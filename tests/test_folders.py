"""What stands in the source folders: everything there is known or a finding, and nothing outside the root is read."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import ENTITIES, META, TOY, copied, replace, snapshot
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.errors import UnreadableFileError
from vouchbank.files import MOST_BYTES, entries, writable
from vouchbank.findings import Finding

SECRET = "the words of another file"


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A copy of the toy corpus, with the work of an annotator and an adjudication that says nothing yet."""
    root = copied(TOY, tmp_path)
    shutil.copytree(root / "annotations/000", root / "annotations/raw/ann/000")
    return root


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the corpus, which has what could stand in it."""
    shutil.copytree(TOY, tmp_path / "outside")
    for path in (tmp_path / "outside").rglob("*.toml"):
        path.write_text(f'{path.read_text("utf-8")}\n# {SECRET}\nx = "{SECRET}\n', "utf-8")
    return tmp_path / "outside"


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [words[0], "--root", str(root), *words[1:]])


def about(root: Path, path: str) -> list[Finding]:
    return [f for f in check(Corpus(root)) if f.place.file == path or f.place.file.startswith(f"{path}/")]


# --- names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "slug", "hint"),
    [
        ("annotations/000/quantites.toml", "unknown-file", "did you mean 'quantities.toml'?"),
        ("annotations/000/entities (copy).toml", "unknown-file", "did you mean 'entities.toml'?"),
        ("annotations/000/entities.toml.orig", "unknown-file", "did you mean 'entities.toml'?"),
        ("annotations/000/Entities.toml", "unknown-file", "did you mean 'entities.toml'?"),
        ("annotations/000/.entities.toml", "unknown-file", "did you mean 'entities.toml'?"),
        ("annotations/000/notes/a.toml", "unknown-file", "move it out of the source folders"),
        ("annotations/regsitry.toml", "unknown-file", "did you mean 'registry.toml'?"),
        ("annotations/retierd.toml", "unknown-file", "did you mean 'retired.toml'?"),
        ("annotations/ajudication/000.toml", "annotation-without-article", "did you mean 'adjudication'?"),
        ("annotations/Raw/ann/000/entities.toml", "annotation-without-article", "did you mean 'raw'?"),
        ("annotations/005/entities.toml", "annotation-without-article", "git rm -r annotations/005"),
        ("annotations/raw/ann/005/entities.toml", "annotation-without-article", "git rm -r annotations/raw/ann/005"),
        ("annotations/raw/ann/000/entitys.toml", "unknown-file", "did you mean 'entities.toml'?"),
        ("annotations/raw/ann/registri.toml", "unknown-file", "did you mean 'registry.toml'?"),
        ("annotations/raw/Bo Roe/000/entities.toml", "unknown-file", "rename it, for example to bo-roe"),
        ("annotations/raw/bo1/000/entities.toml", "unknown-file", "rename it, for example to bo-1"),
        ("annotations/raw/000.toml", "unknown-file", "move it out of the source folders"),
        (
            "annotations/adjudication/005.toml",
            "annotation-without-article",
            "git rm -r annotations/adjudication/005.toml",
        ),
        ("annotations/adjudication/000.tml", "unknown-file", "did you mean '000.toml'?"),
        ("seeds/000/met.toml", "unknown-file", "did you mean 'meta.toml'?"),
        ("seeds/000/raw.text", "unknown-file", "did you mean 'raw.txt'?"),
        ("seeds/readme.md", "misnamed-article", "did you mean 'README.md'?"),
        ("seeds/Six/raw.txt", "misnamed-article", "for example to six"),
    ],
)
def test_what_no_command_reads_is_one_finding_with_what_was_meant(path: str, slug: str, hint: str, toy: Path) -> None:
    (toy / path).parent.mkdir(parents=True, exist_ok=True)
    (toy / path).write_text("", "utf-8")
    (finding,) = [f for f in check(Corpus(toy)) if not f.place.file.startswith("annotations/raw/ann/000/entities")]
    assert (finding.slug, path.startswith(finding.place.file)) == (slug, True)
    assert hint in finding.help
    assert finding.help


@pytest.mark.parametrize("article", ["6", "1000"])
def test_a_folder_of_a_number_is_an_article_that_misses_its_files(article: str, toy: Path) -> None:
    (toy / "seeds" / article).mkdir()
    assert {f.slug for f in about(toy, f"seeds/{article}")} == {"empty-seed", "missing-meta"}


def test_a_file_of_schema_that_states_nothing_is_not_read(toy: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "schema", toy / "schema")
    (toy / "schema/entitys.json").write_text('{"$id": "entitys.json", "title": "Entities"}', "utf-8")
    (toy / "schema/notes.txt").write_text("", "utf-8")
    found = [(f.slug, f.place.file, f.help) for f in check(Corpus(toy))]
    assert found == [
        (
            "unknown-file",
            "schema/entitys.json",
            "did you mean 'entities.json'? If not, move it out of the source folders",
        ),
        ("unknown-file", "schema/notes.txt", "move it out of the source folders"),
    ]


def test_hidden_names_and_what_git_ignores_are_left_alone_unless_it_is_committed(toy: Path) -> None:
    names = ("annotations/.DS_Store", "annotations/000/.entities.toml.swp", "seeds/.idea/x", "annotations/000/a.toml~")
    for name in names:
        (toy / name).parent.mkdir(exist_ok=True)
        (toy / name).write_text("", "utf-8")
    assert [f.place.file for f in check(Corpus(toy))] == ["annotations/000/a.toml~"]
    (toy / ".gitignore").write_text("*~\n", "utf-8")
    subprocess.run(["git", "init", "--quiet", toy], check=True)
    assert check(Corpus(toy)) == []
    subprocess.run(["git", "-C", toy, "add", "--force", "annotations"], check=True)
    assert [f.place.file for f in check(Corpus(toy))] == ["annotations/000/a.toml~"]


def test_a_corpus_in_a_folder_that_git_ignores_is_checked_all_the_same(toy: Path) -> None:
    (toy / ".gitignore").write_text("/*\n", "utf-8")
    subprocess.run(["git", "init", "--quiet", toy], check=True)
    (toy / "annotations/regsitry.toml").write_text("", "utf-8")
    assert [f.slug for f in check(Corpus(toy))] == ["unknown-file"]


def test_a_shared_file_of_raw_work_that_cannot_be_read_is_found(toy: Path) -> None:
    (toy / "annotations/raw/ann/registry.toml").write_text("[", "utf-8")
    assert [f.slug for f in check(Corpus(toy))] == ["unreadable-shared-file"]


# --- links, pipes, devices ------------------------------------------------------------------------------

FILES = (
    "seeds/000/raw.txt",
    "seeds/000/meta.toml",
    "annotations/000/entities.toml",
    "annotations/registry.toml",
    "annotations/figures.toml",
    "annotations/retired.toml",
    "annotations/floors.toml",
    "annotations/adjudication/000.toml",
    "annotations/raw/ann/000/entities.toml",
    "annotations/raw/ann/registry.toml",
    "annotations/AGREEMENT.md",
    "annotations/README.md",
    "seeds/README.md",
    "annotations/notes.toml",
)
FOLDERS = ("seeds", "seeds/000", "annotations", "annotations/000", "annotations/raw", "annotations/raw/ann", "schema")


def put_link(root: Path, name: str, target: Path) -> None:
    path = root / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


@pytest.mark.system
@pytest.mark.parametrize(
    ("where", "name"),
    [*(("outside", name) for name in FILES), *((w, n) for w in ("inside", "nowhere", "/dev/zero") for n in FILES[:3])],
)
def test_a_link_in_place_of_a_file_is_a_finding_and_is_not_followed(
    where: str, name: str, toy: Path, outside: Path
) -> None:
    targets = {"outside": outside / name, "inside": toy / "annotations/000/quantities.toml", "nowhere": toy / "x"}
    target = targets.get(where, Path(where))
    if where == "outside":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(SECRET, "utf-8")
    put_link(toy, name, target)
    found = about(toy, name)
    assert len(found) == 1
    assert "symbolic link" in found[0].message
    assert SECRET not in "".join(f.message + f.line for f in check(Corpus(toy)))


@pytest.mark.system
@pytest.mark.parametrize("name", FOLDERS)
def test_a_link_in_place_of_a_folder_is_one_finding_and_nothing_in_it_is_read_or_written(
    name: str, toy: Path, outside: Path
) -> None:
    put_link(toy, name, outside / name)
    before = snapshot(outside)
    said = run(toy, "check").output
    assert f"{name} is a symbolic link" in said
    assert SECRET not in said
    for words in (("format",), ("check", "--fix"), ("normalise",), ("agree", "--write"), ("build",), ("show", "000")):
        assert SECRET not in run(toy, *words).output
    (toy / "new.txt").write_text("It rained in Oxmere on Monday, and the dam held, the mayor said.", "utf-8")
    run(toy, "new", str(toy / "new.txt"), "--id", "rain")
    assert snapshot(outside) == before


@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("pipe", name) for name in FILES), *((kind, name) for kind in ("socket", "folder") for name in FILES[-3:])],
)
def test_a_pipe_a_socket_or_a_folder_in_place_of_a_file_is_a_finding(
    kind: str, name: str, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (toy / name).parent.mkdir(parents=True, exist_ok=True)
    (toy / name).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(toy / name)
    elif kind == "folder":
        (toy / name).mkdir()
    else:
        monkeypatch.chdir((toy / name).parent)  # the whole path is too long for a socket
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(Path(name).name)
    (finding,) = about(toy, name)
    assert kind in finding.message or name == "annotations/notes.toml"


@pytest.mark.parametrize("name", ["seeds/000", "annotations/000", "annotations/raw", "annotations/raw/ann", "schema"])
def test_a_file_in_place_of_a_folder_is_a_finding(name: str, toy: Path) -> None:
    shutil.rmtree(toy / name, ignore_errors=True)
    (toy / name).write_text("", "utf-8")
    assert about(toy, name)


def test_a_folder_that_cannot_be_opened_is_a_finding(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(root: Path, folder: str) -> dict[str, str]:
        if folder == "annotations/000":
            raise PermissionError(13, "Permission denied", str(root / folder))
        return entries(root, folder)

    monkeypatch.setattr("vouchbank.corpus.corpus.files.entries", refused)
    (finding,) = check(Corpus(toy))
    assert (finding.slug, "cannot be opened (Permission denied)" in finding.message) == ("wrong-kind-of-file", True)


def test_a_link_where_a_new_file_is_written_beside_is_not_followed(toy: Path, outside: Path) -> None:
    replace(toy, ENTITIES, 'status = "complete"', 'status   = "complete"')
    before = snapshot(outside)
    (toy / "annotations/000/.entities.toml.new").symlink_to(outside / ENTITIES)
    assert run(toy, "format").exit_code == 0
    assert (check(Corpus(toy)), snapshot(outside)) == ([], before)


@pytest.mark.parametrize("name", ["annotations/AGREEMENT.md", "annotations"])
def test_the_agreement_is_not_written_through_a_link(name: str, toy: Path, outside: Path) -> None:
    (outside / "annotations/AGREEMENT.md").write_text(SECRET, "utf-8")
    put_link(toy, name, outside / name)
    with pytest.raises(UnreadableFileError, match=f"{name} cannot be written: it is a symbolic link"):
        writable(toy, "annotations/AGREEMENT.md")
    assert run(toy, "agree", "--write").exit_code == 2
    assert (outside / "annotations/AGREEMENT.md").read_text("utf-8") == SECRET


def test_a_corpus_that_is_a_link_is_not_built(toy: Path, outside: Path) -> None:
    shutil.rmtree(toy / "annotations/raw")
    put_link(toy, "corpus", outside)
    before = (snapshot(toy), snapshot(outside))
    result = run(toy, "build")
    assert (result.exit_code, "corpus cannot be written" in result.output) == (2, True)
    assert (snapshot(toy), snapshot(outside)) == before


def test_the_root_itself_may_be_a_link(toy: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(toy)
    assert check(Corpus(tmp_path / "link")) == []


# --- seeds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "a/b.txt", "..\\\\a.txt", "..", ".", "", "a\\nb.txt", "a\\u0000"]
)
def test_the_file_a_seed_came_from_is_a_name_without_folders(name: str, toy: Path) -> None:
    replace(toy, META, 'seed_file = "', f'seed_file = "{name}"\nlanguage_ = "')
    assert "seed_file" in {f.line.partition(" ")[0] for f in check(Corpus(toy)) if f.slug == "malformed-value"}


@pytest.mark.parametrize("name", ["a.txt", ".a", "..a", "a b (1).txt", "ünï…", "storm: a report.html"])
def test_any_name_without_folders_is_fine(name: str, toy: Path) -> None:
    text = (toy / META).read_text("utf-8")
    line = next(line for line in text.split("\n") if line.startswith("seed_file"))
    replace(toy, META, line, f'seed_file = "{name}"')
    assert check(Corpus(toy)) == []


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: "\ufeff" + text + "\n\n",
        lambda text: text.replace("“", '"').replace("”", '"').upper(),
        lambda text: f"Share\n\n{text}",
    ],
    ids=["same", "line ends", "spaces", "byte order mark", "marks and case", "furniture"],
)
def test_two_seeds_of_the_same_text_are_a_finding_and_new_refuses_the_second(
    changed: object, toy: Path, tmp_path: Path
) -> None:
    assert callable(changed)
    data = changed((toy / "seeds/001/raw.txt").read_bytes().decode()).encode()
    (toy / "seeds/002").mkdir()
    (toy / "seeds/002/raw.txt").write_bytes(data)
    (finding,) = (f for f in check(Corpus(toy)) if f.slug == "same-seed")
    assert (finding.place.file, finding.related[0].place.file) == ("seeds/002/raw.txt", "seeds/001/raw.txt")
    shutil.rmtree(toy / "seeds/002")
    (tmp_path / "again.txt").write_bytes(data)
    result = run(toy, "new", str(tmp_path / "again.txt"))
    assert (result.exit_code, "article 001 has the same " in result.output) == (2, True)


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (b"x" * (MOST_BYTES + 1), "beyond-limits"),
        (b"\xff" * 100, "not-utf8"),
        (b"a\0b", "nul-character"),
        (b" \n", "empty-seed"),
    ],
)
def test_a_seed_that_cannot_be_read_says_why(data: bytes, slug: str, toy: Path) -> None:
    (toy / "seeds/000/raw.txt").write_bytes(data)
    assert slug in {f.slug for f in about(toy, "seeds/000")}


def test_a_seed_that_is_too_large_is_not_also_a_changed_one(toy: Path) -> None:
    with (toy / "seeds/000/raw.txt").open("wb") as file:
        file.truncate(10 * 1024**3)  # takes no room on the disk
    assert {f.slug for f in about(toy, "seeds/000")} == {"beyond-limits"}
