"""Why a tree must not be published: each obstacle in words, with the command that mends it.

A release is a tag of git that somebody can check out, whose corpus/ is what its sources make, and whose tests were
green. The session `tests` of noxfile.py leaves a stamp: the id of the tree it has tested (see `clean_tree`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vouchbank.build import differences
from vouchbank.build.steps import Progress, silent
from vouchbank.corpus import Corpus
from vouchbank.corpus.git import NotUnderGitError, UnknownRevisionError, resolved, run_git
from vouchbank.errors import MissingExtraError, VouchBankError
from vouchbank.release.plan import short
from vouchbank.release.versions import VERSION_FILE, unwritten
from vouchbank.report.text import plural, printable

STAMP = Path(".vouchbank") / "tests-ok"


def obstacles(
    corpus: Corpus, version: str, tag: str, untagged: bool = False, progress: Progress = silent
) -> Iterator[str]:
    """Everything that stands between a tree and its release.

    Args:
        corpus: The sources; their corpus/ is what would be published.
        version: The version of the package.
        tag: The name of the release.
        untagged: Do not ask for the tag, nor for the tests of its tree.
        progress: Wraps the articles while corpus/ is built elsewhere for comparison.
    """
    if tag != f"v{version}":
        yield (
            f"the tag {printable(tag)} is not the version {version}; "
            f"raise __version__ in {VERSION_FILE}, or publish v{version}"
        )
    elif not untagged:
        yield from _not_the_tag(corpus.root, tag)
        yield from unwritten(corpus.root, version)
    yield from _not_fresh(corpus, progress)
    if not untagged:
        yield from _not_tested(corpus.root)


def clean_tree(root: Path) -> str | None:
    """The id of git's tree, if the files are exactly those of the last commit; None if not, or without git."""
    if run_git(root, ["status", "--porcelain", "-z"]) != b"":
        return None
    found = run_git(root, ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"])
    return found.decode("ascii").strip() if found else None


def _not_the_tag(root: Path, tag: str) -> Iterator[str]:
    """What differs between the working tree and the tag: no commit, changed files, no tag, another commit."""
    try:
        head = resolved(root, "HEAD")
    except (NotUnderGitError, UnknownRevisionError):
        yield f"{root} has no commit of git, so nobody could check out what is published; run: git init, git commit"
        return
    changes = (run_git(root, ["status", "--porcelain", "-z", "--no-renames"]) or b"").decode("utf-8", "replace")
    names = [printable(entry[3:]) for entry in changes.split("\0") if entry]
    if names:
        yield (
            f"{plural(len(names), 'file')} of the working tree {'is' if len(names) == 1 else 'are'} not as in the last "
            f"commit ({', '.join(names[:3])}{', …' * (len(names) > 3)}); run: git commit, or git stash"
        )
    try:
        commit = resolved(root, f"refs/tags/{tag}")
    except UnknownRevisionError:
        yield f"there is no tag {tag}; run: git tag {tag}"
        return
    if commit != head:
        yield f"the tag {tag} is {short(commit)}, the working tree is {short(head)}; run: git checkout {tag}"


def _not_fresh(corpus: Corpus, progress: Progress) -> Iterator[str]:
    try:
        stale = differences(corpus, corpus.root / "corpus", progress)
    except MissingExtraError:
        raise
    except VouchBankError as error:
        yield str(error)
        return
    if stale:
        shown = ", ".join(printable(line) for line in stale[:3])
        yield f"corpus/ is not what the sources make ({shown}{', …' * (len(stale) > 3)}); run: vouchbank build"


def _not_tested(root: Path) -> Iterator[str]:
    tree = clean_tree(root)
    stamp = root / STAMP
    tested = stamp.read_text("utf-8", "replace").strip() if stamp.is_file() else ""
    if tree is None or tested != tree:
        yield (
            f"the tests of this tree are not known to be green ({STAMP.as_posix()} "
            f"{'is of another tree' if tested else 'is missing'}); run: python3 scripts/run.py tests"
        )
