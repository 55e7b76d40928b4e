"""What every article of a run needs, loaded once per process: the schema, the rules, the drafting function."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from vouchbank.corpus.records import corpus_file
from vouchbank.errors import VouchBankError
from vouchbank.pages import PageReader
from vouchbank.schema import Schema, default_schema_folder, load_schema
from vouchbank.tables.shared import NOTHING, Shared
from vouchbank.text import RuleSet, default_rules, read_rules
from vouchbank.toml.reader import read_toml

_HERE = threading.local()


class NoSuchFunctionError(VouchBankError):
    """The function that drafts annotation cannot be imported."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"no function {name!r} (expected module:function): {why}")


@cache
def schema() -> Schema:
    """The tables of this version."""
    return load_schema(default_schema_folder())


@cache
def rules(file: str) -> RuleSet:
    """The rules in a file, or the library's rules if no file is named."""
    return read_rules(Path(file).read_text(encoding="utf-8")) if file else default_rules()


@cache
def shared(registry: str) -> Shared:
    """What articles share: the rows of a registry, if one is named."""
    if not registry:
        return NOTHING
    table = schema().tables["registry"]
    file = corpus_file(read_toml(Path(registry).read_bytes(), Path(registry).name), table)
    return Shared({record.name: record for record in file.records}, {})


def page_reader() -> PageReader:
    """The process that reads web pages, one for each thread of each process; it ends with its thread's process."""
    known: tuple[int, PageReader] | None = getattr(_HERE, "reader", None)
    if known is None or known[0] != os.getpid():  # a fork must not write into the pipes of its parent
        known = _HERE.reader = os.getpid(), PageReader()
        atexit.register(known[1].close)
    return known[1]


@cache
def draft_function(name: str) -> Callable[..., Any]:
    """The function that `module:function` names.

    Raises:
        NoSuchFunctionError: it cannot be imported.
    """
    module, _, attribute = name.partition(":")
    try:
        found: Any = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise NoSuchFunctionError(name, str(error)) from error
    if not callable(found):
        raise NoSuchFunctionError(name, f"it is a {type(found).__name__}")
    given: Callable[..., Any] = found
    return given
