"""Read the sources from git: the files of a revision, and all names that were ever used.

git runs with a list of arguments, never through a shell, and its output is treated as data. Nothing is checked out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from vouchbank.corpus.ids import ARTICLE
from vouchbank.errors import VouchBankError

FOLDERS = ("seeds", "annotations", "schema", "corpus/text", "src/vouchbank/text/rules.toml")
_WANTED = re.compile(
    rf"(seeds/{ARTICLE}/(raw\.txt|meta\.toml|source-map\.json)|annotations/(?!adjudication/){ARTICLE}/\w+\.toml"
    rf"|annotations/\w+\.toml|annotations/adjudication/{ARTICLE}\.toml|annotations/raw/[\w-]+/({ARTICLE}/)?\w+\.toml"
    rf"|schema/\w+\.json|corpus/text/{ARTICLE}\.txt|src/vouchbank/text/rules\.toml)\Z",
    re.ASCII,
)
_HUNK = re.compile(
    r"^<<<<<<< own\n(.*?)^\|\|\|\|\|\|\| fork\n(.*?)^=======\n(.*?)^>>>>>>> base(?:\n|\Z)", re.MULTILINE | re.DOTALL
)
_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


class NotUnderGitError(VouchBankError):
    """The folder is not in a git repository, or git is not installed."""

    def __init__(self, root: object) -> None:
        super().__init__(f"{root} is not in a git repository, or git cannot be run: no revision to compare with")


class UnknownRevisionError(VouchBankError):
    """The revision does not exist."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"unknown revision {revision!r}; name a commit, a branch or a tag")


def resolved(root: Path, revision: str) -> str:
    """The full commit id of a revision.

    Raises:
        NotUnderGitError: `root` is not in a repository.
        UnknownRevisionError: the revision does not exist.
    """
    if run_git(root, ["rev-parse", "--git-dir"]) is None:
        raise NotUnderGitError(root)
    # a NUL cannot be passed to a process
    asked = None if "\0" in revision else f"{revision}^{{commit}}"
    found = answer(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", asked]) if asked else ""
    if not found:
        raise UnknownRevisionError(revision)
    return found


def files_at(root: Path, commit: str, folders: Iterable[str] = FOLDERS) -> dict[str, bytes]:
    """The source files at a commit, by their path relative to `root`."""
    listed = run_git(root, ["ls-tree", "-r", "-z", commit, "--", *folders]) or b""
    wanted: list[tuple[str, str]] = []
    for entry in listed.split(b"\0"):
        about, _, name = entry.partition(b"\t")
        fields = about.decode("ascii", "replace").split()
        file = name.decode("utf-8", "replace")
        if len(fields) == 3 and fields[0].startswith("100") and _WANTED.match(file):
            wanted.append((file, fields[2]))
    asked = "".join(f"{blob}\n" for _, blob in wanted).encode()
    held = run_git(root, ["cat-file", "--batch"], asked) if wanted else b""
    if held is None:
        raise NotUnderGitError(root)
    return dict(zip((file for file, _ in wanted), _blobs(held), strict=True))


def ever_named(root: Path) -> set[str]:
    """The paths of all files that any branch ever had in seeds/ or annotations/; empty without git."""
    listed = run_git(
        root, ["log", "--all", "--format=", "--name-only", "--no-renames", "-z", "--", "seeds", "annotations"]
    )
    prefix = answer(root, ["rev-parse", "--show-prefix"])
    names = (listed or b"").decode("utf-8", "replace").split("\0")
    return {name.strip().removeprefix(prefix) for name in names if name.strip()}


def releases_with(root: Path, file: str) -> list[str]:
    """The release tags (`v1.2.3`) that contain a file; none without git."""
    tags = answer(root, ["tag", "--list", "v[0-9]*"]).splitlines()
    return [tag for tag in tags if run_git(root, ["ls-tree", "--name-only", f"refs/tags/{tag}", "--", file])]


def at_head(root: Path, folder: str = "annotations") -> Mapping[str, bytes]:
    """The source files of a folder in the last commit; none without git or without commits."""
    try:
        return files_at(root, resolved(root, "HEAD"), (folder,))
    except (NotUnderGitError, UnknownRevisionError):
        return {}


def ignored(root: Path, names: Iterable[str]) -> set[str]:
    """The paths below the root that git ignores; none without git, or if the whole root is ignored.

    Committed files are never ignored, whatever .gitignore says.
    """
    asked = "\0".join(("seeds", *names)).encode("utf-8", "surrogateescape")
    listed = run_git(root, ["check-ignore", "--stdin", "-z"], asked, literal=False) or b""
    found = set(listed.decode("utf-8", "surrogateescape").split("\0")) - {""}
    return set() if "seeds" in found else found


def run_git(root: Path, words: list[str], given: bytes = b"", literal: bool = True) -> bytes | None:
    """The output of git; None if it fails or is missing. Pass `literal=False` for commands without literal paths."""
    status, out = _run(root, words, given, literal)
    return out if status == 0 else None


def _run(root: Path, words: list[str], given: bytes = b"", literal: bool = True) -> tuple[int, bytes]:
    """The exit status of git (255 if git is missing) and its output."""
    import subprocess

    held = {k: v for k, v in os.environ.items() if k not in _OURS}  # git hooks set these for another folder
    environment = {
        **held,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LITERAL_PATHSPECS": str(int(literal)),
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
    command = ["git", "--no-pager", "-C", str(root), *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=False, env=environment)
    except OSError:
        return 255, b""
    return done.returncode, done.stdout


def answer(root: Path, words: list[str]) -> str:
    """The output of git as stripped text; empty if it fails or is missing."""
    return (run_git(root, words) or b"").decode("utf-8", "replace").strip()


def _blobs(listed: bytes) -> Iterable[bytes]:
    at = 0
    while at < len(listed):
        line = listed.index(b"\n", at)
        size = int(listed[at:line].split()[2])
        yield listed[line + 1 : line + 1 + size]
        at = line + 1 + size + 1


def in_progress(root: Path, name: str) -> str:
    """The commit of MERGE_HEAD or REBASE_HEAD during a merge or rebase; empty otherwise."""
    folder = answer(root, ["rev-parse", "--path-format=absolute", "--git-path", "rebase-merge"])
    at_it = name != "REBASE_HEAD" or (folder and Path(folder).is_dir())  # git may keep an old REBASE_HEAD
    return answer(root, ["rev-parse", "--verify", "--quiet", name]) if at_it else ""


def merge_sides(root: Path, commit: str) -> tuple[str, str]:
    """This branch's commit in a merge with `commit`, and their merge base; empty if unknown.

    Before or during a merge, that is HEAD; if HEAD is the merge, its parent that is not in `commit`; during a rebase,
    the commit that is being applied.
    """
    head, applied = answer(root, ["rev-parse", "--verify", "--quiet", "HEAD"]), in_progress(root, "REBASE_HEAD")
    _, *parents = answer(root, ["rev-list", "--parents", "-n", "1", head]).split() if head else [""]
    for own in [applied, head, *(parents if len(parents) > 1 else [])]:
        fork = answer(root, ["merge-base", own, commit]) if own else ""
        if fork and fork != commit:
            return own, fork
    return "", ""


def both_kept(own: bytes, fork: bytes, base: bytes) -> str | None:
    """The merged file of two branches that only added lines; the additions of `base` come first.

    None if they changed the same lines, or if git cannot be run.
    """
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("own", own), ("fork", fork), ("base", base)):
            (Path(folder) / name).write_bytes(data)
        # in this style, a hunk contains all additions of each side, including those that both made
        words = ["merge-file", "-p", "--diff3", "-L", "own", "-L", "fork", "-L", "base", "own", "fork", "base"]
        status, out = _run(Path(folder), words)
    text = out.decode("utf-8", "replace")
    if status > 127 or any(hunk[2] for hunk in _HUNK.finditer(text)):
        return None
    return _HUNK.sub(r"\3\1", text)
