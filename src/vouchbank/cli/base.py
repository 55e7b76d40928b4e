"""What all commands share: the command group, the options --root and --jobs, and writing files."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

import click

from vouchbank.cli.output import never_die_of_encoding, note, reader_gone, say

if TYPE_CHECKING:
    from pathlib import Path

    from vouchbank.corpus import Corpus

# for each heading its commands: where each is defined (module:function), and its summary in `--help`
Sections = Mapping[str, Mapping[str, tuple[str, str]]]
_ROOT = "vouchbank.root"
# nearly all objects of a command live until it ends; with the default thresholds, collection takes a tenth of `check`
GC_THRESHOLDS = (50_000, 20, 20)


class Commands(MutableMapping[str, click.Command]):
    """The commands of a group by name; each is imported when it is first used."""

    def __init__(self, stated: Mapping[str, str]) -> None:
        self._held: dict[str, click.Command | str] = dict(stated)

    def __getitem__(self, name: str) -> click.Command:
        held = self._held[name]
        if isinstance(held, str):
            from importlib import import_module

            module, _, function = held.partition(":")
            held = self._held[name] = getattr(import_module(f"vouchbank.cli.{module}"), function)
        return held

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._held[name] = command

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


# commands that need an extra, by name
EXTRAS = {
    "agree": "report",
    "build": "build",
    "edit": "edit",
    "publish": "build",
    "rehydrate": "build",
    "site": "site",
    "version": "build",
}


class Group(click.Group):
    """Commands under headings; errors of this package become messages, never tracebacks."""

    def __init__(
        self, *args: Any, sections: Sections | None = None, moved: Mapping[str, str] | None = None, **more: Any
    ):
        super().__init__(*args, **more)
        self.sections = sections or {}
        self.moved = moved or {}
        stated = {name: where for held in self.sections.values() for name, (where, _) in held.items()}
        self.commands = Commands(stated) if stated else self.commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their definition."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands under their headings, each with its full summary, without importing them."""
        shown = {heading: {n: said for n, (_, said) in held.items()} for heading, held in self.sections.items()}
        other = {n: c.get_short_help_str(1000) for n, c in self.commands.items()} if not shown else {}
        wide = max(map(len, self.commands), default=0)
        for heading, held in (shown or {"Commands": other}).items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(wide), said) for name, said in held.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; for one that was moved, an error with its new name."""
        if args[0] in self.moved:
            raise click.UsageError(f"`vouchbank {args[0]}` is now `vouchbank {self.moved[args[0]]}`", ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **more: Any) -> Any:
        """Run the command line; end silently if the reader of the output is gone."""
        never_die_of_encoding()
        gc.set_threshold(*GC_THRESHOLDS)
        try:
            return super().main(*args, **more)
        except BrokenPipeError:
            reader_gone()

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Parse the command line; `--help` prints here."""
        try:
            return super().make_context(*args, **more)
        except BrokenPipeError:
            reader_gone()

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; if it cannot go on, print why in one line and exit with status 2."""
        try:
            return self._invoke(ctx)
        except BrokenPipeError:
            reader_gone()

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            with ended_by_signals():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except Exception as error:
            said = _what_stopped(ctx, error)
            if not said:
                raise
        say(f"vouchbank: {said}", err=True)
        ctx.exit(2)


def _what_stopped(ctx: click.Context, error: Exception) -> str:
    """Why a command could not run; empty for errors of click and for bugs."""
    from vouchbank.errors import CorpusNotFoundError, MissingExtraError, VouchBankError, missing_library

    match error:
        case CorpusNotFoundError():
            return f"{error}; name the folder of a clone with --root"
        case MissingExtraError() | ModuleNotFoundError():
            library = error.library if isinstance(error, MissingExtraError) else missing_library(error)
            name = ctx.invoked_subcommand or ""
            return str(MissingExtraError(f"`{ctx.command_path} {name}`", library, EXTRAS.get(name, "")))
        case VouchBankError():
            return str(error)
        case OSError():
            said = error.strerror or str(error)
            return f"{said}: {error.filename}" if error.filename else said
    return ""


def _root(context: click.Context, _: click.Parameter, value: str | None) -> Path | None:
    """The root given before or after the command; the last one counts."""
    if value is not None:
        from pathlib import Path  # not needed for --help

        context.meta[_ROOT] = Path(value)
    named: Path | None = context.meta.get(_ROOT)
    return named


root_option = click.option(
    "--root",
    type=click.Path(file_okay=False),
    callback=_root,
    help="The folder with seeds/ and annotations/. Default: the current folder or the nearest one above it.",
)


def _jobs(_: click.Context, __: click.Parameter, given: int | None) -> int:
    from vouchbank.workers import cores

    return cores() if given is None else given


jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    callback=_jobs,
    metavar="N",
    help="Number of processes. Default: one per core; a small corpus uses only one.",
)


def open_corpus(root: Path | None, writing: bool = False) -> Corpus:
    """The corpus at `root`; without `root`, in the current folder or the nearest one above it.

    A command that is `writing` locks the corpus until it ends.
    """
    from vouchbank.corpus import Corpus

    corpus = Corpus(root or nearest_root())
    from vouchbank.writing import BusyError, half_done, only_writer  # not needed for the installed corpus

    if half_done(corpus.root):
        with suppress(BusyError), only_writer(corpus.root, "recovery") as undone:  # another command restores it
            _say_undone(undone)
    if writing:
        write_alone(corpus.root)
    return corpus


def write(corpus: Corpus, files: Mapping[str, bytes | None]) -> None:
    """Write files of a corpus, delete those that are None, and report each."""
    from vouchbank.writing import write_files

    write_files(corpus.root, files)
    for file, data in files.items():
        note(f"{'removed' if data is None else 'wrote'} {file}")


def nearest_root() -> Path:
    """The current folder, or the nearest one above it that has seeds/."""
    from pathlib import Path

    here = Path.cwd()
    return next((p for p in (here, *here.parents) if (p / "seeds").is_dir()), here)


def write_alone(root: Path) -> None:
    """Lock `root` for writing until the command ends; call it before reading files that are rewritten."""
    from vouchbank.writing import only_writer

    context = click.get_current_context()
    _say_undone(context.with_resource(only_writer(root, context.info_name or "command")))


def _say_undone(files: Iterable[str]) -> None:
    for file in files:
        say(f"{file}: restored after an interrupted command", err=True)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does: temporary files are removed, the exit status is 128 + n."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP
    was = {number: signal.getsignal(number) for number in (getattr(signal, name) for name in names)}
    if threading.current_thread() is not threading.main_thread():
        was = {}
    # a signal that is ignored, as under nohup, stays ignored
    was = {n: held for n, held in was.items() if held in (signal.SIG_DFL, signal.default_int_handler)}

    def end(number: int, _frame: object) -> NoReturn:
        for each in was:
            signal.signal(each, signal.SIG_IGN)  # a second signal would interrupt the clean-up
        sys.exit(128 + number)

    for each in was:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each, held in was.items():
            signal.signal(each, held)


def write_or_compare(
    root: Path, made: dict[str, bytes], only_check: bool, command: str, gone: Iterable[str] = ()
) -> None:
    """Write generated files, or report which of them are out of date and the command that updates them.

    Args:
        root: The folder of the files.
        made: The contents that they should have.
        only_check: Write nothing; exit with 1 if one is out of date.
        command: The command that writes them.
        gone: Files that are no longer generated.
    """
    from vouchbank.files import read
    from vouchbank.writing import write_files

    if not only_check:
        write_alone(root)
    stale = [name for name, data in made.items() if read(root, name, len(data)) != data]
    tell = say if only_check else note
    if not only_check:
        write_files(root, {name: made[name] for name in stale})
    for name in stale:
        tell(f"{name}: {'out of date' if only_check else 'written'}")
    for name in gone:
        stale.append(name)
        tell(f"{name}: {'no longer generated' if only_check else 'deleted'}")
        if not only_check:
            (root / name).unlink()
    if only_check:
        files = ", ".join(made) if len(made) < 10 else f"{len(made)} files"
        (say if stale else note)(f"out of date; run: {command}" if stale else f"{files}: up to date")
        sys.exit(1 if stale else 0)
