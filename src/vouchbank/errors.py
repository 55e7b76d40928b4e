"""What stops work: one base class, one class for each kind of obstacle.

Faults in the data are findings, not exceptions (see `vouchbank.findings`). An exception means that a
command cannot do what it was asked for; `vouchbank.cli` prints its message and exits with status 2.

Example:
    >>> str(CorpusNotFoundError("nowhere"))
    "nowhere is not a corpus: it has no folder 'seeds'"
"""

from __future__ import annotations

from vouchbank.hints import closest, did_you_mean


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


class UnknownTableError(VouchBankError):
    """A table was asked for that the corpus does not have."""

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
    """A library is needed that is not part of the base installation and is not installed."""

    def __init__(self, what: str, library: str, extra: str = "") -> None:
        self.library = library
        wanted = f"in the clone, python3 -m pip install '.[{extra}]'" if extra else f"python3 -m pip install {library}"
        super().__init__(f"{what} needs the library {library!r}: {wanted}")


class BuiltWrongError(VouchBankError):
    """What the build wrote does not pass its own checks: a fault of this package, not of the sources."""

    def __init__(self, findings: list[str]) -> None:
        self.findings = findings
        shown = "\n  ".join(findings[:10])
        super().__init__(
            f"not built: the tables do not pass their checks ({len(findings)}); the old corpus is untouched.\n  {shown}"
        )
