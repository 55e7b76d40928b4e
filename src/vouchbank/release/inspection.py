"""What the Hub holds of a release: asked before it begins, after each fault, and when it is stopped.

Which files are ours is read from the Hub itself: those that a release put there, be it tagged or left without its tag.
A file that no release holds under its name with its bytes is of others.
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

AGAIN = "When the cause is mended, run the same command again: it looks first, and does only what is missing."
RAISE = "A published version is never changed: raise the version, build, commit, tag and publish that"


@dataclass(frozen=True)
class Inspection:
    """What the Hub holds of a release.

    Attributes:
        state: The commits of main and of the tags.
        there: The files of main.
        commit: The commit that holds the release; None if there is none.
        clash: Why its tag cannot be made; empty if it can, or is there.
        plan: What makes main the release; nothing if a commit holds it.
        foreign: The files of others that the plan changes or deletes.
        untagged: Commits of earlier tries that have no tag.
        exposed: Why the release may not go there: everybody can read the dataset, and some articles have no licence.
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
        """Where there is no dataset yet."""
        return cls(HubState("", {}), {}, None, "", plan_of(release.files, {}), (), ())

    @property
    def main(self) -> str:
        """The commit of main in words."""
        return self.state.name_of(self.state.head)

    def refusal(self, delete: Iterable[str]) -> str:
        """Why the release must not go there, unless `delete` names what is lost by it; empty if it may."""
        if self.exposed:
            return f"the dataset is public on the Hub; {'; '.join(self.exposed)}."
        lost = [name for name in self.foreign if name in self.plan.deleted and not within(name, delete)]
        if not lost:
            return ""
        return (
            f"{plural(len(lost), 'file')} on main would be deleted that no release put there: "
            f"{', '.join(map(printable, lost))}. Keep a copy of what is needed, then name each file, or its folder: "
            f"{' '.join(printable(f'--delete {shlex.quote(name)}') for name in lost)}."
        )

    def noted(self, release: Release, delete: Iterable[str]) -> Iterator[str]:
        """What whoever publishes should know before it begins."""
        for made in self.untagged:
            if made.tag not in self.state.tags:
                finish = f"To finish that release: git checkout {made.tag}, then publish, which only makes the tag"
                yield (
                    f"the commit {short(made.commit)} was made for {made.tag} and never tagged: an earlier try failed "
                    f"after it. {'It holds another corpus than this one' if made.tag == release.tag else finish}. "
                    "To leave it out, do nothing: readers by tag do not see it."
                )
        for name in delete:
            if not any(within(file, [name]) for file in self.plan.deleted):
                yield f"--delete {printable(name)}: no such file on main would be deleted"
        for name in self.foreign:
            if name in self.plan.changed:
                yield f"{printable(name)} on main is not as a release left it; the corpus takes its place"

    def standing(self, release: Release) -> str:
        """What is there now, and what to do next."""
        held = f"the commit {short(self.commit)} holds this corpus" if self.commit else "no commit holds this corpus"
        if self.clash:
            return f"On the Hub now: {held}; main is {self.main}."
        if release.tag in self.state.tags:
            return f"On the Hub now: {held}, and the tag {release.tag} is on it: the release is complete."
        if self.commit:
            return f"On the Hub now: {held}, and only the tag {release.tag} is missing. {AGAIN}"
        return f"On the Hub now: main is {self.main}; {held}, and there is no tag {release.tag}. {AGAIN}"


def inspect_hub(hub: HuggingFaceHub, release: Release) -> Inspection | None:
    """What the Hub holds of a release; None if there is no such dataset, or none that this token may see."""
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
    """What has the name of the release's tag, and is another thing; empty if nothing has."""
    tag, there = printable(release.tag), state.tags.get(release.tag)
    if there and there != commit:
        differs = listed(plan_of(release.files, tree(there)))
        return f"{tag} is on the Hub already ({short(there)}), with another corpus: {differs}. {RAISE}"
    if not there and release.tag in state.branches:
        return f"the Hub has a branch {tag}, which readers by tag might get: delete or rename it, then publish again"
    return ""
