"""What a version means: a breaking schema change is major, a new article or layer minor, a correction a patch.

Two states of the corpus are compared, the last release and the working tree; their differences decide by how much the
version must rise. An id that is gone must be listed in annotations/retired.toml. docs/versions.md has the rules.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> now = state_of(Corpus(repository_root()), {})
    >>> required_bump(now, now), least_version("0.1.0", Bump.MINOR)
    (<Bump.NONE: 0>, '0.2.0')
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from vouchbank.build.changelog import numbered
from vouchbank.checks import check
from vouchbank.corpus import Corpus
from vouchbank.corpus.git import answer, files_at, resolved, run_git
from vouchbank.corpus.ids import RETIRED_FILE, article_of, retirements, shared_name
from vouchbank.corpus.overlay import corpus_at
from vouchbank.errors import VouchBankError
from vouchbank.findings import errors
from vouchbank.report.text import plural
from vouchbank.schema import Column, Schema, Table
from vouchbank.schema.derive import tag_names
from vouchbank.tables.digest import logical_digest
from vouchbank.tables.make import make_tables
from vouchbank.toml.reader import read_toml

VERSION_FILE = "src/vouchbank/_version.py"
DIGESTS = "corpus/digests.json"
_VERSION = re.compile(r'^__version__ = "([0-9]+\.[0-9]+\.[0-9]+)"$', re.ASCII | re.MULTILINE)


class UnreadableReleaseError(VouchBankError):
    """The state of an earlier release cannot be read."""


class Bump(IntEnum):
    """The part of a version that rises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a version must rise."""

    bump: Bump
    text: str


@dataclass(frozen=True, slots=True)
class State:
    """What readers of a corpus rely on.

    Attributes:
        schema: The tables; None if their files can no longer be read, which counts as a breaking change.
        articles: The ids of the articles.
        finished: The layers of each article that are complete or adjudicated.
        ids: The ids of all articles and annotations, and of shared records (`registry.moscow`).
        retired: The ids listed as retired.
        digests: The digest of the rows of each table.
        seeds: The SHA-256 of the seed of each article.
    """

    schema: Schema | None
    articles: frozenset[str]
    finished: frozenset[tuple[str, str]]
    ids: frozenset[str]
    retired: frozenset[str]
    digests: Mapping[str, str]
    seeds: Mapping[str, str]


def state_of(corpus: Corpus, digests: Mapping[str, str], retired: bytes = b"", readable: bool = True) -> State:
    """The state of a corpus.

    Args:
        corpus: The sources.
        digests: The digests of the tables built from them.
        retired: The bytes of annotations/retired.toml.
        readable: Whether its own schema could be read; if not, today's schema stands in for it.
    """
    articles = list(corpus.articles)
    return State(
        corpus.schema if readable else None,
        frozenset(corpus.article_ids),
        frozenset((a.id, t.name) for a in articles for t in corpus.schema.layers if a.finished(t)),
        frozenset(_ids(corpus)),
        frozenset(retirements(read_toml(retired, RETIRED_FILE).values)),
        digests,
        {a.id: a.seed.sha256 for a in articles},
    )


def _ids(corpus: Corpus) -> Iterator[str]:
    yield from corpus.article_ids
    yield from (record.id for a in corpus.articles for file in a.files.values() for record in file.records)
    yield from (shared_name(table, r.name) for table, file in corpus.shared.items() for r in file.records)


def state_now(corpus: Corpus) -> tuple[State, list[str]]:
    """The state of the working tree, with the digests of its sources; and messages on what is wrong with corpus/.

    Sources with findings cannot be built; then the digests are those of corpus/.
    """
    held, digests = corpus.read(RETIRED_FILE) or b"", corpus.root / DIGESTS
    written = _digests(digests.read_bytes()) if digests.is_file() else None
    found = errors(check(corpus))
    if found:
        said = f"rows were not compared: the sources have {plural(len(found), 'error')}; run: vouchbank check"
        return state_of(corpus, written or {}, held), [said]
    made = {name: logical_digest(table) for name, table in make_tables(corpus).items()}
    stale = sorted(n for n in made.keys() | (written or {}).keys() if made.get(n) != (written or made).get(n))
    said = f"corpus/ is older than the sources ({', '.join(stale)}); run: vouchbank build"
    return state_of(corpus, made, held), [said] if stale else []


def state_at(corpus: Corpus, revision: str) -> tuple[State, str]:
    """The state at a git revision, and its version.

    Raises:
        UnreadableReleaseError: the revision has no version.
    """
    commit = resolved(corpus.root, revision)
    then = corpus_at(corpus.root, commit, corpus.schema)
    match = _VERSION.search((_file_at(corpus.root, commit, VERSION_FILE) or b"").decode("utf-8", "replace"))
    if match is None:
        raise UnreadableReleaseError(f"cannot compare with {revision}: its {VERSION_FILE} has no version")
    digests = _digests(_file_at(corpus.root, commit, DIGESTS))
    readable = then.schema is not corpus.schema or _same_schema(corpus, commit)
    retired = _file_at(corpus.root, commit, RETIRED_FILE) or b""
    return state_of(then, digests, retired, readable), match[1]


def last_release(root: Path) -> str | None:
    """The newest release tag (`v1.2.3`) before the working tree; None if there is none.

    For a clean checkout of a tag, this is the release before it.
    """
    newest = newest_tag(root)
    at_head = newest is not None and resolved(root, newest) == resolved(root, "HEAD")
    if newest is None or not at_head or run_git(root, ["status", "--porcelain", "-z"]) != b"":
        return newest
    return newest_tag(root, "--exclude", newest)


def newest_tag(root: Path, *without: str) -> str | None:
    """The newest release tag that the last commit contains."""
    return answer(root, ["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", *without, "HEAD"]) or None


def required_bump(old: State, new: State) -> Bump:
    """By how much the version must rise from one state to another."""
    return max((reason.bump for reason in reasons(old, new)), default=Bump.NONE)


def reasons(old: State, new: State) -> list[Reason]:
    """Why the version must rise, largest bump first."""
    found = [*_schema_reasons(old.schema, new.schema), *_content_reasons(old, new)]
    return sorted(found, key=lambda reason: -reason.bump)


def least_version(old: str, bump: Bump) -> str:
    """The lowest version that a change of this size may have.

    >>> [least_version("1.4.2", bump) for bump in Bump]
    ['1.4.2', '1.4.3', '1.5.0', '2.0.0']
    """
    major, minor, patch = numbered(old)
    return {
        Bump.NONE: old,
        Bump.PATCH: f"{major}.{minor}.{patch + 1}",
        Bump.MINOR: f"{major}.{minor + 1}.0",
        Bump.MAJOR: f"{major + 1}.0.0",
    }[bump]


def too_low(version: str, old: str, bump: Bump) -> bool:
    """Whether a version is lower than a change of this size requires."""
    return numbered(version) < numbered(least_version(old, bump))


def vanished(old: State, new: State) -> list[str]:
    """Ids that are gone but not listed as retired, and ids that are no longer listed as retired.

    For an article that is gone, only its own id is returned, not those of its annotations.
    """
    gone = old.articles - new.articles
    missing = {name for name in old.ids - new.ids - new.retired if name in gone or article_of(name) not in gone}
    return sorted(missing | (old.retired - new.retired))


def replaced(old: State, new: State) -> list[str]:
    """Articles whose seed has changed, so that their id was reused."""
    return _other(old.seeds, new.seeds)


# --- what differs ---------------------------------------------------------------------------------------


def _content_reasons(old: State, new: State) -> Iterator[Reason]:
    for said, ids in (("new", new.articles - old.articles), ("gone", old.articles - new.articles)):
        yield from (Reason(Bump.MINOR, f"article {name} is {said}") for name in sorted(ids))
    for article, layer in sorted(new.finished ^ old.finished):
        if article in old.articles & new.articles:
            said = "now" if (article, layer) in new.finished else "no longer"
            yield Reason(Bump.MINOR, f"{layer} of article {article} is {said} finished")
    if changed := _other(old.digests, new.digests):
        yield Reason(Bump.PATCH, f"rows differ: {', '.join(changed)}")
    if not old.digests and new.digests:
        yield Reason(Bump.PATCH, "the earlier digests cannot be read, so rows may differ")


def _other(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The keys that both sides have with different values."""
    return sorted(name for name in old.keys() & new.keys() if old[name] != new[name])


def _schema_reasons(old: Schema | None, new: Schema | None) -> Iterator[Reason]:
    """Why the schema requires a new version: new, removed or changed tables."""
    if old is None or new is None:
        yield Reason(Bump.MAJOR, "the earlier schema can no longer be read")
        return
    gone, come = sorted(old.tables.keys() - new.tables.keys()), sorted(new.tables.keys() - old.tables.keys())
    yield from (Reason(Bump.MAJOR, f"the table {name} is gone") for name in gone)
    yield from (Reason(Bump.MINOR, f"the table {name} is new") for name in come)
    for name in sorted(old.tables.keys() & new.tables.keys()):
        before, after = old.tables[name], new.tables[name]
        found = list(_table_reasons(before, after, old, new))
        yield from found
        if not found and before.document != after.document:
            yield Reason(Bump.PATCH, f"schema/{name}.json differs, but not its columns")


def _table_reasons(old: Table, new: Table, then: Schema, now: Schema) -> Iterator[Reason]:
    if old.default != new.default:
        yield Reason(Bump.MAJOR, f"{old.name} is {'now' if new.default else 'no longer'} the default config")
    yield from _columns_reasons(old.name, _flat(old.columns, then), _flat(new.columns, now))
    for column in old.columns:
        if column.tags and column.name in new.names:
            before, after = tag_names(column, then), tag_names(new.column(column.name), now)
            if after[: len(before)] != before:
                yield Reason(Bump.MAJOR, f"the tags of {old.name}.{column.name} are numbered differently")


def _flat(columns: tuple[Column, ...], schema: Schema) -> tuple[Column, ...]:
    """The columns without the contents of nested tables, which are compared separately."""
    return tuple(replace(c, item=None) if c.name in schema.tables else c for c in columns)


def _columns_reasons(path: str, old: tuple[Column, ...], new: tuple[Column, ...]) -> Iterator[Reason]:
    before, after = {c.name: c for c in old}, {c.name: c for c in new}
    for name, column in before.items():
        if name not in after:
            yield Reason(Bump.MAJOR, f"{path}.{name} is gone")
        else:
            yield from _column_reasons(f"{path}.{name}", column, after[name])
    yield from (Reason(Bump.MINOR, f"{path}.{name} is new") for name in after if name not in before)


# changes of a column, each with the bump it requires
_COLUMN_RULES: tuple[tuple[Bump, str, Callable[[Column, Column], bool]], ...] = (
    (Bump.MAJOR, "may now be empty", lambda old, new: new.nullable and not old.nullable),
    (Bump.MAJOR, "is no longer unique", lambda old, new: old.unique and not new.unique),
    (Bump.MAJOR, "refers to another table", lambda old, new: not {*old.references} <= {*new.references}),
    (
        Bump.MINOR,
        "refers to more tables",
        lambda old, new: {*old.references} <= {*new.references} and old.references != new.references,
    ),
    (Bump.MAJOR, "has a closed list of labels", lambda old, new: bool(new.labels and not old.labels)),
    (Bump.MAJOR, "no longer has a closed list of labels", lambda old, new: bool(old.labels and not new.labels)),
    (
        Bump.MINOR,
        "allows other values",
        lambda old, new: (old.pattern, old.minimum) != (new.pattern, new.minimum),
    ),
)


def _column_reasons(path: str, old: Column, new: Column) -> Iterator[Reason]:
    """Why a column requires a new version: its type, its labels, and the same for its items and fields."""
    if old.kind != new.kind or (old.item is None) != (new.item is None):
        yield Reason(Bump.MAJOR, f"{path} has another type")
        return
    yield from (Reason(bump, f"{path} {said}") for bump, said, holds in _COLUMN_RULES if holds(old, new))
    if old.labels and new.labels:
        gone, come = {*old.label_names} - {*new.label_names}, {*new.label_names} - {*old.label_names}
        yield from (Reason(Bump.MAJOR, f"the label {label} of {path} is gone") for label in sorted(gone))
        yield from (Reason(Bump.MINOR, f"the label {label} of {path} is new") for label in sorted(come))
    if old.item is not None and new.item is not None:
        yield from _column_reasons(f"{path}[]", old.item, new.item)
    yield from _columns_reasons(path, old.fields, new.fields)


# --- reading --------------------------------------------------------------------------------------------


def _digests(data: bytes | None) -> dict[str, str]:
    """Digests by table; empty if the file cannot be read."""
    try:
        held = json.loads(data or b"{}")
        return {str(name): str(entry["sha256"]) for name, entry in held.items()}
    except (ValueError, AttributeError, KeyError, TypeError):
        return {}


def _same_schema(corpus: Corpus, commit: str) -> bool:
    """Whether the schema files of a commit equal today's."""
    files = files_at(corpus.root, commit, ("schema",))
    try:
        held = {name.removeprefix("schema/"): json.loads(data) for name, data in files.items()}
    except ValueError:
        return False
    return not held or held == dict(corpus.schema.documents)


def _file_at(root: Path, commit: str, name: str) -> bytes | None:
    return run_git(root, ["cat-file", "blob", f"{commit}:./{name}"])
