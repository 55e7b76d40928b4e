"""Commands that bring a release to others: publish."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank._version import __version__
from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import progress
from vouchbank.report.text import printable

if TYPE_CHECKING:
    from vouchbank.release.plan import HubState, Plan, Release, RemoteFile

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*\Z", re.ASCII)


@click.command()
@click.argument("repository", metavar="OWNER/NAME")
@root_option
@click.option("--tag", help="The name of the release. Default, and the only one that is taken: v and the version.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change and what stands in the way.")
@click.option("--allow-untagged", is_flag=True, help="With --dry-run: do not ask for the tag and its tests.")
@click.option("--message", help="The message of the commit and the tag. Default: VouchBank and the version.")
@click.option("--public", is_flag=True, help="If the dataset has to be made, make it public. Default: private.")
def publish(
    repository: str,
    root: Path | None,
    tag: str | None,
    dry_run: bool,
    allow_untagged: bool,
    message: str | None,
    public: bool,
) -> None:
    """Publish corpus/ on the Hub: one commit, then the tag.

    Refuses (exit status 1) unless the working tree is the tag, the sources are clean, corpus/ is fresh and the tests of
    the tree were green. Takes HF_ENDPOINT and HF_TOKEN from the environment. Can be repeated: what is there is not
    done again. docs/releasing.md has the whole order.
    """
    from vouchbank.release.plan import Release
    from vouchbank.release.ready import obstacles

    if not REPOSITORY.match(repository):
        raise click.BadParameter("write it as OWNER/NAME, the name of a dataset on the Hub", param_hint="OWNER/NAME")
    if allow_untagged and not dry_run:
        raise click.UsageError("--allow-untagged goes with --dry-run only: what is published is a tag")
    corpus = open_corpus(root)
    name = tag or f"v{__version__}"
    found = list(obstacles(corpus, __version__, name, allow_untagged, progress))
    for obstacle in found:
        click.echo(f"{'would refuse' if dry_run else 'not published'}: {obstacle}", err=True)
    if found and not dry_run:
        sys.exit(1)
    release = Release(_files(corpus.root / "corpus"), name, message or f"VouchBank {__version__}")
    _run(repository, release, public, dry_run)
    sys.exit(1 if found else 0)


def _run(repository: str, release: Release, public: bool, dry_run: bool) -> None:
    """Show what changes; unless it is a dry run, do it."""
    from vouchbank.release.hub import HuggingFaceHub
    from vouchbank.release.upload import planned
    from vouchbank.release.upload import publish as publish_release

    hub = HuggingFaceHub(repository, public, click.echo)
    place = f"datasets/{repository} on {hub.endpoint}"
    if dry_run:
        state, plan = planned(hub, release)
        there = hub.tree(state.head) if state and plan.names else {}
        for line in _planned_lines(place, release, state, plan, there, public):
            click.echo(line)
        click.echo("dry run: nothing was written")
        return
    hub.require_token()
    click.echo(f"publishing {release.tag} to {place}")
    outcome = publish_release(hub, release, click.echo)
    commit, tag = ("made" if made else "was there already" for made in (outcome.committed, outcome.tagged))
    click.echo(f"the commit {outcome.commit} {commit}, the tag {release.tag} {tag}")
    click.echo(f'load_dataset("{repository}", revision="{release.tag}")')


def _planned_lines(
    place: str,
    release: Release,
    state: HubState | None,
    plan: Plan,
    there: Mapping[str, RemoteFile],
    public: bool,
) -> Iterator[str]:
    """A dry run in words."""
    if state is None:
        yield f"{place} is not there, or not to be seen; it would be made {'public' if public else 'private'}"
    else:
        yield f"{place}: main is {printable(state.name_of(state.head))}"
    was = {name: _size(there[name].size) for name in plan.names if name in there}
    now = {name: _size(len(release.files[name])) for name in plan.names if name in release.files}
    yield from (f"  added    {name}  {now[name]}" for name in plan.added)
    yield from (f"  changed  {name}  {was[name]} → {now[name]}" for name in plan.changed)
    yield from (f"  deleted  {printable(name)}  {was[name]}" for name in plan.deleted)
    if state and release.tag in state.tags:
        yield f"the tag {release.tag} is there, on this corpus: nothing would change"
    else:
        yield f"the tag {release.tag} would be made on {'the new commit' if plan.names else 'that commit'}"


def _files(folder: Path) -> dict[str, bytes]:
    """All files of corpus/, read once, so that a change of the folder meanwhile is not published."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count / 1000:,.1f} kB"
