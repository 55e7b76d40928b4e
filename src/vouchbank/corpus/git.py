"""The sources as git has them: what a revision holds, and which names were ever used.

git is asked with lists of arguments, never through a shell; what it answers is data. Nothing is checked out.
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
    """The folder is not a git repository, or git is not there."""

    def __init__(self, root: object) -> None:
        super().__init__(f"{root} is not a git repository, or git cannot be run: no older state to compare with")


class UnknownRevisionError(VouchBankError):
    """The revision asked for does not exist."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"git knows no revision {revision!r}; name a commit, a branch or a tag")


def resolved(root: Path, revision: str) -> str:
    """The full commit id of a revision.

    Raises:
        NotUnderGitError: `root` is not in a repository.
        UnknownRevisionError: the repository has no such revision.
    """
    if run_git(root, ["rev-parse", "--git-dir"]) is None:
        raise NotUnderGitError(root)
    # a NUL cannot be given to a process; it can be typed in a test
    asked = None if "\0" in revision else f"{revision}^{{commit}}"
    found = answer(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", asked]) if asked else ""
    if not found:
        raise UnknownRevisionError(revision)
    return found


def files_at(root: Path, commit: str, folders: Iterable[str] = FOLDERS) -> dict[str, bytes]:
    """The files of the sources as they were at a commit, by their name below `root`."""
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
    """All names of files that any branch ever had in seeds/ or annotations/; empty where there is no git."""
    listed = run_git(
        root, ["log", "--all", "--format=", "--name-only", "--no-renames", "-z", "--", "seeds", "annotations"]
    )
    prefix = answer(root, ["rev-parse", "--show-prefix"])
    names = (listed or b"").decode("utf-8", "replace").split("\0")
    return {name.strip().removeprefix(prefix) for name in names if name.strip()}


def releases_with(root: Path, file: str) -> list[str]:
    """The tags of releases (`v1.2.3`) that hold a file; none where there is no git."""
    tags = answer(root, ["tag", "--list", "v[0-9]*"]).splitlines()
    return [tag for tag in tags if run_git(root, ["ls-tree", "--name-only", f"refs/tags/{tag}", "--", file])]


def at_head(root: Path, folder: str = "annotations") -> Mapping[str, bytes]:
    """The files of a folder of the sources in the last commit; none where there is no git or no commit."""
    try:
        return files_at(root, resolved(root, "HEAD"), (folder,))
    except (NotUnderGitError, UnknownRevisionError):
        return {}


def ignored(root: Path, names: Iterable[str]) -> set[str]:
    """Those of some names below the root that git ignores; none where there is no git, or all of the root is ignored.

    What is committed is never ignored, whatever a .gitignore says.
    """
    asked = "\0".join(("seeds", *names)).encode("utf-8", "surrogateescape")
    listed = run_git(root, ["check-ignore", "--stdin", "-z"], asked, literal=False) or b""
    found = set(listed.decode("utf-8", "surrogateescape").split("\0")) - {""}
    return set() if "seeds" in found else found


def run_git(root: Path, words: list[str], given: bytes = b"", literal: bool = True) -> bytes | None:
    """What git answers; None if it fails or is not there. A name is `literal`, but for commands that refuse that."""
    status, out = _run(root, words, given, literal)
    return out if status == 0 else None


def _run(root: Path, words: list[str], given: bytes = b"", literal: bool = True) -> tuple[int, bytes]:
    """The exit status of git, 255 where it is not there, and what it prints."""
    import subprocess

    held = {k: v for k, v in os.environ.items() if k not in _OURS}  # a hook's variables point at another folder
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
    """The line that git answers; empty if it fails or is not there."""
    return (run_git(root, words) or b"").decode("utf-8", "replace").strip()


def _blobs(listed: bytes) -> Iterable[bytes]:
    at = 0
    while at < len(listed):
        line = listed.index(b"\n", at)
        size = int(listed[at:line].split()[2])
        yield listed[line + 1 : line + 1 + size]
        at = line + 1 + size + 1


def begun(root: Path, name: str) -> str:
    """The commit of MERGE_HEAD or REBASE_HEAD while git is at it; empty otherwise. Git may keep an old REBASE_HEAD."""
    folder = answer(root, ["rev-parse", "--path-format=absolute", "--git-path", "rebase-merge"])
    at_it = name != "REBASE_HEAD" or (folder and Path(folder).is_dir())
    return answer(root, ["rev-parse", "--verify", "--quiet", name]) if at_it else ""


def parted(root: Path, commit: str) -> tuple[str, str]:
    """The commit that is or was merged with another one here, and the one from which both come; empty if unknown.

    That is HEAD, before the merge or in the middle of it; where HEAD is the merge, the parent that is not in `commit`;
    in the middle of a rebase, the commit that is being applied.
    """
    head, applied = answer(root, ["rev-parse", "--verify", "--quiet", "HEAD"]), begun(root, "REBASE_HEAD")
    _, *parents = answer(root, ["rev-list", "--parents", "-n", "1", head]).split() if head else [""]
    for own in [applied, head, *(parents if len(parents) > 1 else [])]:
        fork = answer(root, ["merge-base", own, commit]) if own else ""
        if fork and fork != commit:
            return own, fork
    return "", ""


def both_kept(own: bytes, fork: bytes, base: bytes) -> str | None:
    """A file as two branches made it of one, where both only added: what the base added stands first.

    None where they changed the same lines, or where git cannot be run.
    """
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("own", own), ("fork", fork), ("base", base)):
            (Path(folder) / name).write_bytes(data)
        # in this style a hunk holds all that each side added, also the lines in which they agree
        words = ["merge-file", "-p", "--diff3", "-L", "own", "-L", "fork", "-L", "base", "own", "fork", "base"]
        status, out = _run(Path(folder), words)
    text = out.decode("utf-8", "replace")
    if status > 127 or any(hunk[2] for hunk in _HUNK.finditer(text)):
        return None
    return _HUNK.sub(r"\3\1", text)
