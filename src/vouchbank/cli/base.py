"""What all commands share: the group, the root, printing, writing. Only this package prints or exits.

Exit status: 0 clean, 1 findings, 2 could not run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vouchbank._version import __version__
from vouchbank.errors import CorpusNotFoundError, VouchBankError
from vouchbank.files import read, writable

if TYPE_CHECKING:
    from vouchbank.corpus import Article, Corpus


class Group(click.Group):
    """Commands in the order of the work; errors of this package are messages, never tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they were registered."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what stops it is said in one line, with exit status 2."""
        try:
            return super().invoke(ctx)
        except CorpusNotFoundError as error:
            said = f"{error}. Name the folder that has one with --root."
        except VouchBankError as error:
            said = str(error)
        except OSError as error:
            said = f"{error.strerror}: {error.filename}" if error.strerror else str(error)
        click.echo(f"vouchbank: {said}", err=True)
        ctx.exit(2)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vouchbank")
def main() -> None:
    """VouchBank: for every number in the news, who vouches for it.

    The work goes: edit annotations/<article>/*.toml, `vouchbank check`, `vouchbank build`, `vouchbank show`.
    """


root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that has seeds/ and annotations/. Default: this folder or the nearest above it.",
)


def open_corpus(root: Path | None) -> Corpus:
    """The corpus at `root`, else in this folder or the nearest above it that has one."""
    from vouchbank.corpus import Corpus

    if root is not None:
        return Corpus(root)
    here = Path.cwd()
    return Corpus(next((p for p in (here, *here.parents) if (p / "seeds").is_dir()), here))


def write_or_compare(root: Path, made: dict[str, bytes], only_check: bool, mend: str, gone: Iterable[str] = ()) -> None:
    """Write made files, or say which are not fresh, with the command that mends them.

    Args:
        root: Where they belong.
        made: What they should hold.
        only_check: Write nothing; exit with 1 if one is not fresh.
        mend: The command that writes them.
        gone: Files that were made once and are not made any more.
    """
    stale = [name for name, data in made.items() if writable(root, name) and read(root, name, len(data)) != data]
    for name in stale:
        click.echo(f"{name}: {'not fresh' if only_check else 'written'}")
        if not only_check:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            write_bytes(root / name, made[name])
    for name in gone:
        stale.append(name)
        click.echo(f"{name}: {'not made any more' if only_check else 'deleted'}")
        if not only_check:
            (root / name).unlink()
    if only_check:
        fresh = ", ".join(made) if len(made) < 10 else f"{len(made)} files"
        click.echo(f"not fresh; run: {mend}" if stale else f"{fresh}: fresh")
        sys.exit(1 if stale else 0)


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside and rename, so that a kill leaves the old file or the new one."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)  # never through a link that stands there
    beside.write_bytes(data)
    beside.replace(path)


def console() -> Any:
    """A console on standard output; 120 columns where that is not a terminal."""
    from rich.console import Console

    found = Console()
    return found if found.is_terminal else Console(width=120)


def progress(articles: Iterable[Article], doing: str) -> Iterable[Article]:
    """Show how far a long run is, on a terminal only: a bar on standard error, gone when the work is done."""
    if not sys.stderr.isatty():
        return articles
    from rich.console import Console
    from rich.progress import track

    return track(list(articles), doing, console=Console(stderr=True), transient=True)
