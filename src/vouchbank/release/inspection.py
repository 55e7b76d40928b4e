"""Inspect what the Hub has of a release: before it starts, after each error, and when it is stopped.

The Hub itself shows which files are ours: those that a release put there, with or without a tag. A file that no release
contains with the same name and bytes belongs to others.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vouchbank.build.changelog import numbered
from vouchbank.release.plan import (
    RELEASE_TAG,
    HubState,
    Plan,
    Release,
    ReleaseCommit,
    RemoteFile,
    listed,
    plan_of,
    short,
    within,
)
from vouchbank.report.text import plural, printable

if TYPE_CHECKING:
    from vouchbank.release.hub import HuggingFaceHub

AGAIN = "Fix the cause, then run the same command again: it does only what is missing."
RAISE = "Published versions never change: raise the version, build, commit, tag, and publish that"


@dataclass(frozen=True)
class Inspection:
    """What the Hub has of a release.

    Attributes:
        state: The commits of main and of the tags.
        there: The files of main.
        commit: The commit that contains the release; None if no commit does.
        clash: Why its tag cannot be made; empty if it can be made or exists.
        plan: The changes that turn main into the release; empty if a commit contains it.
        foreign: The files of others that the plan changes or deletes.
        untagged: Commits of earlier attempts that have no tag.
        exposed: Why the release must not be published there: the dataset is public, and some articles have no licence.
    """

    state: HubState
    there: Mapping[str, RemoteFile]
    commit: str | None
    clash: str
    plan: Plan
    foreign: tuple[str, ...]
    untagged: tuple[ReleaseCommit, ...]
    exposed: tuple[str, ...] = ()

    @classmethod
    def of_new_dataset(cls, release: Release) -> Inspection:
        """The inspection of a dataset that does not exist yet."""
        return cls(HubState("", {}), {}, None, "", plan_of(release.files, {}), (), ())

    @property
    def main(self) -> str:
        """The commit of main, with its tags."""
        return self.state.name_of(self.state.head)

    def refusal(self, delete: Iterable[str]) -> str:
        """Why the release must not be published there; empty if it may, or if `delete` names all files it deletes."""
        if self.exposed:
            return f"the dataset is public on the Hub; {'; '.join(self.exposed)}."
        lost = [name for name in self.foreign if name in self.plan.deleted and not within(name, delete)]
        if not lost:
            return ""
        return (
            f"this would delete {plural(len(lost), 'file')} on main that no release put there: "
            f"{', '.join(map(printable, lost))}. Copy what you need, then name each file or its folder: "
            f"{' '.join(printable(f'--delete {shlex.quote(name)}') for name in lost)}."
        )

    def noted(self, release: Release, delete: Iterable[str]) -> Iterator[str]:
        """Notes to print before the release starts."""
        for made in self.untagged:
            if made.tag not in self.state.tags:
                finish = f"to finish it, run git checkout {made.tag} and publish; only the tag is then made"
                yield (
                    f"commit {short(made.commit)} was made for {made.tag} but has no tag, because that release failed; "
                    f"{'it contains a different corpus' if made.tag == release.tag else finish}"
                )
        for name in delete:
            if not any(within(file, [name]) for file in self.plan.deleted):
                yield f"--delete {printable(name)}: matches no file that this release deletes"
        for name in self.foreign:
            if name in self.plan.changed:
                yield f"{printable(name)} on main was changed outside a release; this release replaces it"

    def standing(self, release: Release) -> str:
        """What is on the Hub now, and what to do next."""
        held = f"commit {short(self.commit)} contains this corpus" if self.commit else "no commit contains this corpus"
        if self.clash:
            return f"On the Hub now: {held}; main is {self.main}."
        if release.tag in self.state.tags:
            return f"On the Hub now: {held} and has the tag {release.tag}; the release is complete."
        if self.commit:
            return f"On the Hub now: {held}; only the tag {release.tag} is missing. {AGAIN}"
        return f"On the Hub now: main is {self.main}; {held}; the tag {release.tag} is missing. {AGAIN}"


def inspect_hub(hub: HuggingFaceHub, release: Release) -> Inspection | None:
    """What the Hub has of a release; None if the dataset does not exist or this token may not see it."""
    state = hub.state()
    if state is None:
        return None
    tree = cache(hub.tree)
    there = tree(state.head)
    untagged = tuple(made for made in hub.history() if made.commit not in state.tags.values())
    earlier = [made.commit for made in untagged if made.tag == release.tag]
    wanted = [state.tags.get(release.tag), state.head, *earlier]
    commit = next((c for c in wanted if c and not plan_of(release.files, tree(c)).names), None)
    plan = Plan() if commit else plan_of(release.files, there)
    others = {name: there[name] for name in plan.changed + plan.deleted}
    tags = sorted(filter(RELEASE_TAG.fullmatch, state.tags), key=lambda tag: numbered(tag[1:]), reverse=True)
    for ours in (*(state.tags[tag] for tag in tags), *(made.commit for made in untagged)):
        if not others:
            break
        others = {name: file for name, file in others.items() if tree(ours).get(name) != file}
    clash = _clash(release, state, commit, tree)
    left = tuple(made for made in untagged if made.commit != commit)
    exposed = release.private_only if release.private_only and hub.public() else ()
    return Inspection(state, there, commit, clash, plan, tuple(others), left, exposed)


def _clash(
    release: Release, state: HubState, commit: str | None, tree: Callable[[str], Mapping[str, RemoteFile]]
) -> str:
    """Why the release's tag cannot be made: its name is taken; empty if it is free or already right."""
    tag, there = printable(release.tag), state.tags.get(release.tag)
    if there and there != commit:
        differs = listed(plan_of(release.files, tree(there)))
        return f"{tag} is already on the Hub ({short(there)}) with a different corpus: {differs}. {RAISE}"
    if not there and release.tag in state.branches:
        return f"a branch on the Hub is named {tag}, like the tag; delete or rename it, then publish again"
    return ""
