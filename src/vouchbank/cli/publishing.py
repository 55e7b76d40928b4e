"""The command release publish."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypedDict, Unpack

import click

from vouchbank._version import __version__
from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import progress, say
from vouchbank.report.text import plural, printable

if TYPE_CHECKING:
    from vouchbank.release.inspection import Inspection
    from vouchbank.release.plan import Release

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*\Z", re.ASCII)


class Permissions(TypedDict):
    """What the command may do on the Hub: create the dataset as public, and delete files of others."""

    public: bool
    delete: tuple[str, ...]


@click.command()
@click.argument("repository", metavar="OWNER/NAME")
@root_option
@click.option("--tag", metavar="TAG", help="Name of the release. It must be v and the version, which is the default.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change and what prevents publishing.")
@click.option("--allow-untagged", is_flag=True, help="With --dry-run: do not require the tag and its tests.")
@click.option("--delete", multiple=True, metavar="PATH", help="Delete this file or folder, which others put on main.")
@click.option(
    "--message", metavar="TEXT", help="Message of the commit and the tag. Default: VouchBank and the version."
)
@click.option("--public", is_flag=True, help="Create the dataset as public. Each article needs a licence.")
def publish(
    repository: str,
    root: Path | None,
    tag: str | None,
    dry_run: bool,
    allow_untagged: bool,
    message: str | None,
    **how: Unpack[Permissions],
) -> None:
    """Publish corpus/ on the Hugging Face Hub.

    Makes one commit, then the tag. Refuses, with exit status 1, unless the working tree is the tag, `release version`
    finds nothing wrong, the sources are clean, corpus/ is up to date, and the tests passed. Also refuses to delete
    files that others put on the Hub without --delete, and to publish an article without a recorded licence or
    permission in a public dataset.

    Reads HF_ENDPOINT and HF_TOKEN from the environment. Can be repeated: steps that are done are skipped. See
    docs/releasing.md for the whole procedure.
    """
    from vouchbank.release.plan import Release
    from vouchbank.release.ready import not_permitted, obstacles

    if not REPOSITORY.match(repository):
        raise click.BadParameter("write it as OWNER/NAME, the name of a dataset on the Hub", param_hint="OWNER/NAME")
    if allow_untagged and not dry_run:
        raise click.UsageError("--allow-untagged needs --dry-run: only a tag can be published")
    corpus = open_corpus(root)
    name = tag or f"v{__version__}"
    found = list(obstacles(corpus, __version__, name, allow_untagged, progress, how["public"]))
    for obstacle in found:
        say(f"{'would refuse' if dry_run else 'not published'}: {obstacle}", err=True)
    if found and not dry_run:
        sys.exit(1)
    private_only = tuple(not_permitted(corpus))
    release = Release(_files(corpus.root / "corpus"), name, message or f"VouchBank {__version__}", private_only)
    sys.exit(_dry(repository, release, bool(found), **how) if dry_run else _run(repository, release, **how))


def _dry(repository: str, release: Release, refused: bool, public: bool, delete: tuple[str, ...]) -> int:
    """Show what would change, and what would be refused."""
    from vouchbank.release.failures import PublishError
    from vouchbank.release.hub import HuggingFaceHub
    from vouchbank.release.inspection import Inspection, inspect_hub
    from vouchbank.release.upload import patiently

    hub = HuggingFaceHub(repository, public, say)
    place = f"datasets/{repository} on {hub.endpoint}"
    seen = patiently(lambda: inspect_hub(hub, release), say)
    if seen is None:
        say(f"{place} does not exist or is hidden from you; it would be created as {'public' if public else 'private'}")
        seen = Inspection.of_new_dataset(release)
    else:
        say(f"{place}: main is {seen.main}")
    for line in (*seen.noted(release, delete), *_planned_lines(release, seen)):
        say(line)
    if seen.clash:
        raise PublishError(f"{seen.clash}. {seen.standing(release)}")
    if refusal := seen.refusal(delete):
        refused = True
        say(f"would refuse: {refusal}", err=True)
    say("dry run: nothing was written")
    return 1 if refused else 0


def _run(repository: str, release: Release, public: bool, delete: tuple[str, ...]) -> int:
    """Publish; if something stops it, print why and what is on the Hub."""
    from vouchbank.release.failures import PublishError
    from vouchbank.release.hub import HuggingFaceHub
    from vouchbank.release.upload import publish as publish_release

    # after a signal, what is on the Hub is still printed; a second signal ends that too
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        hub = HuggingFaceHub(repository, public, say)
        hub.require_token()
        say(f"publishing {release.tag} to datasets/{repository} on {hub.endpoint}")
        outcome = publish_release(hub, release, say, delete)
    except PublishError as error:
        say(f"vouchbank: {error}", err=True)
        return error.status
    commit, tag = ("made" if made else "was there already" for made in (outcome.committed, outcome.tagged))
    say(f"the commit {outcome.commit} {commit}, the tag {release.tag} {tag}")
    say(f'load_dataset("{repository}", revision="{release.tag}")')
    return 0


def _stop(number: int, _: object) -> NoReturn:
    raise KeyboardInterrupt(number)


def _planned_lines(release: Release, seen: Inspection) -> Iterator[str]:
    """What publishing would change, line by line."""
    plan, there = seen.plan, seen.there
    was = {name: _size(there[name].size) for name in plan.names if name in there}
    now = {name: _size(len(release.files[name])) for name in plan.names if name in release.files}
    yield from (f"  added    {name}  {now[name]}" for name in plan.added)
    yield from (f"  changed  {name}  {was[name]} → {now[name]}" for name in plan.changed)
    for name in plan.deleted:
        yield f"  deleted  {printable(name)}  {was[name]}{'  put there by others' if name in seen.foreign else ''}"
    if release.tag not in seen.state.tags:
        yield f"the tag {release.tag} would be made on {'that commit' if seen.commit else 'the new commit'}"
    elif not seen.clash:
        yield f"the tag {release.tag} is already on this corpus: nothing would change"


def _files(folder: Path) -> dict[str, bytes]:
    """All files of corpus/, read once, so that later changes of the folder are not published."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _size(count: int) -> str:
    return plural(count, "byte") if count < 10_000 else f"{count / 1000:,.1f} kB"
