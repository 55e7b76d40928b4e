"""The form of a rule: one function, stated once, whose first parameter's type says what it judges.

Its name is the name of the check, its docstring the documentation, and what it yields are faults; the decorator knows
the rest. A new rule is such a function in a file of this room, and a fixture in tests/broken/.

Example:
    >>> from vouchbank.findings import CHECKS
    >>> check = CHECKS["cue-too-long"]
    >>> check.title, check.level.name, check.judges.__name__, check.tables
    ('The cue is a whole clause.', 'RECORD', 'Judged', ('attributions',))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_type_hints

from vouchbank.findings import Fault, Finding, Level, Severity, declare

S = TypeVar("S")
Faults = Iterable[Fault | Finding]


def rule(
    *tables: str,
    level: Level,
    severity: Severity = Severity.ERROR,
    tolerated: tuple[str, ...] = (),
    whole: bool = False,
    waivable: bool = False,
    joined: bool = False,
) -> Callable[[Callable[[S], Faults]], Callable[[S], Faults]]:
    """State a rule.

    Args:
        tables: The tables whose records, or layers, are judged one by one; none means all layers.
        level: What the rule helps to make sure of.
        severity: `warning` for a matter of judgement.
        tolerated: Files in which its findings are warnings for now (see `Check`).
        whole: It judges the whole corpus, and so nothing where only some articles are checked.
        waivable: It reads English, and may be wrong about it: a record may waive what it finds, with a reason.
        joined: It only counts what is still to be done (see `Check`).
    """

    def register(function: Callable[[S], Faults]) -> Callable[[S], Faults]:
        judges: Any = next(iter(get_type_hints(function).values()))
        known = {"severity": severity, "tolerated": tolerated, "tables": tables, "whole": whole, "waivable": waivable}
        declare(function, level, rule=function, judges=judges, joined=joined, **known)
        return function

    return register
