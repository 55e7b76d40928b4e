"""What all commands share: the group, the root, printing, writing. Only this package prints or exits.

Exit status: 0 clean, 1 findings, 2 could not run.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from vouchbank._version import __version__
from vouchbank.errors import CorpusNotFoundError, VouchBankError

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
            with ended_by_signals():
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
    from vouchbank.writing import BusyError, half_done, only_writer

    if root is None:
        here = Path.cwd()
        root = next((p for p in (here, *here.parents) if (p / "seeds").is_dir()), here)
    corpus = Corpus(root)
    if half_done(root):
        with suppress(BusyError), only_writer(root, "recovery") as undone:  # busy: it is being done
            _say_undone(undone)
    return corpus


def write_alone(root: Path) -> None:
    """Be the only command that writes below `root`, from here to its end; read nothing that is rewritten before."""
    from vouchbank.writing import only_writer

    context = click.get_current_context()
    _say_undone(context.with_resource(only_writer(root, context.info_name or "command")))


def _say_undone(files: Iterable[str]) -> None:
    for file in files:
        click.echo(f"{file}: put back as it was before a command that was killed", err=True)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does: what is half done is removed, the exit status is 128 + n."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP
    was = {number: signal.getsignal(number) for number in (getattr(signal, name) for name in names)}
    if threading.current_thread() is not threading.main_thread():
        was = {}
    was = {n: held for n, held in was.items() if held in (signal.SIG_DFL, signal.default_int_handler)}  # not: nohup

    def end(number: int, _frame: object) -> NoReturn:
        for each in was:
            signal.signal(each, signal.SIG_IGN)  # tidying up is short; a second signal would cut it
        sys.exit(128 + number)

    for each in was:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each, held in was.items():
            signal.signal(each, held)


def write_or_compare(root: Path, made: dict[str, bytes], only_check: bool, mend: str, gone: Iterable[str] = ()) -> None:
    """Write made files, or say which are not fresh, with the command that mends them.

    Args:
        root: Where they belong.
        made: What they should hold.
        only_check: Write nothing; exit with 1 if one is not fresh.
        mend: The command that writes them.
        gone: Files that were made once and are not made any more.
    """
    from vouchbank.writing import write_files

    if not only_check:
        write_alone(root)
    stale = [n for n, data in made.items() if not (root / n).is_file() or (root / n).read_bytes() != data]
    if not only_check:
        write_files(root, {name: made[name] for name in stale})
    for name in stale:
        click.echo(f"{name}: {'not fresh' if only_check else 'written'}")
    for name in gone:
        stale.append(name)
        click.echo(f"{name}: {'not made any more' if only_check else 'deleted'}")
        if not only_check:
            (root / name).unlink()
    if only_check:
        fresh = ", ".join(made) if len(made) < 10 else f"{len(made)} files"
        click.echo(f"not fresh; run: {mend}" if stale else f"{fresh}: fresh")
        sys.exit(1 if stale else 0)


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
