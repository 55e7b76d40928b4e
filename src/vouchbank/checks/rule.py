"""The form of a rule: a function whose first parameter's type says what it judges.

Its name is the name of the check, its docstring is the documentation, and it yields faults; the decorator adds the
rest. To add a rule, write such a function in a module of this package and a fixture in tests/broken/.

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
    """Register a function as a rule.

    Args:
        tables: The tables whose records or layers are judged one by one; none means all layers.
        level: The level of the check.
        severity: `warning` for a matter of judgement.
        tolerated: Files in which the findings are only warnings (see `Check`).
        whole: The rule needs the whole corpus, so it does not run when only some articles are checked.
        waivable: The rule interprets English and can be wrong, so a record may waive its finding with a reason.
        joined: The rule only counts unfinished work (see `Check`).
    """

    def register(function: Callable[[S], Faults]) -> Callable[[S], Faults]:
        judges: Any = next(iter(get_type_hints(function).values()))
        known = {"severity": severity, "tolerated": tolerated, "tables": tables, "whole": whole, "waivable": waivable}
        declare(function, level, rule=function, judges=judges, joined=joined, **known)
        return function

    return register
