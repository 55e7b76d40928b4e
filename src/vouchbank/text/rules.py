"""The rules that recognise boilerplate and give lines their roles.

`rules.toml` lists them, each with lines that it must match and near misses that it must not. This module defines what a
rule is, and reads and validates the file; `line_roles` applies the rules to a page.

>>> rules = default_rules()
>>> rules.matching("LEAVE A REPLY")[0].id
'reply-form'
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from vouchbank.text.candidates import Candidates, Trial

UNKNOWN = "unknown"  # kept because nothing speaks against it, but a person should decide what it is
KEPT_ROLES = ("title", "dateline", "heading", "body", "caption", UNKNOWN)
REMOVED_ROLES = ("navigation", "duplicate_title", "related_link", "interface", "promotion", "credit")

# Where a rule can act. "Prose" is running text (see `is_prose`).
SCOPES = {
    "default": "any line that no other rule decides; exactly one rule, without a pattern",
    "anywhere": "a whole line anywhere",
    "first-line": "a whole line, the first of the remaining lines",
    "head": "a whole line above the first prose",
    "tail": "a whole line below the last prose",
    "edge": "a whole line above the first or below the last prose",
    "between": "a whole line between the first and the last prose",
    "after-prose": "a whole line anywhere below the first prose",
    "section": "a whole line below the first prose, and the lines after it up to the next prose (at most eight)",
    "rest": "a whole line below the second prose (or the only one), and everything after it",
    "close": "a whole line in the last three tenths of the page, and everything after it",
    "inline-prefix": "the beginning of a line down to the first prose; the line is cut after it",
    "glued-prefix": "above the first prose, the part of a line before a copy of one of the next three lines; the line "
    "is cut after it, and the copy is a duplicate title",
}

# A zone is a sum of these bits: the scopes in which a line can be.
ZONES = {scope: 1 << place for place, scope in enumerate(SCOPES)}

# Conditions that a pattern cannot express; `line_roles` tests them.
CONDITIONS = {
    "": "none",
    "repeated-above": "the same line occurs further up",
    "beside-headline-among-furniture": "above the first prose, within a dozen lines, there are a longer line of at "
    "least four words and a line that another rule removes, and prose follows, but not directly",
    "told-in-prose": "at least three words of the line have four letters or more, and two thirds of them occur again "
    "in the sentences below the line (half, if those are few)",
    "leads-prose": "the next line is prose and repeats half of the line's longer words, and one of the two lines "
    "before it is prose",
}

HAND, BLANK = "hand", "blank"  # the rule names of manual corrections, and of texts without lines

# Patterns are tried only on lines up to this length, and on the same length of a longer line for prefixes: boilerplate
# is short, and no pattern can then take long.
LONGEST = 400

# Whether a rule was tested on the development pages, or occurs there too rarely; counts are in bench/normalising.md.
EVIDENCE = {
    "pages": "the development pages",
    "seeds": "seeds or general knowledge only: fewer than ten lines of the development pages",
}

_REMOVING = ("section", "rest", "close", "glued-prefix")  # scopes of rules that must remove
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STOPS, _CLOSING = frozenset(".!?…。！？।؟۔"), frozenset("\"'”’»)]」』\n")
_PROSE_END = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]」』]*$")
PROSE_LENGTH = 80  # minimum code points of prose


class RuleError(ValueError):
    """The rule file is invalid; the message names the rule."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An entry of the rule file: a pattern, its provenance, and lines that it matches and must not match."""

    id: str
    pattern: re.Pattern[str]
    provenance: str
    matches: tuple[str, ...]
    near_misses: tuple[str, ...]

    def reads(self, line: str) -> bool:
        """Whether the pattern matches anywhere in the line."""
        return self.pattern.search(line) is not None


@dataclass(frozen=True)
class LineRule(Evidence):
    """Gives the role `role` to lines that match the pattern, within a scope and under a condition."""

    role: str
    scope: str
    when: str = ""
    evidence: str = "pages"

    @cached_property
    def removes(self) -> bool:
        """Whether lines of this role are removed from the clean text."""
        return self.role in REMOVED_ROLES

    @cached_property
    def cuts(self) -> bool:
        """Whether the rule matches the beginning of a line instead of a whole line."""
        return self.scope.endswith("-prefix")

    def reads(self, line: str) -> bool:
        """Whether the pattern matches the line, regardless of scope and condition."""
        if self.cuts:
            return self.pattern.match(line[:LONGEST]) is not None
        return len(line) <= LONGEST and self.pattern.fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class Repair(Evidence):
    """Replaces one wrong character by the right one, `repair`."""

    repair: str


@dataclass(frozen=True)
class RuleSet:
    """All rules in order of precedence, and the default rule."""

    rules: tuple[LineRule, ...]
    repairs: tuple[Repair, ...]
    default: LineRule

    def __iter__(self) -> Iterator[LineRule]:
        """Iterate over all rules, the default last."""
        yield from (*self.rules, self.default)

    @property
    def repair_pairs(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The repairs as pattern and replacement."""
        return tuple((one.pattern, one.repair) for one in self.repairs)

    def matching(self, line: str) -> tuple[LineRule, ...]:
        """Return the rules whose pattern matches the line, in order of precedence."""
        return self.candidates.of(line, -1)

    @cached_property
    def candidates(self) -> Candidates[LineRule]:
        """Finds the rules whose pattern matches a line and whose scope is in a zone (`ZONES`)."""
        return Candidates(
            [Trial(rule, ZONES[rule.scope], rule.pattern, rule.cuts) for rule in self.rules], longest=LONGEST
        )


def is_prose(line: str) -> bool:
    """Whether a line is running text: at least `PROSE_LENGTH` code points, and ending like a sentence.

    >>> is_prose("Read more"), is_prose("It rained all night, and in the morning " * 3 + "the river rose.")
    (False, True)
    """
    return len(line) >= PROSE_LENGTH and closes_like_a_sentence(line)


def closes_like_a_sentence(line: str) -> bool:
    """Whether a line ends with a full stop or another mark that ends a sentence.

    >>> closes_like_a_sentence("“It rained.”"), closes_like_a_sentence("Rain")
    (True, False)
    """
    last = line[-1:]
    return last in _STOPS or (last in _CLOSING and _PROSE_END.search(line, len(line) - 8) is not None)


@cache
def default_rules() -> RuleSet:
    """Return the rules that come with the library."""
    return read_rules(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


def read_rules(source: str) -> RuleSet:
    r"""Read and validate a rule file; `RuleError` names the invalid rule.

    >>> read_rules("[[rules]]\nid = 'x'")
    Traceback (most recent call last):
        ...
    vouchbank.text.rules.RuleError: x: missing matches, near_misses, pattern, provenance, role, scope
    """
    data = read_toml("rules", source)
    if unknown := set(data) - {"rules", "repairs"}:
        raise RuleError(f"rules: unknown table {', '.join(sorted(unknown))}")
    rules = [_checked_rule(_read(LineRule, entry)) for entry in data.get("rules", ())]
    repairs = tuple(_checked_repair(_read(Repair, entry)) for entry in data.get("repairs", ()))
    taken = Counter([HAND, BLANK, *(one.id for one in (*rules, *repairs))])
    if twice := [name for name, count in taken.items() if count > 1]:
        raise RuleError(f"{twice[0]}: duplicate id")
    defaults = [rule for rule in rules if rule.scope == "default"]
    if len(defaults) != 1:
        raise RuleError(f"rules: exactly one rule must have the scope default, not {len(defaults)}")
    return RuleSet(tuple(rule for rule in rules if rule.scope != "default"), repairs, defaults[0])


def read_toml(name: str, source: str) -> dict[str, Any]:
    """The values of a rule file; `RuleError` if it is not TOML."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from error


T = TypeVar("T", bound=Evidence)


def _read(kind: type[T], entry: Mapping[str, object]) -> T:
    """An entry of the file, whose keys must be the fields of its class."""
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise RuleError(f"rules: {name!r} is not an id of lowercase letters, digits and hyphens")
    known = {field.name: field.default is MISSING for field in fields(kind)}
    if unknown := set(entry) - set(known):
        raise RuleError(f"{name}: unknown key {', '.join(sorted(unknown))}")
    if missing := {key for key, needed in known.items() if needed} - set(entry):
        raise RuleError(f"{name}: missing {', '.join(sorted(missing))}")
    return kind(**{key: _value(name, key, value) for key, value in entry.items()})


def read_evidence(kind: type[T], entry: Mapping[str, object]) -> T:
    """An entry of a file, tested with its own examples; `RuleError` says what is wrong with it."""
    return _tried(_read(kind, entry))


def _value(name: str, key: str, value: object) -> Any:
    if key == "weight" and isinstance(value, float):
        return value
    if key in ("matches", "near_misses", "words"):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise RuleError(f"{name}: {key} must be a list of texts")
        return tuple(value)
    if not isinstance(value, str):
        raise RuleError(f"{name}: {key} must be text")
    try:
        return re.compile(value) if key == "pattern" else value
    except re.error as error:
        raise RuleError(f"{name}: invalid pattern: {error}") from error


def _checked_rule(rule: LineRule) -> LineRule:
    known = (("role", rule.role, KEPT_ROLES + REMOVED_ROLES), ("scope", rule.scope, SCOPES))
    more = (("condition", rule.when, CONDITIONS), ("evidence", rule.evidence, EVIDENCE))
    for kind, value, allowed in (*known, *more):
        if value not in allowed:
            raise RuleError(f"{rule.id}: unknown {kind} {value!r}")
    if rule.removes if rule.scope == "default" else rule.scope in _REMOVING and not rule.removes:
        raise RuleError(f"{rule.id}: a rule with the scope {rule.scope} cannot have the role {rule.role}")
    return rule if rule.scope == "default" else _tried(rule)


def _checked_repair(one: Repair) -> Repair:
    if len(one.repair) != 1 or not one.repair.isprintable() or one.repair == " ":
        raise RuleError(f"{one.id}: the repair must be one visible character, not {one.repair!r}")
    if any(len(found[0]) != 1 for line in one.matches for found in one.pattern.finditer(line)):
        raise RuleError(f"{one.id}: the pattern must match single characters, so that offsets stay exact")
    if any(one.reads(one.pattern.sub(one.repair, line)) for line in one.matches):
        raise RuleError(f"{one.id}: the pattern matches its own repair")
    return _tried(one)


def _tried(one: T) -> T:
    """The entry, after testing its own examples."""
    if not one.matches or not one.near_misses:
        raise RuleError(f"{one.id}: a line that it matches and a near miss are required")
    if missed := [line for line in one.matches if not one.reads(line)]:
        raise RuleError(f"{one.id}: does not match {missed[0]!r}")
    if hit := [line for line in one.near_misses if one.reads(line)]:
        raise RuleError(f"{one.id}: matches the near miss {hit[0]!r}")
    return one
