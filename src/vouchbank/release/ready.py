"""Why a working tree must not be published: a message for each obstacle, with the command that removes it.

A release is a git tag that anybody can check out, whose corpus/ is fresh, and whose tests passed. The sessions `tests`
and `system` of noxfile.py each leave a stamp: the id of the tree they tested (see `clean_tree`).
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
    """By how much the version must rise, and what is wrong with it; used by `release version` and by publishing.

    Attributes:
        since: The release compared with, and its version; None if this is the first one.
        bump: By how much the version must rise since then.
        reasons: The reasons, largest bump first.
        wrong: What is wrong with the version and the places that repeat it, as messages.
        stale: What is wrong with corpus/, as messages.
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
        revision: The git revision of the release; by default the newest tag.
        releasing: Whether the version is being released now, so that the changelog must have it.
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
    """Messages where the version is too low, and where ids are gone or reused."""
    if too_low(__version__, was, bump):
        least = least_version(was, bump)
        why = f"{since} has {was}" if bump is Bump.NONE else f"a {bump.name.lower()} change needs {least}"
        yield f"{VERSION_FILE}: {__version__} is too low; {why}"
    for name in vanished(then, now):
        yield f"annotations/retired.toml: {name} is gone but not listed; add [{name}] with its reason"
    for name in replaced(then, now):
        yield f"seeds/{name}: differs from the article of {since}; restore it, or give the new article its own id"


def statements(root: Path, since: str | None = None, releasing: bool = False) -> list[str]:
    """What is wrong with the places that repeat the version, and with the form of the changelog, as messages.

    Args:
        root: The root of the clone.
        since: The version of the last release; if the current one is higher, the changelog must have it.
        releasing: Whether the changelog must have the current version in any case.
    """
    raised = since is not None and numbered(__version__) > numbered(since)
    tagged = run_git(root, ["rev-parse", "--verify", "--quiet", f"refs/tags/v{__version__}"])
    path = root / CHANGELOG
    text = path.read_text("utf-8", "replace") if path.is_file() else None
    dated = [entry for entry in entries(text or "") if entry.date]
    said: list[str] = []
    if text is not None and (raised or tagged or releasing) and all(e.version != __version__ for e in dated):
        wanted = f"replace ## {UNRELEASED} by ## {__version__} (2030-01-31)"
        said.append(f"{CHANGELOG} lacks a section for {__version__}; {wanted}")
    said += [f"{CHANGELOG}: {fault}" for fault in (faults(text) if text is not None else ())]
    for entry in dated:
        if numbered(entry.version) > numbered(__version__):
            said.append(f"{CHANGELOG}: {entry.version} is higher than {__version__} in {VERSION_FILE}")
    return [*_citation(root, next((e.date for e in dated if e.version == __version__), "")), *said]


def _citation(root: Path, date: str) -> Iterator[str]:
    """Messages where CITATION.cff disagrees with the version of the package or the date in the changelog."""
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
    """Everything that prevents the release of a tree, as messages.

    Args:
        corpus: The sources; their corpus/ would be published.
        version: The version of the package.
        tag: The tag of the release.
        untagged: Whether to skip the checks of the tag and of the tests.
        progress: Wraps the articles while corpus/ is built again for comparison.
        public: Whether the dataset is public.
    """
    if public:
        yield from not_permitted(corpus)
    if tag != f"v{version}":
        yield (
            f"the tag {printable(tag)} does not match the version {version}; "
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
    """A message for each article without a recorded permission to publish its text."""
    for article in corpus.articles:
        if not article.seed.fact("licence").strip():
            yield (
                f"article {article.id} has no recorded licence or permission, so it must not be public; add "
                f"[licence] to seeds/{article.id}/meta.toml, or publish to a private dataset"
            )


def clean_tree(root: Path) -> str | None:
    """The git id of the tree if the files are exactly those of the last commit; None otherwise, or without git."""
    if run_git(root, ["status", "--porcelain", "-z"]) != b"":
        return None
    return answer(root, ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"]) or None


def _not_the_tag(root: Path, tag: str) -> Iterator[str]:
    """How the working tree differs from the tag: no commit, changed files, no tag, or another commit."""
    try:
        head = resolved(root, "HEAD")
    except (NotUnderGitError, UnknownRevisionError):
        yield f"{root} has no git commit, so nobody could check out the release; run: git init, git commit"
        return
    changes = (run_git(root, ["status", "--porcelain", "-z", "--no-renames"]) or b"").decode("utf-8", "replace")
    names = [printable(entry[3:]) for entry in changes.split("\0") if entry]
    if names:
        yield (
            f"{plural(len(names), 'file')} {'differs' if len(names) == 1 else 'differ'} from the last commit "
            f"({', '.join(names[:3])}{', …' * (len(names) > 3)}); run: git commit, or git stash"
        )
    try:
        commit = resolved(root, f"refs/tags/{tag}")
    except UnknownRevisionError:
        yield f"the tag {tag} is missing; run: git tag {tag}"
        return
    if commit != head:
        yield f"the tag {tag} is {short(commit)}, but the working tree is {short(head)}; run: git checkout {tag}"


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
        yield f"corpus/ does not match the sources ({shown}{', …' * (len(stale) > 3)}); run: vouchbank build"


def _not_tested(root: Path) -> Iterator[str]:
    tree = clean_tree(root)
    tested = {s: (root / s).read_text("utf-8", "replace").strip() if (root / s).is_file() else "" for s in STAMPS}
    if missing := [stamp for stamp in STAMPS if tree is None or tested[stamp] != tree]:
        why = ", ".join(f"{s.as_posix()} is {'for another tree' if tested[s] else 'missing'}" for s in missing)
        sessions = " ".join(stamp.name.removesuffix("-ok") for stamp in missing)
        yield f"the tests have not passed on this tree ({why}); run: python3 scripts/run.py {sessions}"
