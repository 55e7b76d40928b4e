"""The exceptions of this package: one base class, and one class for each reason why a command cannot go on.

What is wrong with the data is a finding, not an exception (see `vouchbank.findings`). An exception means that a command
cannot do what it was asked to do; `vouchbank.cli` prints its message and exits with status 2.

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

# libraries whose import name is not the name they are installed by
_DISTRIBUTIONS = {"yaml": "pyyaml", "httpx2": "huggingface-hub"}
_IN_EXTRA = re.compile(r"([\w.-]+).*;.*\bextra == ['\"]([\w-]+)")


class VouchBankError(Exception):
    """Base class of the exceptions that this package raises on purpose."""


class CorpusNotFoundError(VouchBankError):
    """The folder given as the root has no corpus sources."""

    def __init__(self, root: object) -> None:
        self.root = root
        super().__init__(f"{root} is not a corpus: it has no folder 'seeds'")


class UnknownArticleError(VouchBankError):
    """The corpus has no article with this id."""

    def __init__(self, article_id: str, known: list[str]) -> None:
        self.article_id = article_id
        hint = did_you_mean(article_id, known)
        few = len(known) < 20
        listed = ", ".join(known) or "none" if few else f"{len(known):,} articles{f'; {hint}' if hint else ''}"
        super().__init__(f"unknown article {article_id!r}; the corpus has {listed}")


class UnknownTableError(VouchBankError, KeyError):
    """The corpus has no table with this name."""

    __str__ = Exception.__str__  # KeyError would show the message in quotes

    def __init__(self, name: str, known: list[str]) -> None:
        self.name = name
        super().__init__(f"unknown table {name!r}; {closest(name, known)}")


class UnknownCheckError(VouchBankError):
    """No check has this name."""

    def __init__(self, slug: str, known: list[str]) -> None:
        self.slug = slug
        hint = " ".join(filter(None, (did_you_mean(slug, known), "`vouchbank explain` lists all checks")))
        super().__init__(f"unknown check {slug!r}; {hint}")


class RetiredCheckError(VouchBankError):
    """The check with this name was retired."""

    def __init__(self, slug: str, successor: str) -> None:
        self.slug = slug
        super().__init__(f"the check {slug!r} was replaced by {successor!r}; run: vouchbank explain {successor}")


class UnreadableFileError(VouchBankError):
    """A file of the sources cannot be opened, or may not be."""

    def __init__(self, file: str, why: str, done: str = "read") -> None:
        self.why = why
        super().__init__(f"{file} cannot be {done}: {why}")


class SchemaError(VouchBankError):
    """A file of schema/ is invalid, so nothing that depends on it can be trusted.

    Attributes:
        file: The name of the file in schema/; empty if the folder itself is the problem.
        said: What is wrong.
        help: What to do.
        line: The line in the file.
    """

    def __init__(self, file: str, said: str, help_: str = "", line: int = 1) -> None:
        self.file, self.said, self.help, self.line = file, said, help_, line
        super().__init__("; ".join(filter(None, (f"{file}: {said}" if file else said, help_))))


class SourcesNotCleanError(VouchBankError):
    """The sources have findings, so nothing is made from them."""

    def __init__(self, count: int, what: str = "not built") -> None:
        self.count = count
        super().__init__(
            f"{what}: the sources have {count} finding{'s' if count != 1 else ''}; nothing was changed; "
            "run: vouchbank check"
        )


class MissingExtraError(VouchBankError):
    """A required library is not installed.

    Args:
        what: What needs the library.
        library: Its name in the package index.
        extra: The extra that installs all that is needed; if empty, the smallest extra that installs this library.
    """

    def __init__(self, what: str, library: str, extra: str = "") -> None:
        self.library = library
        extra = extra or extra_of(library)
        wanted = f"'vouchbank[{extra}]'" if extra else library
        command = f"python3 -m pip install {wanted}"
        super().__init__(f"{what} needs the library {library!r}, which is missing; run: {command}")


@contextmanager
def needed(what: str) -> Iterator[None]:
    """Around an import, or on a function that imports: say which library is missing and which extra installs it.

    Args:
        what: What needs the library.

    Raises:
        MissingExtraError: an import failed because the library is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(what, missing_library(error)) from error


def missing_library(error: ModuleNotFoundError) -> str:
    """The library that an import could not find.

    >>> missing_library(ModuleNotFoundError("No module named 'yaml.nodes'", name="yaml.nodes"))
    'pyyaml'
    """
    named = error.name or str(error).removeprefix("No module named ").strip("'")
    library = named.partition(".")[0]
    return _DISTRIBUTIONS.get(library, library.replace("_", "-"))


def extra_of(library: str) -> str:
    """The smallest extra of the installed package that installs a library; empty if none does.

    >>> extra_of("tree-sitter"), extra_of("click")
    ('annotate', '')
    """
    from importlib.metadata import PackageNotFoundError, requires

    try:
        stated = requires("vouchbank") or []
    except PackageNotFoundError:  # src/ on the path, not installed
        return ""
    in_extras = [(found[1], found[2]) for found in map(_IN_EXTRA.match, stated) if found]
    sizes = Counter(extra for _, extra in in_extras)
    listed = {extra for name, extra in in_extras if name.lower().replace("_", "-") == library}
    return min(listed, key=lambda extra: (sizes[extra], extra), default="")


class BuiltWrongError(VouchBankError):
    """The built tables do not pass their checks: a bug in this package, not a fault of the sources."""

    def __init__(self, findings: list[str]) -> None:
        self.findings = findings
        shown = "\n  ".join(findings[:10])
        super().__init__(
            f"not built: the new tables have {len(findings)} errors, so corpus/ is unchanged; report this:\n  {shown}"
        )


class ProcessDiedError(VouchBankError):
    """A process that shared the work ended before it was done."""

    def __init__(self) -> None:
        super().__init__(
            "a process of this command was killed or ran out of memory; run it again, "
            "with --jobs 1 to use only one process"
        )
