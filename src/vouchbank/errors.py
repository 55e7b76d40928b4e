"""What stops work: one base class, one class for each kind of obstacle.

Faults in the data are findings, not exceptions (see `vouchbank.findings`). An exception means that a
command cannot do what it was asked for; `vouchbank.cli` prints its message and exits with status 2.

Example:
    >>> str(CorpusNotFoundError("nowhere"))
    "nowhere is not a corpus: it has no folder 'seeds'"
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from vouchbank.hints import closest, did_you_mean

# the libraries that are imported by another name than the one they are installed by
_DISTRIBUTIONS = {"yaml": "pyyaml", "httpx2": "huggingface-hub"}
_IN_EXTRA = re.compile(r"([\w.-]+).*;.*\bextra == ['\"]([\w-]+)")


class VouchBankError(Exception):
    """Base of everything this package raises on purpose."""


class CorpusNotFoundError(VouchBankError):
    """The folder given as root holds no corpus sources."""

    def __init__(self, root: object) -> None:
        self.root = root
        super().__init__(f"{root} is not a corpus: it has no folder 'seeds'")


class UnknownArticleError(VouchBankError):
    """An article id was asked for that the corpus does not have."""

    def __init__(self, article_id: str, known: list[str]) -> None:
        self.article_id = article_id
        hint = did_you_mean(article_id, known)
        meant = f"; {hint}" if hint else ""
        listed = ", ".join(known) or "none" if len(known) < 20 else f"{len(known):,} others{meant}"
        super().__init__(f"there is no article {article_id!r}; the corpus has {listed}")


class UnknownTableError(VouchBankError, KeyError):
    """A table was asked for that the corpus does not have."""

    __str__ = Exception.__str__  # that of KeyError would quote the sentence

    def __init__(self, name: str, known: list[str]) -> None:
        self.name = name
        super().__init__(f"there is no table {name!r}; {closest(name, known)}")


class UnknownCheckError(VouchBankError):
    """A check was asked for that does not exist."""

    def __init__(self, slug: str, known: list[str]) -> None:
        self.slug = slug
        hint = " ".join(filter(None, (did_you_mean(slug, known), "`vouchbank explain` lists them all")))
        super().__init__(f"there is no check {slug!r}; {hint}")


class RetiredCheckError(VouchBankError):
    """A check was asked for that no longer exists."""

    def __init__(self, slug: str, successor: str) -> None:
        self.slug = slug
        super().__init__(f"{slug} is retired and replaced by {successor}: vouchbank explain {successor}")


class UnreadableFileError(VouchBankError):
    """A file of the sources is not opened, or the system refuses to."""

    def __init__(self, file: str, why: str, done: str = "read") -> None:
        self.why = why
        super().__init__(f"{file} cannot be {done}: {why}")


class SchemaError(VouchBankError):
    """A file of schema/ is wrong, so nothing that depends on it can be trusted.

    Attributes:
        file: Its name in schema/; empty if it is the folder that is wrong.
        said: What is wrong.
        help: What to do.
        line: Where in the file.
    """

    def __init__(self, file: str, said: str, help_: str = "", line: int = 1) -> None:
        self.file, self.said, self.help, self.line = file, said, help_, line
        super().__init__("; ".join(filter(None, (f"{file}: {said}" if file else said, help_))))


class SourcesNotCleanError(VouchBankError):
    """The sources have findings, so nothing is built from them."""

    def __init__(self, count: int, what: str = "not built") -> None:
        self.count = count
        super().__init__(
            f"{what}: the sources have {count} finding{'s' if count != 1 else ''}. "
            "Run `vouchbank check` and fix them first; nothing was changed."
        )


class MissingExtraError(VouchBankError):
    """A library is needed that is not installed.

    Args:
        what: What cannot be done without it.
        library: Its name in the package index.
        extra: The extra that brings all that is needed; without it the one that brings this library.
    """

    def __init__(self, what: str, library: str, extra: str = "") -> None:
        self.library = library
        extra = extra or extra_of(library)
        wanted = f"'vouchbank[{extra}]'" if extra else library
        super().__init__(f"{what} needs the library {library!r}, which is missing: python3 -m pip install {wanted}")


@contextmanager
def needed(what: str) -> Iterator[None]:
    """Around an import, or on a function that leads to one: say which library is missing and which extra brings it.

    Args:
        what: What cannot be done without it.

    Raises:
        MissingExtraError: an import found no library.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(what, missing_library(error)) from error


def missing_library(error: ModuleNotFoundError) -> str:
    """The library that an import did not find.

    >>> missing_library(ModuleNotFoundError("No module named 'yaml.nodes'", name="yaml.nodes"))
    'pyyaml'
    """
    named = error.name or str(error).removeprefix("No module named ").strip("'")
    library = named.partition(".")[0]
    return _DISTRIBUTIONS.get(library, library.replace("_", "-"))


def extra_of(library: str) -> str:
    """The smallest extra of the installed package that brings a library; empty if none does.

    >>> extra_of("tree-sitter"), extra_of("click")
    ('annotate', '')
    """
    from importlib.metadata import PackageNotFoundError, requires

    try:
        stated = requires("vouchbank") or []
    except PackageNotFoundError:  # src/ on the path, not installed
        return ""
    brought = [(found[1], found[2]) for found in map(_IN_EXTRA.match, stated) if found]
    sizes = Counter(extra for _, extra in brought)
    listed = {extra for name, extra in brought if name.lower().replace("_", "-") == library}
    return min(listed, key=lambda extra: (sizes[extra], extra), default="")


class BuiltWrongError(VouchBankError):
    """What the build wrote does not pass its own checks: a fault of this package, not of the sources."""

    def __init__(self, findings: list[str]) -> None:
        self.findings = findings
        shown = "\n  ".join(findings[:10])
        super().__init__(
            f"not built: the tables do not pass their checks ({len(findings)}); the old corpus is untouched.\n  {shown}"
        )


class ProcessDiedError(VouchBankError):
    """A process that did part of the work ended before it was done."""

    def __init__(self) -> None:
        super().__init__(
            "a process that did part of the work was killed, or ran out of memory; run the command again, "
            "with --jobs 1 to use one process"
        )
