"""Why a tree must not be published: each obstacle in words, with the command that mends it.

A release is a tag of git that somebody can check out, whose corpus/ is what its sources make, and whose tests were
green. The session `tests` of noxfile.py leaves a stamp: the id of the tree it has tested (see `clean_tree`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vouchbank._version import __version__
from vouchbank.build import differences
from vouchbank.build.changelog import CHANGELOG, UNRELEASED, entries, faults, is_date, numbered
from vouchbank.build.citation import CITATION, CitationError, read_citation
from vouchbank.build.steps import Progress, no_progress
from vouchbank.corpus import Corpus
from vouchbank.corpus.git import NotUnderGitError, UnknownRevisionError, answer, resolved, run_git
from vouchbank.errors import MissingExtraError, VouchBankError
from vouchbank.release.plan import short
from vouchbank.release.versions import (
    VERSION_FILE,
    Bump,
    Reason,
    State,
    last_release,
    least_version,
    reasons,
    replaced,
    required_bump,
    state_at,
    state_now,
    too_low,
    vanished,
)
from vouchbank.report.text import plural, printable

STAMPS = tuple(Path(".vouchbank") / f"{session}-ok" for session in ("tests", "system"))


@dataclass(frozen=True, slots=True)
class Judgement:
    """By how much a version must rise, and what is wrong with it: what `release version` says and publishing refuses.

    Attributes:
        since: The release that is compared with, and the version it gave itself; None if there is none.
        bump: By how much the version has to rise since then.
        reasons: Why, the weightiest first.
        wrong: What is wrong with the version and with the places that repeat it, in sentences.
        stale: What is wrong with corpus/, in sentences.
    """

    since: tuple[str, str] | None
    bump: Bump
    reasons: list[Reason]
    wrong: list[str]
    stale: list[str]


def judged_version(corpus: Corpus, revision: str | None = None, releasing: bool = False) -> Judgement:
    """Compare the working tree with a release.

    Args:
        corpus: The sources.
        revision: The release, as git names it; the newest tag if there is none.
        releasing: The version is released now, so the changelog must have it.
    """
    since = revision or last_release(corpus.root)
    then = state_at(corpus, since) if since else None
    now, stale = state_now(corpus)
    wrong = statements(corpus.root, then[1] if then else None, releasing)
    if since is None or then is None:
        return Judgement(None, Bump.NONE, [], wrong, stale)
    bump = required_bump(then[0], now)
    wrong += _broken_promises(since, *then, now, bump)
    return Judgement((since, then[1]), bump, reasons(then[0], now), wrong, stale)


def _broken_promises(since: str, then: State, was: str, now: State, bump: Bump) -> Iterator[str]:
    """Where the version is too low, where ids are gone or given again."""
    if too_low(__version__, was, bump):
        least = least_version(was, bump)
        why = f"{was} in {since} was higher" if bump is Bump.NONE else f"a {bump.name.lower()} change needs {least}"
        yield f"{VERSION_FILE}: {__version__} is too low; {why}"
    for name in vanished(then, now):
        yield f"annotations/retired.toml: {name} is gone and not listed; add [{name}] with its reason"
    for name in replaced(then, now):
        yield f"seeds/{name}: not the article of {since}; restore it, or give the new one an id of its own"


def statements(root: Path, since: str | None = None, releasing: bool = False) -> list[str]:
    """What is wrong with the places that repeat the version, and with the form of the changelog, in sentences.

    Args:
        root: The root of the clone.
        since: The version of the last release; a higher one is being released, so the changelog must have it.
        releasing: It is released in any case.
    """
    raised = since is not None and numbered(__version__) > numbered(since)
    tagged = run_git(root, ["rev-parse", "--verify", "--quiet", f"refs/tags/v{__version__}"])
    path = root / CHANGELOG
    text = path.read_text("utf-8", "replace") if path.is_file() else None
    dated = [entry for entry in entries(text or "") if entry.date]
    said: list[str] = []
    if text is not None and (raised or tagged or releasing) and all(e.version != __version__ for e in dated):
        wanted = f"write ## {__version__} (2030-01-31) in place of ## {UNRELEASED}"
        said.append(f"{CHANGELOG} has no section of {__version__}; {wanted}")
    said += [f"{CHANGELOG}: {fault}" for fault in (faults(text) if text is not None else ())]
    for entry in dated:
        if numbered(entry.version) > numbered(__version__):
            said.append(f"{CHANGELOG}: {entry.version} is newer than {__version__} in {VERSION_FILE}")
    return [*_citation(root, next((e.date for e in dated if e.version == __version__), "")), *said]


def _citation(root: Path, date: str) -> Iterator[str]:
    """Where CITATION.cff has another version than the package, or another date than the changelog."""
    try:
        citation = read_citation(root)
    except CitationError as error:
        yield str(error)
        return
    if citation.version != __version__:
        yield f"{CITATION}: version is {citation.version}; {VERSION_FILE} has {__version__}"
    if citation.released and not is_date(citation.released):
        yield f"{CITATION}: date-released is {citation.released!r}; write the date as 2030-01-31"
    elif date and citation.released != date:
        yield f"{CITATION}: date-released is {citation.released or 'missing'}; {CHANGELOG} has {date}"


def obstacles(
    corpus: Corpus,
    version: str,
    tag: str,
    untagged: bool = False,
    progress: Progress = no_progress,
    public: bool = False,
) -> Iterator[str]:
    """Everything that stands between a tree and its release.

    Args:
        corpus: The sources; their corpus/ is what would be published.
        version: The version of the package.
        tag: The name of the release.
        untagged: Do not ask for the tag, nor for the tests of its tree.
        progress: Wraps the articles while corpus/ is built elsewhere for comparison.
        public: It is released to everybody.
    """
    if public:
        yield from not_permitted(corpus)
    if tag != f"v{version}":
        yield (
            f"the tag {printable(tag)} is not the version {version}; "
            f"raise __version__ in {VERSION_FILE}, or publish v{version}"
        )
    elif not untagged:
        yield from _not_the_tag(corpus.root, tag)
    try:
        yield from map(printable, judged_version(corpus, releasing=not untagged).wrong)
    except VouchBankError as error:
        yield str(error)
    yield from _not_fresh(corpus, progress)
    if not untagged:
        yield from _not_tested(corpus.root)


def not_permitted(corpus: Corpus) -> Iterator[str]:
    """The articles whose text nobody is known to have allowed to be shown to everybody."""
    for article in corpus.articles:
        if not article.seed.fact("licence").strip():
            yield (
                f"article {article.id} has no recorded licence or permission, so it cannot be made public; write "
                f"[licence] into seeds/{article.id}/meta.toml, or publish to a private dataset"
            )


def clean_tree(root: Path) -> str | None:
    """The id of git's tree, if the files are exactly those of the last commit; None if not, or without git."""
    if run_git(root, ["status", "--porcelain", "-z"]) != b"":
        return None
    return answer(root, ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"]) or None


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
    tested = {s: (root / s).read_text("utf-8", "replace").strip() if (root / s).is_file() else "" for s in STAMPS}
    if missing := [stamp for stamp in STAMPS if tree is None or tested[stamp] != tree]:
        why = ", ".join(f"{s.as_posix()} is {'of another tree' if tested[s] else 'missing'}" for s in missing)
        sessions = " ".join(stamp.name.removesuffix("-ok") for stamp in missing)
        yield f"the tests of this tree are not known to be green ({why}); run: python3 scripts/run.py {sessions}"
